"""Lists of accounts as offices have them, in Excel or CSV: the columns are found by their headings, a bad row stops nothing."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from pipeline.domain.spelling import normalise, squash
from pipeline.profile.form import FieldKind, Option
from pipeline.profile.schema import Profile
from pipeline.store.known_accounts import AccountEntry
from pipeline.wrong_use import WrongUseError

MAX_FILE_BYTES: Final = 50 * 1024 * 1024
MAX_UNPACKED_BYTES: Final = 500 * 1024 * 1024
MAX_ROWS: Final = 200_000
MAX_COLUMNS: Final = 100
MAX_NAME: Final = 200
MAX_CELL: Final = 2_000
_HEADING_ROWS: Final = 20
#: What the columns are called, without blanks and punctuation.
_HEADINGS: Final[Mapping[str, frozenset[str]]] = {
    "name": frozenset(
        {
            "账号名",
            "帐号名",
            "账号名称",
            "帐号名称",
            "账号名昵称",
            "账号",
            "帐号",
            "名称",
            "昵称",
            "公众号",
            "公众号名称",
            "新媒体名称",
            "新媒体账号",
        }
    ),
    "type": frozenset({"类型", "账号类型", "帐号类型", "类别", "账号类别", "平台", "平台类型", "所属平台"}),
    "subject": frozenset(
        {"主体", "账号主体", "帐号主体", "主体名称", "主办单位", "开办单位", "运营主体", "运营单位", "单位", "单位名称"}
    ),
    "remark": frozenset({"备注", "说明"}),
}
_Row = tuple[int, Sequence[str]]


class AccountListError(WrongUseError):
    """A file that cannot be used as a list of accounts at all; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowFault:
    """A row that was left out: its line in the file, and in Chinese why."""

    line: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountList:
    """What a file holds, and which rows could not be used."""

    entries: tuple[AccountEntry, ...]
    faults: tuple[RowFault, ...]


def read_account_list(path: Path, profile: Profile) -> AccountList:
    """Read an .xlsx or .csv file. Raises `AccountListError`, OSError."""
    suffix = path.suffix.lower()
    if suffix not in (".xlsx", ".csv"):
        raise AccountListError(f"{path}: an .xlsx or .csv file is needed")
    if path.stat().st_size > MAX_FILE_BYTES:
        raise AccountListError(f"{path}: more than {MAX_FILE_BYTES // 1024**2} MB")
    rows = _excel_rows(path) if suffix == ".xlsx" else _csv_rows(path)
    columns = _find_columns(rows, path)
    entries: list[AccountEntry] = []
    faults: list[RowFault] = []
    for number, (line, cells) in enumerate(rows):
        if number >= MAX_ROWS:
            faults.append(RowFault(line=line, why=f"从这一行起未导入：最多{MAX_ROWS}行"))
            break
        read = _entry(line, {key: _cell(cells, column) for key, column in columns.items()}, cells, profile)
        if isinstance(read, AccountEntry):
            entries.append(read)
        elif read is not None:
            faults.append(read)
    return AccountList(entries=tuple(entries), faults=tuple(faults))


def _entry(
    line: int, texts: Mapping[str, str], cells: Sequence[str], profile: Profile
) -> AccountEntry | RowFault | None:
    """The row's account; None for a blank row."""
    if not any(cell.strip() for cell in cells):
        return None
    if any(len(text) > MAX_CELL for text in texts.values()):
        return RowFault(line=line, why=f"有一格超过{MAX_CELL}字")
    clean = {key: normalise(text) for key, text in texts.items()}
    name = clean["name"]
    if not name:
        return RowFault(line=line, why="没有账号名")
    if len(name) > MAX_NAME:
        return RowFault(line=line, why=f"账号名超过{MAX_NAME}字")
    kind = clean.get("type", "")
    return AccountEntry(
        name=name,
        account_type=account_type_of(kind, profile),
        type_text=kind,
        subject=clean.get("subject", ""),
        remark=clean.get("remark", ""),
    )


def account_type_of(text: str, profile: Profile) -> str:
    """The form's key for what a list calls the type: by the form's own words, anything else is another type; "" for none."""
    wanted = squash(text).casefold()
    if not wanted:
        return ""
    options = _options(profile)
    for option in options:
        if wanted in {squash(label).casefold() for label in option.labels}:
            return option.value
    return next((option.value for option in options if option.other_key is not None), "")


def account_types(profile: Profile) -> tuple[str, ...]:
    """The keys of the account types the form knows."""
    return tuple(option.value for option in _options(profile))


def _options(profile: Profile) -> list[Option]:
    return [
        option
        for field in profile.form.fields
        if field.key == "account_type" and field.kind is FieldKind.CHOICE
        for option in field.options
    ]


def _find_columns(rows: Iterator[_Row], path: Path) -> dict[str, int]:
    """Read on to the headings. Raises `AccountListError` when there are none, or two for one thing."""
    for _, cells in islice(rows, _HEADING_ROWS):
        folded = [squash(cell) for cell in cells]
        places = {key: [n for n, text in enumerate(folded) if text in names] for key, names in _HEADINGS.items()}
        if not places["name"]:
            continue
        doubled = [folded[n] for found in places.values() if len(found) > 1 for n in found]
        if doubled:
            raise AccountListError(f"{path}: several columns for one thing: {'、'.join(doubled)}")
        return {key: found[0] for key, found in places.items() if found}
    wanted = "、".join(sorted(_HEADINGS["name"]))
    raise AccountListError(f"{path}: no heading names the account in the first {_HEADING_ROWS} rows; one of {wanted}")


def _cell(cells: Sequence[str], column: int) -> str:
    return cells[column] if column < len(cells) else ""


def _csv_rows(path: Path) -> Iterator[_Row]:
    text = _decode(path.read_bytes(), path)
    head = text[:4096].splitlines()
    delimiter = max(",\t;", key=lambda mark: max((line.count(mark) for line in head), default=0))
    csv.field_size_limit(MAX_FILE_BYTES)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    for cells in reader:
        yield reader.line_num, cells[:MAX_COLUMNS]


def _decode(content: bytes, path: Path) -> str:
    for charset in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(charset)
        except UnicodeDecodeError:
            continue
    raise AccountListError(f"{path}: neither UTF-8 nor GB 18030 text")


def _excel_rows(path: Path) -> Iterator[_Row]:
    """The rows of the first sheet, formulas as the values they had when the file was saved."""
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    _require_sane_archive(path)
    try:
        book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        for line, cells in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True), 1):
            yield line, _trimmed(cells)
    except (
        InvalidFileException,
        KeyError,
        IndexError,
        ValueError,
        TypeError,
        SyntaxError,
        zipfile.BadZipFile,
    ) as error:
        raise AccountListError(f"{path}: not a readable Excel file ({type(error).__name__})") from error


def _require_sane_archive(path: Path) -> None:
    """An .xlsx is a zip archive: not more in it than a list can be."""
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
    except zipfile.BadZipFile as error:
        raise AccountListError(f"{path}: not an Excel file (.xlsx)") from error
    if unpacked > MAX_UNPACKED_BYTES:
        raise AccountListError(f"{path}: more than {MAX_UNPACKED_BYTES // 1024**2} MB unpacked")


def _trimmed(cells: Iterable[object]) -> list[str]:
    return ["" if cell is None else _text(cell) for cell in cells]


def _text(cell: object) -> str:
    """A cell as it looks: a whole number has no decimal point."""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
