"""The text of an HTML table cell as a person sees it.

Kept: text with its line breaks, ticks and boxes, what form controls hold, symbols of Wingdings (Outlook writes ticks so).
Dropped: what is not shown, and tables inside, which are grids of their own. What makes the visible text differ from
the stored one leaves a doubt, in the words of `grid.docx_runs`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from pipeline.extract.grid.docx_runs import FAINT, HIDDEN, RAISED, STRUCK
from pipeline.extract.symbol_fonts import is_symbol_font, symbol_text

_BREAKS: Final = frozenset({"p", "div", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "center"})
_SILENT: Final = frozenset({"table", "script", "style", "head", "title", "template", "noscript", "iframe", "object"})
_STRUCK: Final = frozenset({"s", "strike", "del"})
_HIDING: Final = re.compile(
    r"(?i)display\s{0,3}:\s{0,3}none|visibility\s{0,3}:\s{0,3}hidden|mso-hide\s{0,3}:\s{0,3}all"
)
_TINY: Final = re.compile(r"(?i)font-size\s{0,3}:\s{0,3}[01](?:\.\d{1,4})?(?:px|pt)?\s{0,3}(?:;|$)")
_WHITE: Final = re.compile(r"(?i)(?<![-\w])color\s{0,3}:\s{0,3}(?:white|#f{3}(?:f{3})?)\b")
_LINED: Final = re.compile(r"(?i)text-decoration[a-z-]{0,6}\s{0,3}:[^;]{0,40}line-through")
_FONT: Final = re.compile(r"(?i)font-family\s{0,3}:\s{0,3}([^;]{1,100})")
#: Where a mail program broke the source of Chinese text, which has no spaces.
_WRAPPED: Final = re.compile(
    r"(?<=[\u3000-\u9fff\uff00-\uffef])[ \t]{0,20}\r?\n[ \t]{0,20}(?=[\u3000-\u9fff\uff00-\uffef])"
)
_SPACES: Final = re.compile(r"[ \t\r\n\f\v]+")
_NO_BREAK: Final = "\u00a0"


@dataclass(slots=True)
class CellText:
    """What stands in a cell. `pictures` counts those in it; `doubts` say in Chinese why it may not be what one sees."""

    text: str = ""
    pictures: int = 0
    doubts: tuple[str, ...] = ()


@dataclass(slots=True)
class _Reading:
    parts: list[str] = field(default_factory=list)
    pictures: int = 0
    doubts: dict[str, None] = field(default_factory=dict)

    def add(self, text: str | None, font: str) -> None:
        if text:
            self.parts.append(symbol_text(_SPACES.sub(" ", _WRAPPED.sub("", text)), font))


def read_cell(cell: etree._Element) -> CellText:
    """The cell's own text, without that of tables inside it."""
    reading = _Reading()
    reading.add(cell.text, "")
    _children(cell, "", reading)
    lines = (_SPACES.sub(" ", line.replace(_NO_BREAK, " ")).strip() for line in "".join(reading.parts).split("\n"))
    text = "\n".join(line for line in lines if line)
    return CellText(text=text, pictures=reading.pictures, doubts=tuple(reading.doubts))


def _children(element: etree._Element, font: str, reading: _Reading) -> None:
    for item in element:
        if isinstance(item.tag, str):
            _element(item, font, reading)
        reading.add(item.tail, font)


def _element(item: etree._Element, font: str, reading: _Reading) -> None:
    if item.tag in _SILENT:
        return
    style = item.get("style") or ""
    if _HIDING.search(style) or item.get("hidden") is not None:
        if "".join(item.itertext()).strip():
            reading.doubts[HIDDEN] = None
        return
    _note_looks(item, style, reading)
    if item.tag == "br":
        reading.parts.append("\n")
    elif item.tag == "img":
        reading.pictures += 1
    elif item.tag in ("input", "select", "textarea"):
        reading.parts.append(_control(item))
    else:
        _block(item, _font(item, style) or font, reading)


def _block(item: etree._Element, font: str, reading: _Reading) -> None:
    around = "\n" if item.tag in _BREAKS else ""
    reading.parts.append(around)
    reading.add(item.text, font)
    _children(item, font, reading)
    reading.parts.append(around)


def _note_looks(item: etree._Element, style: str, reading: _Reading) -> None:
    struck = item.tag in _STRUCK or _LINED.search(style)
    white = _WHITE.search(style) or (item.get("color") or "").strip().lower() in ("white", "#ffffff", "#fff")
    if item.tag in ("sup", "sub") and any(map(str.isalnum, "".join(item.itertext()))):
        reading.doubts[RAISED] = None
    faint = white or _TINY.search(style)
    if (struck or faint) and "".join(item.itertext()).strip():
        reading.doubts.update({STRUCK: None} if struck else {})
        reading.doubts.update({FAINT: None} if faint else {})


def _font(item: etree._Element, style: str) -> str:
    """The font that draws symbols with letters, "" for every other."""
    named = _FONT.search(style)
    font = named[1] if named else item.get("face") or ""
    first = font.split(",")[0].strip(" '\"")
    return first if is_symbol_font(first) else ""


def _control(item: etree._Element) -> str:
    """What a control of a web form shows."""
    if item.tag == "textarea":
        return "".join(item.itertext())
    if item.tag == "select":
        options = [option for option in item.iter("option") if option.get("selected") is not None]
        return "".join(options[0].itertext()).strip() if options else ""
    kind = (item.get("type") or "text").lower()
    if kind in ("checkbox", "radio"):
        return "☑" if item.get("checked") is not None else "☐"
    return item.get("value") or "" if kind in ("text", "tel", "email", "number", "date") else ""
