"""Reads pictures of single lines with a recogniser of the PP-OCR family, whichever of its versions.

Lines are made 48 px high and padded to a few widths: OpenVINO needs 0.6 of onnxruntime's time for a shape it has met and
15 to 70 ms more for a new one.

Short lines are recognised several at once: the weights are then fetched from memory once for all of them (0.6 of the time
of one by one). Of long ones a batch costs as much as its members.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.extract.ocr.models import Recogniser, Tensor
from pipeline.extract.ocr.places import Alphabets, spelled_alike
from pipeline.extract.ocr.readers import Place, Reading
from pipeline.extract.ocr.rivals import RareCharacters
from pipeline.extract.raster.decode import Gray, Rgb
from pipeline.extract.raster.planes import planes

HEIGHT_PX: Final = 48
_LOWEST_PX: Final = 4
#: Widths that lines are padded to.
WIDTHS_PX: Final = (
    *(64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 448, 512, 576, 640, 704, 768),
    *(896, 1024, 1152, 1280, 1472, 1728, 2048, 2432, 2880),
)
#: Up to this width lines are recognised so many at once.
SHORT_PX: Final = 256
AT_ONCE: Final = 4
#: What a dot's brightness is to the networks: -1 to 1.
_SIGNED: Final = np.arange(256, dtype=np.float32) / np.float32(127.5) - np.float32(1)


class LineReader:
    """See the module. Nothing is kept between calls, so that one built in a parent can be used in its children."""

    def __init__(self, name: str, recogniser: Recogniser, widths_px: Sequence[int] = WIDTHS_PX) -> None:
        self.name = name
        self._widths_px = widths_px
        self._recognise = recogniser.read
        self._rest = recogniser.rest
        self._characters = recogniser.characters
        self._same = _spellings(recogniser.characters)
        self._rare = RareCharacters(recogniser.characters)
        self._alphabets = Alphabets(recogniser.characters)

    def read_lines(self, crops: Sequence[Rgb | Gray], *, alphabet: str | None = None) -> tuple[Reading, ...]:
        """Each crop's text; with `alphabet` every other character's probability is taken as nought."""
        allowed = None if alphabet is None else self._allowed(alphabet)
        found = [Reading(text="", confidence=0.0)] * len(crops)
        for batch in _batches(
            [(i, crop) for i, crop in enumerate(crops) if min(crop.shape[:2]) >= _LOWEST_PX], self._widths_px
        ):
            answer = self._recognise(batch.picture)
            for (index, used), chances in zip(batch.lines, answer, strict=False):
                found[index] = self._decode(chances if allowed is None else np.where(allowed, chances, 0.0), used)
        return tuple(found)

    def read_places(self, crop: Rgb | Gray, *, alphabet: str | None = None) -> tuple[Place, ...]:
        """What else each character of a line may be; with `alphabet` only its characters are considered."""
        if min(crop.shape[:2]) < _LOWEST_PX:
            return ()
        (batch,) = _batches([(0, crop)], self._widths_px)
        ((_, used),) = batch.lines
        chances = self._recognise(batch.picture)[0]
        return self._alphabets.places(chances[: int(np.ceil(used * len(chances))) + 1], alphabet)

    def meet(self, shapes: Iterable[tuple[int, int]]) -> Iterator[None]:
        """Meet so many lines at once of such a width, the largest first, stepwise: a process that meets a shape before it
        forks spares its children 15 to 70 ms for each. Then the memory goes back: a child would copy what it works in dot
        by dot from its parent; what is new to it is only cleared."""
        for count, width in sorted(shapes, key=lambda shape: -shape[0] * shape[1]):
            self._recognise(np.zeros((count, 3, HEIGHT_PX, width), np.float32))
            yield
        self._rest()

    def _allowed(self, alphabet: str) -> npt.NDArray[np.bool_]:
        allowed = np.isin(self._characters, list(alphabet))
        allowed[0] = True  # the blank of CTC
        return np.asarray(allowed)

    def _decode(self, chances: npt.NDArray[np.float32], used: float) -> Reading:
        """Greedy CTC: the best symbol of each step, repeats joined, blanks dropped.

        How sure a character is counts all spellings of it together: of a comma these networks often cannot tell whether
        it is wide or narrow, and nobody minds.
        """
        best = chances.argmax(axis=1)
        peaks = chances[np.arange(len(best)), best]
        written = self._same.first[best]
        starts = np.flatnonzero((written != 0) & (written != np.concatenate(([0], written[:-1]))))
        found: list[_Found] = []
        for start in starts:
            end = start
            while end + 1 < len(best) and written[end + 1] == written[start]:
                end += 1
            steps = chances[start : end + 1]
            sure = float(steps[:, self._same.of(written[start])].sum(axis=1).max())
            centre = min(1.0, (start + end + 1) / 2 / len(best) / used)
            peak = start + int(peaks[start : end + 1].argmax())
            rival = self._rare.rival(chances[peak], int(best[peak]))
            found.append(_Found(str(self._characters[best[peak]]), min(1.0, sure), centre, rival))
        while found and found[-1].character.isspace():
            found.pop()
        while found and found[0].character.isspace():
            found.pop(0)
        return Reading(
            text="".join(one.character for one in found),
            confidence=min((one.chance for one in found), default=0.0),
            chances=tuple(one.chance for one in found),
            centres=tuple(one.centre for one in found),
            rivals=tuple(one.rival for one in found),
        )


class _Found(NamedTuple):
    """A character of a line, how sure it is, where it stands, and what rare one may stand there instead."""

    character: str
    chance: float
    centre: float
    rival: tuple[str, float]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Spellings:
    """Characters that mean the same, as ， and ,. `first` maps each character's number to the first such one's."""

    first: npt.NDArray[np.intp]
    others: Mapping[int, npt.NDArray[np.intp]]

    def of(self, number: int) -> npt.NDArray[np.intp]:
        """The numbers of all spellings of a character, given by the first one's."""
        found = self.others.get(int(number))
        return np.array([number]) if found is None else found


def _spellings(characters: npt.NDArray[np.str_]) -> _Spellings:
    alike = spelled_alike(characters)
    first = np.arange(len(characters))
    for numbers in alike.values():
        first[numbers] = numbers[0]
    return _Spellings(first=first, others={same[0]: np.array(same) for same in alike.values() if len(same) > 1})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Batch:
    """Lines of one width as the network wants them, and of each its number and the share of the width that is crop.

    Places at the end that no line takes are nought.
    """

    picture: Tensor
    lines: tuple[tuple[int, float], ...]


def _batches(crops: Iterable[tuple[int, Rgb | Gray]], widths_px: Sequence[int]) -> Iterator[_Batch]:
    """Numbered crops, those of a width together."""
    by_width: dict[int, list[tuple[int, Rgb | Gray]]] = {}
    for index, crop in crops:
        small = _line(crop, widths_px[-1])
        by_width.setdefault(widths_px[bisect_left(widths_px, small.shape[1])], []).append((index, small))
    for width, lines in by_width.items():
        while lines:
            # Four at once take the time of three at most.
            count = AT_ONCE if width <= SHORT_PX and len(lines) >= AT_ONCE - 1 else 1
            yield _batch(lines[:count], count, width)
            del lines[:count]


def _batch(lines: Sequence[tuple[int, Rgb | Gray]], count: int, width: int) -> _Batch:
    picture = np.zeros((count, 3, HEIGHT_PX, width), np.float32)
    for place, (_, line) in zip(picture, lines, strict=False):
        put_signed(line, place)
    return _Batch(picture=picture, lines=tuple((index, line.shape[1] / width) for index, line in lines))


def _line(crop: Rgb | Gray, most_px: int) -> Rgb | Gray:
    """The crop made 48 px high, and no wider than that."""
    height, width = crop.shape[:2]
    wide = int(np.clip(round(width * HEIGHT_PX / height), 8, most_px))
    how = cv2.INTER_AREA if height > 64 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(crop, (wide, HEIGHT_PX), interpolation=how), dtype=np.uint8)


def put_signed(picture: Rgb | Gray, place: Tensor) -> None:
    """Into the top left of `place` (3, height, width): BGR planes, -1 to 1; of a grey picture thrice the same."""
    height, width = picture.shape[:2]
    corner = place[:, :height, :width]
    if picture.ndim == 2:
        corner[:] = cv2.LUT(picture, _SIGNED)
        return
    for plane, dots in zip(corner, reversed(planes(picture)), strict=True):
        plane[:] = cv2.LUT(dots, _SIGNED)
