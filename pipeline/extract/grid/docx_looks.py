"""Names and looks in Word's XML: short tag names, toggles, and what runs and styles do to their text."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from pipeline.extract.symbol_fonts import is_symbol_font

Element = ElementTree.Element

_NEARLY_WHITE: Final = re.compile(r"(?:[Ff][A-Fa-f0-9]){3}")
_NAMESPACES: Final = {
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main": "w",
    "http://purl.oclc.org/ooxml/wordprocessingml/main": "w",
    "http://schemas.microsoft.com/office/word/2010/wordml": "w14",
    "http://schemas.openxmlformats.org/markup-compatibility/2006": "mc",
    "http://schemas.openxmlformats.org/drawingml/2006/main": "a",
    "http://purl.oclc.org/ooxml/drawingml/main": "a",
    "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing": "wp",
    "http://purl.oclc.org/ooxml/drawingml/wordprocessingDrawing": "wp",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships": "r",
    "http://purl.oclc.org/ooxml/officeDocument/relationships": "r",
    "http://schemas.openxmlformats.org/officeDocument/2006/math": "m",
    "urn:schemas-microsoft-com:vml": "v",
    "urn:schemas-microsoft-com:office:office": "o",
}


@lru_cache(maxsize=4096)
def tag_name(tag: str) -> str:
    """ "{namespace}local" as "w:local"; other namespaces get "?"."""
    if not tag.startswith("{"):
        return tag
    space, _, local = tag[1:].partition("}")
    return f"{_NAMESPACES.get(space, '?')}:{local}"


def attribute(element: Element, name: str) -> str | None:
    """An attribute by its short name, "w:val"; transitional and strict files alike."""
    return next((value for key, value in element.items() if tag_name(key) == name), None)


def child(element: Element | None, *path: str) -> Element | None:
    """The first element down `path` of short names."""
    for name in path:
        element = next((item for item in (() if element is None else element) if tag_name(item.tag) == name), None)
    return element


def is_on(element: Element | None) -> bool:
    """Whether a toggle (w:vanish, w14:checked) is there and not switched off."""
    if element is None:
        return False
    value = attribute(element, "w:val") or attribute(element, "w14:val")
    return value is None or value.lower() not in ("0", "false", "off")


def whole_number(element: Element | None) -> int | None:
    """The w:val of an element as a number, None where there is none."""
    text = "" if element is None else attribute(element, "w:val") or ""
    return int(text) if re.fullmatch(r"-?[0-9]{1,10}", text) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Looks:
    """What a style says of text: None where it says nothing."""

    hidden: bool | None = None
    struck: bool | None = None
    white: bool | None = None
    tiny: bool | None = None
    capitals: bool | None = None
    font: str | None = None
    shaded: bool | None = None
    raised: bool | None = None

    def over(self, base: Looks) -> Looks:
        """These looks, and `base` where they say nothing."""
        pairs = ((getattr(self, name), getattr(base, name)) for name in self.__slots__)
        return Looks(**dict(zip(self.__slots__, (b if a is None else a for a, b in pairs), strict=True)))


def read_looks(properties: Element | None) -> Looks:
    """The looks a w:rPr asks for."""
    items = {tag_name(item.tag): item for item in (() if properties is None else properties)}
    if not items:
        return Looks()
    toggle = {name: is_on(items[name]) for name in ("w:vanish", "w:strike", "w:dstrike", "w:caps") if name in items}
    color = attribute(items["w:color"], "w:val") if "w:color" in items else None
    level = attribute(items["w:vertAlign"], "w:val") if "w:vertAlign" in items else None
    size, scale = whole_number(items.get("w:sz")), whole_number(items.get("w:w"))
    tiny = None if size is None and scale is None else (size is not None and size <= 4) or (scale or 100) <= 15
    return Looks(
        hidden=toggle.get("w:vanish"),
        struck=toggle.get("w:strike") or toggle.get("w:dstrike"),
        white=None if color is None else _NEARLY_WHITE.fullmatch(color) is not None,
        tiny=tiny,
        capitals=toggle.get("w:caps"),
        font=_font(items.get("w:rFonts")),
        shaded=True if "w:shd" in items or "w:highlight" in items else None,
        raised=None if level is None else level in ("superscript", "subscript"),
    )


def _font(fonts: Element | None) -> str | None:
    if fonts is None:
        return None
    names = [value for key, value in fonts.items() if tag_name(key) in ("w:ascii", "w:hAnsi", "w:cs")]
    return next((name for name in names if is_symbol_font(name)), names[0] if names else None)


@dataclass(frozen=True, slots=True)
class Styles:
    """Looks by style id, inheritance resolved."""

    looks: dict[str, Looks]

    def of(self, identity: str | None) -> Looks:
        return self.looks.get(identity or "", Looks())


def read_styles(tree: Element | None) -> Styles:
    """The document's styles; chains longer than 20 and loops end where they are."""
    raw: dict[str, tuple[Looks, str | None]] = {}
    for style in () if tree is None else tree:
        identity = attribute(style, "w:styleId")
        if tag_name(style.tag) == "w:style" and identity:
            base = child(style, "w:basedOn")
            raw[identity] = (read_looks(child(style, "w:rPr")), None if base is None else attribute(base, "w:val"))
    return Styles({identity: _resolve(identity, raw) for identity in raw})


def _resolve(identity: str, raw: dict[str, tuple[Looks, str | None]]) -> Looks:
    looks, base = raw[identity]
    for _ in range(20):
        if base is None or base not in raw:
            break
        parent, base = raw[base]
        looks = looks.over(parent)
    return looks
