"""Over the whole path, nothing of a person shows in a log or, in clear, on the disk."""

from __future__ import annotations

import json
from collections.abc import Iterable

import pytest

from pipeline.store.store import open_store
from tests.path.demo_mails import DEMO_MAILS
from tests.path.installation import PASSWORD, plain_logs
from tests.path.secrets_of import secrets_of_demo_mails, secrets_of_store
from tests.path.whole_run import WholeRun

#: Shorter strings of bytes stand in encrypted data by chance.
_LEAST_BYTES = 6


@pytest.fixture(scope="module")
def secrets(whole_run: WholeRun) -> frozenset[str]:
    """What must not be seen: of the truths and the mails, and of everything that was read in them."""
    with open_store(f"sqlite:///{whole_run.data / 'beian.sqlite3'}", data_dir=whole_run.data) as store:
        return secrets_of_demo_mails() | secrets_of_store(store) | {PASSWORD}


def _told(text: str, secrets: Iterable[str]) -> list[str]:
    return sorted(secret for secret in secrets if secret in text)


def test_the_secrets_are_worth_looking_for(secrets: frozenset[str]) -> None:
    (fields,) = DEMO_MAILS[0].fields
    assert {str(fields[key]) for key in ("account_name", "owner_name", "owner_id_number", "owner_phone")} <= secrets
    assert "廊坊市新媒体账号登记备案表.docx" in secrets
    assert len(secrets) > 300
    assert _told(f'{{"event": "{fields["owner_id_number"]}"}}', secrets) == [fields["owner_id_number"]]


def test_standard_error_is_json_lines_and_speaks_of_every_mail(whole_run: WholeRun) -> None:
    lines = [json.loads(line) for line in whole_run.log.splitlines()]
    assert all({"event", "level", "timestamp"} <= line.keys() for line in lines)
    decided = [line["message"] for line in lines if line["event"] == "mail decided"]
    assert sorted(decided) == sorted(row["message"] for row in whole_run.first["ledger"])


def test_no_log_line_tells_on_anybody(whole_run: WholeRun, secrets: frozenset[str]) -> None:
    said = plain_logs(whole_run.folder)
    assert said.count("mail decided") == len(DEMO_MAILS)
    assert _told(said, secrets) == []


def test_no_byte_on_the_disk_tells_on_anybody(whole_run: WholeRun, secrets: frozenset[str]) -> None:
    files = [path for path in whole_run.data.rglob("*") if path.is_file()]
    kept = b"\n".join(path.read_bytes() for path in files)
    assert len(files) > len(DEMO_MAILS)
    assert len(kept) > sum(len(mail.content) for mail in DEMO_MAILS)
    spellings = {secret.encode(code) for secret in secrets for code in ("utf-8", "gb18030", "utf-16-le")}
    assert [spelling for spelling in spellings if len(spelling) >= _LEAST_BYTES and spelling in kept] == []
    lines = {line for mail in DEMO_MAILS for line in mail.content.splitlines()[::50] if len(line) > 30}
    assert [line for line in lines if line in kept] == []
    assert {path.stat().st_mode & 0o077 for path in files} == {0}
