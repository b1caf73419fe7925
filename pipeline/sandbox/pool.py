"""The service's side of the sandbox: gives jobs to reading processes and takes their replies."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from pipeline.sandbox.errors import (
    JailBrokenError,
    JobKilledError,
    JobOutputError,
    JobTimeoutError,
)
from pipeline.sandbox.frame import JobReply, unpack_reply
from pipeline.sandbox.zygote import CANNOT_START, MAX_REASON_BYTES, READY

MAX_REPLY_BYTES: Final = 512 * 1024 * 1024
_START_SECONDS: Final = 120.0
_REAP_SECONDS: Final = 10.0
_END_SECONDS: Final = 3.0
_READ_BYTES: Final = 1 << 20
_KEPT_VARIABLES: Final = ("PATH", "HOME", "VIRTUAL_ENV", "TESSDATA_PREFIX", "TMPDIR", "TZ", "LD_LIBRARY_PATH")


class Jail:
    """Runs jobs of `module` in confined children, at most `processes` at once. Thread-safe.

    `wall_seconds` and `memory_bytes` are the limits of one job; `strict` refuses to run a job on a
    kernel that cannot confine it.
    """

    def __init__(
        self,
        module: str,
        arguments: Sequence[str] = (),
        *,
        processes: int,
        wall_seconds: float,
        memory_bytes: int,
        strict: bool = True,
    ) -> None:
        self._command = (module, *arguments)
        self._slots = threading.BoundedSemaphore(processes)
        self.wall_seconds = wall_seconds
        self._memory_bytes = memory_bytes
        self._strict = strict
        self._lock = threading.Lock()
        self._zygote: _ZygoteProcess | None = None
        self._closed = False
        self._numbers = 0

    def __enter__(self) -> Self:
        self._running()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End every reading process; running jobs raise `JailBrokenError`."""
        with self._lock:
            self._closed = True
            zygote, self._zygote = self._zygote, None
        if zygote is not None:
            zygote.end()

    def run(self, job: str, header: bytes, content: bytes, *, wholly: bool = False) -> JobReply:
        """Run one job on `content`; `wholly` has everything done first that makes later runs of the job faster.

        Raises `JobError` for what the document did to its process, `JailBrokenError` when the
        sandbox itself failed twice, could not prepare the job, or was closed.
        """
        with self._slots:
            try:
                return self._attempt(job, header, content, wholly)
            except JailBrokenError:
                if self._closed:
                    raise
                return self._attempt(job, header, content, wholly)

    def _attempt(self, job: str, header: bytes, content: bytes, wholly: bool) -> JobReply:
        zygote = self._running()
        try:
            return self._ask(zygote, job, header, content, wholly)
        except JailBrokenError:
            self._discard(zygote)
            raise

    def _discard(self, zygote: _ZygoteProcess) -> None:
        zygote.end()
        with self._lock:
            if self._zygote is zygote:
                self._zygote = None

    def _ask(self, zygote: _ZygoteProcess, job: str, header: bytes, content: bytes, wholly: bool) -> JobReply:
        with self._lock:
            self._numbers += 1
            number = self._numbers
        order = {
            "job": job,
            "number": number,
            "memory_bytes": self._memory_bytes,
            "cpu_seconds": int(self.wall_seconds) + 1,
            "strict": self._strict,
            "wholly": wholly,
        }
        with _Pipes(header, content) as pipes:
            zygote.send(order, pipes.given)
            pipes.close_given()
            deadline = time.monotonic() + self.wall_seconds
            try:
                raw = _read_until(pipes.output, deadline)
            except (JobTimeoutError, JobOutputError):
                zygote.send({"kill": number})
                self._await_status(zygote, pipes.status)
                raise
            code = self._await_status(zygote, pipes.status)
        if code != 0 and not raw:
            raise JobTimeoutError("CPU limit") if code == -signal.SIGXCPU else JobKilledError(f"exit {code}")
        return unpack_reply(raw)

    def _await_status(self, zygote: _ZygoteProcess, status: int) -> int:
        """The child's exit code, or minus its signal. A zygote that does not answer is ended."""
        if not select.select([status], [], [], _REAP_SECONDS)[0]:
            zygote.end()
        raw = os.read(status, 4)
        if len(raw) != 4:
            raise JailBrokenError("the sandbox process is gone")
        code: int = struct.unpack(">i", raw)[0]
        if code == CANNOT_START:
            raise JailBrokenError(os.read(status, MAX_REASON_BYTES).decode("utf-8", "replace"))
        return code

    def _running(self) -> _ZygoteProcess:
        with self._lock:
            if self._closed:
                raise JailBrokenError("the sandbox is closed")
            if self._zygote is None or not self._zygote.is_alive():
                if self._zygote is not None:
                    self._zygote.end()
                self._zygote = _ZygoteProcess(self._command)
            return self._zygote


class _ZygoteProcess:
    """A running zygote and the socket that leads to it."""

    def __init__(self, command: Sequence[str]) -> None:
        self._lock = threading.Lock()
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-s", "-m", "pipeline.sandbox.zygote", str(theirs.fileno()), *command],
                env=environment(),
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        self._await_ready()

    def _await_ready(self) -> None:
        self._control.settimeout(_START_SECONDS)
        try:
            said = self._control.recv(MAX_REASON_BYTES)
        except OSError:
            said = b""
        if said != READY:
            self.end()
            reason = said.decode("utf-8", "replace") or "it ended without a word"
            raise JailBrokenError(f"the sandbox process did not start: {reason}")

    def is_alive(self) -> bool:
        return self._process.poll() is None

    def send(self, order: dict[str, object], descriptors: Sequence[int] = ()) -> None:
        try:
            with self._lock:
                socket.send_fds(self._control, [json.dumps(order).encode()], list(descriptors))
        except OSError as error:
            raise JailBrokenError("the sandbox process is gone") from error

    def end(self) -> None:
        """Have it end its children and clean up behind them; one that does not is killed."""
        with contextlib.suppress(OSError):
            self._control.shutdown(socket.SHUT_RDWR)
        self._control.close()
        try:
            self._process.wait(timeout=_END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


class _Pipes:
    """The descriptors of one job: its input, its output, its exit status."""

    def __init__(self, header: bytes, content: bytes) -> None:
        source = os.memfd_create("beian-input", os.MFD_CLOEXEC)
        for part in (struct.pack(">I", len(header)), header, content):
            view = memoryview(part)
            while view:
                view = view[os.write(source, view) :]
        os.lseek(source, 0, os.SEEK_SET)
        self.output, their_output = os.pipe2(os.O_CLOEXEC)
        self.status, their_status = os.pipe2(os.O_CLOEXEC)
        self.given: tuple[int, ...] = (source, their_output, their_status)

    def close_given(self) -> None:
        for descriptor in self.given:
            os.close(descriptor)
        self.given = ()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close_given()
        os.close(self.output)
        os.close(self.status)


def _read_until(descriptor: int, deadline: float) -> bytes:
    """Everything until the other end closes. Raises `JobTimeoutError` or `JobOutputError`."""
    return b"".join(_chunks(descriptor, deadline))


def _chunks(descriptor: int, deadline: float) -> Iterator[bytes]:
    total = 0
    while True:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([descriptor], [], [], left)[0]:
            raise JobTimeoutError("wall-clock limit")
        chunk = os.read(descriptor, _READ_BYTES)
        if not chunk:
            return
        total += len(chunk)
        if total > MAX_REPLY_BYTES:
            raise JobOutputError("reply too large")
        yield chunk


def environment() -> dict[str, str]:
    """What the reading processes may know of ours: no secrets, one thread per library, no telemetry."""
    kept = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OMP_THREAD_LIMIT", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    package = str(Path(__file__).resolve().parents[2])
    return {
        **kept,
        **threads,
        # A fork of the loaded engines copies the tables of some 200,000 small pages, or of a few hundred large ones.
        # Each thread that a library starts while it loads reserves 128 MB of address space for memory of its own, for good:
        # of five networks 670 MB of what a document may have.
        "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1:glibc.malloc.arena_max=1",
        "LANG": "C.UTF-8",
        "ORT_DISABLE_TELEMETRY": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": package,
    }
