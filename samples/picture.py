"""A pixel page with the truth of where things stand on it."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Matrix = NDArray[np.float64]
Pixels = NDArray[np.uint8]
Box = tuple[float, float, float, float]
Format = Literal["JPEG", "PNG", "TIFF"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """An upright picture, RGB. `boxes` are pixel rectangles of the values by key.

    `turn` is how many degrees (counter-clockwise, 0/90/180/270) the file is turned when it is written: the boxes
    always belong to the upright picture.
    """

    image: Image.Image
    boxes: Mapping[str, Box] = field(default_factory=dict)
    dpi: int = 200
    turn: int = 0
    quality: int = 88

    @property
    def fractions(self) -> dict[str, Box]:
        """The boxes as fractions of the upright page (0-1)."""
        width, height = self.image.size
        return {
            key: tuple(round(min(1.0, max(0.0, v / s)), 4) for v, s in zip(box, (width, height) * 2, strict=True))  # type: ignore[misc]
            for key, box in self.boxes.items()
        }

    def evolve(self, **changes: object) -> Picture:
        """The same picture with some fields changed."""
        return replace(self, **changes)  # type: ignore[arg-type]

    def warp(self, matrix: Matrix, image: Image.Image) -> Picture:
        """The picture after its pixels were moved by a homography: the boxes follow."""
        moved = {key: _move(box, matrix) for key, box in self.boxes.items()}
        return self.evolve(image=image, boxes=moved)

    def encode(self, file_format: Format = "JPEG") -> bytes:
        """The file's bytes; the same picture gives the same bytes."""
        image = self.image if not self.turn else self.image.rotate(self.turn, expand=True)
        stream = io.BytesIO()
        options: dict[str, Any] = {"dpi": (self.dpi, self.dpi)}
        if file_format == "JPEG":
            options["quality"] = self.quality
            image = image.convert("L" if image.mode in ("1", "L") else "RGB")
        if file_format == "TIFF":
            options["compression"] = "group4" if image.mode == "1" else "tiff_lzw"
        if file_format == "PNG":
            options["compress_level"] = 6
        image.save(stream, file_format, **options)
        return stream.getvalue()


def _move(box: Box, matrix: Matrix) -> Box:
    corners = np.array([[box[0], box[2], box[2], box[0]], [box[1], box[1], box[3], box[3]], [1, 1, 1, 1]], dtype=float)
    moved = matrix @ corners
    xs, ys = moved[0] / moved[2], moved[1] / moved[2]
    return float(xs.min()), float(ys.min()), float(xs.max()), float(ys.max())


def pixels_of(image: Image.Image) -> Pixels:
    """The picture as an array (height, width, 3), RGB."""
    return np.asarray(image.convert("RGB"), dtype=np.uint8)
