"""Paper that does not lie flat: its middle stands higher than its sides, or lower."""

from __future__ import annotations

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
