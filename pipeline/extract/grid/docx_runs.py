"""The text of a Word paragraph as a person sees it.

Kept: inserted text, field results, content controls, symbols, check boxes by their state. Dropped: deleted and
hidden text, field instructions, placeholders. What makes the visible text differ from the stored one leaves a doubt.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from pipeline.extract.grid.docx_equations import overstruck_text
from pipeline.extract.grid.docx_looks import (
    Element,
    Looks,
    Styles,
    attribute,
    child,
    is_on,
    read_looks,
    tag_name,
    whole_number,
)
from pipeline.extract.symbol_fonts import symbol_text

HIDDEN: Final = "此栏含有隐藏文字，请核对"
FAINT: Final = "此栏文字为白色或极小，肉眼难以看见，请核对"
STRUCK: Final = "此栏有划掉的文字，请核对"
FLOATING: Final = "此栏内容在浮动文本框中，位置可能不符，请核对"
UNLIKE: Final = "此栏复选框的显示与其状态不一致，请核对"
CONTROL: Final = "此栏含有无法读取的控件，请核对"
BOUND: Final = "此栏内容与文档内部数据绑定，显示可能不同，请核对"
RAISED: Final = "此栏有上标或下标的文字，可能是注码，请核对"
CAPITALS: Final = "此栏字母设为大写显示，大小写请核对"

_WRAPPERS: Final = frozenset(
    {
        "w:ins", "w:moveTo", "w:hyperlink", "w:smartTag", "w:customXml", "w:sdtContent", "w:dir", "w:bdo", "w:rubyBase",
        "w:ruby", "m:oMath", "m:oMathPara", "m:r", "m:e", "m:num", "m:den", "m:sup", "m:sub", "m:f", "m:sSup", "m:sSub",
        "m:d", "m:box", "m:borderBox", "mc:Choice", "mc:Fallback",
    }
)  # fmt: skip
_TICKED_GLYPHS: Final = frozenset("☒☑■●√✓✔×✗✘")
_INSTRUCTION: Final = re.compile(r"\s*(DDEAUTO|DDE|INCLUDETEXT|INCLUDEPICTURE)\b", re.IGNORECASE)


@dataclass(slots=True)
class ParagraphText:
    """A paragraph being read. `boxes` are text boxes with whether they float; `pictures` are relation ids."""

    parts: list[str] = field(default_factory=list)
    doubts: dict[str, None] = field(default_factory=dict)
    pictures: list[str] = field(default_factory=list)
    boxes: list[tuple[Element, bool]] = field(default_factory=list)
    embedded: bool = False
    instructions: set[str] = field(default_factory=set)

    @property
    def text(self) -> str:
        return "".join(self.parts)


@dataclass(slots=True)
class _OpenField:
    instruction: list[str] = field(default_factory=list)
    in_instruction: bool = True
    show_result: bool = True
    has_result: bool = False


class ParagraphReader:
    """Reads paragraphs of one document; `shaded` says that the ground under the text is not white."""

    def __init__(self, styles: Styles, *, shaded: bool = False) -> None:
        self._styles = styles
        self._shaded = shaded

    def read(self, paragraph: Element) -> ParagraphText:
        """The visible text of a w:p and what else hangs on it."""
        out = ParagraphText()
        style = child(paragraph, "w:pPr", "w:pStyle")
        base = self._styles.of(None if style is None else attribute(style, "w:val"))
        fields: list[_OpenField] = []
        for item in paragraph:
            self._inline(item, out, base, fields)
        return out

    def _inline(self, element: Element, out: ParagraphText, base: Looks, fields: list[_OpenField]) -> None:
        name = tag_name(element.tag)
        if name == "w:r":
            self._run(element, out, base, fields)
        elif name == "m:t":
            out.parts.append(element.text or "")
        elif name == "w:sdt":
            self._control(element, out, base, fields)
        elif name == "w:fldSimple":
            instruction = attribute(element, "w:instr") or ""
            _note_instruction(instruction, out)
            before = len(out.parts)
            self._each(element, out, base, fields)
            out.parts += [overstruck_text(instruction) or ""] if len(out.parts) == before else []
        elif name == "mc:AlternateContent":
            chosen = chosen_content(element)
            self._each(() if chosen is None else chosen, out, base, fields)
        elif name in _WRAPPERS:
            self._each(element, out, base, fields)

    def _each(self, items: Element | tuple[()], out: ParagraphText, base: Looks, fields: list[_OpenField]) -> None:
        for item in items:
            self._inline(item, out, base, fields)

    def _control(self, element: Element, out: ParagraphText, base: Looks, fields: list[_OpenField]) -> None:
        content, properties = child(element, "w:sdtContent"), child(element, "w:sdtPr")
        if is_on(child(properties, "w:showingPlcHdr")):
            return
        inner = ParagraphText()
        self._each(() if content is None else content, inner, base, fields)
        if child(properties, "w:dataBinding") is not None:
            inner.doubts[BOUND] = None
        box = child(properties, "w14:checkbox")
        if box is not None:
            ticked = is_on(child(box, "w14:checked"))
            shown = inner.text.strip()
            if shown and (shown[0] in _TICKED_GLYPHS) != ticked:
                inner.doubts[UNLIKE] = None
            inner.parts = ["☑" if ticked else "☐"]
        _merge(inner, out)

    def _run(self, run: Element, out: ParagraphText, base: Looks, fields: list[_OpenField]) -> None:
        properties = child(run, "w:rPr")
        style = child(properties, "w:rStyle")
        looks = read_looks(properties)
        if style is not None:
            looks = looks.over(self._styles.of(attribute(style, "w:val")))
        looks = looks.over(base)
        inner = ParagraphText()
        for item in run:
            self._piece(item, inner, looks, fields)
        self._judge_looks(inner, looks)
        _merge(inner, out)

    def _judge_looks(self, inner: ParagraphText, looks: Looks) -> None:
        if not inner.text.strip():
            return
        if looks.hidden:
            inner.parts, inner.doubts = [], {HIDDEN: None}
            return
        if looks.tiny or (looks.white and not looks.shaded and not self._shaded):
            inner.doubts[FAINT] = None
        if looks.struck:
            inner.doubts[STRUCK] = None
        if looks.raised and any(map(str.isalnum, inner.text)):
            inner.doubts[RAISED] = None
        if looks.capitals and re.search("[a-z]", inner.text):
            inner.doubts[CAPITALS] = None

    def _piece(self, item: Element, out: ParagraphText, looks: Looks, fields: list[_OpenField]) -> None:
        name = tag_name(item.tag)
        if name == "w:fldChar":
            _field_character(item, out, fields)
        elif name == "w:instrText":
            if fields:
                fields[-1].instruction.append(item.text or "")
        elif any(one.in_instruction or not one.show_result for one in fields):
            return
        elif name == "w:t":
            for one in fields:
                one.has_result = True
            out.parts.append(symbol_text(item.text or "", looks.font or ""))
        elif name in _CHARACTERS:
            out.parts.append(_CHARACTERS[name])
        elif name == "w:sym":
            out.parts.append(_symbol(item))
        elif name in ("w:drawing", "w:pict", "w:object", "mc:AlternateContent", "w:control"):
            _hangings(item, out, floating=False)
        elif name in ("w:ruby", "w:rubyBase"):
            for inner in item:
                self._inline(inner, out, looks, fields)


_CHARACTERS: Final = {"w:tab": "\t", "w:ptab": "\t", "w:br": "\n", "w:cr": "\n", "w:noBreakHyphen": "-"}


def chosen_content(element: Element) -> Element | None:
    """The branch of an mc:AlternateContent that Word shows."""
    return next((item for item in element if tag_name(item.tag) in ("mc:Choice", "mc:Fallback")), None)


def _merge(inner: ParagraphText, out: ParagraphText) -> None:
    out.parts += inner.parts
    out.doubts.update(inner.doubts)
    out.pictures += inner.pictures
    out.boxes += inner.boxes
    out.embedded |= inner.embedded
    out.instructions |= inner.instructions


def _symbol(item: Element) -> str:
    code = attribute(item, "w:char") or ""
    if not re.fullmatch(r"[0-9A-Fa-f]{1,4}", code):
        return ""
    return symbol_text(chr(int(code, 16)), attribute(item, "w:font") or "")


def _field_character(item: Element, out: ParagraphText, fields: list[_OpenField]) -> None:
    kind = attribute(item, "w:fldCharType")
    if kind == "begin":
        fields.append(_OpenField())
        shown = _legacy_field(child(item, "w:ffData"))
        if shown is not None:
            out.parts.append(shown)
            fields[-1].show_result = False
    elif kind == "separate" and fields:
        fields[-1].in_instruction = False
        _note_instruction("".join(fields[-1].instruction), out)
    elif kind == "end" and fields:
        closed = fields.pop()
        instruction = "".join(closed.instruction)
        if closed.in_instruction:
            _note_instruction(instruction, out)
        shown = None if closed.has_result or any(one.in_instruction for one in fields) else overstruck_text(instruction)
        if shown:
            out.parts.append(shown)


def _legacy_field(data: Element | None) -> str | None:
    """What an old form field shows by itself: a check box, or the chosen entry of a list."""
    box, choices = child(data, "w:checkBox"), child(data, "w:ddList")
    if box is not None:
        state = child(box, "w:checked")
        return "☑" if is_on(child(box, "w:default") if state is None else state) else "☐"
    if choices is None:
        return None
    entries = [attribute(item, "w:val") or "" for item in choices if tag_name(item.tag) == "w:listEntry"]
    index = whole_number(child(choices, "w:result")) or 0
    return entries[index] if 0 <= index < len(entries) else ""


def _note_instruction(text: str, out: ParagraphText) -> None:
    found = _INSTRUCTION.match(text[:200])
    if found:
        out.instructions.add(found[1].upper())


def _hangings(element: Element, out: ParagraphText, *, floating: bool) -> None:
    """Pictures, text boxes and embedded objects below a drawing."""
    name = tag_name(element.tag)
    if name == "w:txbxContent":
        out.boxes.append((element, floating))
        return
    if name == "mc:AlternateContent":
        chosen = chosen_content(element)
        for item in () if chosen is None else chosen:
            _hangings(item, out, floating=floating)
        return
    out.pictures += _picture_ids(element, name)
    if name == "o:OLEObject":
        out.embedded = True
    elif name == "w:control":
        out.doubts[CONTROL] = None
    style = element.get("style", "") if name.startswith("v:") else ""
    here = floating or name == "wp:anchor" or "position:absolute" in style.replace(" ", "")
    for item in element:
        _hangings(item, out, floating=here)


def _picture_ids(element: Element, name: str) -> Iterator[str]:
    wanted = {"a:blip": ("r:embed", "r:link"), "v:imagedata": ("r:id", "r:href")}.get(name, ())
    for key in wanted:
        value = attribute(element, key)
        if value:
            yield value
            return
