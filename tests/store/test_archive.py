from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.store.archive import BlobArchive
from pipeline.store.blob_format import CHUNK_BYTES, HEADER_BYTES
from pipeline.store.errors import ArchiveDamagedError, ArchiveMissingError, StoreFullError, StoreKeyError
from pipeline.store.keyring import load_or_create_keyring
from tests.store.processes import call_in_process, keep_and_die, keep_under_limit, keep_zeros

SIZES = [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES + 7]


@pytest.fixture
def archive(tmp_path: Path) -> BlobArchive:
    made = BlobArchive(tmp_path / "archive", load_or_create_keyring(tmp_path / "key"))
    made.prepare()
    return made


def _file(tmp_path: Path, digest: str) -> Path:
    return tmp_path / "archive" / digest[:2] / digest


@pytest.mark.parametrize("size", SIZES)
def test_what_is_kept_comes_back(archive: BlobArchive, size: int) -> None:
    content = os.urandom(size)
    pieces = [content[start : start + 100_000] for start in range(0, size, 100_000)]
    digest = archive.keep(iter(pieces))
    assert digest == hashlib.sha256(content).hexdigest()
    assert archive.has(digest)
    assert archive.load(digest) == content
    assert list(archive) == [digest]


def test_keeping_twice_is_harmless_and_heals(archive: BlobArchive, tmp_path: Path) -> None:
    digest = archive.keep([b"mail"])
    _file(tmp_path, digest).write_bytes(b"broken")
    assert archive.keep([b"ma", b"", b"il"]) == digest
    assert archive.load(digest) == b"mail"
    assert list(archive) == [digest]


def test_files_are_private(archive: BlobArchive, tmp_path: Path) -> None:
    digest = archive.keep([b"mail"])
    assert _file(tmp_path, digest).stat().st_mode & 0o077 == 0
    assert (tmp_path / "archive").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("error", [ConnectionResetError("cut"), TimeoutError("slow"), ValueError("empty")])
def test_a_stream_that_breaks_keeps_nothing_and_says_what_it_said(archive: BlobArchive, error: Exception) -> None:
    def broken() -> Iterator[bytes]:
        yield b"x" * CHUNK_BYTES * 2
        raise error

    with pytest.raises(type(error)) as caught:
        archive.keep(broken())
    assert caught.value is error
    assert list(archive) == []
    assert archive.prepare() == 0


def test_every_damage_shows(archive: BlobArchive, tmp_path: Path) -> None:
    digest = archive.keep([b"x" * (2 * CHUNK_BYTES + 5)])
    path = _file(tmp_path, digest)
    whole = path.read_bytes()
    sealed = CHUNK_BYTES + 16
    first, second = (
        whole[HEADER_BYTES : HEADER_BYTES + sealed],
        whole[HEADER_BYTES + sealed : HEADER_BYTES + 2 * sealed],
    )
    changed = [whole[:cut] for cut in (0, 5, HEADER_BYTES, HEADER_BYTES + sealed, len(whole) - 1, len(whole) - 21)]
    changed += [whole + b"x", whole[:HEADER_BYTES] + second + first + whole[HEADER_BYTES + 2 * sealed :]]
    flips = (0, 8, 13, 25, HEADER_BYTES - 1, HEADER_BYTES, len(whole) - 1)
    changed += [whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :] for at in flips]
    for content in changed:
        path.write_bytes(content)
        with pytest.raises(ArchiveDamagedError):
            archive.load(digest)


def test_an_unknown_key_is_a_key_error(archive: BlobArchive, tmp_path: Path) -> None:
    digest = archive.keep([b"mail"])
    other = BlobArchive(tmp_path / "archive", load_or_create_keyring(tmp_path / "other"))
    with pytest.raises(StoreKeyError):
        other.load(digest)


def test_exchanged_files_do_not_open(archive: BlobArchive, tmp_path: Path) -> None:
    one, other = archive.keep([b"one"]), archive.keep([b"other"])
    _file(tmp_path, one).write_bytes(_file(tmp_path, other).read_bytes())
    with pytest.raises(ArchiveDamagedError):
        archive.load(one)


@pytest.mark.parametrize("digest", ["0" * 64, "../../key", "", "A" * 64])
def test_what_is_not_there_is_said_to_be_missing(archive: BlobArchive, digest: str) -> None:
    with pytest.raises(ArchiveMissingError):
        archive.load(digest)


def test_leftovers_of_a_crash_go_and_running_writers_stay(archive: BlobArchive, tmp_path: Path) -> None:
    call_in_process(keep_and_die, tmp_path, expected=-9)
    assert len(list((tmp_path / "archive" / "tmp").iterdir())) == 1
    seen: list[int] = []

    def watched() -> Iterator[bytes]:
        yield b"a" * CHUNK_BYTES
        seen.append(archive.prepare())
        yield b"b"

    digest = archive.keep(watched())
    assert seen == [1]
    assert archive.load(digest).endswith(b"b")
    assert list((tmp_path / "archive" / "tmp").iterdir()) == []


def test_a_full_disk_is_said_to_be_full(archive: BlobArchive, tmp_path: Path) -> None:
    assert call_in_process(keep_under_limit, tmp_path) == StoreFullError.__name__
    assert list(archive) == []
    assert archive.prepare() == 0


def test_a_mail_of_70_mb_needs_little_memory(archive: BlobArchive, tmp_path: Path) -> None:
    grown = call_in_process(keep_zeros, tmp_path, 70 * 1024 * 1024)
    assert grown < 16 * 1024 * 1024
    (digest,) = archive
    assert sum(len(chunk) for chunk in archive.stream(digest)) == 70 * 1024 * 1024
