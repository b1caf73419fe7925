"""The margin of an overlay: a note for each mark, as near to its place as the others leave it room."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.pictures.lettering import Lettering
from pipeline.pictures.overlay_requests import Mark
from pipeline.pictures.watermark import Pen

#: Across a note: a bar, the label, the value with the reason below it.
LABEL_AT_PX: Final = 18
VALUE_AT_PX: Final = 236
WIDTH_PX: Final = 780
_GAP_PX: Final = 14
_MOST_LINES: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterings:
    """The sizes of an overlay's text."""

    title: Lettering
    value: Lettering
    small: Lettering

    @classmethod
    def of(cls, pen: Pen) -> Letterings:
        return cls(title=Lettering(pen, 34), value=Lettering(pen, 29), small=Lettering(pen, 24))


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A mark's text in lines; `height_px` is what it takes, `first_px` how far below its top its first line's middle lies.

    `group` is a heading above it, "" for none, `above_px` that heading's height.
    """

    group: str
    label: tuple[str, ...]
    value: tuple[str, ...]
    reason: tuple[str, ...]
    above_px: int
    height_px: int
    first_px: int


def make_note(mark: Mark, letters: Letterings, *, headed: bool) -> Note:
    """The note of a mark, under its group's name if it is to be `headed`."""
    label = letters.small.wrap(mark.label, VALUE_AT_PX - LABEL_AT_PX - 16, most=3)
    value = letters.value.wrap(mark.text, WIDTH_PX - VALUE_AT_PX, most=_MOST_LINES)
    reason = letters.small.wrap(mark.reason, WIDTH_PX - VALUE_AT_PX, most=_MOST_LINES) if mark.reason else ()
    right = len(value) * letters.value.line_px + len(reason) * letters.small.line_px
    above = letters.value.line_px if headed else 0
    return Note(
        group=mark.group if headed else "",
        label=label,
        value=value,
        reason=reason,
        above_px=above,
        height_px=above + max(right, len(label) * letters.small.line_px),
        first_px=above + letters.value.line_px // 2,
    )


def place_notes(notes: Sequence[Note], wanted: Iterable[float | None], *, top: float, bottom: float) -> list[float]:
    """The top of each note, in order and without overlap, the first line where it is wanted if it can be.

    A note that is wanted nowhere follows the one before it. What does not fit above `bottom` moves up as far as `top`;
    where there is more than fits, the last ones stand below `bottom`.
    """
    tops: list[float] = []
    free = top
    for note, at in zip(notes, wanted, strict=True):
        tops.append(free if at is None else max(free, at - note.first_px))
        free = tops[-1] + note.height_px + _GAP_PX
    end = bottom
    for index in reversed(range(len(notes))):
        tops[index] = min(tops[index], end - notes[index].height_px)
        end = tops[index] - _GAP_PX
    free = top
    for index, note in enumerate(notes):
        tops[index] = max(tops[index], free)
        free = tops[index] + note.height_px + _GAP_PX
    return tops
