"""`beian extract --overlay`: the pictures show each value where the JSON says it stands, and belong to their owner only."""

from __future__ import annotations

import json
import shutil
import stat
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from tests.cli.running import SAMPLES, beian

Rgb = npt.NDArray[np.uint8]
FORMS, PAPERS = SAMPLES / "forms", SAMPLES / "papers"
WORD, PDF, SCAN = FORMS / "docx-plain.docx", FORMS / "pdf-song.pdf", FORMS / "scan-hei.jpg"
PHOTO, CARD = FORMS / "photo-turned.jpg", PAPERS / "id-card-copy.jpg"
HAND = FORMS / "handwritten-longcang.jpg"
FILES = (WORD, PDF, SCAN, PHOTO, CARD, HAND)
BORDER = (176, 183, 192)
LEFT = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One command over all files: what it said and what it drew."""

    folder: Path
    views: Mapping[str, Any]
    done: subprocess.CompletedProcess[str]

    def pictures(self, path: Path) -> list[Path]:
        return sorted(self.folder.glob(f"{path.name}-*.png"))

    def page(self, path: Path) -> Rgb:
        (picture,) = self.pictures(path)
        return page_of(np.asarray(Image.open(picture).convert("RGB"), dtype=np.uint8))

    def fields(self, path: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
        view = self.views[path.name]
        for item in (*view["forms"], *view["papers"]):
            yield from item["fields"].items()


def page_of(picture: Rgb) -> Rgb:
    """The page without heading and margin: what lies inside its border."""
    rows = np.flatnonzero((picture[:, LEFT - 1] == BORDER).all(axis=1))
    columns = np.flatnonzero((picture[rows[0]] == BORDER).all(axis=1))
    return picture[rows[0] + 1 : rows[-1], columns[0] + 1 : columns[-1]]


def top_edge(page: Rgb, box: list[float]) -> Rgb:
    """The row of a frame's upper side, in the middle of its width: the most coloured of those near the box's top."""
    height, width = page.shape[:2]
    left, top, right = round(box[0] * width), round(box[1] * height), round(box[2] * width)
    near = page[max(0, top) : top + 6, left + 8 : right - 8].astype(int)
    return near[int(np.argmax(np.abs(near[:, :, 0] - near[:, :, 2]).sum(axis=1)))]  # type: ignore[no-any-return]


def share(row: Rgb, look: str) -> float:
    """How much of a row has the look's colour: blue for sure values, orange for doubtful ones; warm light is neither."""
    lean = row[:, 2] - row[:, 0] if look == "sure" else row[:, 0] - row[:, 2]
    return float((lean > (60 if look == "sure" else 100)).mean())


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("overlay")
    done = beian("extract", "--json", "--overlay", folder / "out", *FILES, cwd=folder, seconds=400)
    views = {Path(view["file"]).name: view for view in map(json.loads, done.stdout.splitlines())}
    return Run(folder=folder / "out", views=views, done=done)


def test_every_page_is_drawn_for_its_owner_only(run: Run) -> None:
    assert (run.done.stderr, len(run.views)) == ("", len(FILES))
    assert stat.S_IMODE(run.folder.stat().st_mode) == 0o700
    names = sorted(path.name for path in run.folder.iterdir())
    assert len(names) == len(FILES)
    assert {name.rpartition("-")[0] for name in names} == {
        f"{path.name}-{'tables' if path is WORD else 'p01'}" for path in FILES
    }
    for path in run.folder.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert Image.open(path).format == "PNG"


@pytest.mark.parametrize("path", [PDF, SCAN, PHOTO, CARD, HAND], ids=lambda path: path.name)
def test_a_value_s_frame_stands_where_the_json_says(path: Path, run: Run) -> None:
    page = run.page(path)
    looks = set()
    for key, field in run.fields(path):
        if field["value"] is None:
            continue
        row = top_edge(page, field["source"]["box"])
        if field["doubtful"]:
            assert 0.4 < share(row, "doubtful") < 0.9, f"{key}: dashed"
            assert share(row, "sure") < 0.1, key
        else:
            assert share(row, "sure") > 0.85, f"{key}: whole"
        looks.add(field["doubtful"])
    assert False in looks
    assert path is not HAND or True in looks, "what is written by hand shows both looks"


def test_the_page_lies_upright_as_it_was_read(run: Run) -> None:
    width, height = Image.open(PHOTO).size
    page = run.page(PHOTO)
    assert width > height, "the photo itself lies on its side"
    assert page.shape[0] > page.shape[1]


def test_a_word_form_is_drawn_as_its_table(run: Run) -> None:
    page = run.page(WORD).astype(int)
    blue = (page[:, :, 2] - page[:, :, 0]) > 100
    framed = sum(field["value"] is not None for _, field in run.fields(WORD))
    rows = np.flatnonzero(blue.mean(axis=1) > 0.15)
    edges = 1 + int((np.diff(rows) > 3).sum())
    assert framed >= 15
    assert edges >= 10, "the frames' sides, above each other"
    assert (page.min(axis=2) < 80).mean() > 0.005, "the cells' text"


def test_without_json_each_picture_is_named_below_its_file(tmp_path: Path) -> None:
    done = beian("extract", "--overlay", "out", WORD, cwd=tmp_path)
    (picture,) = (tmp_path / "out").iterdir()
    assert (done.returncode, done.stderr) == (0, "")
    assert f"图：out/{picture.name}" in done.stdout


def test_drawing_again_replaces_a_file_s_own_pictures_and_no_others(tmp_path: Path) -> None:
    out, twin = tmp_path / "out", tmp_path / "other" / WORD.name
    out.mkdir(mode=0o755)
    (out / "mine.png").write_bytes(b"mine")
    twin.parent.mkdir()
    shutil.copy(FORMS / "docx-wingdings.docx", twin)
    for _ in range(2):
        assert beian("extract", "--overlay", out, WORD, twin, cwd=tmp_path).returncode == 0
        pictures = sorted(path.name for path in out.iterdir())
        assert len(pictures) == 3, "two files of one name, and what lay there before"
    assert (out / "mine.png").read_bytes() == b"mine"
    assert stat.S_IMODE(out.stat().st_mode) == 0o755, "somebody else's folder stays as it is"


def test_a_link_in_the_way_is_not_followed(tmp_path: Path) -> None:
    beian("extract", "--overlay", "out", WORD, cwd=tmp_path)
    (picture,) = (tmp_path / "out").iterdir()
    picture.unlink()
    victim = tmp_path / "victim"
    victim.write_bytes(b"untouched")
    picture.symlink_to(victim)
    assert beian("extract", "--overlay", "out", WORD, cwd=tmp_path).returncode == 0
    assert victim.read_bytes() == b"untouched"
    assert not picture.is_symlink()


def test_out_must_be_a_folder_that_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "closed").mkdir(mode=0o500)
    for out, words in (("file", "is a file"), ("file/below", "Not a directory"), ("closed", "cannot be written")):
        done = beian("extract", "--json", "--overlay", out, WORD, cwd=tmp_path, powerless=True)
        assert (done.returncode, done.stdout) == (2, ""), out
        assert len(done.stderr.splitlines()) == 1
        assert words in done.stderr
    assert (tmp_path / "file").read_bytes() == b""


def test_a_document_nobody_can_open_has_nothing_to_draw_and_says_so(tmp_path: Path) -> None:
    broken = tmp_path / "cut.jpg"
    broken.write_bytes(SCAN.read_bytes()[:20_000])
    done = beian("extract", "--json", "--overlay", "out", broken, WORD, cwd=tmp_path)
    assert done.returncode == 1, "for a person: the document, not the drawing"
    assert [json.loads(line)["kind"] for line in done.stdout.splitlines()] == ["other", "form"]
    (line,) = done.stderr.splitlines()
    assert "cut.jpg" in line
    assert "没有可以画出的页面" in line
    assert len(list((tmp_path / "out").iterdir())) == 1


def test_a_folder_in_a_picture_s_place_is_told_and_the_others_are_drawn(tmp_path: Path) -> None:
    beian("extract", "--overlay", "out", WORD, cwd=tmp_path)
    (picture,) = (tmp_path / "out").iterdir()
    picture.unlink()
    picture.mkdir()
    done = beian("extract", "--json", "--overlay", "out", WORD, FORMS / "docx-wingdings.docx", cwd=tmp_path)
    assert done.returncode == 3
    assert len(done.stdout.splitlines()) == 2
    (line,) = done.stderr.splitlines()
    assert "cannot be written" in line
    assert len(list((tmp_path / "out").iterdir())) == 2


def test_no_name_leads_out_of_the_folder_or_hides(tmp_path: Path) -> None:
    named = tmp_path / '..a\nb\x1b[2J‮|*?"<>:文件' / ".. 备案 表:1.docx"
    named.parent.mkdir()
    shutil.copy(WORD, named)
    done = beian("extract", "--json", "--overlay", "out", named, cwd=tmp_path)
    (picture,) = (tmp_path / "out").iterdir()
    assert done.returncode == 0
    assert picture.name.startswith("备案_表_1.docx-tables-")
