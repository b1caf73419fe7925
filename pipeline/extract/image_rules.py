"""The ruling lines of a table on an upright, flat picture.

A rule is where a long thin run of ink lies; breaks of a fax and the bend of a photographed sheet are
tolerated. Positions are pixels of the picture that was given.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from pipeline.extract.image_decode import Gray
from pipeline.extract.image_ink import Mask

#: Shares of the picture's longer side: a piece of a rule is longer than the strokes of any character on a form;
#: breaks between pieces are closed; a whole rule is at least this long.
_PIECE: Final = 0.02
_BREAK: Final = 0.012
_SHORTEST: Final = 0.035
_THICK: Final = 0.006


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One straight rule: `at` is its y (horizontal) or x (vertical), `start`..`end` its extent."""

    at: float
    start: int
    end: int

    @property
    def length(self) -> int:
        return self.end - self.start


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The rules of a page with the masks they were found in."""

    horizontal: tuple[Rule, ...]
    vertical: tuple[Rule, ...]
    horizontal_mask: Mask
    vertical_mask: Mask


def find_rules(even: Gray) -> Rules:
    """The rules of a picture with evened light; empty tuples where there are none."""
    ink = _thin_ink(even)
    horizontal = _runs(ink, vertical=False)
    vertical = _runs(ink, vertical=True)
    return Rules(
        horizontal=_rules(horizontal, vertical=False),
        vertical=_rules(vertical, vertical=True),
        horizontal_mask=horizontal,
        vertical_mask=vertical,
    )


def _thin_ink(even: Gray) -> Mask:
    """Ink by local contrast, so that a faint hairline counts as well as a bold one."""
    block = max(15, (min(even.shape) // 40) | 1)
    return np.asarray(
        cv2.adaptiveThreshold(even, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, block, 14), dtype=np.uint8
    )


def _runs(ink: Mask, *, vertical: bool) -> Mask:
    """Runs of ink in one direction, longer than any stroke of a character, breaks closed."""
    longest = max(*ink.shape)
    piece, gap, reach = (max(12, round(longest * share)) for share in (_PIECE, _BREAK, _SHORTEST))
    # A rule that climbs a pixel every few dozen (bent paper) is broken into steps: thicken it across first.
    thick = cv2.dilate(cv2.morphologyEx(ink, cv2.MORPH_CLOSE, _bar(5, vertical)), _bar(3, not vertical))
    pieces = cv2.morphologyEx(thick, cv2.MORPH_OPEN, _bar(piece, vertical))
    whole = cv2.morphologyEx(pieces, cv2.MORPH_CLOSE, _bar(gap, vertical))
    opened = cv2.morphologyEx(whole, cv2.MORPH_OPEN, _bar(reach, vertical))
    return np.asarray(opened, dtype=np.uint8)


def _bar(length: int, vertical: bool) -> Mask:
    return np.ones((length, 1) if vertical else (1, length), np.uint8)


def _rules(mask: Mask, *, vertical: bool) -> tuple[Rule, ...]:
    thickest = max(12, round(max(mask.shape) * _THICK) * 2)
    count, _, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    found = []
    for left, top, width, height, area in stats[1:count]:
        across, along = (width, height) if vertical else (height, width)
        if area / max(along, 1) > thickest or across > along:
            continue  # a filled block, not a line
        start, middle = (top, left + width / 2) if vertical else (left, top + height / 2)
        found.append(Rule(at=float(middle), start=int(start), end=int(start + along)))
    return tuple(sorted(found, key=lambda rule: (rule.at, rule.start)))
