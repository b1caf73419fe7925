"""A form's labels as they were found in tables and in lines, with the cells or lines their values stand in, and what may be unsure
about that.

Nothing is decided here about which of two fields a label means; that needs the whole sequence (`form.sequence`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pipeline.extract.page import Cell, Line, Page

SEVERAL_CELLS: Final = "此栏右侧有多个填写格，请核对"
APART: Final = "此栏内容分在几行，请核对"
SEVERAL_ROWS: Final = "此栏下方还有一行内容，可能是另一个账号，请核对"
BEFORE_LABEL: Final = "此栏内容写在标签左侧，请核对"
SHARED_CELL: Final = "标签与内容写在同一格内，请核对"
MISREAD: Final = "此栏标签未读清，请核对此栏内容"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Hit:
    """A label found. `keys` are the fields it may mean; `section` is the section whose spanning cell it stands beside.

    The value stands in `cells`, or behind the label in the same cell or line (`inline` is then that text), or in
    `lines`. `doubt` says in Chinese what is unsure about where the value stands.
    """

    page: Page
    keys: tuple[str, ...]
    label: str
    section: str | None = None
    label_cell: Cell | None = None
    cells: tuple[Cell, ...] = ()
    lines: tuple[Line, ...] = ()
    inline: str | None = None
    doubt: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionMark:
    """A section label in reading order, spanning or heading what follows."""

    section: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """Something after which another form may begin: a heading (`title`), or the start of another table."""

    title: bool


Mark = Hit | SectionMark | Break
