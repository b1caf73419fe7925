"""Streaks of a scanner's dirty glass: no walls, and what an opaque one ran through is asked about."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from PIL import Image

from pipeline.domain.message import Media
from pipeline.extract.document import read_document
from pipeline.extract.doubts import STREAKED
from pipeline.extract.raster.decode import Gray
from pipeline.extract.raster.streaks import find_streaks, without_streaks
from samples import channels
from samples.filing import FilingTruth, make_filing
from samples.form_image import form_image
from samples.form_layout import FormStyle
from samples.picture import Picture, pixels_of
from samples.truth import form_truth
from tests.extract.seen import PROFILE
from tests.lent_engines import lent_engines

SEED = 51_200
TEXTS = ("account_name", "account_subject", "address", "opened_on", "owner_name", "owner_phone", "admin_phone")


def _filing() -> FilingTruth:
    return make_filing(SEED, entity="company", name="streaks")


def _scan() -> Picture:
    return channels.scan(form_image(_filing(), FormStyle(tick="√"), face="hei"), SEED)


def _gray(picture: Picture) -> Gray:
    return np.asarray(cv2.cvtColor(pixels_of(picture.image), cv2.COLOR_RGB2GRAY), dtype=np.uint8)


def _streaked(x: int, shade: int, thick: int = 2) -> Picture:
    scan = _scan()
    pixels = pixels_of(scan.image).copy()
    pixels[:, x : x + thick] = np.minimum(pixels[:, x : x + thick], shade)
    return scan.evolve(image=Image.fromarray(pixels))


def _read(picture: Picture) -> dict[str, tuple[object, object, str | None]]:
    """Of each field the truth, what was read and the doubt."""
    read = read_document(picture.encode("JPEG"), Media.JPEG, name="page", profile=PROFILE, engines=lent_engines())
    truth = form_truth(_filing()).fields
    (form,) = read.forms
    return {field.key: (truth.get(field.key), field.value, field.doubt) for field in form.fields}


def _beside(key: str) -> int:
    """The column of a value's first stroke."""
    return round(_scan().boxes[key][0]) + 5


@pytest.mark.parametrize("shade", [30, 190])
def test_a_streak_is_found_and_taken_out(shade: int) -> None:
    page = _streaked(700, shade)
    (streak,) = find_streaks(_gray(page))
    assert (streak.left, streak.right, streak.opaque) == (700, 702, shade == 30)
    clean = without_streaks(pixels_of(page.image), [streak])
    assert int(np.median(clean[:, 700:702])) > 200


def test_walls_are_no_streaks() -> None:
    scan = form_image(_filing(), FormStyle(tick="√"), face="hei")
    whole = _gray(scan)
    assert find_streaks(whole) == ()
    left, top, right, bottom = (
        round(side) for side in (*scan.boxes["account_name"][:2], *scan.boxes["admin_phone"][2:])
    )
    for rows in (whole[top + 20 : bottom - 20], whole[top - 60 :], whole[: bottom + 60]):
        assert find_streaks(np.ascontiguousarray(rows)) == (), (left, right)


def test_what_a_pale_streak_runs_through_is_read() -> None:
    """It passed for a wall: the first digit of a number was gone, and on one page the rest was believed."""
    read = _read(_streaked(_beside("owner_phone"), 200))
    assert {key: read[key] for key in TEXTS if read[key][0] != read[key][1] or read[key][2]} == {}


def test_what_an_opaque_streak_runs_through_is_asked_about() -> None:
    read = _read(_streaked(_beside("admin_phone") + 60, 30))
    assert read["admin_phone"][2] == STREAKED
    asked = {key for key in TEXTS if read[key][2] is not None}
    assert {key: read[key] for key in TEXTS if key not in asked and read[key][0] != read[key][1]} == {}
    assert len(asked) < len(TEXTS)
