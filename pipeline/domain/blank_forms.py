"""Forms into which nobody wrote anything: the notice's own, sent along with the filled one or in place of it."""

from __future__ import annotations

from typing import Final

from pipeline.domain.document import ExtractedForm, Field
from pipeline.domain.values import is_blank

#: What stands in these of a blank form, boxes and printed words, says nothing; a tick and a signature are values.
_PRINTED: Final = frozenset({"account_type", "account_type_other", "signed"})
#: What is printed where a date is to be written.
_DATE_WORDS: Final = "年月日"
#: Only of a file's own characters is it known that nothing else stands there.
_TYPED: Final = frozenset({"docx", "html", "pdf-text"})


def is_blank_form(form: ExtractedForm) -> bool:
    """Whether a typed form has all its rows and nothing in any of them, and nothing about it is in doubt."""
    return not form.unplaced and not form.findings and bool(form.fields) and all(map(_says_nothing, form))


def _says_nothing(field: Field) -> bool:
    if field.doubtful or field.candidates or field.reader not in _TYPED:
        return False
    if field.value is not None and field.value is not False:
        return False
    return field.key in _PRINTED or is_blank("".join(c for c in field.raw if c not in _DATE_WORDS))
