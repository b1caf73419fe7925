"""Whether a WeChat ID that was read from a picture may be believed, and which spelling is offered where it may not.

A mobile number is believed as one where its ink does not refute it: that an ID is an l before the ten last digits of a number, and
its ink a 1, is as good as impossible.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Final

from pipeline.domain.document import Field
from pipeline.domain.identifiers import check_mobile, check_wechat_id
from pipeline.extract.doubts import BY_HAND, GUESSED, LOOK_ALIKES, NOT_TWICE
from pipeline.extract.form.judge import Parsed
from pipeline.extract.ocr.characters import SURE
from pipeline.extract.ocr.latin_line import LatinLine
from pipeline.extract.trust.evidence import Evidence, padded
from pipeline.extract.trust.numbers import NumberJudge
from pipeline.extract.wechat.alone import ids_alone
from pipeline.extract.wechat.contradiction import are_bars_as_read, is_aligned, is_contradicted
from pipeline.extract.wechat.denial import is_denied
from pipeline.extract.wechat.guess import likely_id
from pipeline.extract.wechat.ink import InkLine, ink_lines, tokens
from pipeline.extract.wechat.looks import WECHAT, LineLooks, is_seen_thrice, look_again
from pipeline.extract.wechat.name_numbers import numbers_on, spell_out
from pipeline.extract.wechat.name_words import names_on
from pipeline.extract.wechat.named import as_named
from pipeline.extract.wechat.page_numbers import stands_first
from pipeline.extract.wechat.proof import OnPage, Settled, is_given, prove_wechat_id, settle
from pipeline.extract.wechat.refuted import is_refuted
from pipeline.extract.wechat.shapes import SAME_SHAPES, fold
from pipeline.extract.wechat.spelled import Known, SpelledLine, is_in_place, spell, spelled_out

#: A j in an ID that has capital letters (Weijia4404 for WeiJia4404 in DejaVu Sans of 9 points at 150 dpi).
_MIXED_J: Final = re.compile(r"J|j.*[A-Z]|[A-Z].*j")
#: Less sure of a letter, its reader may have taken it for another one.
_SURE_OF_NAMES: Final = 0.9
#: How sure the Latin reader is of a whole ID: one that is believed because two others see it too (of 2,148 none was wrong), and one
#: that is offered before what they see.
_SPELLED_SURE: Final = 0.95
_SPELLED_LIKELY: Final = 0.3
_LOOK_ALIKE: Final = re.compile(r"[l1I|!0OoQD]|__|[-_]$|^[-_]")


def judge_wechat_id(evidence: Evidence) -> Field:
    """The field: looks must agree on what has no look-alike, and the ink must prove the rest."""
    return _WechatId(_alone(evidence)).judge()


def _alone(evidence: Evidence) -> Evidence:
    """The same of the ID's own lines, where a label or a remark stands beside it."""
    found = ids_alone(evidence.lines, str(evidence.reading.parsed.value or ""), evidence.rereader)
    if found is None:
        return evidence
    lines, rereader = found
    return replace(evidence, reading=replace(evidence.reading, lines=lines), rereader=rereader)


class _WechatId:
    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence
        self._rereader = evidence.rereader

    def judge(self) -> Field:
        value = str(self._evidence.reading.parsed.value or "")
        if _is_mobile(value):
            judge = NumberJudge(self._evidence)
            field = judge.by_hand(judge.phone())
            if not field.doubtful and not self._is_refuted():
                return field
        looks = [look_again(line.box, padded(line.box), self._rereader) for line in self._evidence.lines]
        agreed = [look.again for look in looks if look.again is not None]
        second = "".join(look.seen or "" for look in looks) or None
        unlike = not _LOOK_ALIKE.search(value)
        if any(has_no_measure(line.text.strip()) for line in self._evidence.lines):
            return self._likeliest(LOOK_ALIKES, looks)
        if len(agreed) < len(looks) or min(look.sure for look in looks) < SURE or not self._may_agree(looks):
            return self._spelled_or_likeliest(NOT_TWICE if unlike else LOOK_ALIKES, looks)
        if "".join(agreed) == value and _is_mobile(value) and not self._is_refuted():
            return self._evidence.believed(second)
        if not self._is_printed():  # where a hand makes no difference between K and k, no reader does
            return self._spelled_or_likeliest(BY_HAND, looks)
        if _MIXED_J.search(value) and not self._is_seen_by_third(value):
            return self._spelled_or_likeliest(LOOK_ALIKES, looks)
        borne_out = "".join(agreed) == value and unlike and self._is_borne_out(value)
        proved = value if borne_out else self._proved_wechat_id(value, agreed)
        if proved is None or self._is_denied(proved):
            return self._spelled_or_likeliest(LOOK_ALIKES, looks)
        return self._evidence.believed(second, value=proved)

    def _is_denied(self, value: str) -> bool:
        """Whether the Latin reader sees another ID than was proved, or may have passed over a mark. Not asked of IDs that wrap:
        which part of them stands in which line is not known."""
        return len(self._latin) == 1 and is_denied(self._latin[0], value)

    def _is_refuted(self) -> bool:
        """Whether the page's digits show that what was read as a number is none."""
        digits = self._evidence.digits()
        examples = digits.proving if digits.printed else None
        return examples is not None and is_refuted(self._ink, examples)

    def _may_agree(self, looks: Sequence[LineLooks]) -> bool:
        """Whether looks that agree count: on a page that is not clear only three of them."""
        pairs = zip(looks, self._evidence.lines, strict=True)
        return self._evidence.clear or (
            self._evidence.whole and all(is_seen_thrice(look, line.box, self._rereader) for look, line in pairs)
        )

    def _is_borne_out(self, value: str) -> bool:
        """Whether the ink has as many characters as were read; where they touch the third reader must see them too."""
        examples = self._evidence.digits().examples
        lines = self._ink
        if examples is not None and (is_contradicted(lines, examples) or not are_bars_as_read(lines, examples)):
            return False
        if examples is not None and is_aligned(lines, examples):
            return True
        return self._is_seen_by_third(value)

    def _is_seen_by_third(self, value: str) -> bool:
        third = (self._rereader.third_reading(line.box, alphabet=WECHAT).text for line in self._evidence.lines)
        return fold("".join(third)) == fold(value)

    def _spelled_or_likeliest(self, doubt: str, looks: Sequence[LineLooks]) -> Field:
        """Believed where the Latin reader settles what the ink alone does not; else the doubt with the likeliest spelling."""
        spelled = self._spelled(looks) or self._seen_alike(looks)
        if spelled is None:
            return self._likeliest(doubt, looks)
        return self._evidence.believed("".join(filter(None, (look.seen for look in looks))) or None, value=spelled)

    def _spelled(self, looks: Sequence[LineLooks]) -> str | None:
        """The ID with every character settled by the ink or by the Latin reader, neither of which says another one: in print on a
        clear page, where the main reader is sure of what has no look-alike."""
        if not self._evidence.clear or min(look.sure for look in looks) < SURE or not self._is_printed():
            return None
        spelled = [line for line in self._by_latin_reader(looks) if line is not None]
        if len(spelled) < len(looks):
            return None
        by_ink = self._settled([look.again or look.first.text for look in looks])
        parts = [
            spelled_out(line, ink, self._known(number, line, given=is_given(look.first.text for look in looks)))
            for number, (line, ink) in enumerate(zip(spelled, by_ink, strict=True))
        ]
        value = "".join(part or "" for part in parts)
        whole = all(parts) and fold(value) == fold(str(self._evidence.reading.parsed.value))
        return value if whole and check_wechat_id(value).ok and not self._is_denied(value) else None

    def _by_latin_reader(self, looks: Sequence[LineLooks]) -> Iterator[SpelledLine | None]:
        for number, (seen, look) in enumerate(zip(self._latin, looks, strict=True)):
            yield spell(seen, look.first.text, begins=number == 0 and self._begins())

    @cached_property
    def _latin(self) -> Sequence[LatinLine]:
        """What the Latin reader makes of each line."""
        boxes = [line.box for line in self._evidence.lines]
        return [self._rereader.latin_reading(box, [other for other in boxes if other != box]) for box in boxes]

    def _seen_alike(self, looks: Sequence[LineLooks]) -> str | None:
        """The ID as the Latin reader sees it, where it is sure of the whole text, the taught reader sees the very same, the main
        one its shapes, no ink proves another character, and look-alikes stand where they belong. However the page arrived: by hand
        it is hardly ever so sure."""
        spelled = [line for line in self._by_latin_reader(looks) if line is not None]
        parts = ["".join(line.tokens) for line in spelled]
        value = "".join(parts)
        if len(spelled) < len(looks) or not check_wechat_id(value).ok or self._chance_of(parts) < _SPELLED_SURE:
            return None
        boxes = [line.box for line in self._evidence.lines]
        if [self._rereader.taught_reading(box, alphabet=WECHAT).text for box in boxes] != parts:
            return None
        given = is_given(look.first.text for look in looks)
        if not all(is_in_place(line, self._known(number, line, given=given)) for number, line in enumerate(spelled)):
            return None
        may_be = all(_may_be(part, ink) for part, ink in zip(parts, self._settled(parts), strict=True))
        return value if may_be and not self._is_denied(value) else None

    def _chance_of(self, parts: Sequence[str]) -> float:
        return min(line.chance(part) for line, part in zip(self._latin, parts, strict=True))

    def _known(self, number: int, line: SpelledLine, *, given: bool) -> Known:
        page = self._on_page
        behind = spell_out(line.tokens, page.names, page.numbers, begins=number == 0 and self._begins())
        return Known(digits=behind.digits, given=given)

    def _is_printed(self) -> bool:
        digits = self._evidence.digits()
        return bool(digits.printed_coarsely if self._rereader.picture.coarse else digits.printed)

    def _likeliest(self, doubt: str, looks: Sequence[LineLooks]) -> Field:
        """The doubt with the likeliest spelling, and where that is not what was read it says so."""
        seen = [look.seen for look in looks]
        sure = min((look.sure for look in looks), default=1.0)
        likely, sure = (
            self._as_seen()
            or self._by_taught_reader(sure)
            or (likely_id(self._ink, seen, self._evidence.digits().rough), sure)
        )
        if likely is not None and sure < _SURE_OF_NAMES:
            likely = as_named(likely, names_on(self._evidence.reading.page))
        changed = likely is not None and likely != self._evidence.reading.parsed.value
        return self._evidence.doubted(
            GUESSED if changed else doubt,
            "".join(map(str, filter(None, seen))) or None,
            value=Parsed(value=likely) if changed else None,
        )

    def _as_seen(self) -> tuple[str, float] | None:
        """The ID as the Latin reader sees it and how sure it is, on any page but clear print, where the ink says more; None where
        that is no ID, or it is hardly sure, as of those by hand, which it never learnt."""
        if self._evidence.clear and self._is_printed():
            return None
        parts = [line.text for line in self._latin]
        text = "".join(parts)
        chance = self._chance_of(parts) if check_wechat_id(text).ok else 0.0
        return (text, chance) if chance >= _SPELLED_LIKELY else None

    def _by_taught_reader(self, sure: float) -> tuple[str, float] | None:
        """The ID as the taught reader sees it and how sure it is, where a hand may have written it; None where that is no ID, or
        has other shapes than the main reader was as `sure` of as it is."""
        if not self._evidence.clear or self._rereader.picture.coarse or self._is_printed():
            return None
        seen = [self._rereader.taught_reading(line.box, alphabet=WECHAT) for line in self._evidence.lines]
        text, least = "".join(look.text for look in seen), min(look.confidence for look in seen)
        alike = fold(text) == fold(str(self._evidence.reading.parsed.value))
        return (text, least) if check_wechat_id(text).ok and (alike or least > sure) else None

    def _begins(self) -> bool:
        cells = [cell.box for cell in self._evidence.reading.cells if cell.box is not None]
        return stands_first(self._evidence.lines[0].box, cells, self._rereader)

    def _proved_wechat_id(self, value: str, seconds: Sequence[str]) -> str | None:
        examples = self._evidence.digits().proving
        if examples is None or "".join(line.text for line in self._ink) != value:
            return None
        return prove_wechat_id(self._ink, seconds, examples, self._on_page, begins=self._begins())

    def _settled(self, seconds: Sequence[str]) -> Sequence[Settled]:
        """What the ink settles of each line, nothing on a page whose digits prove nothing."""
        examples = self._evidence.digits().proving
        if examples is None:
            return [()] * len(self._ink)
        return settle(self._ink, seconds, examples, self._on_page, begins=self._begins())

    @cached_property
    def _ink(self) -> Sequence[InkLine]:
        return ink_lines(self._evidence.lines, self._rereader)

    @property
    def _on_page(self) -> OnPage:
        digits = self._evidence.digits()
        return OnPage(
            apart=digits.apart,
            ascent=digits.ascent,
            ells=digits.ells,
            names=names_on(self._evidence.reading.page),
            numbers=numbers_on(self._evidence.reading.page),
        )


def has_no_measure(line: str) -> bool:
    """Whether nothing in a line tells small letters from capital ones: a single letter that wrapped (all readers took the s of
    wxid_…hqs for S), or several that have one shape."""
    return (len(line) == 1 and line.isalpha()) or (line != "" and all(c.lower() in SAME_SHAPES for c in line))


def _may_be(text: str, settled: Settled) -> bool:
    """Whether no character of a line is proved by its ink to be another one."""
    own = tokens(text)
    return not settled or (
        len(settled) == len(own) and all(ink in (None, shown) for ink, shown in zip(settled, own, strict=True))
    )


def _is_mobile(value: str) -> bool:
    return value.isascii() and value.isdigit() and check_mobile(value).ok
