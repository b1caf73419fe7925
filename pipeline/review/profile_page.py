"""The rules in force in plain Chinese, to be held against the notice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from starlette.responses import Response

from pipeline.profile.explain import explain_profile
from pipeline.review.call import Call
from pipeline.review.rendering import page


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """A heading with its lines; each has a depth (0 at the left)."""

    heading: str
    lines: tuple[tuple[int, str], ...]


def show_profile(call: Call) -> Response:
    """The whole of it, as `beian profile explain` prints it."""
    title, *chapters = _chapters(explain_profile(call.parts.profile))
    return page("profile.html", call, active="profile", title=title.heading, chapters=chapters)


def _chapters(lines: Iterable[str]) -> list[Chapter]:
    found: list[tuple[str, list[tuple[int, str]]]] = []
    for line in (part for text in lines for part in text.split("\n")):
        bare = line.lstrip(" ")
        depth = (len(line) - len(bare)) // 2
        if not bare:
            continue
        if depth == 0:
            found.append((bare, []))
        elif found:
            found[-1][1].append((depth - 1, bare.removeprefix("· ")))
    return [Chapter(heading=heading, lines=tuple(items)) for heading, items in found]
