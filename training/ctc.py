"""Connectionist temporal classification (Graves et al., 2006): what a text costs, and which one is read. And the mean of a
network's late states, which reads better than any of them."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import nn
from torch.nn import functional


def losses(
    logs: torch.Tensor, texts: Sequence[str], characters: Sequence[str], steps: torch.Tensor, how: str
) -> torch.Tensor:
    """Of `logs`, logarithms of chances (count, steps, characters), the blank first."""
    number = {character: at for at, character in enumerate(characters)}
    lengths = torch.tensor([len(text) for text in texts])
    told = torch.tensor([number[character] for text in texts for character in text])
    return functional.ctc_loss(logs.transpose(0, 1), told, steps, lengths, reduction=how, zero_infinity=True)


def read(logs: torch.Tensor, characters: Sequence[str]) -> list[str]:
    """The best symbol of each step, repeats joined, blanks dropped."""
    found = []
    for best in logs.argmax(2).tolist():
        starts = (k for i, k in enumerate(best) if k and (i == 0 or best[i - 1] != k))
        found.append("".join(characters[k] for k in starts))
    return found


@torch.no_grad()
def follow(mean: nn.Module, network: nn.Module, kept: float) -> None:
    """Move the mean a little towards the network."""
    for slow, quick in zip(mean.state_dict().values(), network.state_dict().values(), strict=True):
        if slow.dtype.is_floating_point:
            slow.mul_(kept).add_(quick, alpha=1 - kept)
        else:
            slow.copy_(quick)
