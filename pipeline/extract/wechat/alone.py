"""The lines of a WeChat ID without what stands beside it: its label (微信号：abc_123) and a remark ((个人)).

The second reader knows nothing but an ID's characters, and the ink is laid upon what was read one by one: of a line that holds
a label neither can say anything, and every ID behind one was asked about.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from pipeline.domain.document import Box
from pipeline.extract.image.reread import PictureRereader
from pipeline.extract.ocr.characters import SURE
from pipeline.extract.ocr.readers import Reading
from pipeline.extract.page import Line
from pipeline.extract.raster.blanks import in_blank
from pipeline.extract.wechat.shapes import fold

_NOTE: Final = r"[(（][\u4e00-\u9fff]{1,12}[)）]"
_ID: Final = re.compile(rf"(?:.*[:：\s])?(?P<id>[-_A-Za-z0-9|!]+)\s*(?:{_NOTE})?")
_NOTE_ALONE: Final = re.compile(_NOTE)


def ids_alone(
    lines: Sequence[Line], value: str, rereader: PictureRereader
) -> tuple[tuple[Line, ...], PictureRereader] | None:
    """The lines of the ID `value` alone, with the rereader that knows them; None where no line holds more than its part of it,
    or another reader does not see the same ID in the whole line: what was cut off may be a part of it."""
    kept = [line for line in lines if not _is_note(line, rereader)] or list(lines)
    seen = {line.box: _alone(line, rereader) for line in kept}
    cut = {line.box: found for line in kept if (found := seen[line.box]) is not None}
    shown = tuple(
        replace(line, text=own.text, box=box) for line in kept for box, own in [cut.get(line.box, (line.box, line))]
    )
    if "".join(line.text for line in shown) != value or (not cut and len(kept) == len(lines)):
        return None
    return shown, rereader.with_lines(dict(cut.values()), {})


def _is_note(line: Line, rereader: PictureRereader) -> bool:
    """Whether a line holds a remark and nothing else."""
    return bool(_NOTE_ALONE.fullmatch(line.text)) and rereader.first_reading(line.box).confidence >= SURE


def _alone(line: Line, rereader: PictureRereader) -> tuple[Box, Reading] | None:
    """Where the ID of a line with more in it stands, and what the main reader sees there; None where it sees something else."""
    reading = rereader.first_reading(line.box)
    found = _ID.fullmatch(reading.text)
    if found is None or found["id"] == reading.text or not _is_level(line, reading, rereader):
        return None
    box = _box_of(line, reading, found.span("id"), rereader)
    own = rereader.main_reading(box, alphabet=None, prepared=False)
    if fold(own.text) != fold(found["id"]) or not _is_seen_in_line(line, found["id"], rereader):
        return None
    return box, own


def _is_level(line: Line, reading: Reading, rereader: PictureRereader) -> bool:
    """Whether a part of a line's width is a part of its text."""
    return line.box not in rereader.slopes and len(reading.centres) == len(reading.text)


def _is_seen_in_line(line: Line, shown: str, rereader: PictureRereader) -> bool:
    """Whether another network sees the same ID beside what the line holds: a character that the main one gave to the label, or to
    nothing, would be cut off."""
    looks = (look(line.box) for look in (rereader.quick_reading, rereader.third_reading))
    found = (_ID.fullmatch(look.text) for look in looks)
    return any(one is not None and fold(one["id"]) == fold(shown) for one in found)


def _box_of(line: Line, reading: Reading, span: tuple[int, int], rereader: PictureRereader) -> Box:
    left, top, right, bottom = line.box
    ink = rereader.dark(line.box)
    solid = [i for i, character in enumerate(reading.text) if not character.isspace()]
    before = max((i for i in solid if i < span[0]), default=None)
    behind = min((i for i in solid if i >= span[1]), default=None)
    first, last = reading.centres[span[0]], reading.centres[span[1] - 1]
    begins = 0.0 if before is None else in_blank(ink, reading.centres[before], first)
    ends = 1.0 if behind is None else in_blank(ink, last, reading.centres[behind])
    return left + begins * (right - left), top, left + ends * (right - left), bottom
