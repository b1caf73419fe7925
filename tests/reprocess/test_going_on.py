"""A run that was interrupted goes on, and its output is whole."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.batch.journal import Journal
from pipeline.batch.reprocessed import Reprocessed
from pipeline.mails.files import MailFile
from pipeline.profile.schema import Profile
from tests.reprocess.bench import THREADS, Bench, mails_in
from tests.reprocess.letters import letter, question, save


@pytest.fixture
def mails(tmp_path: Path) -> Path:
    return save(tmp_path / "mails", *(question(number) for number in range(6)))


def journals(bench: Bench) -> list[Path]:
    return list((bench.folder / "data" / "reprocess").glob("*"))


def read_again(bench: Bench, *sources: Path, **options: object) -> tuple[list[Reprocessed], int]:
    """The results of another run, and how many mails were opened for it."""
    before = bench.reader.mails
    return bench.run(*sources, **options), bench.reader.mails - before  # type: ignore[arg-type]


def test_a_second_preview_shows_everything_and_reads_the_rest(bench: Bench, mails: Path) -> None:
    first = bench.run(mails, cut_after=3)
    assert len(journals(bench)) == 1
    results, opened = read_again(bench, mails)
    assert len(results) == 6
    assert results[:2] == first[:2]
    assert opened == 4  # the third was shown, but not noted any more
    assert journals(bench) == []


def test_a_journal_names_nobody(bench: Bench, tmp_path: Path) -> None:
    folder = save(tmp_path / "王小测的邮件", letter(1), letter(2))
    bench.run(folder, cut_after=2)
    (journal,) = journals(bench)
    assert journal.stat().st_mode & 0o077 == 0
    content = journal.read_text(encoding="utf-8")
    assert "material.missing" in content
    assert "王小测" not in content
    assert "王小测" not in content.encode().decode("unicode_escape")


def test_a_whole_preview_is_made_anew(bench: Bench, mails: Path) -> None:
    bench.run(mails)
    assert read_again(bench, mails)[1] == 6


def test_a_preview_does_not_show_what_is_no_longer_so(bench: Bench, mails: Path) -> None:
    bench.run(mails, cut_after=4)
    bench.run(mails, apply=True)
    results = bench.run(mails)
    assert [result.effect.value for result in results] == ["unchanged"] * 6


@pytest.mark.parametrize("apply", [False, True])
def test_other_rules_begin_anew(apply: bool, bench: Bench, mails: Path, lenient: Profile) -> None:
    bench.run(mails, apply=True)
    bench.run(apply=apply, cut_after=4)
    assert read_again(bench, apply=apply, profile=lenient)[1] == 6
    assert len(bench.run(apply=apply)) == 6


def test_an_interrupted_change_is_finished_and_done_once(bench: Bench, lenient: Profile, tmp_path: Path) -> None:
    folder = save(tmp_path / "mails", *(letter(number) for number in range(4)))
    bench.run(folder, apply=True)
    bench.run(apply=True, profile=lenient, cut_after=2)
    (done,) = bench.select("SELECT count(*) FROM events WHERE kind = 'message.redecided'")
    assert done[0] in (2, 3)
    results = bench.run(apply=True, profile=lenient)
    assert len(results) == 4
    assert bench.select("SELECT count(*) FROM events WHERE kind = 'message.redecided'") == [(4,)]
    assert bench.select("SELECT count(*) FROM registry") == [(4,)]
    assert journals(bench) == []


def test_mails_that_were_taken_in_are_decided_by_the_next_run(bench: Bench, mails: Path) -> None:
    """Killed between taking in and deciding, the run's mails wait in the ledger."""
    with bench.store() as store:
        run = bench.reprocessor(store, bench.profile, apply=True)
        journal = bench.journal(run, [mails])
        results = run.run(_stop_at_end(bench, mails), journal)
        assert [(result.reason, result.applied) for result in results] == [("waiting", True)] * 6
        assert not journal.complete
    assert bench.select("SELECT state, count(*) FROM messages GROUP BY state") == [("waiting", 6)]
    bench.stop.clear()
    results = bench.run(mails, apply=True)
    assert [(result.effect.value, result.after and result.after.value) for result in results] == [("new", "review")] * 6
    assert bench.select("SELECT count(*) FROM events WHERE kind = 'message.decided'") == [(6,)]


def _stop_at_end(bench: Bench, mails: Path) -> Iterator[MailFile]:
    """The mails, and a request to stop behind the last one."""
    yield from mails_in([mails])
    bench.stop.set()


def test_a_request_to_stop_ends_a_preview_early_and_keeps_its_journal(bench: Bench, mails: Path) -> None:
    with bench.store() as store:
        run = bench.reprocessor(store, bench.profile, apply=False)
        journal = bench.journal(run, [mails])
        shown = 0
        for _ in run.run(mails_in([mails]), journal):
            shown += 1
            bench.stop.set()
        assert 1 <= shown <= THREADS + 2
        assert not journal.complete
    bench.stop.clear()
    results, opened = read_again(bench, mails)
    assert (len(results), opened) == (6, 6 - shown)


def test_a_line_that_a_kill_cut_off_does_not_count(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    journal = Journal(path, "rules")
    journal.add("a", b"1")
    journal.add("b", b"2")
    whole = path.read_bytes()
    for cut in range(len(whole)):
        path.write_bytes(whole[:cut])
        again = Journal(path, "rules")
        again.add("c", b"3")
        assert Journal(path, "rules").result("c") == b"3"
        assert ("a" in again) == (cut >= whole.index(b"b 2"))
        assert "b" not in again
    path.write_bytes(whole)
    assert Journal(path, "rules").resumed == 2
    assert Journal(path, "other rules").resumed == 0
    assert not path.exists()


def test_a_run_can_begin_anew(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal", "rules")
    journal.add("a", b"1")
    again = Journal(tmp_path / "journal", "rules")
    again.restart()
    assert "a" not in again
    assert not (tmp_path / "journal").exists()
