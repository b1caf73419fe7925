"""From the text of a field to its value, by the field's kind."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from pipeline.domain.counts import parse_count
from pipeline.domain.identifiers import check_mobile
from pipeline.domain.spelling import MAX_TEXT, normalise, squash
from pipeline.domain.values import (
    is_blank,
    is_ditto,
    parse_date,
    parse_id_number,
    parse_phones,
    parse_wechat_id,
)
from pipeline.extract.form.judge import Parsed
from pipeline.extract.form.signature_words import signed_by
from pipeline.extract.form.wording import (
    BROKEN,
    CODED,
    REMARKED,
    bare_name,
    holds_code,
    is_broken_number,
    off_the_line,
    said_once,
    several_names,
    several_wechat_ids,
    without_hints,
    without_sex,
)
from pipeline.extract.symbol_fonts import UNKNOWN_SYMBOL
from pipeline.extract.ticks import read_ticks
from pipeline.profile.form import FieldKind, FormField, FormSpec

TICKS_UNSURE: Final = "勾选标记的归属不明确，请核对账号类型"
WORDS: Final = "此栏写有文字，但看不出是签名，请核对"
SYMBOLS: Final = "此栏含有无法识别的符号，请核对"
#: What typefaces draw, and people type, in place of a character they have not; and what readers of pictures make of it.
_BOXES: Final = frozenset("□■▢▯▮█◻◼⬜⬛☐〓")
#: Printed hints that stand where nothing was filled in.
_HINT: Final = re.compile(r"(?:请(?:在此)?(?:填写|输入|注明|选择)|单击|点击).{0,30}")
#: People end a name as a sentence or a list, or with a dash.
_ROUND_A_NAME: Final = " ,.;:。、-–—/_"
#: Shorter pieces of boilerplate (盖章, 日期) occur in real values too; only whole sentences are removed from those.
_SENTENCE: Final = 5


def parse_value(field: FormField, text: str, spec: FormSpec, *, typed: bool = False) -> Parsed:
    """`text` as a value of `field`; nothing filled in gives an empty `Parsed`. `typed` says that the file carries the text."""
    kind = field.kind
    if kind is FieldKind.CHOICE:
        return parse_choice(field, text, typed=typed)
    if kind is FieldKind.SIGNATURE:
        signed = signed_by(text, spec.boilerplate)
        return Parsed(value=signed, doubt=WORDS if signed is None else None)
    text, hinted = without_hints(_without_sentences(text, spec.boilerplate), kind)
    text, repeated = said_once(text)
    plain, underlined = off_the_line(join_lines(text), kind)
    doubt = hinted or repeated or underlined
    if _is_empty(plain, kind):
        return Parsed(doubt=doubt)
    return _parsed(kind, plain, text, doubt or (SYMBOLS if _holds_unknown(plain, kind) else None), spec)


def _parsed(kind: FieldKind, plain: str, text: str, doubt: str | None, spec: FormSpec) -> Parsed:
    """`plain` is the `text` on one line."""
    if kind is FieldKind.PHONE:
        return _phone(plain, text, doubt)
    if kind is FieldKind.COUNT:
        return _count(plain, doubt or (BROKEN if is_broken_number(text) else None))
    if kind is FieldKind.PERSON_NAME:
        same = is_ditto(plain) or squash(plain) in map(squash, spec.same_as_owner)
        return Parsed(value=_name(plain), doubt=doubt) if same else _person(plain, text, doubt)
    if kind is FieldKind.WECHAT_ID:
        several, broken = several_wechat_ids(text)
        doubt = doubt or broken
        return Parsed(candidates=several, doubt=doubt) if several else Parsed(value=parse_wechat_id(plain), doubt=doubt)
    if kind is FieldKind.TEXT and holds_code(plain):
        doubt = doubt or CODED
    if kind is FieldKind.FILING_NUMBER and not any(map(str.isdigit, plain)):
        return Parsed(doubt=doubt)  # what is printed beside its cell (照片), or 待定
    return Parsed(value=_simple(kind, plain) or None, doubt=doubt)


def _holds_unknown(plain: str, kind: FieldKind) -> bool:
    """Whether a text holds what stands for a character that could not be typed or drawn: a box, or a code without a meaning."""
    if UNKNOWN_SYMBOL in plain:
        return True
    text = kind in (FieldKind.TEXT, FieldKind.PERSON_NAME)
    return text and any(character in _BOXES or unicodedata.category(character) == "Co" for character in plain)


def _simple(kind: FieldKind, plain: str) -> str | None:
    if kind is FieldKind.DATE:
        return parse_date(plain)
    if kind is FieldKind.ID_NUMBER:
        return parse_id_number(plain)
    return plain


def _count(plain: str, doubt: str | None) -> Parsed:
    count = parse_count(plain)
    return (
        Parsed(doubt=doubt) if count is None else Parsed(value=count.value, approximate=count.approximate, doubt=doubt)
    )


def _person(plain: str, text: str, doubt: str | None) -> Parsed:
    several = several_names(text)
    if several:
        return Parsed(candidates=several, doubt=doubt)
    alone = without_sex(text)
    name, remarked = (alone, REMARKED) if alone is not None else bare_name(_name(plain))
    return Parsed(value=name or None, doubt=doubt or remarked)


def _phone(plain: str, text: str, doubt: str | None) -> Parsed:
    """Two whole numbers in two lines are two; else a number goes on in the next line."""
    by_line = [parse_phones(line) for line in text.splitlines() if line.strip()]
    whole = len(by_line) > 1 and all(len(found) == 1 and check_mobile(found[0]).ok for found in by_line)
    numbers = tuple(dict.fromkeys(found[0] for found in by_line)) if whole else parse_phones(plain)
    if len(numbers) > 1:
        return Parsed(candidates=numbers, doubt=doubt)
    return Parsed(value=numbers[0] if numbers else None, doubt=doubt)


def parse_choice(field: FormField, text: str, *, typed: bool = False) -> Parsed:
    """All ticked options as candidates; a value only where exactly one is."""
    ticks = read_ticks(text, field.options, typed=typed)
    one = ticks.ticked[0] if len(ticks.ticked) == 1 and ticks.sure else None
    return Parsed(value=one, candidates=ticks.ticked, doubt=None if ticks.sure else TICKS_UNSURE)


def join_lines(text: str) -> str:
    """Wrapped lines as one: Chinese without a blank between, Latin words with one, the parts of a URL without."""
    lines = [line for line in (clean_line(line) for line in text[:MAX_TEXT].splitlines()) if line]
    joined = ""
    for line in lines:
        joined += (" " if joined and _needs_blank(joined, line) else "") + line
    return joined


def clean_line(text: str) -> str:
    """A line without invisible characters, radicals as whole characters, blanks as one; widths stay as typed."""
    shown = "".join(map(_shown, text[:MAX_TEXT]))
    return " ".join(shown.split())


def _shown(character: str) -> str:
    if "\u2e80" <= character <= "\u2fdf" or "\uf900" <= character <= "\ufaff":
        return normalise(character)
    if character.isspace():
        return " "
    category = unicodedata.category(character)
    return "" if category in ("Cf", "Cc", "Cs") else character


def _needs_blank(left: str, right: str) -> bool:
    if not (left[-1].isascii() and right[0].isascii() and left[-1].isalnum() and right[0].isalnum()):
        return False
    tail = left.split(" ")[-1]
    return "//" not in tail and "www." not in tail and not (left[-1].isdigit() and right[0].isdigit())


def _without_sentences(text: str, boilerplate: Iterable[str]) -> str:
    sentences = {words for item in boilerplate if len(words := squash(item)) >= _SENTENCE}
    return "\n".join(line for line in text.splitlines() if squash(line) not in sentences)


def _is_empty(plain: str, kind: FieldKind) -> bool:
    if is_blank(plain, none_is_blank=kind is FieldKind.FILING_NUMBER):
        return True
    return _HINT.fullmatch(squash(plain)[:60]) is not None


def _name(plain: str) -> str:
    """Blanks inside a Chinese name are only for looks; the dot of a minority name is always U+00B7."""
    solid = re.sub(r"(?<=[^\x00-\x7f]) (?=[^\x00-\x7f])", "", normalise(plain)).strip(_ROUND_A_NAME)
    return re.sub(r"(?<=[^\x00-\x7f]) ?[•.‧・∙⋅·] ?(?=[^\x00-\x7f])", "·", solid)
