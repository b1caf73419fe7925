"""HTML reduced to text, with its links and the pictures it shows.

A scanner with `str.find` in one pass: `html.parser` of Python 3.11 takes more than two minutes for
256 KB of `<a <a <a`, and a full parser would build what nobody needs. Markup is never shown.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import Final

MAX_HTML_CHARS: Final = 2_000_000
_MAX_TAG_CHARS: Final = 20_000
_MAX_LINKS: Final = 500
_NAME: Final = re.compile(r"/?[a-zA-Z][a-zA-Z0-9:]{0,20}")
_HREF: Final = re.compile(r"""(?i)\bhref\s{0,5}=\s{0,5}(?:"([^"]{1,2000})"|'([^']{1,2000})'|([^\s"'>]{1,2000}))""")
_CID: Final = re.compile(r"""(?i)cid:([^\s"'<>)]{1,200})""")
_BREAKS: Final = frozenset({"br", "p", "div", "tr", "li", "table", "h1", "h2", "h3", "h4", "hr", "ul", "blockquote"})
_SKIPPED: Final = frozenset({"script", "style", "head", "title"})
_LONG_REFERENCE: Final = re.compile(r"&#[xX]?[0-9a-fA-F]{9,}")
_BLANK_LINES: Final = re.compile(r"\n{3,}")
#: How much text on either side of a link describes it.
CONTEXT_CHARS: Final = 200
_SPACES: Final = re.compile(r"[ \t\r\f\v\u00a0]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link: its address and the text around its place."""

    url: str
    context: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HtmlText:
    """What an HTML body says."""

    text: str
    links: tuple[Link, ...]


class _Scan:
    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.links: list[tuple[str, int]] = []
        self.unclosed: set[str] = set()

    def add(self, text: str) -> None:
        if text:
            self.pieces.append(text)


def read_html(source: str) -> HtmlText:
    """Reduce HTML to text. Linear in its length; never raises."""
    source = source[:MAX_HTML_CHARS]
    scan = _Scan()
    at = 0
    while at < len(source):
        opening = source.find("<", at)
        if opening < 0:
            scan.add(_unescaped(source[at:]))
            break
        scan.add(_unescaped(source[at:opening]))
        at = _after_markup(source, opening, scan)
    return _finished(scan)


def shown_pictures(source: str) -> frozenset[str]:
    """The Content-IDs of the pictures that an HTML body shows."""
    return frozenset(html.unescape(cid) for cid in _CID.findall(source[:MAX_HTML_CHARS]))


def _after_markup(source: str, at: int, scan: _Scan) -> int:
    if source.startswith("<!--", at):
        end = source.find("-->", at + 4)
        return len(source) if end < 0 else end + 3
    name = _NAME.match(source, at + 1)
    if name is None and source[at + 1 : at + 2] not in ("!", "?"):
        scan.add("<")
        return at + 1
    end = source.find(">", at + 1, at + _MAX_TAG_CHARS)
    if end < 0:
        return min(len(source), at + _MAX_TAG_CHARS)
    if name is None:
        return end + 1
    return _after_tag(source, name.group().lower(), at, end + 1, scan)


def _after_tag(source: str, name: str, at: int, end: int, scan: _Scan) -> int:
    if name in _SKIPPED:
        return _behind_skipped(source, name, end, scan)
    if name == "a" and len(scan.links) < _MAX_LINKS:
        href = _HREF.search(source, at, end)
        if href:
            scan.links.append((_unescaped(next(g for g in href.groups() if g)), len(scan.pieces)))
    if name.lstrip("/") in _BREAKS:
        scan.add("\n")
    elif name in ("td", "/td", "th", "/th"):
        scan.add(" ")
    return end


def _behind_skipped(source: str, name: str, at: int, scan: _Scan) -> int:
    """Where the closing tag begins. Without one the content counts as text; looked for once, to stay linear."""
    if name in scan.unclosed:
        return at
    closing = re.compile(f"</{name}", re.IGNORECASE).search(source, at)
    if closing is None:
        scan.unclosed.add(name)
        return at
    return closing.start()


def _unescaped(text: str) -> str:
    # html.unescape raises on numbers of more than 4,300 digits.
    return html.unescape(_LONG_REFERENCE.sub("", text)).replace("\x00", "") if "&" in text else text


def _finished(scan: _Scan) -> HtmlText:
    starts: list[int] = [0]
    for piece in scan.pieces:
        starts.append(starts[-1] + len(piece))
    joined = "".join(scan.pieces)
    links = tuple(
        Link(url=url, context=joined[max(0, starts[index] - CONTEXT_CHARS) : starts[index] + CONTEXT_CHARS])
        for url, index in scan.links
    )
    return HtmlText(text=tidy_text(joined), links=links)


def tidy_text(text: str) -> str:
    """Lines without trailing spaces, control characters or more than one empty line between them."""
    lines = (_SPACES.sub(" ", _without_controls(line)).strip() for line in text.split("\n"))
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()


def _without_controls(line: str) -> str:
    # Most lines have none, and are not looked through character by character.
    return line if line.isprintable() else "".join(c for c in line if c.isprintable() or c in "\t\u3000\u00a0")
