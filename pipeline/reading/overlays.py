"""Pictures of what was read where (`beian extract --overlay`): a PNG for each page of a file, for people.

Guaranteed: the pages are drawn in the sandbox, where the sender's bytes are decoded; this side gives it the values that were
read and keeps the pictures. They show personal data: only their owner can open them. A picture's name holds the
beginning of its file's digest: drawing the same file again replaces its pictures, and no other file's.
"""

from __future__ import annotations

import hashlib
import os
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from pipeline.chinese_font import NoChineseFontError, load_chinese_font
from pipeline.domain.document import (
    PAPER_NAMES,
    DocumentReading,
    ExtractedForm,
    ExtractedPaper,
    Field,
    PageBox,
    TableCell,
)
from pipeline.domain.pages import Box
from pipeline.ingest.filename import shown_name
from pipeline.pictures.overlay_requests import (
    MAX_MARKS,
    MAX_REMARKS,
    MAX_TEXT,
    CellAddress,
    Look,
    Mark,
    OverlayAnswer,
    OverlayRequest,
)
from pipeline.pictures.trouble import NotShownError, Trouble, trouble_of
from pipeline.private_file import private_file
from pipeline.reading.reader import NotConvertedError, SandboxedReader
from pipeline.sandbox.errors import JailBrokenError, JobError
from pipeline.sandbox.frame import JobReply
from pipeline.sandbox.pool import Jail
from pipeline.wording import FIELD_NAMES, Wording, paper_field_name
from pipeline.wrong_use import WrongUseError

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_MAX_PICTURE_BYTES: Final = 128 * 1024 * 1024
_DIGEST_CHARACTERS: Final = 8
_NAME_BYTES: Final = 160
#: How files are read that have tables instead of pages, an old Word file once it is a DOCX.
_WRITTEN: Final = frozenset({"docx", "html"})
_CONVERTED: Final = "libreoffice+"
_ABSENT: Final = "（表上没有这一栏）"
_BLANK: Final = "（空白）"
#: The sheet of a Word file's text and tables; pages have their numbers.
_TABLES: Final = None

Sheet = int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """The pictures of one file, in the order of its pages, and what to tell of what was not drawn.

    `incomplete`: a page that was read could not be drawn; a file without pages is no such thing.
    """

    pictures: tuple[Path, ...] = ()
    troubles: tuple[str, ...] = ()
    incomplete: bool = False


def prepare_folder(folder: Path) -> None:
    """Make the folder, for its owner only, if there is none. Raises `WrongUseError` where nothing can be written into it."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except FileExistsError:
        raise WrongUseError(f"{folder}: is a file, not a folder for the pictures") from None
    except OSError as error:
        raise WrongUseError(f"{folder}: {error.strerror}") from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise WrongUseError(f"{folder}: pictures cannot be written into it")


def require_chinese_font() -> None:
    """Raises `NoChineseFontError` where this machine cannot write what was read."""
    try:
        load_chinese_font(None, 20)
    except NoChineseFontError:
        raise NoChineseFontError(
            "--overlay needs a Chinese typeface, and this machine has none; install one (apt-get install fonts-noto-cjk)"
        ) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlays:
    """Draws readings into a folder. Safe for threads."""

    jail: Jail
    wording: Wording
    folder: Path

    def draw(self, name: str, content: bytes, reading: DocumentReading) -> Drawn:
        """Draw every page of a file. Raises OSError where a picture cannot be written, `JailBrokenError` without a sandbox.

        `name` may be anything: pictures are called after what of it is safe.
        """
        sheets = tuple(_sheets(reading))
        if not sheets:
            return Drawn(troubles=(f"没有可以画出的页面：{_why_nothing(reading)}",))
        digest = hashlib.sha256(content).hexdigest()[:_DIGEST_CHARACTERS]
        if reading.engine.startswith(_CONVERTED):
            try:
                content = SandboxedReader(jail=self.jail).as_docx(content)
            except (NotConvertedError, JobError):
                return Drawn(troubles=("未能画出：旧版 Word 文件无法再次打开。",), incomplete=True)
        pictures, troubles = list[Path](), list[str]()
        for sheet in sheets:
            request = self._request(shown_name(name), sheet, reading)
            try:
                picture = self._drawn(request, content)
            except NotShownError as error:
                troubles.append(f"{_sheet_name(sheet)}未能画出：{error.sentence}")
                continue
            path = self.folder / f"{_safe_stem(name)}-{_suffix(sheet)}-{digest}.png"
            with private_file(path) as file:
                file.write(picture)
            pictures.append(path)
        return Drawn(pictures=tuple(pictures), troubles=tuple(troubles), incomplete=bool(troubles))

    def _drawn(self, request: OverlayRequest, content: bytes) -> bytes:
        header = request.model_dump_json().encode()
        try:
            reply = self.jail.run("overlay", header, content)
            if reply.record_json == b"null":  # a file whose decoder needs threads
                reply = self.jail.run("overlay_threaded", header, content)
        except JailBrokenError:
            raise
        except JobError as error:
            raise NotShownError(trouble_of(error)) from None
        return _picture(reply)

    def _request(self, name: str, sheet: Sheet, reading: DocumentReading) -> OverlayRequest:
        groups = [group for group in _groups(reading) if _stands_on(group[1], sheet, reading)]
        several = len(groups) > 1
        marks = [mark for title, item in groups for mark in self._marks(item, title if several else "", sheet, reading)]
        geometry = next((page for page in reading.geometry if page.page == sheet), None)
        said = "、".join(title for title, _ in groups) or _other(sheet, reading)
        place = _sheet_name(sheet, of=len(reading.geometry), pasted=_is_written(reading))
        return OverlayRequest(
            title=_cut(f"{name}　{place}" + (f"：{said}" if said else "")),
            page=sheet,
            geometry=geometry,
            remarks=tuple(_cut(text) for text in _remarks(reading)[:MAX_REMARKS]),
            marks=tuple(marks[:MAX_MARKS]),
        )

    def _marks(
        self, item: ExtractedForm | ExtractedPaper, group: str, sheet: Sheet, reading: DocumentReading
    ) -> Iterator[Mark]:
        """A document's fields that stand on the sheet; what stands nowhere is told on its first sheet."""
        home = _home(item, reading)
        for field in item:
            if _sheet_of(field, home) == sheet and not _is_twin(field, item):
                yield self._mark(field, item, group)
        if isinstance(item, ExtractedForm) and sheet == home:
            for key in item.unplaced:
                if item.field(key) is None:
                    yield Mark(label=_cut(self._label(item, key)), text=_ABSENT, look=Look.DOUBTFUL, group=group)

    def _mark(self, field: Field, item: ExtractedForm | ExtractedPaper, group: str) -> Mark:
        look = Look.DOUBTFUL if field.doubtful else Look.BLANK if field.value is None else Look.SURE
        return Mark(
            label=_cut(self._label(item, field.key)),
            text=_cut(self._text(field)),
            look=look,
            reason=_cut(_reason(field)) if field.doubtful else "",
            group=group,
            place=_place(field),
        )

    def _text(self, field: Field) -> str:
        if field.value is not None:
            return self.wording.value(field.key, field.value)
        if field.candidates:
            return "、".join(self.wording.value(field.key, text) for text in field.candidates)
        return f"原文：{raw}" if (raw := field.raw.strip()) else _BLANK

    def _label(self, item: ExtractedForm | ExtractedPaper, key: str) -> str:
        if isinstance(item, ExtractedPaper):
            return paper_field_name(item.kind, key)
        named = next((spec.name for spec in self.wording.profile.form.fields if spec.key == key), key)
        return FIELD_NAMES.get(key, named)


def _picture(reply: JobReply) -> bytes:
    """Check what the sandbox says before it is kept: it has seen a sender's bytes."""
    try:
        answer = OverlayAnswer.model_validate_json(reply.record_json)
    except ValidationError:
        raise NotShownError(Trouble.BROKEN) from None
    if answer.trouble is not None:
        raise NotShownError(answer.trouble)
    content = reply.blobs[0] if len(reply.blobs) == 1 else b""
    if not content.startswith(_PNG) or len(content) > _MAX_PICTURE_BYTES:
        raise NotShownError(Trouble.BROKEN)
    return content


def _sheets(reading: DocumentReading) -> Iterator[Sheet]:
    if _is_written(reading):
        yield _TABLES
    yield from (page.page for page in reading.geometry)


def _is_written(reading: DocumentReading) -> bool:
    return reading.engine.removeprefix(_CONVERTED) in _WRITTEN


def _groups(reading: DocumentReading) -> tuple[tuple[str, ExtractedForm | ExtractedPaper], ...]:
    """Forms and papers with what they are called, counted where there are several of a name."""
    named: list[tuple[str, ExtractedForm | ExtractedPaper]] = [("登记表", form) for form in reading.forms]
    named += [("登记表的一部分", part) for part in reading.parts]
    named += [(PAPER_NAMES[paper.kind], paper) for paper in reading.papers]
    names = [name for name, _ in named]
    return tuple(
        (f"{name}{names[: at + 1].count(name)}" if names.count(name) > 1 else name, item)
        for at, (name, item) in enumerate(named)
    )


def _stands_on(item: ExtractedForm | ExtractedPaper, sheet: Sheet, reading: DocumentReading) -> bool:
    home = _home(item, reading)
    return sheet == home or any(_sheet_of(field, home) == sheet for field in item)


def _home(item: ExtractedForm | ExtractedPaper, reading: DocumentReading) -> Sheet:
    """The sheet a document begins on."""
    if not _is_written(reading):
        return item.pages[0]
    # Papers of a Word file stand on pictures pasted into it; so does a form that was read from one.
    written = isinstance(item, ExtractedForm) and all(field.reader in (*_WRITTEN, "none") for field in item)
    return _TABLES if written else item.pages[0]


def _sheet_of(field: Field, home: Sheet) -> Sheet:
    if home is _TABLES or not isinstance(field.source, PageBox):
        return home
    return field.source.page


def _place(field: Field) -> Box | CellAddress | None:
    place = field.source
    if isinstance(place, TableCell):
        return CellAddress(table=place.table, row=place.row, column=place.column)
    return None if place is None else place.box


def _is_twin(field: Field, item: Iterable[Field]) -> bool:
    """Whether a blank value shares its place with another: nothing was to be written there (其他 of the types)."""
    empty = field.value is None and not field.doubtful
    return empty and any(other.key != field.key and other.source == field.source is not None for other in item)


def _reason(field: Field) -> str:
    said = field.doubt or "辨认存疑"
    second = (field.second or "").strip()
    differs = second and second not in (str(field.value), field.raw.strip())
    return f"{said}（另一读法：{second}）" if differs else said


def _other(sheet: Sheet, reading: DocumentReading) -> str:
    """What a sheet without a form or paper looks like."""
    return next((f"其他，看起来是{other.looks_like}" for other in reading.others if other.page == sheet), "")


def _remarks(reading: DocumentReading) -> list[str]:
    inner = [found for form in reading.forms for found in form.findings]
    inner += [found for paper in reading.papers for found in paper.findings]
    return list(dict.fromkeys(found.detail for found in (*reading.all_findings, *inner)))


def _why_nothing(reading: DocumentReading) -> str:
    return next(iter(_remarks(reading)), "这类文件没有页面。")


def _sheet_name(sheet: Sheet, *, of: int = 0, pasted: bool = False) -> str:
    if sheet is _TABLES:
        return "文字和表格"
    kind = "文中图片第" if pasted else "第"
    return f"{kind} {sheet} 页" + (f"（共 {of} 页）" if of > 1 else "")


def _suffix(sheet: Sheet) -> str:
    return "tables" if sheet is _TABLES else f"p{sheet:02d}"


def _safe_stem(name: str) -> str:
    """The file's name as part of a name on any system: letters, digits and signs that mean nothing to one."""
    shown = shown_name(name)
    kept = "".join(c if c in "-_.()" or unicodedata.category(c)[0] in "LN" else "_" for c in shown).lstrip(".-_")
    while len(kept.encode()) > _NAME_BYTES:
        kept = kept[:-1]
    return kept or "file"


def _cut(text: str) -> str:
    return text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 1] + "…"
