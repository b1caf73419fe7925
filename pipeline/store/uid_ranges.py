"""Sets of UIDs as text: `1-5,9,1234567890`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator


def render_uids(uids: Iterable[int]) -> str:
    """The shortest ranges, ascending; "" for none."""
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in _ranges(sorted(set(uids))))


def parse_uids(text: str) -> set[int]:
    """The reverse of `render_uids`."""
    uids: set[int] = set()
    for part in filter(None, text.split(",")):
        first, _, last = part.partition("-")
        uids.update(range(int(first), int(last or first) + 1))
    return uids


def _ranges(uids: list[int]) -> Iterator[tuple[int, int]]:
    start = previous = None
    for uid in uids:
        if start is None or previous is None:
            start = uid
        elif uid != previous + 1:
            yield start, previous
            start = uid
        previous = uid
    if start is not None and previous is not None:
        yield start, previous
