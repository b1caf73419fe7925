"""Bent paper is made straight by the rules of its table, and what was read of it is where it is said to be."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from bench.scoring import Score, score
from pipeline.domain.document import PageBox
from pipeline.domain.message import Media
from pipeline.extract.document import read_document
from pipeline.extract.image.bent import find_mesh
from pipeline.extract.image.flat import Flat, flatten, lay_out
from pipeline.extract.image.grid import find_tables
from pipeline.extract.image.mesh import Mesh, kept_mesh, mesh_of, points_before, warp_bent
from pipeline.extract.page_geometry import box_before
from pipeline.extract.raster.decode import Gray
from pipeline.extract.raster.rules import find_rules
from samples.bent import Bend, photo_bent
from samples.filing import make_filing
from samples.form_image import form_image
from samples.form_layout import FormStyle
from samples.truth import FileTruth, form_truth
from tests.extract.seen import PROFILE
from tests.lent_engines import lent_engines

SIZE = (900, 1200)
TABLE = (100, 150, 800, 950)
ROWS = range(150, 951, 100)
#: The grid bears four times as much on a page of this size.
NEAR_PX = 1.5


def _table() -> Gray:
    page = np.full((SIZE[1], SIZE[0]), 255, np.uint8)
    for y in ROWS:
        cv2.line(page, (TABLE[0], y), (TABLE[2], y), 0, 2)
    for x in (100, 300, 550, 800):
        cv2.line(page, (x, TABLE[1]), (x, TABLE[3]), 0, 2)
    return page


def _bent(page: Gray, rise_px: float) -> Gray:
    """Every line an arc that stands higher in the middle by `rise_px`."""
    x, y = np.meshgrid(*(np.arange(side, dtype=np.float32) for side in SIZE))
    arc = rise_px * np.sin(np.pi * (x - TABLE[0]) / (TABLE[2] - TABLE[0]))
    return np.asarray(cv2.remap(page, x, y + arc.astype(np.float32), cv2.INTER_LINEAR, borderValue=255), np.uint8)


def _mesh(page: Gray) -> Mesh | None:
    corners = np.array([(100, 150), (800, 150), (800, 950), (100, 950)], np.float32)
    flat = flatten(page, corners)
    assert isinstance(flat, Flat)
    return find_mesh(flat, find_rules(page, upright=False), lay_out(corners, page.shape))


def _unevenness(page: Gray) -> float:
    """By how many pixels the table's level rules leave their own lines, between its upright ones."""
    columns = [*range(110, 291, 20), *range(310, 541, 20), *range(560, 791, 20)]
    off = []
    for y in ROWS:
        strip = page[y - 40 : y + 41, columns].astype(float)
        middles = ((255 - strip) * np.arange(len(strip))[:, None]).sum(axis=0) / (255 - strip).sum(axis=0)
        off.append(float(np.ptp(middles)))
    return max(off)


@pytest.mark.parametrize("rise_px", [8.0, -20.0, 36.0])
def test_arcs_become_straight(rise_px: float) -> None:
    bent = _bent(_table(), rise_px)
    assert _unevenness(bent) > abs(rise_px) * 0.8
    mesh = _mesh(bent)
    assert mesh is not None
    assert _unevenness(warp_bent(bent, np.eye(3), mesh, SIZE)) < NEAR_PX


@pytest.mark.parametrize("rise_px", [0.0, 2.0])
def test_what_the_grid_bears_is_left_as_it_is(rise_px: float) -> None:
    assert _mesh(_bent(_table(), rise_px)) is None


def _waved() -> Mesh:
    rows, columns = np.meshgrid(np.linspace(0, 3, 5), np.linspace(0, 2, 4), indexing="ij")
    return Mesh(across=(9 * np.sin(rows)).astype(np.float32), down=(12 * np.cos(columns + rows)).astype(np.float32))


def test_points_go_where_the_picture_went() -> None:
    matrix = np.array([[0.9, 0.05, 12.0], [-0.03, 1.1, 20.0], [1e-5, 2e-5, 1.0]])
    mesh, size = _waved(), (640, 480)
    target = np.array([[100.0, 80.0], [320.0, 240.0], [555.0, 401.0]])
    source = np.full((500, 700), 255, np.uint8)
    for x, y in points_before(target, matrix, mesh, size):
        cv2.circle(source, (round(float(x) * 16), round(float(y) * 16)), 5 * 16, 0, cv2.FILLED, cv2.LINE_AA, 4)
    shown = 255 - warp_bent(source, matrix, mesh, size).astype(float)
    for x, y in target.astype(int):
        spot = shown[y - 12 : y + 13, x - 12 : x + 13]
        down, across = ((spot.sum(axis=axis) * np.arange(-12, 13)).sum() / spot.sum() for axis in (1, 0))
        assert abs(down) < 0.3 and abs(across) < 0.3
    assert np.abs(points_before(target, matrix, None, size) - points_before(target, matrix, mesh, size)).max() > 5


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_a_mesh_turns_with_its_page(turns: int) -> None:
    mesh, size = _waved(), (641, 481)
    points = np.array([[100.0, 80.0], [600.0, 440.0]])
    moved, shape = mesh.at(points, size), size
    for _ in range(turns):
        points, moved = (np.column_stack([p[:, 1], shape[0] - 1 - p[:, 0]]) for p in (points, moved))
        shape = (shape[1], shape[0])
    assert np.allclose(mesh.turned(turns).at(points, shape), moved, atol=1e-3)


def test_a_mesh_is_kept_as_it_is() -> None:
    mesh = _waved()
    again = mesh_of(kept_mesh(mesh))
    assert again.across.shape == mesh.across.shape
    assert np.abs(again.across - mesh.across).max() <= 0.005 and np.abs(again.down - mesh.down).max() <= 0.005


@pytest.mark.parametrize(("bend", "turn"), [("arc", 0), ("wave", 90), ("fold", 0)])
def test_values_of_bent_paper_are_read_and_placed(bend: Bend, turn: int) -> None:
    """Up to a rise of 3 % of the page's height."""
    filing = make_filing(2_960_102, entity="individual", name="bent")
    photo = photo_bent(form_image(filing, FormStyle(tick="√"), face="hei"), 2_960_102, rise=0.03, bend=bend, turn=turn)
    read = read_document(photo.encode("JPEG"), Media.JPEG, name="page", profile=PROFILE, engines=lent_engines())
    scored = tuple(score(read, FileTruth(channel="bent", forms=[form_truth(filing)])))
    assert all(item.right for item in scored)
    assert sum(item.score is Score.EXACT for item in scored) >= len(scored) - 2
    (geometry,) = read.geometry
    assert geometry.mesh is not None
    if turn:
        return
    for field in read.forms[0].fields:
        truth = photo.fractions.get(field.key)
        if field.raw and truth is not None and isinstance(field.source, PageBox):
            left, top, right, bottom = box_before(field.source.box, geometry)
            middle = (truth[0] + truth[2]) / 2, (truth[1] + truth[3]) / 2
            assert left < middle[0] < right and top < middle[1] < bottom, field.key


def test_a_table_is_not_taken_for_the_sheet_and_desk_round_it() -> None:
    """A sheet's edges and the grain beside it made more cells than the form on it, and nothing was read."""
    page = cv2.copyMakeBorder(_table()[140:960, 90:810], 190, 190, 90, 90, cv2.BORDER_CONSTANT, value=255)
    for x in (50, 850):
        cv2.line(page, (x, 0), (x, 1200), 0, 2)
    for y in range(20, 1190, 65):
        cv2.line(page, (0, y), (50, y), 0, 2)
        cv2.line(page, (850, y + 3), (900, y + 3), 0, 2)
    for y in (20, 155, 1100):
        cv2.line(page, (50, y), (850, y), 0, 2)
    assert len(find_tables(find_rules(page))) == 1
    assert len(find_tables(find_rules(page))[0].frames) == 3 * (len(ROWS) - 1)
