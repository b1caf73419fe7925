"""Whether text that was read from a picture may be believed: line by line, in print on a clear page more easily than
elsewhere (`trust.text_looks`)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from pipeline.domain.document import Field, FieldValue
from pipeline.domain.spelling import normalise, squash
from pipeline.extract.address_ends import find_address_doubt
from pipeline.extract.doubts import NO_NUMBER, NO_SURNAME, NO_VALUE, NOT_TWICE, RARE, RING, UNCLEAR
from pipeline.extract.form.judge import Parsed
from pipeline.extract.ocr.characters import same_places
from pipeline.extract.ocr.simplified import simplify
from pipeline.extract.surnames import begins_with_surname, load_surnames
from pipeline.extract.trust.evidence import Evidence, padded
from pipeline.extract.trust.text_looks import (
    ON_CLEAR,
    ON_COARSE,
    ON_UNCLEAR,
    TAUGHT_SURE,
    TAUGHT_SURER,
    Sureness,
    TextLooks,
    as_taught,
    guess,
    is_agreed,
    is_settled,
    may_be_another,
)
from pipeline.extract.trust.text_marks import count_marks
from pipeline.extract.trust.written import likely_text, one_text
from pipeline.profile.form import FieldKind

#: What readers make of a 。 that wrapped by itself.
_RINGS: Final = frozenset("0oOQ")
#: What all readers make of a dash that answers for a value (—).
_ONE: Final = "一"
_ADDRESS: Final = "address"
_SUBJECT: Final = "account_subject"
_LONGEST_NAME: Final = 3
_LATIN_STOP: Final = re.compile(r"[\u4e00-\u9fff][.．]\s*$")
_DOTS: Final = frozenset("·•.。-")
#: Where an address always has a number. A 1 between two characters is a bare stroke that all readers pass over: both
#: networks were sure of 9号楼单元2503室 where a hand had written 9号楼1单元2503室.
_NUMBER_IS_GONE: Final = re.compile("[楼幢栋座]单元|单元室")
#: Of bare strokes beside each other all readers may pass over one: III区 was read as II区.
_STROKES: Final = re.compile("II")


def judge_text(evidence: Evidence, seen: str | None = None, *, refers: bool = False) -> Field:
    """The field; `seen` is what another reader saw of the value before, if it was asked. What `refers` to another's value (同上) is
    no name itself."""
    behind = evidence.reading.raw.partition("\n")[0] if evidence.reading.inline else None
    looks = [
        TextLooks(line.box, padded(line.box), evidence.rereader, None if number else behind)
        for number, line in enumerate(evidence.lines)
    ]
    believed = all(_is_believed(look, evidence) for look in looks)
    others = [look.other for look in looks]
    other = "".join(text or look.first.text for text, look in zip(others, looks, strict=True))
    seen = other if any(others) else seen
    doubt = None if refers else _unlikely(evidence)
    if doubt is RING:
        return evidence.doubted(RING, seen, value=evidence.parse(_with_full_stop(evidence.reading.raw)))
    if believed and doubt is None and any(look.rare_at for look in looks):
        return evidence.doubted(RARE, seen, value=_with_rare(looks, evidence))
    if believed and doubt is not None:
        return evidence.doubted(doubt, seen)
    if believed:
        return evidence.believed(seen, value=_as_believed(looks, evidence))
    return evidence.doubted(NOT_TWICE if evidence.clear else UNCLEAR, seen, value=_offered(looks, evidence))


def _unlikely(evidence: Evidence) -> str | None:
    """What speaks against a text that all readers agree on."""
    if _ends_with_a_ring([line.text.strip() for line in evidence.lines]) or _ends_with_a_dot(evidence):
        return RING
    if squash(evidence.reading.raw) == _ONE:
        return NO_VALUE
    if _NUMBER_IS_GONE.search(squash(evidence.reading.raw)):
        return NO_NUMBER
    if evidence.reading.field.key == _ADDRESS and _STROKES.search(squash(evidence.reading.raw)):
        return NO_NUMBER
    if evidence.reading.field.key == _ADDRESS and (
        cut := find_address_doubt(str(evidence.reading.parsed.value).strip())
    ):
        return cut
    named = _is_a_name(evidence)
    if named and not _is_of_letters("".join(evidence.reading.raw.split())):
        return NO_VALUE
    return NO_SURNAME if named and _may_be_by_hand(evidence) and not _is_named(evidence) else None


def _is_a_name(evidence: Evidence) -> bool:
    return evidence.reading.field.kind is FieldKind.PERSON_NAME or _is_in_own_name(evidence)


def _is_in_own_name(evidence: Evidence) -> bool:
    """Whether an account is a person's: no body has a name of three characters."""
    raw = squash(evidence.reading.raw)
    return evidence.reading.field.key == _SUBJECT and len(raw) <= _LONGEST_NAME and _may_be_by_hand(evidence)


def _is_of_letters(name: str) -> bool:
    """Whether a name has letters, and both at its ends: all readers take 〃 for 11, and a box at the end of a name for a dot."""
    return any(map(str.isalpha, name)) and name[0] not in _DOTS and name[-1] not in _DOTS


def _ends_with_a_ring(lines: Sequence[str]) -> bool:
    """Whether the last line is one, and no digit of the number that the line before ends with."""
    return len(lines) > 1 and lines[-1] in _RINGS and not lines[-2][-1:].isdigit()


def _ends_with_a_dot(evidence: Evidence) -> bool:
    """Whether a sentence in Chinese ends with a Latin full stop: in some typefaces both readers see one in the ring of a 。"""
    return evidence.reading.field.kind is FieldKind.TEXT and _LATIN_STOP.search(evidence.reading.raw) is not None


def _is_named(evidence: Evidence) -> bool:
    return begins_with_surname(simplify(squash(evidence.reading.raw)))


def _with_full_stop(raw: str) -> str:
    return raw.rstrip()[:-1] + "。"


def _offered(looks: Sequence[TextLooks], evidence: Evidence) -> Parsed | None:
    """What is likelier than the value as read, if anything is."""
    if evidence.reading.field.kind not in (FieldKind.TEXT, FieldKind.PERSON_NAME):
        return None
    likely = simplify(_likeliest(looks, evidence))
    if likely == evidence.reading.raw:
        return None
    return replace(evidence.reading.parsed, value=evidence.parse(likely).value)


def _with_rare(looks: Sequence[TextLooks], evidence: Evidence) -> Parsed:
    """The value as read, and beside it what it would be with the rare characters that may stand there."""
    raw = evidence.reading.raw
    for look in looks:
        raw = _with_line(raw, look.first.text, look.with_rare)
    other = evidence.parse(raw).value
    parsed = evidence.reading.parsed
    return parsed if other in (None, parsed.value) else replace(parsed, candidates=(str(other),))


def _as_believed(looks: Sequence[TextLooks], evidence: Evidence) -> FieldValue:
    """The value with each line as it is believed; None where all are believed as read."""
    raw = evidence.reading.raw
    for look in looks:
        if not _is_believed_as_read(look, evidence):
            raw = _with_line(raw, look.first.text, _in_other_words(look, evidence) or look.first.text)
    return None if raw == evidence.reading.raw else evidence.parse(raw).value


def _likeliest(looks: Sequence[TextLooks], evidence: Evidence) -> str:
    if not evidence.clear:
        return _guessed(looks, evidence)
    if not _is_clearly_by_hand(evidence):
        return evidence.reading.raw
    raw, kind = evidence.reading.raw, evidence.reading.field.kind
    for look in looks:
        likely = _as_typed(likely_text(look.places, kind, evidence.words), look.first.text)
        raw = _with_line(raw, look.first.text, likely)
    return raw


def _with_line(raw: str, line: str, other: str) -> str:
    """A value with a line of it as another text. A line may be part of another one (a 3 that wrapped below 3号楼), and more than
    the value, where it begins with the label."""
    lines = raw.split("\n")
    if line not in lines:
        return raw.replace(line, other, 1)
    at = lines.index(line)
    return "\n".join([*lines[:at], other, *lines[at + 1 :]])


def _as_typed(text: str, read: str) -> str:
    """A text with the marks that were read in it, wide or narrow as they were."""
    same = same_places(text, read)
    return "".join(read[same[i]] if i in same else character for i, character in enumerate(text)) or read


def _guessed(looks: Sequence[TextLooks], evidence: Evidence) -> str:
    raw = evidence.reading.raw
    for look in looks:
        raw = _with_line(raw, look.first.text, guess(look))
    return raw


def _is_believed(looks: TextLooks, evidence: Evidence) -> bool:
    if looks.skips_ink or looks.loses_dot or looks.is_other_upon_rule:
        return False
    return _is_believed_as_read(looks, evidence) or _in_other_words(looks, evidence) is not None


def _in_other_words(looks: TextLooks, evidence: Evidence) -> str | None:
    """What is believed of a line that is not believed as it was read."""
    if _is_clear_print(evidence):
        return looks.in_simplified
    text = _as_one_text(looks, evidence)
    if text is not None:
        return text
    least = TAUGHT_SURE if evidence.whole and not evidence.clear else TAUGHT_SURER
    text = as_taught(looks, least, sentences=not evidence.clear and not _is_coarse_by_hand(evidence))
    return None if text is None or (_may_be_by_hand(evidence) and _may_be_another(text, evidence)) else text


def _as_one_text(looks: TextLooks, evidence: Evidence) -> str | None:
    """A line by hand as all that three networks think of says it (`trust.written`), which need not be what the main one read; None
    where that is more than one text.

    None of a sentence: all of them pass over a comma together, and none thinks of one where it stood.
    """
    if not _is_clearly_by_hand(evidence) or count_marks(evidence.reading.raw) or count_marks(looks.again.text):
        return None
    text = one_text(looks.places, evidence.reading.field.kind, evidence.words)
    if text is None or count_marks(text):
        return None
    if _may_be_another(text, evidence):
        return None
    read = looks.first.text
    as_read = text == normalise(simplify("".join(read.split())))
    # Another text than was read has to be put in its place: of a line that begins with its label nobody knows where that is.
    return _as_typed(text, read) if as_read or evidence.reading.raw.split("\n").count(read) == 1 else None


def _may_be_another(text: str, evidence: Evidence) -> bool:
    return may_be_another(text, load_surnames().given if _is_a_name(evidence) else "")


def _is_coarse_by_hand(evidence: Evidence) -> bool:
    return evidence.rereader.picture.coarse and _may_be_by_hand(evidence)


def _is_clearly_by_hand(evidence: Evidence) -> bool:
    return evidence.clear and not evidence.rereader.picture.coarse and _may_be_by_hand(evidence)


def _is_clear_print(evidence: Evidence) -> bool:
    return evidence.clear and evidence.digits().printed


def _is_believed_as_read(looks: TextLooks, evidence: Evidence) -> bool:
    if not evidence.whole:
        return False
    if _is_clear_print(evidence):
        return is_settled(looks)
    few_dots = evidence.rereader.picture.coarse
    return is_agreed(looks, _needed(evidence), by_hand=_may_be_by_hand(evidence), few_dots=few_dots)


def _may_be_by_hand(evidence: Evidence) -> bool:
    """Whether the page's digits do not prove print; of a page of black and white there is a rule of its own, and on one that is
    not clear and not of black and white they prove nothing."""
    if evidence.rereader.picture.coarse:
        return not evidence.digits().printed_coarsely
    return not _is_clear_print(evidence)


def _needed(evidence: Evidence) -> Sureness:
    if evidence.clear:
        return ON_CLEAR
    return ON_COARSE if evidence.rereader.picture.coarse else ON_UNCLEAR
