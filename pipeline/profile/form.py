"""The city's registration form, as a profile describes it."""

from __future__ import annotations

from enum import StrEnum

from pipeline.domain.base import Frozen


class FieldKind(StrEnum):
    """How a field's text becomes a value."""

    TEXT = "text"
    PERSON_NAME = "person_name"
    ID_NUMBER = "id_number"
    PHONE = "phone"
    WECHAT_ID = "wechat_id"
    DATE = "date"
    COUNT = "count"
    CHOICE = "choice"
    FILING_NUMBER = "filing_number"
    SIGNATURE = "signature"


class Option(Frozen):
    """One box of a tick-box row. `other_key` names the field that takes the text written behind it."""

    value: str
    labels: tuple[str, ...]
    other_key: str | None = None


class FormField(Frozen):
    """One field of the form.

    `labels` are the printed labels and their variants, compared after NFKC without spaces and
    punctuation; `patterns` are regular expressions for labels that arrive damaged, matched whole
    against the same squashed text. `section` names the section (spanning label) the row stands in;
    `after` names the field whose row or predecessor it shares, for labels that occur twice
    (手机 of the owner and of the administrator). `name` is what messages call the field. `format` is a regular expression
    that the whole value of a text field has to match, `example` a value that does.
    """

    key: str
    name: str
    kind: FieldKind
    labels: tuple[str, ...]
    patterns: tuple[str, ...] = ()
    section: str | None = None
    after: str | None = None
    required: bool = True
    options: tuple[Option, ...] = ()
    format: str | None = None
    example: str | None = None


class FormSection(Frozen):
    """A spanning label such as 账号所有人 with its variants."""

    key: str
    labels: tuple[str, ...]


class FormSpec(Frozen):
    """The whole form. `titles` are headings that tell a page is this form (substring match after squashing)."""

    titles: tuple[str, ...]
    sections: tuple[FormSection, ...] = ()
    fields: tuple[FormField, ...]
    same_as_owner: tuple[str, ...] = ()
    boilerplate: tuple[str, ...] = ()

    def person(self, who: str) -> str:
        """What this form calls a person, "owner" or "admin": the name of the field that names them, without 姓名."""
        field = next((item for item in self.fields if item.key == f"{who}_name"), None)
        return _PEOPLE[who] if field is None else field.name.removesuffix("姓名") or field.name


#: Where the form names no such person.
_PEOPLE = {"owner": "账号所有人", "admin": "管理员"}
