"""Characters written stroke by stroke: the middles of strokes that `hanzi-writer-data` has of 9,574 characters (npm, from
Arphic's typefaces), as a hand of some habit goes along them.

A hand goes on from a stroke to the next without lifting the pen, rounds corners, slants, leaves strokes short or goes on too
far; its habits stay the same for a line.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from training.taught.faces import EM_PX, Ink

#: Their square, and where its bottom is.
_SQUARE: Final = 1024
_BOTTOM: Final = -124
_FINE: Final = 2
_SHIFT: Final = 4
_ROOM: Final = 0.25
Line = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Habit:
    """How a hand goes along strokes. Lengths as shares of an em."""

    joined: float
    rounded: int
    wander: float
    turned: float
    beyond: float
    rising: float
    bent: float
    width: float
    pressure: float
    hooks: float

    @classmethod
    def drawn(cls, dice: random.Random) -> Habit:
        """One of many: from careful to hasty."""
        haste = dice.random() ** 1.3
        return cls(
            joined=max(0.0, haste - 0.25) * dice.uniform(0.2, 1.0),
            rounded=dice.choice((0, 1, 2)) if haste < 0.5 else 2,
            wander=dice.uniform(0.004, 0.02) + 0.03 * haste,
            turned=dice.uniform(1, 3) + 5 * haste,
            beyond=dice.uniform(0.01, 0.05) + 0.1 * haste,
            rising=dice.uniform(-0.02, 0.16),
            bent=dice.uniform(0.0, 0.05) + 0.03 * haste,
            width=dice.uniform(0.028, 0.075),
            pressure=dice.uniform(0.0, 0.5),
            hooks=dice.random() * haste,
        )


class Strokes:
    """The characters that there are strokes of."""

    def __init__(self, material: Path) -> None:
        self._folder = material / "node_modules/hanzi-writer-data"
        self._names = {path.stem for path in self._folder.glob("?.json")}

    def has(self, character: str) -> bool:
        return character in self._names

    def glyph(self, dice: random.Random, character: str, habit: Habit) -> tuple[Ink, tuple[int, int], float]:
        """As `Face.glyph`: ink, place, and how far the pen goes on."""
        strokes = [_moved(dice, stroke, habit) for stroke in _medians(str(self._folder / f"{character}.json"))]
        size = EM_PX * _FINE
        room = int(size * _ROOM)
        ink = np.zeros((size + 2 * room, size + 2 * room), np.uint8)
        phase = dice.uniform(0, 6.3), dice.uniform(0, 6.3)
        placed = [_placed(stroke, habit, phase) * size + room for stroke in strokes]
        for stroke in placed:
            _draw(dice, ink, stroke, habit, size)
        for one, next_one in pairwise(placed):
            if dice.random() < habit.joined:
                _join(dice, ink, one[-1], next_one[0], habit, size)
        small = cv2.resize(ink, None, fx=1 / _FINE, fy=1 / _FINE, interpolation=cv2.INTER_AREA)
        edge = room // _FINE
        return small, (-edge, -int(0.86 * EM_PX) - edge), float(EM_PX)


@lru_cache(maxsize=10_000)
def _medians(file: str) -> tuple[Line, ...]:
    """Of each stroke the points along it, 0 to 1, from the top."""
    told = json.loads(Path(file).read_text(encoding="utf-8"))["medians"]
    lines = []
    for points in told:
        line = np.array(points, np.float32)
        line[:, 1] = _SQUARE + _BOTTOM - line[:, 1]
        lines.append(line / np.float32(_SQUARE))
    return tuple(lines)


def _moved(dice: random.Random, stroke: Line, habit: Habit) -> Line:
    centre = stroke.mean(axis=0)
    angle = np.radians(dice.gauss(0, habit.turned))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]], np.float32)
    size = dice.gauss(1, habit.beyond)
    moved = (stroke - centre) @ turn * np.float32(size) + centre
    moved += np.array([dice.gauss(0, habit.wander), dice.gauss(0, habit.wander)], np.float32)
    moved += np.random.default_rng(dice.getrandbits(32)).normal(0, habit.wander / 4, moved.shape).astype(np.float32)
    if len(moved) > 3 and dice.random() < habit.hooks and np.linalg.norm(moved[-1] - moved[-2]) < 0.12:
        moved = moved[:-1]
    if habit.rounded and dice.random() < 0.3 and len(moved) > 4:
        moved = np.concatenate((moved[:1], moved[1:-1:2], moved[-1:]))
    for _ in range(habit.rounded):
        moved = _rounded(moved)
    return moved


def _rounded(line: Line) -> Line:
    """Corners cut (Chaikin)."""
    if len(line) < 3:
        return line
    before, after = line[:-1], line[1:]
    cut = np.stack((before * 0.75 + after * 0.25, before * 0.25 + after * 0.75), axis=1).reshape(-1, 2)
    return np.concatenate((line[:1], cut, line[-1:]))


def _placed(line: Line, habit: Habit, phase: tuple[float, float]) -> Line:
    x, y = line[:, 0], line[:, 1]
    bent_x = x + habit.bent * np.sin(y * 4 + phase[0])
    bent_y = y + habit.bent * np.sin(x * 4 + phase[1]) - habit.rising * (x - 0.5)
    return np.stack((bent_x, bent_y), axis=1).astype(np.float32)


def _draw(dice: random.Random, ink: Ink, line: Line, habit: Habit, size: int) -> None:
    wide = habit.width * size * dice.uniform(0.85, 1.15)
    fixed = np.round(line * (1 << _SHIFT)).astype(np.int32)
    if habit.pressure < 0.15:
        cv2.polylines(ink, [fixed], False, 255, max(1, round(wide)), cv2.LINE_AA, _SHIFT)
        return
    count = len(fixed) - 1
    for i in range(count):
        share = 1 + habit.pressure * (0.3 - i / max(1, count))
        cv2.line(ink, fixed[i], fixed[i + 1], 255, max(1, round(wide * share)), cv2.LINE_AA, _SHIFT)


def _join(dice: random.Random, ink: Ink, start: Line, end: Line, habit: Habit, size: int) -> None:
    """The pen on its way to the next stroke."""
    middle = (start + end) / 2 + np.array([dice.gauss(0, 0.05), dice.gauss(0, 0.05)], np.float32) * size
    path = _rounded(_rounded(np.stack((start, middle, end))))
    wide = max(1, round(habit.width * size * dice.uniform(0.3, 0.9)))
    cv2.polylines(ink, [np.round(path * (1 << _SHIFT)).astype(np.int32)], False, 255, wide, cv2.LINE_AA, _SHIFT)
