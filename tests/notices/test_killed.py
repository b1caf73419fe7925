"""A process that dies between the server's yes and its own note of it: the letter is not sent again by itself."""

from __future__ import annotations

from pathlib import Path

from pipeline.desk.officer import Officer
from pipeline.domain.notice import NoticeState
from pipeline.post.correspondence import Correspondence
from pipeline.profile.schema import Profile
from pipeline.store.store import Store
from tests.notices.conftest import Clock, Sender, account_for
from tests.notices.processes import send_and_die
from tests.notices.smtp_server import Server
from tests.notices.test_sending import draft_returned
from tests.store.processes import call_in_process
from tests.stores import Place


def test_killed_between_the_servers_yes_and_the_note(
    place: Place,
    store: Store,
    profile: Profile,
    desk: Correspondence,
    officer: Officer,
    sender: Sender,
    server: Server,
    ca_file: Path,
    clock: Clock,
    tmp_path: Path,
) -> None:
    first = draft_returned(desk, store, profile, officer)
    desk.release(first, actor="刘")
    server.faults.kill = tmp_path / "pid"
    account = account_for(server, ca_file)
    arguments = (place.url, place.data_dir, account, "host:1:1:0", server.faults.kill, None)
    assert call_in_process(send_and_die, *arguments, expected=-9) is None
    assert len(server.received) == 1
    assert store.notices.show(first).state is NoticeState.SENDING
    server.faults.kill = None
    assert sender("other:2:2:0").send_released() == ()
    assert store.notices.show(first).state is NoticeState.SENDING
    clock.days(2)
    assert sender("host:2:2:0", alive=False).send_released() == ()
    unclear = store.notices.show(first)
    assert (unclear.state, unclear.last_error) == (NoticeState.UNCLEAR, "interrupted")
    assert store.history(unclear.case_id)[-1].kind == "notice.unclear"
    assert len(server.received) == 1
    desk.resend(first, actor="刘")
    assert len(sender("host:2:2:0").send_released()) == 1
    assert len(server.received) == 2


def test_killed_before_any_commit_nothing_goes_out_twice(
    place: Place,
    store: Store,
    profile: Profile,
    desk: Correspondence,
    officer: Officer,
    sender: Sender,
    server: Server,
    ca_file: Path,
) -> None:
    account, killed, lived, number = account_for(server, ca_file), 0, False, 0
    while not lived:
        number += 1
        who = f"s{number}@example.org"
        desk.release(draft_returned(desk, store, profile, officer, number=number, sender=who), actor="刘")
        arguments = (place.url, place.data_dir, account, f"host:{number}:1:0", None, killed)
        try:
            lived = call_in_process(send_and_die, *arguments) is True
        except AssertionError:
            killed += 1
        sender("host:99:1:0", alive=False).send_released()
        assert sum(taken.recipients == [who] for taken in server.received) <= 1
    assert killed >= 4
    states = {notice.state for notice in store.notices.list()}
    assert states == {NoticeState.SENT, NoticeState.UNCLEAR}
    assert len(server.received) == number
    assert store.events.verify().whole
