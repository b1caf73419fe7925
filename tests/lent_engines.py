"""The real readers, which work in a process forked from one that has them loaded: see `tests.zygotes`.

What is read is the same; only nobody waits for models, nor for shapes that are met for the first time.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from functools import cache
from multiprocessing.connection import Connection
from typing import Any

from pipeline.extract.engines import load_engines
from pipeline.extract.ocr.latin_line import LatinLine
from pipeline.extract.ocr.readers import Engines, Place, Quad, Reading
from pipeline.extract.raster.decode import Gray, Rgb
from tests import zygotes


@cache
def lent_engines() -> Engines:
    """Those of this test process; its own where there is no nursery."""
    if zygotes.VARIABLE not in os.environ:
        return load_engines()
    ours, theirs = socket.socketpair()
    with theirs:
        process = zygotes.ask(os.environ[zygotes.VARIABLE], zygotes.READERS, zygotes.PROFILE, theirs)
    line = _Line(Connection(ours.detach()), process)
    return Engines(
        main=_Main(line),
        second=_Second(line),
        third=_Network(line, "third"),
        quick=_Network(line, "quick"),
        latin=_Latin(line),
        taught=_Network(line, "taught"),
    )


def engines_untaught() -> Engines:
    """Those with a taught reader that sees nothing: what they believe is believed for other reasons."""
    return replace(lent_engines(), taught=_Unseeing())


class _Unseeing:
    name = "taught"

    def warm_up(self) -> Iterator[None]:
        yield from ()

    def read_lines(self, crops: Sequence[Rgb | Gray], *, alphabet: str | None = None) -> tuple[Reading, ...]:
        return (Reading(text="", confidence=0.0),) * len(crops)

    def read_places(self, crop: Rgb | Gray, *, alphabet: str | None = None) -> tuple[Place, ...]:
        return ()


def lend(engines: Engines, theirs: socket.socket) -> None:
    """Answer until the other end is gone."""
    line = Connection(theirs.detach())
    line.send({each.name: getattr(engines, each.name).name for each in fields(engines)})
    while True:
        try:
            reader, method, arguments, named = line.recv()
        except EOFError:
            return
        try:
            answer = (True, getattr(getattr(engines, reader), method)(*arguments, **named))
        except Exception as error:  # noqa: BLE001 - raised where it was asked
            answer = (False, error)
        line.send(answer)


class _Line:
    """To the process that reads."""

    def __init__(self, connection: Connection, process: zygotes.Elsewhere) -> None:
        self._connection = connection
        self._process = process  # whose descriptor is open as long as this is
        self.names: dict[str, str] = connection.recv()

    def ask(self, reader: str, method: str, *arguments: object, **named: object) -> Any:
        self._connection.send((reader, method, arguments, named))
        done, answer = self._connection.recv()
        if not done:
            raise answer
        return answer


class _Main:
    """An `OcrEngine`."""

    def __init__(self, line: _Line) -> None:
        self._line = line
        self.name = line.names["main"]

    def warm_up(self) -> Iterator[None]:
        return iter(())

    def find_lines(self, rgb: Rgb) -> tuple[Quad, ...]:
        found: tuple[Quad, ...] = self._line.ask("main", "find_lines", rgb)
        return found

    def rest(self) -> None:
        """The other process keeps its memory for whoever asks next."""

    def read_lines(self, crops: Sequence[Rgb], *, alphabet: str | None = None) -> tuple[Reading, ...]:
        read: tuple[Reading, ...] = self._line.ask("main", "read_lines", list(crops), alphabet=alphabet)
        return read

    def read_places(self, crop: Rgb | Gray, *, alphabet: str | None = None) -> tuple[Place, ...]:
        seen: tuple[Place, ...] = self._line.ask("main", "read_places", crop, alphabet=alphabet)
        return seen


class _Second:
    """A `SecondReader`."""

    def __init__(self, line: _Line) -> None:
        self._line = line
        self.name = line.names["second"]

    def read(self, crop: Gray, *, alphabet: str | None, lines: int, height_px: int = 40) -> str | None:
        read: str | None = self._line.ask("second", "read", crop, alphabet=alphabet, lines=lines, height_px=height_px)
        return read


class _Network:
    """A `LineNetwork`."""

    def __init__(self, line: _Line, which: str) -> None:
        self._line = line
        self._which = which
        self.name = line.names[which]

    def warm_up(self) -> Iterator[None]:
        return iter(())

    def read_lines(self, crops: Sequence[Rgb], *, alphabet: str | None = None) -> tuple[Reading, ...]:
        read: tuple[Reading, ...] = self._line.ask(self._which, "read_lines", list(crops), alphabet=alphabet)
        return read

    def read_places(self, crop: Rgb | Gray, *, alphabet: str | None = None) -> tuple[Place, ...]:
        seen: tuple[Place, ...] = self._line.ask(self._which, "read_places", crop, alphabet=alphabet)
        return seen


class _Latin:
    """The `LatinNetwork`."""

    def __init__(self, line: _Line) -> None:
        self._line = line
        self.name = line.names["latin"]

    def warm_up(self) -> Iterator[None]:
        return iter(())

    def look(self, crop: Gray) -> LatinLine:
        seen: LatinLine = self._line.ask("latin", "look", crop)
        return seen
