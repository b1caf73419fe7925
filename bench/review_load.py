"""Twenty people at the review pages of a store with 100,000 cases, on SQLite and on PostgreSQL.

Each looks at the queue, filters, takes the next case, opens it, saves fields and now and then concludes it, over HTTP
against the real pages in a process of their own. Printed are the times as the client sees them; the exit code is 1 when a
case was given to two people at once, or a save was lost. Figures are printed, never asserted. Run by `make bench LOAD=1`.
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import json
import math
import multiprocessing
import os
import re
import shutil
import socket
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from statistics import median
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from bench.review_store import PASSWORD, copy, fill, people
from pipeline.profile.load import load_profile
from pipeline.store.store import Store, open_store

FORM: Final = "application/x-www-form-urlencoded"
PROFILE: Final = "langfang-2018"
#: A second tab of the same person saves the same version now and then: exactly one of them may be let through.
_TWICE: Final = 0.1
_CONCLUDES: Final = 0.3
_TARGET_MS: Final = 300


@dataclass
class Log:
    """What all clients saw. A hold is (case, person, from, until); a save is (case, version it made, field, text)."""

    times: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    holds: list[tuple[str, str, float, float]] = field(default_factory=list)
    saves: list[tuple[str, int, str, str]] = field(default_factory=list)
    concluded: list[tuple[str, int]] = field(default_factory=list)
    refused: int = 0
    faults: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)


class Tab:
    """A connection of one browser that stays open, with its cookie."""

    def __init__(self, url: str, log: Log) -> None:
        address = urlsplit(url)
        self._connection = http.client.HTTPConnection(address.hostname or "", address.port or 0, timeout=60)
        self._log = log
        self.cookie = self.csrf = ""

    def log_in(self, login: str) -> None:
        """Once, outside what is measured."""
        self._send("POST", "/login", {"login": login, "password": PASSWORD})
        _, page = self._send("GET", "/account")
        self.csrf = re.findall(r'name="csrf" value="([0-9a-f]+)"', page)[0]

    def twin(self, url: str) -> Tab:
        """A second tab of the same browser."""
        other = Tab(url, self._log)
        other.cookie, other.csrf = self.cookie, self.csrf
        return other

    def get(self, action: str, path: str) -> str:
        return self._timed(action, lambda: self._send("GET", path))[1]

    def post(self, what: str, path: str, /, **values: object) -> tuple[int, dict[str, Any]]:
        status, said = self._timed(what, lambda: self._send("POST", path, {"csrf": self.csrf, **values}))
        return status, json.loads(said)

    def rest(self) -> None:
        """Close the connection, as browsers do with those that are not used."""
        self._connection.close()

    def _timed(self, action: str, ask: Callable[[], tuple[int, str]]) -> tuple[int, str]:
        start = time.perf_counter()
        status, said = ask()
        took = time.perf_counter() - start
        with self._log.lock:
            self._log.times[action].append(took * 1000)
            if status >= 500 or status in (400, 403, 404):
                self._log.faults.append(f"{action}: {status}")
        return status, said

    def _send(self, method: str, path: str, values: dict[str, object] | None = None) -> tuple[int, str]:
        headers = {"Cookie": self.cookie, "Sec-Fetch-Site": "same-origin"}
        if values is not None:
            headers |= {"Content-Type": FORM, "Accept": "application/json" if self.csrf else "text/html"}
        body = None if values is None else urlencode(values).encode()
        try:
            self._connection.request(method, path, body, headers)
            answer = self._connection.getresponse()
            text = answer.read().decode()
        except BaseException:
            self._connection.close()
            raise
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            self.cookie = cookie.partition(";")[0]
        return answer.status, text


@dataclass
class Person:
    """One of the twenty, until the time is over."""

    login: str
    url: str
    log: Log
    pause: float
    random: Random

    def work(self, tab: Tab, until: float) -> None:
        """Look, filter, take, open, save, and again."""
        twin, last = tab.twin(self.url), ""
        time.sleep(self.random.uniform(0, 3) * self.pause)  # nobody begins on the same second
        while time.perf_counter() < until:
            self._look(tab)
            last = self._next(tab, twin, last)

    def _look(self, tab: Tab) -> None:
        tab.get("queue", "/")
        self._rest()
        number = self.random.randrange(1, 50_000)
        filters = (
            {"code": "field.doubtful"},
            {"code": "material.missing", "late": "1"},
            {"entity": "company", "stage": "received"},
            {"view": "mine"},
            {"view": "done"},
            {"view": "all", "account": f"廊坊账号{number}号"},
            {"view": "all", "subject": f"廊坊测试{number % 5000}公司"},
        )
        tab.get("filter", f"/?{urlencode(self.random.choice(filters))}")
        self._rest()

    def _next(self, tab: Tab, twin: Tab, last: str) -> str:
        status, said = tab.post("next case", "/next", after=last)
        since = time.perf_counter()
        if status != 200 or not said["next"].startswith("/case/"):
            return ""
        case_id = said["next"].removeprefix("/case/")
        self._rest()
        page = tab.get("open", f"/case/{case_id}")
        version = int(re.findall(r'data-version="(\d+)"', page)[0])
        for _ in range(self.random.randrange(2, 5)):
            self._rest()
            version = self._save(tab, twin, case_id, version)
        self._rest()
        ended = time.perf_counter()
        if self.random.random() < _CONCLUDES:
            self._conclude(tab, case_id, version)
        else:
            tab.post("give back", f"/case/{case_id}/release")
        with self.log.lock:
            self.log.holds.append((case_id, self.login, since, ended))
        return case_id

    def _save(self, tab: Tab, twin: Tab, case_id: str, version: int) -> int:
        if self.random.random() < _TWICE:
            made: list[int | None] = [None, None]
            tabs = (tab, twin)
            threads = [
                threading.Thread(target=lambda at=at: made.__setitem__(at, self._put(tabs[at], case_id, version)))  # type: ignore[misc]
                for at in (0, 1)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            twin.rest()
            if None not in made:
                self.log.faults.append("two saves of one version were let through")
            return next((one for one in made if one is not None), version)
        return self._put(tab, case_id, version) or version

    def _put(self, tab: Tab, case_id: str, version: int) -> int | None:
        """Save one field; the version it made, None when somebody was first. A tab not used lately connects anew."""
        text = f"发布本地信息{self.random.randrange(10**12)}"
        values = {"version": version, "value.description": text}
        status, said = tab.post("save", f"/case/{case_id}/fields", **values)
        with self.log.lock:
            if status != 200:
                self.log.refused += 1
                return None
            self.log.saves.append((case_id, said["version"], "description", text))
        return int(said["version"])

    def _conclude(self, tab: Tab, case_id: str, version: int) -> None:
        values = {"version": version, "action": "transfer", "office": "dachang", "ground": "测试"}
        status, said = tab.post("decide", f"/case/{case_id}/act", **values)
        with self.log.lock:
            if status == 200:
                self.log.concluded.append((case_id, said["version"]))

    def _rest(self) -> None:
        time.sleep(self.random.uniform(0.5, 1.5) * self.pause)


def serve(url: str, data_dir: str, out: Connection) -> None:
    """The pages in a process of their own, until it is ended."""
    import uvicorn

    from pipeline.review.app import create_app
    from pipeline.sandbox.pool import Jail
    from pipeline.wiring import utc_now
    from tests.review.site import make_parts

    profile = load_profile(PROFILE)
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    limits = {"processes": 1, "wall_seconds": 60, "memory_bytes": 3 << 30}
    with open_store(url, data_dir=Path(data_dir)) as store, Jail("pipeline.reading.jobs", [PROFILE], **limits) as jail:
        app = create_app(make_parts(store, profile, utc_now, jail))
        config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", timeout_keep_alive=120)
        out.send(f"http://127.0.0.1:{listener.getsockname()[1]}")
        uvicorn.Server(config).run(sockets=[listener])


@contextmanager
def served(url: str, data_dir: Path) -> Iterator[tuple[str, int]]:
    """The address of the pages over that store, and the process that serves them."""
    spawn = multiprocessing.get_context("spawn")
    receiver, sender = spawn.Pipe(duplex=False)
    process = spawn.Process(target=serve, args=(url, str(data_dir), sender))
    process.start()
    try:
        yield receiver.recv(), process.pid or 0
    finally:
        process.terminate()
        process.join(20)


def run(name: str, store_url: str, data_dir: Path, logins: list[str], options: argparse.Namespace) -> bool:
    """Let them all work, print the times; whether every promise held."""
    log = Log()
    with served(store_url, data_dir) as (url, server):
        staff = [Person(login=login, url=url, log=log, pause=options.pause, random=Random(login)) for login in logins]
        tabs = [Tab(url, log) for _ in staff]
        for tab, person in zip(tabs, staff, strict=True):
            _patiently(lambda tab=tab, person=person: tab.log_in(person.login))  # type: ignore[misc]
        before, until = cpu_seconds(server), time.perf_counter() + options.seconds
        threads = [
            threading.Thread(target=_guarded, args=(person, tab, until))
            for person, tab in zip(staff, tabs, strict=True)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        used = cpu_seconds(server) - before
    print_times(name, log, options.seconds, used)
    with open_store(store_url, data_dir=data_dir) as store:
        wrong = [*log.faults, *claimed_twice(log), *lost(store, log)]
        if not store.events.verify().whole:
            wrong.append("the event log is not whole")
    for fault in wrong[:10]:
        print(f"  WRONG: {fault}")
    held = "no case claimed twice, no update lost" if not wrong else f"{len(wrong)} faults"
    print(f"  {len(log.holds)} cases taken, {len(log.saves)} saves kept, {log.refused} stale saves refused: {held}\n")
    return not wrong


def claimed_twice(log: Log) -> Iterator[str]:
    """Cases that two people held at the same time."""
    by_case: defaultdict[str, list[tuple[float, float, str]]] = defaultdict(list)
    for case_id, login, since, until in log.holds:
        by_case[case_id].append((since, until, login))
    for case_id, holds in by_case.items():
        holds.sort()
        for (_, until, one), (since, _, other) in itertools.pairwise(holds):
            if since < until and one != other:
                yield f"case {case_id[:8]} was with {one} and {other} at once"


def lost(store: Store, log: Log) -> Iterator[str]:
    """Saves that were answered as kept and are not there; each makes one version of its own."""
    by_case: defaultdict[str, dict[int, str]] = defaultdict(dict)
    counts: defaultdict[str, int] = defaultdict(int)
    for case_id, version, _, said in log.saves:
        if version in by_case[case_id]:
            yield f"case {case_id[:8]}: version {version} was made twice"
        by_case[case_id][version] = said
        counts[case_id] += 1
    for case_id, _ in log.concluded:
        counts[case_id] += 1
    for case_id, said in by_case.items():
        found = store.show_case(case_id)
        if found is None or found.filing.form is None:
            yield f"case {case_id[:8]} is gone"
        elif found.version != 1 + counts[case_id]:
            yield f"case {case_id[:8]}: version {found.version}, but {counts[case_id]} saves were kept"
        elif found.filing.form.text("description") != said[max(said)]:
            yield f"case {case_id[:8]}: the last save is not what is there"


def cpu_seconds(process: int) -> float:
    """What a process has used of the processor: on a busy machine this says more than the time that passed."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def print_times(name: str, log: Log, seconds: float, used: float) -> None:
    """One line an action."""
    count = sum(len(times) for times in log.times.values())
    print(f"{name}: {count} requests, {count / seconds:.1f} a second; milliseconds as the client sees them")
    print(f"  the server used {1000 * used / max(1, count):.0f} ms of a core a request; load {os.getloadavg()[0]:.1f}")
    print(f"  {'action':<12}{'count':>7}{'p50':>8}{'p95':>8}{'max':>8}")
    for action, times in sorted(log.times.items()):
        ordered = sorted(times)
        p95 = ordered[math.ceil(0.95 * len(ordered)) - 1]
        late = f"  over {_TARGET_MS}" if p95 > _TARGET_MS else ""
        print(f"  {action:<12}{len(ordered):>7}{median(ordered):>8.0f}{p95:>8.0f}{ordered[-1]:>8.0f}{late}")


def _guarded(person: Person, tab: Tab, until: float) -> None:
    try:
        person.work(tab, until)
    except Exception as error:  # noqa: BLE001 - a client that breaks off is a fault to be told
        person.log.faults.append(f"{person.login}: {type(error).__name__}: {error}")


def _patiently(act: Callable[[], None], seconds: float = 60) -> None:
    """Again until the server answers."""
    end = time.monotonic() + seconds
    while True:
        try:
            return act()
        except (ConnectionError, http.client.HTTPException):
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


def main() -> int:
    """Make the stores, let people work on each, say whether it held."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--pause", type=float, default=3.0, help="mean seconds between two clicks of a person")
    parser.add_argument("--keep", type=Path, help="keep the SQLite store there, and use it if it is there already")
    options = parser.parse_args()
    folder = options.keep or Path(tempfile.mkdtemp(prefix="beian-load-"))
    try:
        return 0 if _on_both(folder, options) else 1
    finally:
        if options.keep is None:
            shutil.rmtree(folder, ignore_errors=True)


def _on_both(folder: Path, options: argparse.Namespace) -> bool:
    from pipeline.store.database import open_database
    from tests.postgres import running_cluster

    profile = load_profile(PROFILE)
    made, data_dir = folder / "made.sqlite3", folder / "data"
    start, fresh = time.monotonic(), not made.exists()
    with open_store(f"sqlite:///{made}", data_dir=data_dir) as store:
        offices = [office.key for office in profile.offices]
        logins = people(store, offices) if fresh else [user.login for user in store.people.list()]
        if fresh:
            fill(store, profile, options.cases)
    print(f"{options.cases} cases made in {time.monotonic() - start:.0f} s")
    used = folder / "used.sqlite3"
    shutil.copy(made, used)
    held = run("SQLite", f"sqlite:///{used}", data_dir, logins, options)
    used.unlink()
    with running_cluster(fsync="on", synchronous_commit="on", full_page_writes="on", shared_buffers="256MB") as cluster:
        url = cluster.url(cluster.create_database())
        with open_store(url, data_dir=data_dir):
            pass
        source, target = open_database(f"sqlite:///{made}"), open_database(url)
        copy(source, target)
        source.close()
        target.close()
        return run("PostgreSQL", url, data_dir, logins, options) and held


if __name__ == "__main__":
    sys.exit(main())
