"""Whether a mail's subject follows the notice's template. Never more than a note: the papers count, not the subject."""

from __future__ import annotations

from string import Formatter

from pipeline.domain.finding import Finding, finding
from pipeline.domain.spelling import normalise
from pipeline.profile.schema import Profile
from pipeline.validate.clauses import name_clause

_MAX_SUBJECT = 300


def check_subject_line(subject: str, profile: Profile) -> list[Finding]:
    """`submission.subject` unless the template's words stand in the subject in order, with something at each brace."""
    template = profile.notice.subject_line
    if template is None or follows(subject, template):
        return []
    names = {field.key: field.name for field in profile.form.fields}
    shown = "".join(
        text + (f"【{names.get(key, key)}】" if key is not None else "")
        for text, key, _, _ in Formatter().parse(template)
    )
    detail = f"邮件主题没有按“{shown}”的样式填写，不影响办理，以后请按此填写。"
    return [name_clause(finding("submission.subject", detail), profile)]


def follows(subject: str, template: str) -> bool:
    """Whether a subject is the template filled in; punctuation, blanks, 转发 and the like before it do not count."""
    rest, gap = _solid(subject[:_MAX_SUBJECT]), False
    for text, key, _, _ in Formatter().parse(template):
        words = _solid(text)
        at = rest.find(words, 1 if gap else 0) if words else 0
        if at < 0:
            return False
        rest = rest[at + len(words) :] if words else rest
        gap = key is not None or (gap and not words)
    return bool(rest) or not gap


def _solid(text: str) -> str:
    return "".join(character for character in normalise(text).casefold() if character.isalnum())
