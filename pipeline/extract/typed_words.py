"""Lifts doubts that the sender's own typing settles: subject, letter and the names of the files.

What was typed was not read from a picture, so it is a witness of its own. A value that stands there whole, letter for
letter, is so; of a WeChat ID whose look-alikes no reader tells apart, the spelling that was typed.
"""

from __future__ import annotations

import re
from typing import Final

from pipeline.domain.document import ExtractedForm, Field
from pipeline.domain.identifiers import check_wechat_id
from pipeline.domain.message import Submission
from pipeline.domain.spelling import normalise, squash
from pipeline.extract.doubts import OF_READING
from pipeline.extract.wechat.shapes import fold
from pipeline.profile.form import FieldKind, FormSpec

#: Shorter texts may stand in a letter by chance.
_LEAST: Final = {FieldKind.TEXT: 4, FieldKind.PERSON_NAME: 3, FieldKind.PHONE: 11, FieldKind.ID_NUMBER: 18}
_NUMBERS: Final = frozenset({FieldKind.PHONE, FieldKind.ID_NUMBER})
_WORD: Final = re.compile(r"(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{6,20}(?![A-Za-z0-9_-])")
#: Blanks inside a line: where a line ends, a name ends.
_BLANKS: Final = re.compile(r"[^\S\n]+")
#: What follows a name without a mark between them. Anything else may be the rest of a longer name.
_GOES_ON: Final = "公众号|微信公众|账号|新媒体|登记|备案|的"
_MOST_CHARACTERS: Final = 50_000


class Typed:
    """What a mail's sender typed."""

    def __init__(self, submission: Submission) -> None:
        names = (item.name for item in submission.attachments)
        lines = (submission.subject, *submission.text[:_MOST_CHARACTERS].splitlines(), *names)
        text = "\n".join(map(normalise, lines))
        self._words = frozenset(_WORD.findall(text))
        self._numbers = frozenset(word.upper() for word in self._words)
        self._text = _BLANKS.sub("", text)

    def settle(self, form: ExtractedForm, spec: FormSpec) -> ExtractedForm:
        """The same form, with the doubt gone from what was typed as well. Pure."""
        kinds = {field.key: field.kind for field in spec.fields}
        settled = tuple(self._settled(item, kinds.get(item.key)) for item in form)
        return form.model_copy(update={"fields": settled})

    def _settled(self, field: Field, kind: FieldKind | None) -> Field:
        if field.doubt not in OF_READING or field.value is None or field.candidates:
            return field
        value = self._wechat_id(str(field.value)) if kind is FieldKind.WECHAT_ID else self._same(str(field.value), kind)
        if value is None:
            return field
        return field.model_copy(update={"value": value, "doubtful": False, "doubt": None, "second": value})

    def _same(self, value: str, kind: FieldKind | None) -> str | None:
        if kind is None or len(squash(value)) < _LEAST.get(kind, len(value) + 1):
            return None
        if kind in _NUMBERS:
            return value if value.upper() in self._numbers else None
        whole = rf"(?<!\w){re.escape(_BLANKS.sub('', normalise(value)))}(?=\W|$|{_GOES_ON})"
        return value if re.search(whole, self._text) else None

    def _wechat_id(self, value: str) -> str | None:
        alike = {word for word in self._words if fold(word) == fold(value) and check_wechat_id(word).ok}
        return alike.pop() if len(alike) == 1 else None
