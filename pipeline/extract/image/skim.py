"""Whether a page is worth reading to its end. People attach long documents that are neither form nor paper.

A page is sampled: its largest lines, and a line in each of several bands, of each its beginning. One word that
stands on forms or papers, or that people print across copies of them, and the page is read whole; so is a page that
reads badly, and one that follows a page with such words or one of few lines. What is left is prose: it is not read,
and whoever may not see ID numbers sees nothing of it (`id_places`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np

from pipeline.extract.image.turn import cut
from pipeline.extract.ocr.readers import OcrEngine, Quad, Reading
from pipeline.extract.paper_geometry import fold_label
from pipeline.extract.paper_labels import (
    CARD_LABELS,
    CARD_TITLE,
    CERTIFICATE_LABELS,
    CERTIFICATE_TITLES,
    LICENCE_TITLE,
    is_stamped_text,
)
from pipeline.extract.raster.decode import Rgb
from pipeline.profile.form import FormSpec

#: Pages with fewer are soon read.
_LEAST_LINES: Final = 8
_LARGEST: Final = 4
_BANDS: Final = 10
#: So much of a line's beginning is read, in its heights: labels stand there.
_BEGINNING: Final = 8.0
_LEAST_CHARACTERS: Final = 40
_SURE: Final = 0.9
#: So many characters have to be read surely; fewer where not one is Chinese, for a form that reads badly shows some.
_SURE_SHARE: Final = 0.9
_LATIN_SURE_SHARE: Final = 0.6
_LEAST_WORD: Final = 2


class Skimmer:
    """Looks at the pages of one file in order. `heads` are the beginnings of the largest lines of the last one that was prose."""

    def __init__(self, form: FormSpec, engine: OcrEngine) -> None:
        self._words = _words(form)
        self._engine = engine
        self._goes_on = False
        self.heads = ""

    def is_prose(self, rgb: Rgb, quads: Sequence[Quad]) -> bool:
        """Whether an upright page with these lines is surely neither form nor paper, nor goes on with one."""
        went_on, self._goes_on = self._goes_on, True
        if len(quads) < _LEAST_LINES:
            return False
        read: list[Reading] = []
        for quad in _sample(quads):
            read += self._engine.read_lines([_beginning(rgb, quad)])
            if self._has_word(read[-1].text):
                return False
        self._goes_on = not _reads_well(read)
        self.heads = " ".join(reading.text for reading in read[:_LARGEST])
        return not (went_on or self._goes_on)

    def _has_word(self, text: str) -> bool:
        folded = fold_label(text)
        return any(word in folded for word in self._words) or is_stamped_text(text)


def _words(form: FormSpec) -> frozenset[str]:
    """Whatever is printed on the city's form and on papers."""
    printed: Iterable[str] = (
        *form.titles,
        *(label for section in form.sections for label in section.labels),
        *(label for field in form.fields for label in field.labels),
        *(text for label in (*CARD_LABELS, *CERTIFICATE_LABELS) for text in label.texts),
        *(CARD_TITLE, LICENCE_TITLE, *CERTIFICATE_TITLES),
    )
    return frozenset(word for word in map(fold_label, printed) if len(word) >= _LEAST_WORD)


def _sample(quads: Sequence[Quad]) -> list[Quad]:
    """The largest lines, then the shortest line of each band of the page."""
    tops = np.array([quad[:, 1].mean() for quad in quads])
    highs = np.array([_high(quad) for quad in quads])
    picked = list(np.argsort(-highs)[:_LARGEST])
    bands = np.minimum(_BANDS - 1, (tops - tops.min()) / max(1.0, np.ptp(tops)) * _BANDS).astype(int)
    for band in range(_BANDS):
        inside = [int(i) for i in np.flatnonzero(bands == band) if i not in picked]
        if inside:
            picked.append(min(inside, key=lambda i: _wide(quads[i])))
    return [quads[int(i)] for i in picked]


def _beginning(rgb: Rgb, quad: Quad) -> Rgb:
    line = cut(rgb, quad)
    return np.ascontiguousarray(line[:, : max(1, round(_BEGINNING * line.shape[0]))])


def _reads_well(readings: Sequence[Reading]) -> bool:
    chances = [chance for reading in readings for chance in reading.chances]
    least = _LATIN_SURE_SHARE if all(reading.text.isascii() for reading in readings) else _SURE_SHARE
    return len(chances) >= _LEAST_CHARACTERS and sum(c >= _SURE for c in chances) >= least * len(chances)


def _high(quad: Quad) -> float:
    return float(np.hypot(*(quad[3] - quad[0])))


def _wide(quad: Quad) -> float:
    return float(np.hypot(*(quad[1] - quad[0])))
