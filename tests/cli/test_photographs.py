"""Photographs of a form nobody can read, through `beian extract`: each is given back with the reason."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from samples import channels, glare
from samples.filing import make_filing
from samples.form_image import form_image
from samples.picture import Picture
from tests.cli.running import beian

#: What the sentence about each picture has to say, and no other of these.
FAULTS = ("blurred", "cut", "small", "glare")
REASONS = {"blurred": "模糊", "cut": "没有拍全", "small": "太小", "glare": "反光"}
Views = Mapping[str, Mapping[str, Any]]


def _cropped(picture: Picture, left: float, top: float, right: float, bottom: float) -> Picture:
    width, height = picture.image.size
    box = (round(left * width), round(top * height), round(right * width), round(bottom * height))
    return picture.evolve(image=picture.image.crop(box), boxes={})


def _small(picture: Picture) -> Picture:
    size = (round(picture.image.width * 0.07), round(picture.image.height * 0.07))
    return picture.evolve(image=picture.image.resize(size, Image.Resampling.LANCZOS))


def make_files() -> dict[str, bytes]:
    page = form_image(make_filing(1, entity="company", name="photographs"))
    photo = channels.photo(page, 1)
    return {
        "blurred.jpg": channels.photo_blurred(page, 1).encode(),
        "cut.jpg": _cropped(photo, 0.55, 0.2, 0.8, 0.6).encode(),
        "small.jpg": _small(photo).encode(),
        "glare.jpg": glare.photo_glare(page, 3, strength=1.4).encode(),
    }


@pytest.fixture(scope="module")
def views(tmp_path_factory: pytest.TempPathFactory) -> Views:
    """All of them, read by one command; by the file's name."""
    folder = tmp_path_factory.mktemp("photographs")
    files = make_files()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    done = beian("extract", "--json", *(folder / name for name in files), cwd=folder, seconds=300)
    assert done.stderr == ""
    return {Path(view["file"]).name: view for view in map(json.loads, done.stdout.splitlines())}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_form_nobody_can_read_is_given_back_with_the_reason(fault: str, views: Views) -> None:
    view = views[f"{fault}.jpg"]
    assert view["forms"] == []
    assert [problem["code"] for problem in view["problems"]] == ["form.unreadable"]
    sentence = view["problems"][0]["detail"]
    assert [said for said in REASONS if REASONS[said] in sentence] == [fault]
