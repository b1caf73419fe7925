"""From facts and a profile's template to a letter. Pure.

What a submitter wrote is a value: it becomes one printable line before it meets a template, and no letter shows a
whole ID number, wherever it came from.
"""

from __future__ import annotations

import unicodedata
from typing import Final

from pipeline.domain.masking import mask_identity_numbers
from pipeline.domain.notice import KIND_NAMES, NoticeDraft, NoticeFacts, NoticeItem, NoticeKind, NoticeOffice
from pipeline.profile.notice_templates import MAX_CHARS, LetterError, fill
from pipeline.profile.notices import NoticeRules
from pipeline.profile.schema import Profile

_MAX_VALUE_CHARS: Final = 500
_MAX_SUBJECT_CHARS: Final = 200


class NoTemplateError(Exception):
    """The city's profile has no template for that kind of paper; the text says so in Chinese."""

    def __init__(self, kind: NoticeKind, profile: str) -> None:
        super().__init__(f"城市档案“{profile}”没有“{KIND_NAMES[kind]}”的模板（[notices.{kind.value}]）。")


def draft_notice(kind: NoticeKind, facts: NoticeFacts, profile: Profile) -> NoticeDraft:
    """The letter of that kind. Raises `NoTemplateError`, or `LetterError` for a template these facts cannot fill."""
    rules = profile.notices
    template = rules.template(kind) if rules is not None else None
    if rules is None or template is None:
        raise NoTemplateError(kind, profile.key)
    plain = plain_facts(facts)
    return NoticeDraft(
        kind=kind,
        subject=_covered(fill(template.subject, plain))[:_MAX_SUBJECT_CHARS],
        title=_covered(fill(template.title, plain)),
        body=plain_text(fill(template.body, plain)),
        signature=sign(rules, plain),
    )


def sign(rules: NoticeRules, facts: NoticeFacts) -> tuple[str, ...]:
    """The 落款: office and day, a line each."""
    return tuple(_covered(line) for line in fill(rules.signature, plain_facts(facts)).splitlines() if line.strip())


def rewrite(draft: NoticeDraft, body: str) -> NoticeDraft:
    """The letter with an officer's own text between title and 落款. Raises `LetterError` for none, or one too long."""
    text = plain_text(body)
    if not text:
        raise LetterError("the text is empty")
    if len(text) > MAX_CHARS:
        raise LetterError(f"longer than {MAX_CHARS} characters")
    return draft.model_copy(update={"body": text})


def plain_facts(facts: NoticeFacts) -> NoticeFacts:
    """The facts with every text in one printable line."""
    texts = ("addressee", "account_name", "account_subject", "owner_name", "advice", "ground")
    right = facts.right_office
    changes: dict[str, object] = {name: plain_line(getattr(facts, name)) for name in texts}
    changes["items"] = tuple(
        NoticeItem(detail=plain_line(item.detail), clause=item.clause and plain_line(item.clause))
        for item in facts.items
    )
    changes["office"] = _plain_office(facts.office)
    changes["right_office"] = None if right is None else _plain_office(right)
    return facts.model_copy(update=changes)


def plain_line(text: str) -> str:
    """One line of what can be printed: controls and line ends become spaces, invisible characters go."""
    shown = "".join(map(_shown, text[: 4 * _MAX_VALUE_CHARS]))
    return " ".join(shown.split())[:_MAX_VALUE_CHARS]


def plain_text(text: str) -> str:
    """Lines of what can be printed, ID numbers covered."""
    lines = ("".join(map(_shown, line)).strip() for line in text.splitlines())
    return _covered("\n".join(line for line in lines if line))


def _plain_office(office: NoticeOffice) -> NoticeOffice:
    return office.model_copy(
        update={name: plain_line(getattr(office, name)) for name in ("name", "address", "phone", "mailbox")}
    )


def _shown(char: str) -> str:
    if char.isprintable():
        return char
    return "" if unicodedata.category(char) == "Cf" else " "


def _covered(text: str) -> str:
    return mask_identity_numbers(text)
