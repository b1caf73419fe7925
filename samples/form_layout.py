"""The notice's form as a table of cells, whatever draws it: DOCX, PDF and pixel page share this one layout.

Five columns, as in the notice's annex: label, sub-label, value, label, value; ordinary values span what they need.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from samples.filing import FilingTruth

TITLE = "廊坊市新媒体账号登记备案表"
CONFIRMATION = "以上信息均真实有效"
COLUMNS = 5

Tick = Literal[
    "☑",
    "√",
    "✓",
    "■",
    "●",
    "☒",
    "wingdings",
    "wingdings_fe",
    "wingdings_fc",
    "content_control",
    "typed_before",
    "typed_after",
]
Signature = Literal["typed", "handwritten", "picture", "seal", "none"]
CellKind = Literal["label", "value", "ticks", "signature"]

LABELS: Mapping[str, str] = {
    "number": "编    号",
    "account_name": "账号名(昵称)",
    "account_type": "账号类型",
    "account_subject": "账号主体",
    "address": "地    址",
    "description": "功能简介",
    "opened_on": "开通日期",
    "follower_count": "粉丝数量",
    "owner": "账号所有人",
    "owner_name": "姓 名",
    "owner_id_number": "身份证号",
    "owner_wechat": "微信号",
    "owner_phone": "手 机",
    "admin_name": "管理员姓名",
    "admin_phone": "手 机",
    "admin_wechat": "管理员微信号",
    "signed": "签名盖章确认",
}
#: As the notice was published: the first characters of two labels are gone.
LOST_LABELS: Mapping[str, str] = {"number": "    号", "address": "    址"}

OPTIONS: tuple[tuple[str, str], ...] = (("wechat", "微信公众账号"), ("app", "手机APP"), ("other", "其他"))


@dataclass(frozen=True, slots=True, kw_only=True)
class FormStyle:
    """How a submitter's copy of the form looks.

    `labels` replaces printed labels by key; `dropped` names form keys whose cells were deleted (a row goes
    when nothing is left in it); `controls` puts values into content controls (DOCX only); `empty_sheet`
    leaves out the values (a blank form); `close` sets text at the top of its cell and leaves no room between it and hairline
    rules, as Word does (PDF and pixel page only: a DOCX is set by whoever opens it).
    """

    title: str = TITLE
    tick: Tick = "☑"
    labels: Mapping[str, str] = field(default_factory=dict)
    dropped: frozenset[str] = frozenset()
    signature: Signature = "typed"
    controls: bool = False
    empty_sheet: bool = False
    close: bool = False

    def label(self, key: str) -> str:
        """The printed label of a field or section."""
        return self.labels.get(key, LABELS[key])


#: The form as the notice has it, ticked with ☑ and signed with a typed name.
PLAIN = FormStyle()


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A piece of the tick-box row: text, or a box (`box`) that is ticked or not."""

    text: str = ""
    box: bool = False
    ticked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FormCell:
    """A cell; `row` and `column` count from 0. `key` is the form key (or "owner" for the spanning label)."""

    row: int
    column: int
    row_span: int = 1
    column_span: int = 1
    kind: CellKind
    key: str
    text: str = ""
    segments: tuple[Segment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FormSheet:
    """A filled form: its heading and cells that cover `rows` x 5 without overlapping."""

    filing: FilingTruth
    style: FormStyle
    rows: int
    cells: tuple[FormCell, ...]


def tick_segments(filing: FilingTruth, style: FormStyle) -> tuple[Segment, ...]:
    """The row "微信公众账号□ 手机APP□ 其他 □" with this filing's ticks and the text behind 其他."""
    out: list[Segment] = []
    other = "" if style.empty_sheet else filing.account_type_other_written
    for value, label in OPTIONS:
        ticked = value in filing.ticks and not style.empty_sheet
        before = "√" if ticked and style.tick == "typed_before" else ""
        after = "√" if ticked and style.tick == "typed_after" else ""
        drawn = ticked and not before and not after
        gap = "     " if value == "other" and not other else ""
        out += [Segment(text=before + label + gap), Segment(box=True, ticked=drawn)]
        out.append(Segment(text=after + (f" {other}" if value == "other" else "  ")))
    return tuple(segment for segment in out if segment.text or segment.box)


#: Rows of (column of label, column of value, columns the value spans, key); the section row is handled apart.
_ROWS: tuple[tuple[tuple[int, int, int, str], ...], ...] = (
    ((0, 1, 4, "number"),),
    ((0, 1, 4, "account_name"),),
    ((0, 1, 4, "account_type"),),
    ((0, 1, 4, "account_subject"),),
    ((0, 1, 4, "address"),),
    ((0, 1, 4, "description"),),
    ((0, 1, 2, "opened_on"), (3, 4, 1, "follower_count")),
    ((1, 2, 1, "owner_name"), (3, 4, 1, "owner_id_number")),
    ((1, 2, 1, "owner_wechat"), (3, 4, 1, "owner_phone")),
    ((0, 1, 2, "admin_name"), (3, 4, 1, "admin_phone")),
    ((0, 1, 4, "admin_wechat"),),
    ((0, 1, 4, "signed"),),
)


def lay_out(filing: FilingTruth, style: FormStyle = PLAIN) -> FormSheet:
    """Fill the form."""
    rows = [kept for row in _ROWS if (kept := [item for item in row if item[3] not in style.dropped])]
    section = [index for index, row in enumerate(rows) if row[0][3].startswith("owner_")]
    cells: list[FormCell] = []
    if section:
        cells.append(
            FormCell(
                row=section[0], column=0, row_span=len(section), kind="label", key="owner", text=style.label("owner")
            )
        )
    for index, row in enumerate(rows):
        cells += _row_cells(index, row, filing, style)
    return FormSheet(filing=filing, style=style, rows=len(rows), cells=tuple(sorted(cells, key=_order)))


def _order(cell: FormCell) -> tuple[int, int]:
    return cell.row, cell.column


def _row_cells(
    index: int, row: list[tuple[int, int, int, str]], filing: FilingTruth, style: FormStyle
) -> list[FormCell]:
    out: list[FormCell] = []
    starts = 1 if row[0][3].startswith("owner_") else 0
    for position, (label_at, value_at, span, key) in enumerate(row):
        if position == 0 and label_at > starts:
            label_at, span, value_at = starts, span + (label_at - starts), starts + 1
        if position == len(row) - 1:
            span = COLUMNS - value_at
        out.append(FormCell(row=index, column=label_at, kind="label", key=key, text=style.label(key)))
        out.append(_value_cell(index, value_at, span, key, filing, style))
    return out


def _value_cell(row: int, column: int, span: int, key: str, filing: FilingTruth, style: FormStyle) -> FormCell:
    if key == "account_type":
        segments = tick_segments(filing, style)
        return FormCell(row=row, column=column, column_span=span, kind="ticks", key=key, segments=segments)
    if key == "signed":
        return FormCell(row=row, column=column, column_span=span, kind="signature", key=key, text=CONFIRMATION)
    text = "" if style.empty_sheet else filing.written[key]
    return FormCell(row=row, column=column, column_span=span, kind="value", key=key, text=text)


def signature_text(filing: FilingTruth) -> str:
    """The date line under a signature."""
    day = filing.signed_on
    return f"{day.year}年{day.month}月{day.day}日"
