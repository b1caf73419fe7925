"""Which forms typed into a mail's own HTML count. Pure.

What comes as a file takes precedence: beside a form in an attachment a typed one counts only if it is surely another
account's, typed for this mail. Of a mail without such a file the newest part with a filled form counts, its own words
before what it quotes; an earlier mail of the same sender never does. A blank form is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from pipeline.domain.blank_forms import is_blank_form
from pipeline.domain.document import DocumentReading, ExtractedForm
from pipeline.domain.message import Attachment, Body
from pipeline.domain.spelling import squash

Read = tuple[Attachment, DocumentReading]

#: What is printed on a blank form or says nothing without the rest.
_SAYS_LITTLE: Final = frozenset({"number", "account_type", "account_type_other", "signed", "opened_on"})
#: A form without both is a blank one, or a list of something else.
_NAMES: Final = ("account_name", "account_subject")
_LEAST_FILLED: Final = 3


def keep_letter_forms(read: Iterable[Read], *, automatic: bool) -> tuple[Read, ...]:
    """The attachments with their readings, in order, without the parts of letters that give no form.

    A part that could not be read stays, with what was found wrong with it, unless a form came otherwise or the mail is
    a machine's.
    """
    pairs = tuple(read)
    files = tuple(pair for pair in pairs if pair[0].body is None)
    attached = [form for _, reading in files for form in reading.forms if not is_blank_form(form)]
    letters = tuple(_letter_parts([pair for pair in pairs if pair[0].body is not None], attached))
    if not letters and not attached and not automatic:
        letters = tuple(pair for pair in pairs if pair[0].body is Body.TYPED and _is_rejected(pair[1]))[:1]
    return files + letters


def _letter_parts(parts: Sequence[Read], attached: Sequence[ExtractedForm]) -> Iterable[Read]:
    """For each letter, the outer one and those in it, its first part with a form that counts."""
    done: set[tuple[str, ...]] = set()
    for item, reading in parts:
        if item.body is not Body.TYPED or item.path in done or (item.quoted and attached):
            continue
        filled = [form for form in reading.forms if is_filled(form)]
        if not filled:
            continue
        done.add(item.path)
        forms = tuple(form for form in filled if not any(_may_be_same(form, other) for other in attached))
        if forms:
            yield item, reading.model_copy(update={"forms": forms})


def is_filled(form: ExtractedForm) -> bool:
    """Whether somebody wrote into the form: an account or its subject, and more."""
    filled = [item for item in form if item.value is not None or item.candidates]
    said = [item.key for item in filled if item.key not in _SAYS_LITTLE]
    return len(said) >= _LEAST_FILLED and any(key in said for key in _NAMES)


def _may_be_same(form: ExtractedForm, other: ExtractedForm) -> bool:
    """Whether two forms may be one account's: the same name, or one that is blank or not surely read."""
    one, two = form.field("account_name"), other.field("account_name")
    if one is None or two is None or one.value is None or two.value is None or one.doubtful or two.doubtful:
        return True
    return squash(str(one.value)) == squash(str(two.value))


def _is_rejected(reading: DocumentReading) -> bool:
    return any(item.code == "attachment.rejected" for item in reading.findings)
