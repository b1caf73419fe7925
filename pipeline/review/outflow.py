"""A file on its way to a browser while it is written: a thread writes, the answer passes the pieces on.

Nothing lies on the disk, and no more than a megabyte waits in memory. A writer that fails breaks the connection without
the end that the transfer needs, so that the browser tells the file as failed; a browser that goes away ends the writer.
"""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager
from queue import Empty, Full, Queue
from threading import BoundedSemaphore, Event, Thread
from typing import TYPE_CHECKING, BinaryIO, Final, TypeVar, cast

import structlog
from starlette.concurrency import run_in_threadpool

from pipeline.review.refusal import RefusalError

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_PIECE_BYTES: Final = 64 * 1024
_PIECES: Final = 16
_AT_ONCE: Final = 2
_LOOK_SECONDS: Final = 0.5
_BUSY: Final = "正在导出的人较多，请稍后再试。"
_Source = TypeVar("_Source")
_log = structlog.get_logger()


class CutShortError(Exception):
    """The file could not be written to its end."""


class _GoneError(Exception):
    """Nobody reads any more."""


class Outflows:
    """Files under way. Each holds a thread and a transaction, so only a few may be at once."""

    def __init__(self) -> None:
        self._free = BoundedSemaphore(_AT_ONCE)

    def begin(
        self, source: AbstractContextManager[_Source], write: Callable[[BinaryIO, _Source], None]
    ) -> AsyncIterator[bytes]:
        """The pieces of what `write` writes of the source.

        Returns when the source is open. Raises what opening it raised, and `RefusalError` when too many are under way.
        """
        if not self._free.acquire(blocking=False):
            raise RefusalError(429, _BUSY)
        pipe = _Pipe()
        opened: Queue[BaseException | None] = Queue(maxsize=1)

        def run() -> None:
            try:
                _write(pipe, source, write, opened)
            finally:
                self._free.release()

        Thread(target=run, name="outflow", daemon=True).start()
        problem = opened.get()
        if problem is not None:
            raise problem
        return pipe.pieces()


def _write(
    pipe: _Pipe,
    source: AbstractContextManager[_Source],
    write: Callable[[BinaryIO, _Source], None],
    opened: Queue[BaseException | None],
) -> None:
    is_open = False
    try:
        with source as content:
            is_open = True
            opened.put(None)
            file = io.BufferedWriter(pipe, _PIECE_BYTES)
            write(cast("BinaryIO", file), content)
            file.flush()
        pipe.end(whole=True)
    except _GoneError:
        _log.info("review.export_left")
    except BaseException as error:  # noqa: BLE001 - the thread's end: what went wrong is told by whoever asked
        if is_open:
            _log.error("review.export_failed", kind=type(error).__name__)
            pipe.end(whole=False)
        else:
            opened.put(error)


class _Pipe(io.RawIOBase):
    """Takes bytes in one thread and gives them out in another. It cannot be sought in, so that a zip file has no gaps."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: Queue[bytes | bool] = Queue(maxsize=_PIECES)
        self._gone = Event()

    def writable(self) -> bool:
        """As files say it."""
        return True

    def write(self, content: ReadableBuffer, /) -> int:
        """Wait until there is room."""
        piece = bytes(content)
        self._put(piece)
        return len(piece)

    def end(self, *, whole: bool) -> None:
        """Nothing more comes; `whole` says whether that was everything."""
        try:
            self._put(whole)
        except _GoneError:
            return

    async def pieces(self) -> AsyncIterator[bytes]:
        """What was written, in order. Raises `CutShortError` in place of an end."""
        try:
            while not isinstance(piece := await run_in_threadpool(self._take), bool):
                yield piece
            if not piece:
                raise CutShortError
        finally:
            self._gone.set()

    def _put(self, piece: bytes | bool) -> None:
        while not self._gone.is_set():
            try:
                return self._pieces.put(piece, timeout=_LOOK_SECONDS)
            except Full:
                continue
        raise _GoneError

    def _take(self) -> bytes | bool:
        while True:
            try:
                return self._pieces.get(timeout=_LOOK_SECONDS)
            except Empty:
                if self._gone.is_set():
                    return False
