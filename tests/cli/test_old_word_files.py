"""Old Word files in mails through `beian check`, converted by a real LibreOffice inside the real sandbox."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from pipeline.domain.finding import Finding
from pipeline.domain.message import Media
from pipeline.extract.grid.word_libreoffice import NetworkOpenError, convert_to_docx
from pipeline.ingest.sniff import sniff
from pipeline.reading.reader import SandboxedReader
from pipeline.sandbox.pool import Jail
from samples.mail import Enclosure, MailSpec, build_mail, received_at
from tests.cli import old_word
from tests.cli.contract import check_mail
from tests.cli.running import SAMPLES, beian
from tests.cli.test_samples_read import compared
from tests.once import made_once

pytestmark = pytest.mark.skipif(not old_word.is_installed(), reason="needs the Debian package libreoffice-writer-nogui")

MAILBOX = "wxsh3252645@163.com"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
Views = Mapping[str, Mapping[str, Any]]


class PictureServer:
    """Serves on loopback and remembers what was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        asked = self.asked

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(self.path)
                self.send_error(404)

            do_HEAD = do_OPTIONS = do_PROPFIND = do_GET  # noqa: N815 - LibreOffice begins with these

            def log_message(self, *arguments: object) -> None:
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/stamp.png"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def make_files(folder: Path) -> None:
    """Forms as .doc, and one of them as .rtf. Making `linked` without a sandbox asks the server for its picture.

    Then `check` reads a mail with each of them, and `asked` is what the server was asked for meanwhile.
    """
    server = PictureServer()
    sources = {
        "plain": old_word.sample("docx-plain.docx"),
        "two-forms": old_word.sample("docx-two-forms.docx"),
        "wingdings": old_word.sample("docx-wingdings.docx"),
        "linked": old_word.sample("docx-plain.docx", picture_at=server.url),
    }
    office = folder / "office"
    office.mkdir()
    made = old_word.convert(sources, "doc", office)
    assert server.asked, "nobody would notice a picture that is fetched"
    server.asked.clear()
    made |= old_word.convert({"rtf": sources["plain"]}, "rtf", office)
    for name, content in made.items():
        (folder / name).write_bytes(content)
    mails = folder / "mails"
    mails.mkdir()
    views = check(mails, enclosed(made))
    (folder / "said.json").write_text(json.dumps({"views": views, "asked": server.asked}), encoding="utf-8")
    server.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_once(tmp_path_factory, "old-word-files", make_files)


@pytest.fixture(scope="module")
def made(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in ("plain", "two-forms", "wingdings", "linked", "rtf")}


@pytest.fixture(scope="module")
def said(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "said.json").read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def views(said: dict[str, Any]) -> Views:
    """What `check` says of a mail with each of them, by the mail's name."""
    found: Views = said["views"]
    return found


def broken(document: bytes) -> bytes:
    """The directory as it was, and nothing behind it that makes sense."""
    return (
        document[:512] + bytes(range(256)) * 2 + document[1024:] if b"W\0o\0r\0d\0D\0o\0c" in document[1024:] else b""
    )


def enclosed(made: dict[str, bytes]) -> dict[str, Enclosure]:
    """By the mail's name: as .doc, under other endings, in RTF, and what is no Word document."""
    files = {
        "plain": ("登记表.doc", made["plain"]),
        "wps": ("登记表(打勾).wps", made["wingdings"]),
        "lying": ("两份.docx", made["two-forms"]),
        "rtf": ("登记表.rtf", made["rtf"]),
        "linked": ("登记表.doc", made["linked"]),
        "broken": ("坏的.doc", broken(made["plain"])),
        "cut": ("断的.doc", made["plain"][:3000]),
        "excel": ("名单.xls", OLE + bytes(504) + "Workbook\0".encode("utf-16-le").ljust(128, b"\0") + bytes(2000)),
    }
    return {name: Enclosure(name=file, content=content) for name, (file, content) in files.items()}


def check(folder: Path, enclosures: Mapping[str, Enclosure], **environment: str) -> Views:
    for name, enclosure in enclosures.items():
        spec = MailSpec(name=name, mailbox=MAILBOX, received=received_at("2018-12-15"), enclosures=(enclosure,))
        (folder / f"{name}.eml").write_bytes(build_mail(spec).content)
    done = beian("check", "--json", *sorted(folder.glob("*.eml")), cwd=folder, **environment)
    assert done.stderr == ""
    found = {Path(view["file"]).stem: view for view in map(json.loads, done.stdout.splitlines())}
    for view in found.values():
        check_mail(view)
    return found


def truths(name: str) -> list[dict[str, Any]]:
    whole = json.loads((SAMPLES / "forms" / f"{name}.docx.truth.json").read_text(encoding="utf-8"))
    return [form["fields"] for form in whole["forms"]]


def codes(view: Mapping[str, Any]) -> list[str]:
    return [item["code"] for item in view["findings"]]


@pytest.mark.parametrize(
    ("mail", "sample"),
    [
        ("plain", "docx-plain"),
        ("wps", "docx-wingdings"),
        ("lying", "docx-two-forms"),
        ("rtf", "docx-plain"),
        ("linked", "docx-plain"),
    ],
)
def test_every_field_is_read_and_sure(mail: str, sample: str, views: Views) -> None:
    cases, expected = views[mail]["cases"], truths(sample)
    assert len(cases) == len(expected)
    for case, truth in zip(cases, expected, strict=True):
        read = {key: compared(field["value"]) for key, field in case["fields"].items()}
        assert read == {key: compared(value) for key, value in truth.items()}
        assert not any(field["doubtful"] for field in case["fields"].values())
        assert all(
            field["source"].keys() >= {"table", "row", "column"}
            for field in case["fields"].values()
            if field["value"] not in (None, "")
        )


@pytest.mark.parametrize("mail", ["plain", "wps", "lying", "rtf"])
def test_nothing_is_wrong_with_the_file(mail: str, views: Views) -> None:
    assert codes(views[mail]) == []


def test_a_linked_picture_is_told_and_not_fetched(said: dict[str, Any], views: Views) -> None:
    assert codes(views["linked"]) == ["attachment.remote"]
    assert said["asked"] == []


@pytest.mark.parametrize(
    ("mail", "code", "says"),
    [
        ("broken", "attachment.unreadable", ("坏的.doc", ".docx", "PDF")),
        ("cut", "attachment.unsupported", ("断的.doc", ".docx", "PDF")),
        ("excel", "attachment.unsupported", ("名单.xls", ".docx", "PDF")),
    ],
)
def test_what_is_no_word_document_is_told(mail: str, code: str, says: tuple[str, ...], views: Views) -> None:
    (found,) = views[mail]["findings"]
    assert found["code"] == code
    assert all(word in found["detail"] for word in says)
    assert views[mail]["decision"] == "review"


def test_without_libreoffice_the_sender_is_asked_for_another_format(made: dict[str, bytes], tmp_path: Path) -> None:
    enclosure = Enclosure(name="登记表.wps", content=made["plain"])
    (view,) = check(tmp_path, {"without": enclosure}, PATH=str(tmp_path)).values()
    (found,) = view["findings"]
    assert found["code"] == "attachment.unreadable"
    assert all(word in found["detail"] for word in ("登记表.wps", ".docx", "PDF"))


def test_one_that_takes_too_long_is_ended(made: dict[str, bytes]) -> None:
    """Half a second is too short for any file."""
    with Jail("pipeline.reading.jobs", ["langfang-2018"], processes=1, wall_seconds=0.5, memory_bytes=3 << 30) as jail:
        reading = SandboxedReader(jail=jail).read_file("登记表.doc", made["plain"])
    (found,) = reading.findings
    assert isinstance(found, Finding)
    assert (found.code, reading.forms) == ("attachment.rejected", ())
    assert "登记表.doc" in found.detail
    assert "时间过长" in found.detail


def test_where_the_network_could_be_reached_nothing_is_started(made: dict[str, bytes]) -> None:
    with pytest.raises(NetworkOpenError):
        convert_to_docx(made["linked"], Media.DOC)


def test_an_old_word_document_is_known_by_its_bytes(made: dict[str, bytes]) -> None:
    assert (sniff(made["plain"]), sniff(made["rtf"])) == (Media.DOC, Media.RTF)


@pytest.mark.parametrize("kind", ["plain", "rtf"])
def test_what_was_read_where_is_drawn_as_of_any_word_file(kind: str, made: dict[str, bytes], tmp_path: Path) -> None:
    file = tmp_path / "登记表.doc"
    file.write_bytes(made[kind])
    done = beian("extract", "--json", "--overlay", "out", file, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    (picture,) = (tmp_path / "out").iterdir()
    assert picture.name.startswith("登记表.doc-tables-")
    colours = np.asarray(Image.open(picture).convert("RGB"), dtype=int)
    assert ((colours[:, :, 2] - colours[:, :, 0]) > 100).any(), "frames of sure values"
