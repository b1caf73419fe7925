"""Paper that does not lie flat: its middle stands higher than its sides, or lower."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from PIL import Image

from samples.picture import Picture, pixels_of


def bent(picture: Picture, sag: float, *, arcs: int = 1) -> Picture:
    """The page as a camera above sees it: its lines are arcs that rise by `sag` of the page's height, and its middle is darker.

    Of more `arcs` beside each other every second one goes down: paper that is creased all over.
    """
    margin = round(picture.image.height * sag * 1.5) + 4
    page = cv2.copyMakeBorder(
        pixels_of(picture.image), margin, margin, 0, 0, cv2.BORDER_CONSTANT, value=(255, 255, 255)
    )
    high, wide = page.shape[:2]
    arc = np.sin(arcs * np.pi * np.arange(wide, dtype=np.float32) / wide)
    columns, rows = np.meshgrid(np.arange(wide, dtype=np.float32), np.arange(high, dtype=np.float32))
    below = rows + np.float32(picture.image.height * sag) * arc[None, :]
    moved = cv2.remap(page, columns, below.astype(np.float32), cv2.INTER_LINEAR, borderValue=(255, 255, 255))
    lit = moved * (1 - 0.12 * arc**2)[None, :, None]
    return picture.evolve(image=Image.fromarray(lit.clip(0, 255).astype(np.uint8)))


def creased(picture: Picture, creases: Sequence[tuple[float, float, float]]) -> Picture:
    """The page with valleys from top to bottom: where each lies, how far it reaches to both sides (shares of the width), and how
    much lower its middle is (share of the width)."""
    page = pixels_of(picture.image)
    high, wide = page.shape[:2]
    columns, rows = np.meshgrid(np.arange(wide, dtype=np.float32), np.arange(high, dtype=np.float32))
    for middle, reach, depth in creases:
        valley = (1 - np.abs(np.arange(wide) / wide - middle) / reach).clip(0)
        rows -= (depth * wide * valley).astype(np.float32)[None, :]
    moved = cv2.remap(page, columns, rows, cv2.INTER_LINEAR, borderValue=(255, 255, 255))
    return picture.evolve(image=Image.fromarray(np.asarray(moved, dtype=np.uint8)))
