"""Forms photographed on paper that does not lie flat: what is read of them in part is asked about."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bench.scoring import Score, Scored, score
from pipeline.domain.message import Media
from pipeline.extract.document import read_document
from pipeline.extract.image.cells import goes_on_unseen, runs_on
from pipeline.extract.image.grid import Frame
from pipeline.extract.trust.text_looks import TextLooks, is_settled
from samples import channels
from samples.filing import make_filing
from samples.form_image import form_image
from samples.form_layout import FormStyle
from samples.truth import FileTruth, form_truth
from tests.extract.bent_paper import bent, creased
from tests.extract.seen import BOX, PROFILE, Seen, reading
from tests.lent_engines import lent_engines

PAGES = [
    pytest.param(2_960_102, "hei", id="a phone number passed for a name, a second line for a description"),
    pytest.param(2_960_106, "hei", id="an address and a description ended where a rule seemed to be"),
    pytest.param(2_960_108, "song", id="of a description only the second line was taken"),
]


def _scored(seed: int, face: str, sag: float, arcs: int) -> tuple[Scored, ...]:
    filing = make_filing(seed, entity="company" if seed % 2 else "individual", name="bent")
    sheet = form_image(filing, FormStyle(tick="√"), face=face)
    page = channels.photo(bent(sheet, sag, arcs=arcs), seed)
    read = read_document(page.encode("JPEG"), Media.JPEG, name="page", profile=PROFILE, engines=lent_engines())
    return tuple(score(read, FileTruth(channel="bent", forms=[form_truth(filing)])))


@pytest.mark.parametrize(("seed", "face"), PAGES)
def test_a_table_that_is_known_in_part_is_made_straight(seed: int, face: str) -> None:
    assert all(item.right for item in _scored(seed, face, 0.02, 1))


@pytest.mark.parametrize(("seed", "face"), PAGES)
@pytest.mark.parametrize(("sag", "arcs"), [pytest.param(0.03, 3, id="waves"), pytest.param(0.008, 7, id="creases")])
def test_what_no_straightening_mends_is_asked_about(seed: int, face: str, sag: float, arcs: int) -> None:
    """Of such paper no cells are found: values stood for none, or without their marks."""
    scored = _scored(seed, face, sag, arcs)
    assert [item.key for item in scored if item.score is Score.WRONG] == []
    assert sum(item.right for item in scored) > len(scored) / 3  # and yet an officer has it before her


def test_slightly_bent_paper_is_read_as_flat_paper_is() -> None:
    filing = make_filing(2_960_102, entity="individual", name="bent")
    page = channels.photo(bent(form_image(filing, FormStyle(tick="√"), face="hei"), 0.01), 2_960_102)
    read = read_document(page.encode("JPEG"), Media.JPEG, name="page", profile=PROFILE, engines=lent_engines())
    scored = tuple(score(read, FileTruth(channel="bent", forms=[form_truth(filing)])))
    assert {item.score for item in scored} == {Score.EXACT}


def _frame(column: int, left: int, right: int) -> Frame:
    return Frame(row=0, column=column, row_span=1, column_span=1, left=left, top=0, right=right, bottom=60)


@pytest.mark.parametrize(
    ("line", "on"),
    [
        pytest.param((110, 10, 500, 50), False, id="within its cell, wide as the detector cut it"),
        pytest.param((110, 10, 600, 50), True, id="beyond the table's last side"),
        pytest.param((20, 10, 400, 50), False, id="into a cell that has the rest"),
    ],
)
def test_a_line_that_goes_on_beyond_its_cell_where_no_cell_is(line: tuple[int, int, int, int], on: bool) -> None:
    label, value = _frame(0, 0, 100), _frame(1, 100, 490)
    assert runs_on((110, 10, 487, 50), value, [line], [label, value]) is on


def test_a_table_known_up_to_a_crease_is_asked_about() -> None:
    """The rules bend at the crease, so that the cells seemed to end there. Of a WeChat ID that the detector had not seen, and on
    another page of a description, what stood before the crease was believed."""
    filing = make_filing(8_800_019, entity="company", name="bench aug")
    page = creased(form_image(filing, FormStyle(tick="√"), face="sans", dpi=300), [(0.4, 0.06, 0.02)])
    read = read_document(page.encode("PNG"), Media.PNG, name="page", profile=PROFILE, engines=lent_engines())
    scored = tuple(score(read, FileTruth(channel="bent", forms=[form_truth(filing)])))
    assert [item.key for item in scored if item.score is Score.WRONG] == []


@pytest.mark.parametrize(
    ("is_open", "inked", "on"),
    [
        pytest.param(True, 500, True, id="just behind it"),
        pytest.param(True, 560, False, id="far behind it"),
        pytest.param(False, 500, False, id="in the next cell"),
    ],
)
def test_ink_that_no_line_was_found_for_behind_an_open_side(is_open: bool, inked: int, on: bool) -> None:
    ink = np.zeros((60, 700), np.uint8)
    ink[20:40, inked : inked + 10] = 255
    value = replace(_frame(1, 100, 490), open_right=is_open)
    assert goes_on_unseen((110, 10, 487, 50), value, ink) is on


def test_a_mark_that_only_the_second_look_sees_is_asked_about() -> None:
    """On bent paper the first look passed over 、 in the midst of a line."""
    first, again = reading("美食旅游亲子"), reading("美食、旅游、亲子")
    looks = TextLooks(BOX, BOX, Seen(first, first, again=again))  # type: ignore[arg-type]
    assert not is_settled(looks)
    assert is_settled(TextLooks(BOX, BOX, Seen(again, again, again=first)))  # type: ignore[arg-type]
