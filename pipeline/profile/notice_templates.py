"""Templates of letters: Jinja2 in its sandbox, with every unknown name an error.

A template can do nothing but put words together; what a submitter wrote is a value in it and never a template.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import Final

from jinja2 import StrictUndefined, Template, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from pipeline.domain.notice import NoticeFacts

#: No letter is longer; a template that loops for ever ends at the sandbox's own limit.
MAX_CHARS: Final = 40_000
_DIGITS: Final = "零一二三四五六七八九"
_NUMBERED: Final = re.compile(r"[一二三四五六七八九十]{1,5}(\.[0-9]{1,2})?")


class LetterError(Exception):
    """A template that cannot be filled in; the text says why, and in which line of the template where it is known."""


def fill(source: str, facts: NoticeFacts) -> str:
    """The template with these facts in it. Raises `LetterError`."""
    values = {name: getattr(facts, name) for name in NoticeFacts.model_fields}
    try:
        text = _compiled(source).render(values)
    except TemplateError as error:
        line = getattr(error, "lineno", None)
        raise LetterError(f"template line {line}: {error.message}" if line else str(error)) from error
    except (TypeError, ValueError, ArithmeticError, LookupError, AttributeError, RecursionError) as error:
        raise LetterError(f"{type(error).__name__}: {error}") from error
    if len(text) > MAX_CHARS:
        raise LetterError(f"longer than {MAX_CHARS} characters")
    return text.strip()


def chinese_date(day: date) -> str:
    """A day as official letters write it (GB/T 9704): 2018年12月9日."""
    return f"{day.year}年{day.month}月{day.day}日"


def chinese_clause(clause: str) -> str:
    """A clause's number in words, by article and item; one that is no number (附件) stays."""
    if not _NUMBERED.fullmatch(clause):
        return clause
    article, _, item = clause.partition(".")
    return f"第{article}条第{item}项" if item else f"第{article}条"


def chinese_count(number: int) -> str:
    """A whole number from 0 to 99 in Chinese, as headings count."""
    if not 0 <= number <= 99:
        raise ValueError(f"{number} is not between 0 and 99")
    tens, ones = divmod(number, 10)
    if tens == 0:
        return _DIGITS[ones]
    head = "" if tens == 1 else _DIGITS[tens]
    return f"{head}十{_DIGITS[ones] if ones else ''}"


@lru_cache(maxsize=256)
def _compiled(source: str) -> Template:
    return _environment().from_string(source)


@lru_cache(maxsize=1)
def _environment() -> ImmutableSandboxedEnvironment:
    made = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True
    )
    made.filters.update(date=chinese_date, clause=chinese_clause, count_in_chinese=chinese_count)
    return made
