"""Word tables as grids: merged, nested and wrapped cells in one non-overlapping layout.

A continued cell (w:vMerge) belongs to the one above it; a cell's nested tables become grids of their own that
the cell names. Rows and cells deleted under tracked changes are left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from pipeline.domain.document import TableCell
from pipeline.extract.doubts import joined
from pipeline.extract.grid.docx_looks import Element, Styles, attribute, child, is_on, tag_name, whole_number
from pipeline.extract.grid.docx_runs import FLOATING, HIDDEN, ParagraphReader, chosen_content
from pipeline.extract.page import Cell, Grid
from pipeline.extract.reading_error import RejectedFileError

MAX_SPAN: Final = 200
MAX_COLUMNS: Final = 1_000
READER: Final = "docx"
_TRANSPARENT: Final = frozenset({"w:ins", "w:moveTo", "w:customXml", "w:smartTag", "w:sdtContent"})


@dataclass(slots=True)
class BlockText:
    """The text of a cell, a text box or the body: one entry a paragraph, with the doubt about each ("" for none)."""

    paragraphs: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    pictures: int = 0
    nested: list[int] = field(default_factory=list)

    def add(self, text: str, doubt: str) -> None:
        self.paragraphs.append(text)
        self.doubts.append(doubt)


@dataclass(slots=True)
class _OpenCell:
    row: int
    column: int
    column_span: int
    content: BlockText
    row_span: int = 1


class BlockReader:
    """Reads blocks of one part. Afterwards `grids` holds its tables, `pictures` its pictures' relation ids in order."""

    def __init__(self, styles: Styles) -> None:
        self._styles = styles
        self._grids: list[Grid | None] = []
        self.pictures: list[str] = []
        self.embedded = False
        self.foreign = False
        self.instructions: set[str] = set()

    @property
    def grids(self) -> tuple[Grid, ...]:
        return tuple(grid for grid in self._grids if grid is not None)

    def read(self, element: Element, *, shaded: bool = False) -> BlockText:
        """Everything below `element`: paragraphs, content controls, text boxes, tables."""
        out = BlockText()
        self._blocks(element, out, ParagraphReader(self._styles, shaded=shaded))
        return out

    def _blocks(self, element: Element, out: BlockText, reader: ParagraphReader) -> None:
        for item in element:
            name = tag_name(item.tag)
            if name == "w:p":
                self._paragraph(item, out, reader)
            elif name == "w:tbl":
                out.nested.append(self._table(item))
            elif name == "w:sdt":
                content = child(item, "w:sdtContent")
                if content is not None and not is_on(child(item, "w:sdtPr", "w:showingPlcHdr")):
                    self._blocks(content, out, reader)
            elif name in _TRANSPARENT:
                self._blocks(item, out, reader)
            elif name == "mc:AlternateContent":
                chosen = chosen_content(item)
                if chosen is not None:
                    self._blocks(chosen, out, reader)
            elif name == "w:altChunk":
                self.foreign = True

    def _paragraph(self, paragraph: Element, out: BlockText, reader: ParagraphReader) -> None:
        read = reader.read(paragraph)
        self.pictures += read.pictures
        self.embedded |= read.embedded
        self.instructions |= read.instructions
        out.pictures += len(read.pictures)
        out.add(read.text, "；".join(read.doubts))
        for box, floating in read.boxes:
            inner = BlockText()
            self._blocks(box, inner, reader)
            for text, doubt in zip(inner.paragraphs, inner.doubts, strict=True):
                out.add(text, doubt or (FLOATING if floating and text.strip() else ""))
            out.pictures += inner.pictures
            out.nested += inner.nested

    def _table(self, table: Element) -> int:
        index = len(self._grids)
        self._grids.append(None)
        cells: list[_OpenCell] = []
        above: dict[int, _OpenCell] = {}
        for number, row in enumerate(_unwrapped(table, "w:tr", skip_deleted=True)):
            above = self._row(row, number, above, cells)
        self._grids[index] = Grid(index=index, page=1, cells=tuple(_cell(item, index) for item in cells))
        return index

    def _row(
        self, row: Element, number: int, above: dict[int, _OpenCell], cells: list[_OpenCell]
    ) -> dict[int, _OpenCell]:
        properties = child(row, "w:trPr")
        column = _bounded(whole_number(child(properties, "w:gridBefore")) or 0)
        hidden = is_on(child(properties, "w:hidden"))
        here: dict[int, _OpenCell] = {}
        last: _OpenCell | None = None
        for item in _unwrapped(row, "w:tc"):
            marks = child(item, "w:tcPr")
            span = max(1, _bounded(whole_number(child(marks, "w:gridSpan")) or 1))
            content = self._content(item, marks, hidden=hidden)
            if last is not None and _continues(child(marks, "w:hMerge")):
                last.column_span += span
            else:
                last = _placed(number, column, span, content, _continues(child(marks, "w:vMerge")), above, cells)
                here[column] = last
            column += span
            if column > MAX_COLUMNS:
                raise RejectedFileError("columns", _TOO_WIDE)
        return here

    def _content(self, item: Element, marks: Element | None, *, hidden: bool) -> BlockText:
        if child(marks, "w:cellDel") is not None:
            return BlockText()
        shade = child(marks, "w:shd")
        fill = (attribute(shade, "w:fill") or "auto").lower() if shade is not None else "auto"
        content = self.read(item, shaded=fill not in ("auto", "ffffff"))
        if hidden and any(text.strip() for text in content.paragraphs):
            return BlockText(paragraphs=[""], doubts=[HIDDEN], pictures=content.pictures, nested=content.nested)
        return content


_TOO_WIDE: Final = "此 Word 文档的表格结构异常，超出安全限制，未予打开，请重新制作后再发送。"


def _bounded(span: int) -> int:
    if span > MAX_SPAN or span < 0:
        raise RejectedFileError("span", _TOO_WIDE)
    return span


def _continues(merge: Element | None) -> bool:
    return merge is not None and attribute(merge, "w:val") != "restart"


def _placed(
    row: int,
    column: int,
    span: int,
    content: BlockText,
    continued: bool,
    above: dict[int, _OpenCell],
    cells: list[_OpenCell],
) -> _OpenCell:
    upper = above.get(column)
    if continued and upper is not None and upper.column_span == span:
        upper.row_span += 1
        if any(text.strip() for text in content.paragraphs):
            upper.content.add("", HIDDEN)  # Word does not show what stands in a continued cell
        upper.content.pictures += content.pictures
        return upper
    cell = _OpenCell(row=row, column=column, column_span=span, content=content)
    cells.append(cell)
    return cell


def _unwrapped(element: Element, wanted: str, *, skip_deleted: bool = False) -> Iterator[Element]:
    """Rows or cells, also inside content controls and other wrappers."""
    for item in element:
        name = tag_name(item.tag)
        if name == wanted:
            if not (skip_deleted and child(item, "w:trPr", "w:del") is not None):
                yield item
        elif name in _TRANSPARENT:
            yield from _unwrapped(item, wanted, skip_deleted=skip_deleted)
        elif name == "w:sdt":
            content = child(item, "w:sdtContent")
            if content is not None:
                yield from _unwrapped(content, wanted, skip_deleted=skip_deleted)


def _cell(item: _OpenCell, table: int) -> Cell:
    content = item.content
    return Cell(
        row=item.row,
        column=item.column,
        row_span=item.row_span,
        column_span=item.column_span,
        text="\n".join(content.paragraphs).strip("\n"),
        place=TableCell(table=table, row=item.row, column=item.column),
        reader=READER,
        pictures=content.pictures,
        nested=tuple(content.nested),
        doubt=joined(content.doubts),
    )
