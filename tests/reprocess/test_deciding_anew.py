"""What a batch run changes, and what it leaves alone."""

from __future__ import annotations

import mailbox
import zipfile
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from pipeline.batch.reprocessed import Reprocessed
from pipeline.profile.schema import Profile
from pipeline.store.errors import NotReplaceableReason
from samples.mail import SampleMail
from tests.reprocess.bench import Bench
from tests.reprocess.letters import CITY, letter, question, save


def said(results: Iterable[Reprocessed]) -> list[tuple[object, ...]]:
    return [(r.effect.value, r.before and r.before.value, r.after and r.after.value, r.applied) for r in results]


def effects(results: Iterable[Reprocessed]) -> Counter[str]:
    return Counter(result.effect.value for result in results)


def as_eml(folder: Path, mails: Sequence[SampleMail]) -> list[Path]:
    return sorted(save(folder, *mails).iterdir())


def as_folder(folder: Path, mails: Sequence[SampleMail]) -> list[Path]:
    return [save(folder, *mails)]


def as_mbox(folder: Path, mails: Sequence[SampleMail]) -> list[Path]:
    path = folder.with_suffix(".mbox")
    box = mailbox.mbox(path, create=True)
    for mail in mails:
        box.add(mail.content.replace(b"\r\n", b"\n"))
    box.close()
    return [path]


def as_zip(folder: Path, mails: Sequence[SampleMail]) -> list[Path]:
    path = folder.with_suffix(".zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for mail in mails:
            archive.writestr(f"邮件/{mail.name}.eml", mail.content)
    return [path]


@pytest.mark.parametrize("form", [as_eml, as_folder, as_mbox, as_zip])
def test_every_source_gives_its_mails(form: object, bench: Bench, tmp_path: Path) -> None:
    mails = (letter(1), question(1), question(2))
    sources = form(tmp_path / "source", mails)  # type: ignore[operator]
    preview = bench.run(*sources)
    assert said(preview) == [("new", None, "review", False)] * 3
    assert [result.codes for result in preview] == [("material.missing",), ("form.missing",), ("form.missing",)]
    bench.run(*sources, apply=True)
    assert said(bench.run(*sources)) == [("unchanged", "review", "review", False)] * 3


def test_a_preview_changes_nothing(bench: Bench, lenient: Profile, tmp_path: Path) -> None:
    first = save(tmp_path / "first", letter(1), question(1))
    more = save(tmp_path / "more", letter(1), letter(2))
    bench.run(first, apply=True)
    before = bench.contents()
    assert effects(bench.run(more)) == {"unchanged": 1, "new": 1}
    assert effects(bench.run(profile=lenient)) == {"changed": 1, "unchanged": 1}
    assert effects(bench.run(more, profile=lenient)) == {"changed": 1, "new": 1}
    assert bench.contents() == before


def test_applying_takes_in_decides_and_says_what_became(bench: Bench, tmp_path: Path) -> None:
    folder = save(tmp_path / "mails", letter(1), question(1))
    assert said(bench.run(folder, apply=True)) == [("new", None, "review", True)] * 2
    assert bench.select("SELECT mailbox, folder, state FROM ledger ORDER BY mailbox") == sorted(
        [(letter(1).mailbox, "(files)", "message"), (question(1).mailbox, "(files)", "message")]
    )
    assert bench.select("SELECT count(*) FROM cases WHERE state = 'review'") == [(2,)]
    before = bench.contents()
    assert said(bench.run(folder, apply=True)) == [("unchanged", "review", "review", False)] * 2
    assert said(bench.run(apply=True)) == [("unchanged", "review", "review", False)] * 2
    assert bench.contents() == before


def test_new_mails_are_read_once(bench: Bench, tmp_path: Path) -> None:
    """Taken in they are opened only to see whose they are; the workers read them."""
    bench.run(save(tmp_path / "mails", letter(1), letter(2)), apply=True)
    assert (bench.reader.mails, bench.reader.files) == (4, 2)


def test_review_cases_follow_changed_rules(bench: Bench, lenient: Profile, tmp_path: Path) -> None:
    bench.run(save(tmp_path / "mails", letter(1), letter(2), question(1)), apply=True)
    preview = bench.run(profile=lenient)
    assert effects(preview) == {"changed": 2, "unchanged": 1}
    applied = bench.run(profile=lenient, apply=True)
    assert Counter(said(applied)) == {
        ("changed", "review", "registered", True): 2,
        ("unchanged", "review", "review", False): 1,
    }
    assert bench.select("SELECT count(*) FROM registry") == [(2,)]
    states = dict(bench.select("SELECT state, count(*) FROM cases GROUP BY state"))
    assert states == {"registered": 2, "superseded": 2, "review": 1}
    assert effects(bench.run(profile=lenient, apply=True)) == {"unchanged": 3}


def test_what_is_registered_stays(bench: Bench, lenient: Profile, profile: Profile, tmp_path: Path) -> None:
    bench.run(save(tmp_path / "mails", letter(1)), apply=True, profile=lenient)
    before = bench.contents()
    for apply in (False, True):
        (result,) = bench.run(profile=profile, apply=apply)
        assert said([result]) == [("kept", "registered", "review", False)]
        assert result.reason == NotReplaceableReason.REGISTERED.value
    assert bench.contents() == before


def test_what_a_person_touched_stays_and_the_preview_knows(bench: Bench, lenient: Profile, tmp_path: Path) -> None:
    bench.run(save(tmp_path / "mails", letter(1)), apply=True)
    with bench.store() as store:
        (waiting,) = store.list_queue()
        store.events.record("case.noted", actor="officer", case_id=waiting.case_id, touches=True)
    before = bench.contents()
    for apply in (False, True):
        (result,) = bench.run(profile=lenient, apply=apply)
        assert said([result]) == [("kept", "review", "registered", False)]
        assert result.reason == NotReplaceableReason.TOUCHED.value
    assert bench.contents() == before


@pytest.mark.parametrize("rules", ["shipped", "lenient"])
def test_a_repeated_filing_changes_nothing_about_the_first(
    rules: str, bench: Bench, profile: Profile, lenient: Profile, tmp_path: Path
) -> None:
    """Deciding the first anew, it must not be taken for the repetition of what came after it."""
    chosen = lenient if rules == "lenient" else profile
    bench.run(save(tmp_path / "first", letter(1)), apply=True, profile=chosen)
    bench.run(save(tmp_path / "second", letter(1, mailbox=CITY, received="2018-12-16")), apply=True, profile=chosen)
    assert effects(bench.run(profile=chosen)) == {"unchanged": 2}
    codes = [result.codes for result in bench.run(profile=chosen)]
    assert codes == [("material.missing",), ("material.missing", "submission.duplicate")]


def test_a_preview_holds_new_mails_against_each_other(bench: Bench, lenient: Profile, tmp_path: Path) -> None:
    folder = save(tmp_path / "mails", letter(1), letter(1, mailbox=CITY, received="2018-12-16"))
    results = {result.after and result.after.value: result.codes for result in bench.run(folder, profile=lenient)}
    assert results["registered"] == ("material.missing",)
    assert "submission.duplicate" in results["review"]
    applied = bench.run(folder, profile=lenient, apply=True)
    assert Counter(result.after and result.after.value for result in applied) == {"registered": 2}
    assert bench.select("SELECT count(*) FROM registry") == [(1,)]  # city and county: one case, one number


def test_the_same_mail_twice_is_one(bench: Bench, tmp_path: Path) -> None:
    folder = save(tmp_path / "mails", question(1))
    (folder / "copy.eml").write_bytes(question(1).content)
    for apply in (False, True):
        reasons = sorted((result.effect.value, result.reason) for result in bench.run(folder, apply=apply))
        assert reasons == [("new", None), ("unchanged", "same mail")]
    assert bench.select("SELECT count(*) FROM messages") == [(1,)]


def test_a_kept_mail_that_is_gone_or_damaged_fails_alone(bench: Bench, tmp_path: Path) -> None:
    bench.run(save(tmp_path / "mails", question(1), question(2), question(3)), apply=True)
    kept = sorted(path for path in (bench.folder / "data" / "archive").rglob("*") if path.is_file())
    kept[0].unlink()
    kept[1].write_bytes(kept[1].read_bytes()[:-20])
    results = bench.run(apply=True)
    assert effects(results) == {"failed": 2, "unchanged": 1}
    assert {path.name[:12] for path in kept[:2]} == {r.name.split()[1] for r in results if r.effect.value == "failed"}
    assert all(result.reason and "kept mail" in result.reason for result in results if result.effect.value == "failed")
