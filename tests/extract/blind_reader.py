"""The main reader, blind to a part of the page: what a value looks like whose line was not found."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.extract.ocr.readers import OcrEngine, Place, Quad, Reading
from pipeline.extract.raster.decode import Gray, Rgb


class BlindReader:
    """Finds no line whose middle lies in `hidden` (left, top, right, bottom in pixels); reads lines as the other does."""

    def __init__(self, engine: OcrEngine, hidden: tuple[int, int, int, int]) -> None:
        self._engine, self._hidden = engine, hidden
        self.name = engine.name

    def rest(self) -> None:
        self._engine.rest()

    def find_lines(self, rgb: Rgb) -> tuple[Quad, ...]:
        left, top, right, bottom = self._hidden
        return tuple(
            quad
            for quad in self._engine.find_lines(rgb)
            if not (left < quad[:, 0].mean() < right and top < quad[:, 1].mean() < bottom)
        )

    def read_lines(self, crops: Sequence[Rgb | Gray], *, alphabet: str | None = None) -> tuple[Reading, ...]:
        return self._engine.read_lines(crops, alphabet=alphabet)

    def read_places(self, crop: Rgb | Gray, *, alphabet: str | None = None) -> tuple[Place, ...]:
        return self._engine.read_places(crop, alphabet=alphabet)
