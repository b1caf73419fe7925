"""What the Latin reader makes of a line: the chance of any text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

SYMBOLS: Final = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_."
#: From here up a step is as good as surely blank, and neighbours like it are counted once.
_BLANK: Final = -0.0005

Logs = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class LatinLine:
    """What the network makes of a line: logarithms of the chances (steps, symbols + 1), the first of them the blank."""

    logs: Logs

    @property
    def text(self) -> str:
        """The best symbol of each step, repeats joined, blanks dropped."""
        best = self.logs.argmax(axis=1)
        starts = (best != 0) & (best != np.concatenate(([0], best[:-1])))
        return "".join(SYMBOLS[i - 1] for i in best[starts])

    def chance(self, text: str) -> float:
        """Of all that may stand in the line, the chance that it is this text (0-1)."""
        return self.chances([text])[0]

    def chances(self, texts: Sequence[str]) -> list[float]:
        """The chance of each of several texts of one length: CTC's forward sums."""
        if not texts[0] or any(character not in SYMBOLS for text in texts for character in text):
            return [0.0] * len(texts)
        numbers = np.zeros((len(texts), 2 * len(texts[0]) + 1), np.intp)
        numbers[:, 1::2] = [[SYMBOLS.index(character) + 1 for character in text] for text in texts]
        leaps = np.zeros(numbers.shape)
        leaps[:, 3::2] = numbers[:, 3::2] != numbers[:, 1:-2:2]
        steps = np.exp(self._without_idle_steps().astype(np.float64))[:, numbers]
        reached = np.zeros(numbers.shape)
        reached[:, :2] = steps[0, :, :2]
        for step in steps[1:]:
            following = reached.copy()
            following[:, 1:] += reached[:, :-1]
            following[:, 2:] += leaps[:, 2:] * reached[:, :-2]
            reached = following * step
        return [float(min(1.0, chance)) for chance in reached[:, -2:].sum(axis=1)]

    def _without_idle_steps(self) -> Logs:
        idle = self.logs[:, 0] > _BLANK
        return self.logs[~(idle & np.concatenate(([False], idle[:-1])))]
