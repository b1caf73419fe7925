"""The structure of a mail: which bytes are which part.

A scanner over the raw bytes that stops at its limits. The standard library's parser builds the whole
tree first: minutes for a million parts, RecursionError for 1,500 levels, ten times the mail's size in
memory. Where mails are well formed both see the same parts (a test compares them). Where they are not,
this one errs towards seeing more: parts behind the closing boundary count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from pipeline.ingest.limits import UnpackLimits
from pipeline.ingest.mime_headers import Headers, read_headers
from pipeline.ingest.mime_parameters import Parameterised, parse_parameterised
from pipeline.ingest.mime_transfer import decode_transfer

_MAX_BOUNDARY_BYTES: Final = 200
_MAX_PREAMBLE_BYTES: Final = 4096
_ANY_BOUNDARY: Final = re.compile(rb"(?m)^--([^\s-][^\s]{0,198}|-{2,100}[^\s-][^\s]{0,98})[ \t]*\r?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part. `raw` is its body still encoded, empty for multiparts; `children` are the parts of a multipart."""

    headers: Headers
    content_type: Parameterised
    disposition: Parameterised
    raw: bytes
    children: tuple[Part, ...] = ()

    @property
    def media(self) -> str:
        """The declared type such as `text/plain`, lower case."""
        return self.content_type.value or "text/plain"

    @property
    def declared_name(self) -> str:
        """The declared file name, "" when there is none."""
        return self.disposition.text("filename") or self.content_type.text("name")

    @property
    def content_id(self) -> str:
        """The Content-ID without its brackets, "" when there is none."""
        return self.headers.text("content-id").strip("<> ")

    def content(self) -> bytes:
        """The decoded body."""
        encoding = self.headers.text("content-transfer-encoding").strip("\"' ;").lower()
        return decode_transfer(self.raw, encoding)


@dataclass(slots=True)
class TreeBudget:
    """Counts parts over a mail and the mails nested in it, and remembers which limits were met."""

    limits: UnpackLimits
    parts: int = 0
    exceeded: set[str] = field(default_factory=set)

    def take_part(self) -> bool:
        """Whether one more part is allowed."""
        if self.parts >= self.limits.parts:
            self.exceeded.add("parts")
            return False
        self.parts += 1
        return True


def read_tree(data: bytes, budget: TreeBudget, *, depth: int = 0) -> Part:
    """The parts of a mail. `depth` is how deep the mail itself is nested in others."""
    budget.take_part()
    return _read_part(data, 0, len(data), budget, depth)


def _read_part(data: bytes, start: int, end: int, budget: TreeBudget, depth: int, *, default_type: bytes = b"") -> Part:
    block = read_headers(data, start, end, limit_bytes=budget.limits.header_bytes)
    if block.oversize:
        budget.exceeded.add("header")
    kind = parse_parameterised(block.headers.raw("content-type") or default_type)
    disposition = parse_parameterised(block.headers.raw("content-disposition"))
    children: tuple[Part, ...] = ()
    boundary = b""
    if kind.value.startswith("multipart/"):
        boundary = _boundary(data, block.body_start, end, kind.parameters.get("boundary", b"").rstrip())
        if boundary:
            # RFC 2046, 5.1.5: the parts of a digest are mails unless they say otherwise.
            of_parts = b"message/rfc822" if kind.value == "multipart/digest" else b""
            ranges = _part_ranges(data, block.body_start, end, boundary)
            children = _read_children(data, ranges, budget, depth + 1, default_type=of_parts)
    raw = b"" if boundary else data[block.body_start : end]
    return Part(headers=block.headers, content_type=kind, disposition=disposition, raw=raw, children=children)


def _boundary(data: bytes, start: int, end: int, declared: bytes) -> bytes:
    """The declared boundary if the body has it, else the one the body begins with: some relays break the header."""
    declared = declared[:_MAX_BOUNDARY_BYTES]
    if declared and next(_boundary_lines(data, start, end, declared), None):
        return declared
    seen = _ANY_BOUNDARY.search(data, start, min(end, start + _MAX_PREAMBLE_BYTES))
    return seen.group(1) if seen else b""


def _read_children(
    data: bytes, ranges: Iterator[tuple[int, int]], budget: TreeBudget, depth: int, *, default_type: bytes
) -> tuple[Part, ...]:
    children: list[Part] = []
    for part_start, part_end in ranges:
        if depth > budget.limits.depth:
            budget.exceeded.add("depth")
            break
        if not budget.take_part():
            break
        children.append(_read_part(data, part_start, part_end, budget, depth, default_type=default_type))
    return tuple(children)


def _part_ranges(data: bytes, start: int, end: int, boundary: bytes) -> Iterator[tuple[int, int]]:
    """Begin and end of each part; the line break before a boundary belongs to the boundary."""
    open_at: int | None = None
    for line_start, line_end, closes in _boundary_lines(data, start, end, boundary):
        if open_at is not None:
            yield open_at, max(open_at, _without_line_break(data, line_start))
        open_at = None if closes else line_end
    if open_at is not None:
        yield open_at, end


def _without_line_break(data: bytes, at: int) -> int:
    if data[at - 2 : at] == b"\r\n":
        return at - 2
    return at - 1 if data[at - 1 : at] == b"\n" else at


def _boundary_lines(data: bytes, start: int, end: int, boundary: bytes) -> Iterator[tuple[int, int, bool]]:
    """Start and end of each line that is `--boundary`, and whether it is the closing one."""
    mark = b"--" + boundary
    at = start
    while (found := data.find(mark, at, end)) >= 0:
        after = found + len(mark)
        line_end = data.find(b"\n", after, min(end, after + 1000))
        stop = (end if end - after < 1000 else after) if line_end < 0 else line_end + 1
        rest = data[after:stop].strip()
        if (found == start or data[found - 1 : found] == b"\n") and rest in (b"", b"--"):
            yield found, stop, rest == b"--"
            at = max(stop, after)
        else:
            at = after
