"""What two readings of forms say alike, and whether one of them shows rows of the other. Pure."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import Final

from pipeline.domain.document import ExtractedForm, Field

#: So many values that both hold, all alike, prove that they are one form's.
PROOF: Final = 2
#: Two readings of one value that are this much alike may be one that was cut or misread.
_ALIKE: Final = 0.6
#: An account's own: one of these by itself, or so many of those, and it is no other account of the same people.
_NAME: Final = "account_name"
_OWN: Final = frozenset({"description", "opened_on", "follower_count"})
_ENOUGH: Final = 2


def compare_forms(one: ExtractedForm, other: ExtractedForm) -> int | None:
    """How many values both are sure of and agree on; None where they contradict each other."""
    same, different = _held(one, other)
    return None if different and len(same) < PROOF * len(different) else len(same)


def may_show(part: ExtractedForm, whole: ExtractedForm) -> bool:
    """Whether a part may be a close-up of the form: it says the same wherever both are sure."""
    same, different = _held(part, whole)
    return not different and len(same) >= PROOF


def surely_shows(part: ExtractedForm, whole: ExtractedForm) -> bool:
    """Whether it is one and cannot belong to another account of the same owner, whose people and address are the same.

    Values that were read alike count here even where one of the readings is in doubt: at its edges a close-up often is.
    """
    own = {key for key in (_NAME, *_OWN) if _is_same(part.field(key), whole.field(key))}
    return may_show(part, whole) and (_NAME in own or len(own & _OWN) >= _ENOUGH)


def is_twin(one: ExtractedForm, other: ExtractedForm) -> bool:
    """Whether two whole forms are one account's by what is the account's own: enough of that is read alike on both, none of it
    surely otherwise."""
    pairs = [(one.field(key), other.field(key)) for key in _OWN]
    sure = [(a.said, b.said) for a, b in pairs if a is not None and b is not None and _is_sure(a) and _is_sure(b)]
    return surely_shows(one, other) and all(a == b for a, b in sure)


def _held(one: ExtractedForm, other: ExtractedForm) -> tuple[set[str], set[str]]:
    """The keys of values both are sure of: those that are the same, and those that cannot be one value."""
    same, different = set(), set()
    for field in one:
        twin = other.field(field.key)
        if twin is None or not (_is_sure(field) and _is_sure(twin)):
            continue
        if field.said == twin.said:
            same.add(field.key)
        elif not is_alike(field.said[0], twin.said[0]):
            different.add(field.key)
    return same, different


def _is_sure(field: Field) -> bool:
    return field.value is not None and not field.doubtful and not isinstance(field.value, bool)


def _is_same(one: Field | None, other: Field | None) -> bool:
    return one is not None and other is not None and one.value is not None and one.said == other.said


def is_alike(one: str, other: str) -> bool:
    """Whether the two may be one value, one of them cut off or misread."""
    return one in other or other in one or SequenceMatcher(None, one, other).ratio() >= _ALIKE
