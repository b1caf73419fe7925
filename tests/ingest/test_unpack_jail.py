"""Every container inside the real sandbox, and what an archive that breaks its reader costs."""

from __future__ import annotations

import gzip
import hashlib
import time
from collections.abc import Iterator

import pytest

from pipeline.domain.message import Submission
from pipeline.reading.reader import SandboxedReader
from pipeline.sandbox.pool import Jail
from tests.ingest.mails import PDF, codes, file_part, multipart, names, text_part, zipped
from tests.ingest.rar_files import rar4, rar5, real_rar
from tests.ingest.seven_zip_files import AES, patched, plain_header, seven_zip
from tests.ingest.test_containers import locked_zip, tarred
from tests.ingest.tnef_files import attachment, tnef


@pytest.fixture(scope="module")
def reader() -> Iterator[SandboxedReader]:
    with Jail("pipeline.reading.jobs", ["langfang-2018"], processes=1, wall_seconds=6, memory_bytes=3 << 30) as jail:
        yield SandboxedReader(jail=jail)


def unpack(reader: SandboxedReader, *parts: bytes) -> Submission:
    mail = multipart(*parts, headers=b"From: a@b.example\r\n")
    return reader.unpack(mail, sha256=hashlib.sha256(mail).hexdigest())


def test_every_container_opens_there(reader: SandboxedReader) -> None:
    found = unpack(
        reader,
        file_part(seven_zip({"1.pdf": PDF + b"1"}), b"1.7z"),
        file_part(seven_zip({"2.pdf": PDF + b"2"}, password="Abc1", hide_names=True), b"2.7z"),
        file_part(locked_zip({"3.pdf": PDF + b"3"}, b"Abc1"), b"3.zip"),
        file_part(rar4({"登4.pdf".encode("gbk"): PDF + b"4"}), b"4.rar"),
        file_part(rar5({"5.pdf": PDF + b"5"}), b"5.rar"),
        file_part(tarred({"6.pdf": PDF + b"6"}, mode="w:gz"), b"6.tgz"),
        file_part(gzip.compress(PDF + b"7"), b"7.pdf.gz"),
        file_part(tnef(attachment("8.pdf", PDF + b"8")), b"winmail.dat"),
        file_part(real_rar("rar5-crc"), b"9.rar"),
        file_part(real_rar("rar4-locked-header"), b"10.rar"),
        text_part("解压密码：Abc1，10.rar 的密码是 12345678".encode()),
    )
    assert sorted(names(found)) == ["1.pdf", "2.pdf", "3.pdf", "5.pdf", "6.pdf", "7.pdf", "8.pdf", "登4.pdf"]
    assert codes(found) == []
    assert "399" in found.text
    assert "data of foo.txt" in found.text


def test_an_archive_that_stalls_its_reader_costs_only_itself(reader: SandboxedReader) -> None:
    """2^24 rounds for each of twenty passwords: minutes, and the reader is ended after six seconds."""
    slow = plain_header({"a.pdf": PDF}, password="right")
    at = slow.index(AES) + len(AES) + 1
    slow = patched(slow, slow[at - len(AES) - 1 : at + 1], slow[at - len(AES) - 1 : at] + bytes([slow[at] & 0xC0 | 24]))
    words = " ".join(f"密码：wrong{number}" for number in range(20))
    began = time.monotonic()
    parts = (file_part(slow, b"slow.7z"), file_part(zipped({"b.pdf": PDF + b"b"}), b"b.zip"), file_part(PDF, b"ok.pdf"))
    found = unpack(reader, *parts, text_part(words.encode()))
    assert time.monotonic() - began < 15
    assert (names(found), codes(found)) == (["b.pdf", "ok.pdf"], ["attachment.rejected"])
    assert "slow.7z" in found.findings[0].detail


def test_a_bomb_fits_into_the_sandbox(reader: SandboxedReader) -> None:
    bomb = seven_zip({f"{n}.pdf": PDF + bytes([n]) * 11_000_000 for n in range(10)})
    found = unpack(reader, file_part(bomb, b"a.7z"), file_part(PDF, b"ok.pdf"))
    assert (names(found), codes(found)) == (["ok.pdf"], ["attachment.rejected"])
