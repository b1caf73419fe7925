"""The proxy that plays a `Plan` before a real IMAP server: one thread a connection, one command at a time."""

from __future__ import annotations

import contextlib
import random
import socket
import struct
import threading
import time
from collections import Counter
from types import TracebackType
from typing import BinaryIO, Final, Self

from tests.imap.plan import TOO_OFTEN, Break, Fault, Plan
from tests.imap.playing import answer_for, changed, to_server, wavering

Response = list[bytes]
_CHAOS_FAULTS: Final = (Fault.CUT, Fault.RESET, Fault.LOST)
_TRICKLE_SECONDS: Final = 0.05


class FaultProxy:
    """Listens on `port`. `commands` holds every line a client sent, `logins` the times of LOGIN, `most_open` the peak."""

    def __init__(self, upstream: int, plan: Plan) -> None:
        self._upstream = upstream
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._lock = threading.Lock()
        self._sockets: set[socket.socket] = {self._listener}
        self._rng = random.Random(plan.seed)
        self._seen: Counter[bytes] = Counter()
        self.plan = plan
        self.ended = threading.Event()
        self.commands: list[bytes] = []
        self.logins: list[float] = []
        self.bad_logins = 0
        self.broken = 0
        self.connections = self.open_now = self.most_open = 0

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    def play(self, plan: Plan) -> None:
        """Go on with another plan; `breaks` count anew."""
        with self._lock:
            self.plan, self._rng = plan, random.Random(plan.seed)
            self._seen.clear()

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.ended.set()
        for sock in tuple(self._sockets):
            end(sock)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._converse, args=(client,), daemon=True).start()

    def _converse(self, client: socket.socket) -> None:
        with contextlib.suppress(OSError, ValueError):
            server = socket.create_connection(("127.0.0.1", self._upstream))
            with self._lock:
                self._sockets |= {client, server}
                self.connections += 1
                number = self.connections
                self.open_now += 1
                self.most_open = max(self.most_open, self.open_now)
                crowded = self.plan.connections_allowed is not None and self.open_now > self.plan.connections_allowed
            try:
                Conversation(self, client, server, number).run(crowded=crowded)
            finally:
                with self._lock:
                    self.open_now -= 1
                    self._sockets -= {client, server}
                end(client)
                end(server)

    def break_for(self, command: bytes, *, has_literal: bool) -> Break | None:
        """What the plan breaks now, by its script or by chance."""
        with self._lock:
            concerned = [planned for planned in self.plan.breaks if planned.command in command]
            self._seen.update({planned.command for planned in concerned})
            for planned in concerned:
                if self._seen[planned.command] == planned.nth:
                    self.broken += 1
                    return planned
            if self._rng.random() < (self.plan.chaos if has_literal else self.plan.chaos_answers):
                self.broken += 1
                return Break(fault=self._rng.choice(_CHAOS_FAULTS), command=b"", share=self._rng.random())
        return None

    def note_login(self) -> bytes | None:
        """Count a LOGIN; the refusal when there were too many."""
        with self._lock:
            self.logins.append(time.monotonic())
            often = self.plan.logins_allowed is not None and len(self.logins) > self.plan.logins_allowed
            bad = self.plan.bad_logins_allowed is not None and self.bad_logins >= self.plan.bad_logins_allowed
            return TOO_OFTEN if often or bad else None


class Conversation:
    """One client's connection. `identified` is whether it sent ID since its LOGIN."""

    def __init__(self, proxy: FaultProxy, client: socket.socket, server: socket.socket, number: int) -> None:
        self._proxy = proxy
        self._number = number
        self._client = client
        self._server = server
        self._answers: BinaryIO = server.makefile("rb")
        self.identified = False

    def run(self, *, crowded: bool) -> None:
        greeting = self._answers.readline()
        self._client.sendall(b"* BYE Too many connections\r\n" if crowded else greeting)
        lines = self._client.makefile("rb")
        while not crowded:
            self._client.settimeout(self._proxy.plan.idle_seconds)
            try:
                line = lines.readline()
            except TimeoutError:
                self._client.sendall(b"* BYE IMAP session timeout\r\n")
                return
            self._client.settimeout(None)
            if not line or not self._handle(line):
                return

    def _handle(self, line: bytes) -> bool:
        """Answer one command; False when the connection is over."""
        self._proxy.commands.append(line)
        plan, tag = self._proxy.plan, line.split()[0]
        word = line.split()[1].upper()
        refused = self._proxy.note_login() if word == b"LOGIN" else None
        said = tag + b" NO " + refused + b"\r\n" if refused else answer_for(line, plan, identified=self.identified)
        self.identified |= word == b"ID" and said is None
        if said is not None:
            self._client.sendall(said)
            return True
        self._server.sendall(to_server(line, plan.provider))
        responses = self._responses(tag)
        self._proxy.bad_logins += word == b"LOGIN" and not responses[-1][0].startswith(tag + b" OK")
        answers = [wavering(found, plan, self._number) for found in responses]
        told = [response for found in answers if (response := changed(line, found, plan)) is not None]
        if plan.untagged and word == b"EXAMINE":
            told.insert(0, [plan.untagged])
        return self._tell(line, told)

    def _responses(self, tag: bytes) -> list[Response]:
        """All of an answer: responses, each a line with the literals and lines that belong to it."""
        found: list[Response] = []
        while not found or not found[-1][0].startswith(tag + b" "):
            response = [self._read_line()]
            while response[-1].endswith(b"}\r\n"):
                size = int(response[-1][response[-1].rindex(b"{") + 1 : -3])
                response += [self._answers.read(size), self._read_line()]
            found.append(response)
        return found

    def _read_line(self) -> bytes:
        line = self._answers.readline()
        if not line:
            raise OSError("the server ended the connection")
        return line

    def _tell(self, line: bytes, told: list[Response]) -> bool:
        has_literal = any(len(response) > 1 for response in told)
        planned = self._proxy.break_for(line, has_literal=has_literal)
        content = b"".join(piece for response in told for piece in response)
        if planned is None:
            self._client.sendall(content)
            return True
        first, literal = (len(told[0][0]), len(told[0][1])) if len(told[0]) > 1 else (0, len(content))
        place = first + int(literal * planned.share)
        self._break(planned.fault, content, place)
        return False

    def _break(self, fault: Fault, content: bytes, place: int) -> None:
        if fault is not Fault.LOST:
            self._client.sendall(content[:place])
        if fault is Fault.RESET:
            self._client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self._client.close()
        elif fault is Fault.STALL:
            self._proxy.ended.wait()
        elif fault is Fault.TRICKLE:
            for byte in content[place:-2]:
                self._client.sendall(bytes([byte]))
                if self._proxy.ended.wait(_TRICKLE_SECONDS):
                    return


def end(sock: socket.socket) -> None:
    """Close it for both sides, whatever state it is in."""
    with contextlib.suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)
    sock.close()
