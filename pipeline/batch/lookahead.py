"""Slow work on a stream of things, several at once, with the results in the stream's order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


def read_ahead(
    items: Iterable[Item], action: Callable[[Item], Result], *, threads: int
) -> Iterator[tuple[Item, Result]]:
    """Each item with what `action` makes of it, in order.

    At most `threads` + 1 items are held at any time, however many there are: memory does not grow with
    the stream. `action` runs in threads; what it raises is raised when its item's turn comes. Whoever
    stops early does not wait for the items under way.
    """
    pool = ThreadPoolExecutor(threads, thread_name_prefix="reading")
    pending: deque[tuple[Item, Future[Result]]] = deque()
    try:
        for item in items:
            pending.append((item, pool.submit(action, item)))
            if len(pending) > threads:
                yield _next(pending)
        while pending:
            yield _next(pending)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _next(pending: deque[tuple[Item, Future[Result]]]) -> tuple[Item, Result]:
    item, future = pending.popleft()
    return item, future.result()
