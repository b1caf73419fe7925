"""Blank paper between two characters of a line, where a line may be cut in two."""

from __future__ import annotations

import numpy as np

from pipeline.extract.raster.ink import Mask


def in_blank(ink: Mask, before: float, after: float) -> float:
    """The middle of the widest blank between two shares of a line's width; the middle of both where no paper is.

    Where a label's characters are spread a reader's places are half a character wrong.
    """
    wide = ink.shape[1]
    first, last = round(before * wide), round(after * wide)
    inked = np.flatnonzero(ink[:, first:last].any(axis=0))
    ends = np.concatenate(([-1], inked, [last - first]))
    gaps = np.diff(ends)
    widest = int(gaps.argmax())
    middle = float(ends[widest] + ends[widest + 1]) / 2
    return (first + middle) / wide if gaps[widest] > 1 else (before + after) / 2
