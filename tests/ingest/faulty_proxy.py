"""A proxy before a real IMAP server that misbehaves as providers and networks do."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

#: Gets a client's line; returns what the client is told instead of the server, or None to pass it on.
OnCommand = Callable[[bytes], bytes | None]
#: Gets what the server sent; returns what the client receives, or None to cut the connection.
OnAnswer = Callable[[bytes], bytes | None]


def pass_on(data: bytes) -> bytes:
    return data


class FaultyProxy:
    def __init__(self, port: int, *, on_command: OnCommand = lambda line: None, on_answer: OnAnswer = pass_on) -> None:
        self._upstream = port
        self._on_command = on_command
        self._on_answer = on_answer
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = [self._listener]
        self.commands: list[bytes] = []
        self.connections = 0

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        for sock in self._open:
            _end(sock)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self.connections += 1
                server = socket.create_connection(("127.0.0.1", self._upstream))
                self._open += [client, server]
                threading.Thread(target=self._commands, args=(client, server), daemon=True).start()
                threading.Thread(target=self._answers, args=(server, client), daemon=True).start()

    def _commands(self, client: socket.socket, server: socket.socket) -> None:
        with contextlib.suppress(OSError, ValueError):
            for line in client.makefile("rb"):
                self.commands.append(line)
                said = self._on_command(line)
                if said is None:
                    server.sendall(line)
                else:
                    client.sendall(said)
        _end(server)

    def _answers(self, server: socket.socket, client: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := server.recv(1 << 16):
                changed = self._on_answer(data)
                if changed is None:
                    break
                client.sendall(changed)
        _end(client)
        _end(server)


def _end(sock: socket.socket) -> None:
    with contextlib.suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)
    sock.close()


class TricklingServer:
    """Greets, answers CAPABILITY, LOGIN and LIST, then sends one byte of nothing every 50 ms for ever."""

    def __init__(self, *, silent_from: bytes) -> None:
        self._silent_from = silent_from
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._stop = threading.Event()

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    def __enter__(self) -> Self:
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._stop.set()
        _end(self._listener)

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            client, _ = self._listener.accept()
            if self._silent_from == b"greeting":
                self._trickle(client)
            client.sendall(b"* OK ready\r\n")
            for line in client.makefile("rb"):
                tag, command = line.split()[:2]
                if command == self._silent_from:
                    self._trickle(client)
                if command == b"CAPABILITY":
                    client.sendall(b"* CAPABILITY IMAP4rev1\r\n")
                client.sendall(tag + b" OK done\r\n")

    def _trickle(self, client: socket.socket) -> None:
        client.sendall(b"* OK ")
        while not self._stop.wait(0.05):
            client.sendall(b"x")
