"""HTML tables as grids: a form typed into a mail, or a web page that calls itself a Word file.

Only what stands in tables is read: a letter around a form is no form. Nothing is fetched, no script runs; what is not
shown (`display:none`, white letters) is left out or doubted. libxml2 builds the tree, to a depth of 256; what lies deeper
is cut off. Raises nothing but `ReadingError`.
"""

from __future__ import annotations

import re
from typing import Final

from lxml import etree

from pipeline.extract.grid.html_table import HtmlTables
from pipeline.extract.page import Page
from pipeline.extract.reading_error import RejectedFileError, UnreadableFileError

MAX_CHARS: Final = 2_000_000
MAX_ELEMENTS: Final = 200_000
#: libxml2 compares each attribute of a tag with all before it; longer tags are dropped.
_LONG_TAG: Final = re.compile(r"<[^<>]{4000,}>?")
#: What XML has no room for, and libxml2 stops at.
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def read_html_tables(content: bytes) -> Page:
    """One page, number 1, of width and height 0, with its tables as grids in document order and no lines.

    Raises:
        UnreadableFileError: no text in it.
        RejectedFileError: over a safety limit of this module or `grid.html_table`.
    """
    root = _parsed(_CONTROLS.sub("", _LONG_TAG.sub("", _decoded(content)[:MAX_CHARS])))
    if root is None:
        raise UnreadableFileError("empty", "此网页文件没有内容，请改发 Word 文档或 PDF。")
    tables = HtmlTables()
    tables.read(root)
    return Page(number=1, width=0, height=0, grids=tables.grids)


def _decoded(content: bytes) -> str:
    """UTF-8, as bodies are handed on; a file that is none is from a Chinese Windows."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030", errors="replace")


def _parsed(source: str) -> etree._Element | None:
    parser = etree.HTMLParser(
        encoding="utf-8", recover=True, huge_tree=False, no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(source.encode(errors="replace"), parser)
    except etree.XMLSyntaxError:
        return None  # nothing at all in it
    if root is not None and sum(1 for _ in root.iter()) > MAX_ELEMENTS:
        raise RejectedFileError("elements", "此网页内容异常庞大，未予打开，请改发 Word 文档或 PDF。")
    return root
