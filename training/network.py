"""The network: convolutions down to one row, then along it; one answer for every two columns (CTC)."""

from __future__ import annotations

import torch
from torch import nn

_WIDTHS = (16, 48, 96, 160)
_REACHES = (1, 2, 4)


def _block(
    given: int, made: int, size: tuple[int, int], stride: tuple[int, int] = (1, 1), *, wide: int = 1, pad: bool = True
) -> nn.Sequential:
    padding = (size[0] // 2, size[1] // 2 * wide) if pad else (0, 0)
    return nn.Sequential(
        nn.Conv2d(given, made, size, stride, padding, dilation=(1, wide), bias=False),
        nn.BatchNorm2d(made),
        nn.ReLU(inplace=True),
    )


class _Along(nn.Module):
    """Looks along the line, `wide` columns apart."""

    def __init__(self, channels: int, wide: int) -> None:
        super().__init__()
        self.look = _block(channels, channels, (1, 5), wide=wide)
        self.mix = nn.Sequential(nn.Conv2d(channels, channels, 1, bias=False), nn.BatchNorm2d(channels))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.relu(x + self.mix(self.look(x)))


class LatinNetwork(nn.Module):
    """From pictures (count, 1, 40, width), ink 1 and paper 0, to (count, width / 2, symbols + 1); the first is the blank."""

    def __init__(self, symbols: int) -> None:
        super().__init__()
        first, second, third, last = _WIDTHS
        self.down = nn.Sequential(
            _block(1, first, (5, 5), (2, 2)),  # 20 rows
            _block(first, second, (3, 3), (2, 1)),  # 10
            _block(second, second, (3, 3)),
            _block(second, third, (3, 3), (2, 1)),  # 5
            _block(third, third, (3, 3)),
            _block(third, last, (5, 1), pad=False),  # 1
        )
        self.along = nn.Sequential(*(_Along(last, wide) for wide in _REACHES))
        self.drop = nn.Dropout(0.1)
        self.answer = nn.Conv2d(last, symbols + 1, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.answer(self.drop(self.along(self.down(x))))[:, :, 0].transpose(1, 2)
