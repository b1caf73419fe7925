from __future__ import annotations

import stat
import traceback
from pathlib import Path

import pytest

from pipeline.store.cipher import Cell, Cipher
from pipeline.store.errors import StoreDamagedError, StoreKeyError
from pipeline.store.keyring import add_key, load_keyring, load_or_create_keyring
from pipeline.store.store import open_store
from tests.store.filings import OWNER_ID, receive
from tests.stores import Place

HERE = Cell(table="fields", column="value", row="1")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "beian.key"


def test_the_key_file_is_made_once_and_for_its_owner(path: Path) -> None:
    ring = load_or_create_keyring(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o400
    assert load_or_create_keyring(path) == ring
    assert [item.name for item in path.parent.iterdir()] == ["beian.key"]


@pytest.mark.parametrize("mode", [0o440, 0o404, 0o644])
def test_a_key_file_open_to_others_is_refused(path: Path, mode: int) -> None:
    load_or_create_keyring(path)
    path.chmod(mode)
    with pytest.raises(StoreKeyError, match="chmod 0400"):
        load_or_create_keyring(path)


@pytest.mark.parametrize("damage", [b"", b"key 00 now AAAA\n", b"\xff\xfe", b"key"])
def test_a_damaged_key_file_is_refused(path: Path, damage: bytes) -> None:
    path.write_bytes(damage)
    path.chmod(0o400)
    with pytest.raises(StoreKeyError, match="damaged"):
        load_keyring(path)


def test_one_changed_letter_of_a_key_shows(path: Path) -> None:
    load_or_create_keyring(path)
    head, _, secret = path.read_text().rstrip().rpartition(" ")
    path.chmod(0o600)
    path.write_text(f"{head} {'B' if secret[0] == 'A' else 'A'}{secret[1:]}\n")
    with pytest.raises(StoreKeyError, match="damaged"):
        load_keyring(path)


def test_no_key_is_ever_shown(path: Path) -> None:
    ring = load_or_create_keyring(path)
    secret = ring.newest.secret
    shown = repr(ring) + repr(ring.newest) + str(ring.keys) + repr(Cipher(ring))
    assert repr(secret)[2:-1] not in shown
    assert secret.hex() not in shown


def test_old_values_open_after_a_key_was_added(path: Path) -> None:
    ring = load_or_create_keyring(path)
    sealed = Cipher(ring).seal(OWNER_ID, HERE)
    longer = add_key(path)
    assert load_keyring(path) == longer
    cipher = Cipher(longer)
    assert cipher.open(sealed, HERE) == OWNER_ID
    assert cipher.seal(OWNER_ID, HERE)[1:5] == longer.newest.id != sealed[1:5]
    assert cipher.index("x", "1") == Cipher(ring).index("x", "1")


@pytest.mark.parametrize("text", ["", "王小测", "\0", "\udc80", "x" * 100_000])
def test_any_text_comes_back(path: Path, text: str) -> None:
    cipher = Cipher(load_or_create_keyring(path))
    assert cipher.open(cipher.seal(text, HERE), HERE) == text


@pytest.mark.parametrize(
    "elsewhere",
    [
        Cell(table="fields", column="value", row="2"),
        Cell(table="fields", column="raw", row="1"),
        Cell(table="papers", column="value", row="1"),
    ],
)
def test_a_value_opens_only_where_it_was_put(path: Path, elsewhere: Cell) -> None:
    cipher = Cipher(load_or_create_keyring(path))
    with pytest.raises(StoreDamagedError):
        cipher.open(cipher.seal(OWNER_ID, HERE), elsewhere)


def test_every_changed_byte_shows(path: Path) -> None:
    cipher = Cipher(load_or_create_keyring(path))
    sealed = cipher.seal(OWNER_ID, HERE)
    for position in range(len(sealed)):
        changed = sealed[:position] + bytes([sealed[position] ^ 1]) + sealed[position + 1 :]
        with pytest.raises((StoreDamagedError, StoreKeyError)):
            cipher.open(changed, HERE)
        with pytest.raises(StoreDamagedError):
            cipher.open(sealed[:position], HERE)


def test_another_key_gives_a_clear_error_without_the_value(path: Path, tmp_path: Path) -> None:
    sealed = Cipher(load_or_create_keyring(path)).seal(OWNER_ID, HERE)
    other = Cipher(load_or_create_keyring(tmp_path / "other.key"))
    with pytest.raises(StoreKeyError, match=r"other\.key: .*restore") as caught:
        other.open(sealed, HERE)
    assert OWNER_ID not in "".join(traceback.format_exception(caught.value))


def test_equal_values_look_different_and_index_alike(path: Path) -> None:
    cipher = Cipher(load_or_create_keyring(path))
    assert cipher.seal("a", HERE) != cipher.seal("a", HERE)
    assert cipher.index("account", "a", "bc") == cipher.index("account", "a", "bc")
    assert cipher.index("account", "a", "bc") != cipher.index("account", "ab", "c")
    assert cipher.index("account", "a") != cipher.index("subject", "a")


def test_a_store_without_its_key_file_is_not_given_a_new_one(place: Place) -> None:
    place.open().close()
    key = place.data_dir / "beian.key"
    key.rename(key.with_suffix(".away"))
    with pytest.raises(StoreKeyError, match="missing"):
        place.open()
    assert not key.exists()


def test_a_store_with_anothers_key_file_does_not_open(place: Place, tmp_path: Path) -> None:
    place.open().close()
    load_or_create_keyring(tmp_path / "other.key")
    with pytest.raises(StoreKeyError, match="was written with key"):
        open_store(place.url, data_dir=place.data_dir, key_file=tmp_path / "other.key")


def test_an_archive_without_database_and_key_is_not_given_a_new_key(place: Place, tmp_path: Path) -> None:
    with place.open() as store:
        receive(store, 1)
    (place.data_dir / "beian.key").unlink()
    with pytest.raises(StoreKeyError, match="missing"):
        open_store(f"sqlite:///{tmp_path / 'fresh.sqlite3'}", data_dir=place.data_dir)


def test_a_store_takes_up_an_added_key(place: Place) -> None:
    with place.open() as store:
        sha256 = receive(store, 1)
    key = place.data_dir / "beian.key"
    first = load_keyring(key)
    add_key(key)
    with place.open() as store:
        assert store.archive.load(sha256) == b"mail 1"
        receive(store, 2)
    key.unlink()
    content = f"key {first.newest.id.hex()} x "
    import base64

    key.write_text(content + base64.b64encode(first.newest.secret).decode() + "\n")
    key.chmod(0o400)
    with pytest.raises(StoreKeyError):
        place.open()
