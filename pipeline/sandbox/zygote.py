"""The parent of all reading processes: loads libraries and models once, then forks one child per document.

Started fresh as `python -m pipeline.sandbox.zygote FD MODULE [ARGS…]` with an environment that holds
no secrets. It never looks at a sender's bytes itself: it passes the descriptors it is given to a
child, which confines itself before it reads them. When the service ends, even by SIGKILL, its socket
closes and the zygote ends, after it has ended its children and removed their scratch folders, in which
pieces of a sender's pictures lie.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import select
import signal
import socket
import struct
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pipeline.sandbox.confinement import Confinement, confine, die_with_parent, load_layers, readable_paths
from pipeline.sandbox.frame import pack_failure, pack_reply
from pipeline.sandbox.job import Job
from pipeline.sandbox.preparation import Preparation, keep_for_good
from pipeline.sandbox.probes import SELFTEST_JOBS
from pipeline.sandbox.scratch import Removal, make_scratch

MAX_ORDER_BYTES: Final = 65536
READY: Final = b"ready"
#: How long the reason may be that the zygote gives instead when it, or a job, cannot start.
MAX_REASON_BYTES: Final = 1000
#: In place of a child's exit code, with the reason after it: the job could not be prepared, and no child was made.
CANNOT_START: Final = 1 << 16
_HEADER: Final = struct.Struct(">I")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Child:
    number: int
    pid: int
    pidfd: int
    status_fd: int
    scratch: Path | None


class Zygote:
    """Forks, kills and reaps; single-threaded."""

    def __init__(self, control: socket.socket, jobs: Mapping[str, Job]) -> None:
        self._control = control
        self._jobs = {**jobs, **SELFTEST_JOBS}
        self._readable = readable_paths()
        self._children: dict[int, _Child] = {}
        self._poll = select.poll()
        self._poll.register(control, select.POLLIN)
        self._prepared: dict[str, Preparation] = {}
        self._leftovers: list[Removal] = []

    def serve(self) -> None:
        """Take orders until the service goes away; then nothing is left of any child."""
        self._control.send(READY)
        try:
            while self._serve_next():
                pass
        finally:
            # Without their status: for whoever waits the sandbox is gone, and nothing is said of the document.
            for child in self._children.values():
                _bury(child)
                self._clear(child.scratch)
            for removal in self._leftovers:
                removal.finish()

    def _serve_next(self) -> bool:
        """Do what is to be done next; False when the service is gone. With nothing to do, clear up or make a job faster."""
        warming = next((item for item in self._prepared.values() if item.is_worth_warming), None)
        ready = self._poll.poll(None if warming is None and not self._leftovers else 0)
        if not ready and self._leftovers:
            self._leftovers = [removal for removal in self._leftovers if removal.step()]
        elif not ready and warming is not None:
            warming.step()
        for descriptor, _ in ready:
            if descriptor != self._control.fileno():
                self._reap(descriptor)
            elif not self._take_order():
                return False
        return True

    def _take_order(self) -> bool:
        raw, descriptors, _, _ = socket.recv_fds(self._control, MAX_ORDER_BYTES, 3)
        if not raw:
            return False
        order = json.loads(raw)
        if "kill" in order:
            self._kill(order["kill"])
        else:
            self._start(order, descriptors)
        return True

    def _kill(self, number: int) -> None:
        for child in self._children.values():
            if child.number == number:
                _kill_group(child.pid)

    def _start(self, order: Mapping[str, int | str | bool], descriptors: list[int]) -> None:
        job = self._jobs[str(order["job"])]
        input_fd, output_fd, status_fd = descriptors
        try:
            self._prepare(str(order["job"]), job, wholly=bool(order.get("wholly")))
        except Exception as error:  # noqa: BLE001 - a plug-in's; no sender's byte has been looked at yet
            _say_it_cannot_start(error, descriptors)
            return
        scratch = make_scratch() if job.may_exec else None
        pid = os.fork()
        if pid == 0:
            self._become_child(job, order, input_fd, output_fd, scratch)
        # Both sides set the group, so that a kill right after the fork already finds it.
        with contextlib.suppress(OSError):
            os.setpgid(pid, pid)
        os.close(input_fd)
        os.close(output_fd)
        pidfd = os.pidfd_open(pid)
        number = int(order["number"])
        self._children[pidfd] = _Child(number=number, pid=pid, pidfd=pidfd, status_fd=status_fd, scratch=scratch)
        self._poll.register(pidfd, select.POLLIN)

    def _prepare(self, name: str, job: Job, *, wholly: bool) -> None:
        """Load what the job needs, once. Raises whatever its first step does, each time it is asked for."""
        if job.prepare is None:
            return
        if name not in self._prepared:
            steps = job.prepare()
            next(steps, None)
            keep_for_good()
            self._prepared[name] = Preparation(steps)
        self._prepared[name].children += 1
        while wholly and self._prepared[name].step():
            pass

    def _become_child(
        self, job: Job, order: Mapping[str, int | str | bool], input_fd: int, output_fd: int, scratch: Path | None
    ) -> None:
        """Never returns."""
        code = 1
        try:
            os.setpgid(0, 0)
            die_with_parent()
            _go_first()
            _close_all_but(input_fd, output_fd)
            _settle_in(scratch)
            limits = Confinement(
                memory_bytes=int(order["memory_bytes"]),
                cpu_seconds=int(order["cpu_seconds"]),
                may_exec=job.may_exec,
                scratch=scratch,
            )
            confine(limits, self._readable, strict=bool(order["strict"]))
            _answer(job, input_fd, output_fd)
            code = 0
        finally:
            os._exit(code)

    def _reap(self, pidfd: int) -> None:
        child = self._children.pop(pidfd)
        self._poll.unregister(pidfd)
        status = _bury(child)
        self._clear(child.scratch)
        with contextlib.suppress(OSError):
            os.write(child.status_fd, struct.pack(">i", os.waitstatus_to_exitcode(status)))
        os.close(child.status_fd)

    def _clear(self, scratch: Path | None) -> None:
        """Remove a child's scratch folder; what takes longer must not hold up the others."""
        if scratch is not None and not (removal := Removal(scratch)).start():
            self._leftovers.append(removal)


def _say_it_cannot_start(error: Exception, descriptors: Sequence[int]) -> None:
    input_fd, output_fd, status_fd = descriptors
    os.close(input_fd)
    os.close(output_fd)
    with contextlib.suppress(OSError):
        os.write(status_fd, struct.pack(">i", CANNOT_START) + _reason(error))
    os.close(status_fd)


def _reason(error: Exception) -> bytes:
    return f"{type(error).__name__}: {error}".encode(errors="replace")[:MAX_REASON_BYTES]


def _bury(child: _Child) -> int:
    """End a child and all it started; returns its wait status."""
    # The leader is there still, if only as a zombie, so the group's number cannot belong to anyone else.
    _kill_group(child.pid)
    _, status = os.waitpid(child.pid, 0)
    os.close(child.pidfd)
    return status


def _go_first() -> None:
    """Where the machine runs out of memory, the kernel takes this process, and not the service or its database."""
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")


def _kill_group(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def _close_all_but(*keep: int) -> None:
    """Keep the two pipes and the standard streams, which lead nowhere."""
    lowest = 3
    for descriptor in sorted(keep):
        os.closerange(lowest, descriptor)
        lowest = descriptor + 1
    os.closerange(lowest, os.sysconf("SC_OPEN_MAX") if os.sysconf("SC_OPEN_MAX") < 1 << 20 else 1 << 16)


def _settle_in(scratch: Path | None) -> None:
    if scratch is None:
        return
    os.chdir(scratch)
    os.environ["TMPDIR"] = str(scratch)
    tempfile.tempdir = str(scratch)


def _answer(job: Job, input_fd: int, output_fd: int) -> None:
    """Run the job and write its reply. The outermost boundary of a sender's bytes: whatever happens is a status."""
    try:
        with os.fdopen(input_fd, "rb") as file:
            (length,) = _HEADER.unpack(file.read(_HEADER.size))
            header, content = file.read(length), file.read()
        chunks = pack_reply(job.run(header, content))
    except BaseException as error:  # noqa: BLE001 - only the class of the error leaves this process
        chunks = [pack_failure(error)]
    with os.fdopen(output_fd, "wb", buffering=0) as pipe:
        for chunk in chunks:
            _write_all(pipe.fileno(), chunk)


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def main(arguments: list[str]) -> None:
    """Load the module's jobs, say ready, and serve."""
    descriptor, module, *rest = arguments
    # Ctrl-C and a stop that a supervisor sends to every process are the service's to handle: a child that died
    # of them would look like a document that kills its reader.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    # No parent-death signal here: it would fire when the *thread* that started us ends. The closed socket ends us.
    control = socket.socket(fileno=int(descriptor))
    control.set_inheritable(False)
    jobs = _load(control, module, rest)
    keep_for_good()
    Zygote(control, jobs).serve()


def _load(control: socket.socket, module: str, arguments: list[str]) -> Mapping[str, Job]:
    """The jobs; why they cannot be loaded is told to the service. No sender's bytes have come in yet."""
    try:
        load_layers()
        jobs: Mapping[str, Job] = importlib.import_module(module).load_jobs(arguments)
    except Exception as error:
        control.send(_reason(error))
        raise
    return jobs


if __name__ == "__main__":
    main(sys.argv[1:])
