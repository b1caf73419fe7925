"""The jail, with real children: what it lets through, what it stops, and that it can be seen to fail."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from pipeline.sandbox.errors import (
    JailBrokenError,
    JailNotTightError,
    JobError,
    JobFailedError,
    JobKilledError,
    JobMemoryError,
    JobOutputError,
    JobTimeoutError,
)
from pipeline.sandbox.frame import JobReply, pack_reply, unpack_reply
from pipeline.sandbox.pool import Jail
from pipeline.sandbox.selftest import require_tight, run_selftest

MODULE = "tests.sandbox.jobs_for_tests"


def make_jail(*, wall_seconds: float = 20, memory_mb: int = 1500, processes: int = 4) -> Jail:
    return Jail(MODULE, processes=processes, wall_seconds=wall_seconds, memory_bytes=memory_mb * 1024 * 1024)


@pytest.fixture(scope="module")
def jail() -> Iterator[Jail]:
    with make_jail() as made:
        yield made


def test_a_reply_brings_its_record_and_blobs(jail: Jail) -> None:
    content = os.urandom(3_000_000)
    reply = jail.run("echo", b'{"a":1}', content)
    assert reply == JobReply(record_json=b'{"a":1}', blobs=(content, content[::-1]))


def test_many_threads_at_once(jail: Jail) -> None:
    def ask(number: int) -> bool:
        return jail.run("echo", json.dumps(number).encode(), b"").record_json == json.dumps(number).encode()

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(ask, range(80)))


@pytest.mark.parametrize(
    ("job", "error"),
    [("hoard", JobMemoryError), ("die", JobKilledError), ("raise", JobFailedError), ("flood", JobError)],
)
def test_a_bad_document_costs_only_itself(jail: Jail, job: str, error: type[JobError]) -> None:
    with pytest.raises(error) as caught:
        jail.run(job, b"{}", b"")
    assert "1310" not in str(caught.value)
    assert jail.run("echo", b"1", b"").record_json == b"1"


@pytest.mark.parametrize("job", ["spin", "sleep"])
def test_a_document_that_never_ends_is_stopped(job: str) -> None:
    with make_jail(wall_seconds=1.5) as short:
        with pytest.raises(JobTimeoutError):
            short.run(job, b"{}", b"")
        assert short.run("echo", b"1", b"").record_json == b"1"


def test_breaking_out_is_refused(jail: Jail, tmp_path: Path) -> None:
    secret = tmp_path / "beian.key"
    secret.write_text("key", encoding="utf-8")
    checks = run_selftest(jail, private=[secret])
    assert {check.name for check in checks if not check.refused} == set()
    assert any(str(secret) in check.name for check in checks)
    require_tight(jail, required=True)


@pytest.mark.parametrize("job", ["reach_out", "reach_out_exec"])
@pytest.mark.parametrize("kernel", ["this one", "landlock of Linux 6.1"])
def test_nothing_is_done_to_other_processes_or_files_of_the_account(kernel: str, job: str, tmp_path: Path) -> None:
    """Landlock stops none of it on the kernels that Debian 12 has, and on newer ones only the signals and `truncate`."""
    kept = tmp_path / "kept.eml"
    kept.write_text("a mail", encoding="utf-8")
    kept.chmod(0o600)
    before = kept.stat()
    other = subprocess.Popen(["/bin/sleep", "60"])
    try:
        with Jail(MODULE, [kernel], processes=1, wall_seconds=20, memory_bytes=1500 * 1024 * 1024) as fresh:
            order = json.dumps({"pid": other.pid, "path": str(kept)}).encode()
            assert json.loads(fresh.run(job, order, b"").record_json) == []
        assert other.poll() is None
        assert (kept.stat(), kept.read_text(encoding="utf-8")) == (before, "a mail")
    finally:
        other.kill()
        other.wait()


def test_a_nest_of_folders_costs_no_other_document(jail: Jail) -> None:
    """Removing it by recursion ended the process that all reading processes come from."""
    with ThreadPoolExecutor(1) as threads:
        zygote = jail._running()
        other = threads.submit(jail.run, "doze", b"{}", b"")
        scratch = Path(json.loads(jail.run("nest", b"1200", b"piece").record_json))
        assert other.result().record_json == b'"woke"'
        assert jail._zygote is zygote
    assert _within(30, lambda: not scratch.exists())


def test_the_selftest_sees_a_jail_that_is_open(tmp_path: Path) -> None:
    """Without the layers the same attempts succeed, so the test above can fail."""
    code = "import sys, json; from pipeline.sandbox.probes import _probe; print(_probe(b'{}', may_exec=True).record_json.decode())"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path.cwd())
    assert not any(json.loads(printed.stdout).values()) or os.geteuid() != 0


def test_a_service_that_needs_the_jail_does_not_start_without(monkeypatch: pytest.MonkeyPatch, jail: Jail) -> None:
    monkeypatch.setattr("pipeline.sandbox.selftest.run_selftest", lambda jail, private: (_open_check(),))
    with pytest.raises(JailNotTightError, match="network"):
        require_tight(jail, required=True)
    require_tight(jail, required=False)


def _open_check() -> object:
    from pipeline.sandbox.selftest import Check

    return Check(name="network", refused=False)


def test_the_children_know_none_of_our_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BEIAN_PASSWORD_SANHE", "topsecret")
    with make_jail() as fresh:
        environment = json.loads(fresh.run("environment", b"{}", b"").record_json)
    assert "topsecret" not in json.dumps(environment)
    assert not any(name.startswith("BEIAN") for name in environment)
    assert environment["ORT_DISABLE_TELEMETRY"] == "1"


def test_a_job_that_may_not_start_programs_cannot_fork(jail: Jail) -> None:
    assert jail.run("fork", b"{}", b"").record_json == b'"refused"'


def _steps(jail: Jail, job: str = "steps", *, wholly: bool = False) -> list[str]:
    taken: list[str] = json.loads(jail.run(job, b"{}", b"", wholly=wholly).record_json)
    return taken


def test_a_job_is_prepared_when_it_is_first_asked_for_and_made_faster_after_some_children() -> None:
    with make_jail() as fresh:
        assert _steps(fresh, "unprepared") == []
        assert [_steps(fresh) for _ in range(3)][-1] == ["loaded"]
        deadline = time.monotonic() + 10
        while len(_steps(fresh)) < 4 and time.monotonic() < deadline:
            time.sleep(0.05)
        assert _steps(fresh, "unprepared") == ["loaded", "warm 0", "warm 1", "warm 2"]


def test_a_service_has_a_job_prepared_wholly_at_once() -> None:
    with make_jail() as fresh:
        assert _steps(fresh, wholly=True) == ["loaded", "warm 0", "warm 1", "warm 2"]


def test_a_job_that_cannot_be_prepared_says_why_and_costs_no_document() -> None:
    with make_jail() as fresh:
        for _ in range(2):
            with pytest.raises(JailBrokenError, match="no engine here; install it"):
                fresh.run("unpreparable", b"{}", b"")
        assert _steps(fresh) == ["loaded"]


def test_a_reading_process_is_what_goes_when_memory_runs_out(jail: Jail) -> None:
    zygote = jail._running()._process.pid
    with ThreadPoolExecutor(1) as threads:
        job = threads.submit(jail.run, "doze", b"{}", b"")
        assert _within(2, lambda: [_oom_score_adj(pid) for pid in _children(zygote)] == [1000])
        job.result()
    assert _oom_score_adj(zygote) < 1000


def _oom_score_adj(pid: int) -> int:
    return int(Path(f"/proc/{pid}/oom_score_adj").read_text(encoding="ascii"))


def test_no_program_outlives_its_job(jail: Jail) -> None:
    pid = json.loads(jail.run("orphan", b"{}", b"").record_json)
    assert _gone(pid)


def test_a_dead_zygote_is_replaced(jail: Jail) -> None:
    jail._zygote._process.kill()  # type: ignore[union-attr]
    assert jail.run("echo", b"1", b"").record_json == b"1"


def test_a_zygote_killed_in_the_middle_of_a_job_is_an_error_of_the_sandbox_not_of_the_document() -> None:
    with make_jail(wall_seconds=30) as fresh:
        killers = [threading.Timer(after, lambda: fresh._zygote._process.kill()) for after in (0.7, 3.0)]  # type: ignore[union-attr]
        for killer in killers:
            killer.start()
        with pytest.raises(JailBrokenError):
            fresh.run("sleep", b"{}", b"")
        for killer in killers:
            killer.join()
        assert fresh.run("echo", b"1", b"").record_json == b"1"


def test_a_document_in_work_when_the_sandbox_closes_is_not_blamed() -> None:
    with make_jail(wall_seconds=30) as fresh:
        closing = threading.Timer(1.5, fresh.close)
        closing.start()
        with pytest.raises(JailBrokenError):
            fresh.run("sleep", b"{}", b"")
        closing.join()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_sent_to_every_process_leaves_the_documents_to_the_service(number: signal.Signals) -> None:
    with make_jail(wall_seconds=4) as fresh:
        assert fresh._zygote is not None
        zygote = fresh._zygote._process.pid

        def stop_all() -> None:
            for pid in (*_children(zygote), zygote):
                os.kill(pid, number)
                time.sleep(0.1)

        stopping = threading.Timer(1.5, stop_all)
        stopping.start()
        with pytest.raises(JobTimeoutError):
            fresh.run("sleep", b"{}", b"")
        stopping.join()


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_nothing_is_left_when_the_service_is_killed(tmp_path: Path) -> None:
    code = (
        "import threading, time\n"
        "from tests.sandbox.test_jail import make_jail\n"
        "jail = make_jail(wall_seconds=600)\n"
        "jail.run('echo', b'1', b'')\n"
        "threading.Thread(target=jail.run, args=('sleep', b'{}', b''), daemon=True).start()\n"
        "time.sleep(0.5)\n"
        "print(jail._zygote._process.pid, flush=True)\n"
        "time.sleep(600)\n"
    )
    service = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=Path.cwd())
    assert service.stdout is not None
    zygote = int(service.stdout.readline())
    children = _children(zygote)
    assert children
    service.send_signal(signal.SIGKILL)
    service.wait()
    assert all(_gone(pid) for pid in (zygote, *children))


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM])
def test_no_piece_of_a_picture_is_left_however_the_service_ends(end: signal.Signals) -> None:
    """What Tesseract is given lies in a scratch folder in clear."""
    token = f"piece-{uuid.uuid4().hex}"
    code = (
        "import signal, threading, time\n"
        "from tests.sandbox.test_jail import make_jail\n"
        "jail = make_jail(wall_seconds=600)\n"
        "signal.signal(signal.SIGTERM, lambda *_: jail.close())\n"
        f"threading.Thread(target=jail.run, args=('litter', b'{token}', b'picture'), daemon=True).start()\n"
        "time.sleep(600)\n"
    )
    service = subprocess.Popen([sys.executable, "-c", code], cwd=Path.cwd(), stderr=subprocess.DEVNULL)
    try:
        assert _within(20, lambda: _scratch_holds(token))
        service.send_signal(end)
        assert _within(5, lambda: not _scratch_holds(token))
    finally:
        service.kill()
        service.wait()


def _scratch_holds(name: str) -> bool:
    return any(Path(tempfile.gettempdir()).glob(f"beian-*/{name}"))


def _within(seconds: float, condition: Callable[[], bool]) -> bool:
    ends_at = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > ends_at:
            return False
        time.sleep(0.05)
    return True


def _gone(pid: int, *, seconds: float = 5) -> bool:
    for _ in range(int(seconds * 20)):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return True
        if state == "Z":
            return True
        time.sleep(0.05)
    return False


def test_the_engines_read_in_a_child_that_may_start_neither_programs_nor_threads() -> None:
    picture = Image.new("L", (700, 90), 255)
    font = ImageFont.load_default(size=48)
    ImageDraw.Draw(picture).text((20, 15), "BEIAN 20181215", fill=0, font=font)
    file = io.BytesIO()
    picture.save(file, "PNG")
    module = "tests.sandbox.engine_jobs_for_tests"
    with Jail(module, processes=2, wall_seconds=20, memory_bytes=3072 * 1024 * 1024) as reading:
        for _ in range(2):
            said = json.loads(reading.run("read", b"{}", file.getvalue()).record_json)
            assert said == {
                **dict.fromkeys(("first", "second"), "BEIAN 20181215"),
                "third": "BEIAN20181215",
                "lines": 1,
            }


@pytest.mark.parametrize("cut", [0, 3, 9, 20])
def test_a_reply_that_is_cut_is_refused(cut: int) -> None:
    raw = b"".join(pack_reply(JobReply(record_json=b'{"a": 1}', blobs=(b"abc",))))
    with pytest.raises(JobOutputError):
        unpack_reply(raw[:cut])
    with pytest.raises(JobOutputError):
        unpack_reply(raw + b"x")


QUIET_ENGINES = """
import sys, time
import numpy as np
import pyseccomp as seccomp

def note(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"):
        open(sys.argv[1], "a").write(event)

sys.addaudithook(note)
outward = seccomp.SyscallFilter(seccomp.ALLOW)
for call in ("connect", "sendto", "sendmsg", "sendmmsg"):
    outward.add_rule(seccomp.KILL_PROCESS, call)
outward.load()
from pipeline.extract.engines import load_engines
engines = load_engines()
page = np.full((64, 400, 3), 255, np.uint8)
engines.main.find_lines(page)
engines.main.read_lines([page])
engines.second.read(page[:, :, 0], alphabet=None, lines=1)
engines.third.read_lines([page])
time.sleep(1)
print("quiet")
"""


def test_no_engine_speaks_to_anybody_while_it_loads_and_reads(tmp_path: Path) -> None:
    """The process that loads the engines is not confined yet, and `import openvino` alone called a tracking service.

    Native code that connects is killed; Python code, in a process of its own too, leaves a note.
    """
    noted = tmp_path / "noted"
    command = [sys.executable, "-c", QUIET_ENGINES, str(noted)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert (done.returncode, done.stdout.strip()) == (0, "quiet"), done.stderr[-500:]
    assert not noted.exists(), noted.read_text()
