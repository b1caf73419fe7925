"""Why a picture of a form could not be read, as far as the picture itself shows it.

Advice that is wrong sends people to the camera for nothing, so each fault has to be plain: what is only likely is
not said. Looked at only where no form was read.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.extract.image.flat import Transform
from pipeline.extract.image.mesh import Mesh, points_before
from pipeline.extract.ocr.readers import Quad
from pipeline.extract.page import Fault
from pipeline.extract.raster.backs import Relief, relief_of
from pipeline.extract.raster.codes import is_code
from pipeline.extract.raster.decode import SMALL_SIDE_PX, Gray, Rgb
from pipeline.extract.raster.glare import find_white_patch
from pipeline.extract.raster.rules import Rule

#: Lines of text lower than this cannot be told apart by either reader.
_LOWEST_TEXT_PX: Final = 13
#: So many lines make a height to go by.
_FEW_LINES: Final = 5
#: From dark to light in more than this, strokes 2 to 4 px thick have run together.
_SOFT_EDGE_PX: Final = 9.0
_LEAST_CONTRAST: Final = 24
_EDGE_WINDOW_PX: Final = 41
_STEEPEST: Final = 0.01
#: A rule ends at the picture's edge where it comes this near to it, in shares of the side.
_AT_EDGE: Final = 0.006
_LEAST_CUT_RULES: Final = 3
_LEAST_RULE: Final = 0.12
_QUALITY: Final = 95


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PackedShot:
    """A shot put away: its picture as a JPEG, and the `rest` of it."""

    jpeg: bytes
    rest: Shot

    def fault(self) -> Fault | None:
        """See `Shot.fault`."""
        return self._unpacked().fault()

    def shows_code(self) -> bool:
        """See `Shot.shows_code`."""
        return self._unpacked().shows_code()

    def relief(self) -> Relief:
        """See `Shot.relief`."""
        return self._unpacked().relief()

    def _unpacked(self) -> Shot:
        shown = np.asarray(cv2.imdecode(np.frombuffer(self.jpeg, np.uint8), cv2.IMREAD_COLOR), dtype=np.uint8)
        return replace(self.rest, rgb=np.asarray(cv2.cvtColor(shown, cv2.COLOR_BGR2RGB), dtype=np.uint8))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shot:
    """A picture laid flat: `rgb` is the upright page, `matrix`, then `mesh`, leads to it from the
    decoded picture of `source` size.

    `source` is (height, width) in pixels. `quads` are the lines of text found on the upright page, `across` and `down` its rules.
    """

    rgb: Rgb
    quads: tuple[Quad, ...]
    matrix: Transform
    mesh: Mesh | None = None
    source: tuple[int, int]
    across: tuple[Rule, ...] = ()
    down: tuple[Rule, ...] = ()

    def put_away(self) -> PackedShot:
        """The same with little memory; as a JPEG, which moves no fault that is plain."""
        shown = cv2.cvtColor(self.rgb, cv2.COLOR_RGB2BGR)
        jpeg = cv2.imencode(".jpg", shown, (cv2.IMWRITE_JPEG_QUALITY, _QUALITY))[1].tobytes()
        return PackedShot(jpeg=jpeg, rest=replace(self, rgb=np.zeros((0, 0, 3), np.uint8)))

    def shows_code(self) -> bool:
        """Whether it is of a QR code: what text there is stands around that."""
        return is_code(self.rgb)

    def relief(self) -> Relief:
        """What stands out from the paper on the upright page."""
        return relief_of(self.rgb)

    def fault(self) -> Fault | None:
        """The plainest fault, or None where none is plain."""
        if _is_small(self.quads, self.source):
            return Fault.SMALL
        gray = np.asarray(cv2.cvtColor(self.rgb, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
        if edge_width_px(gray) > _SOFT_EDGE_PX:
            return Fault.BLURRED
        patch = find_white_patch(self.rgb)
        # Before `CUT`: rules that end in a mirrored lamp mislead whoever looks for the table's edges.
        if patch is not None and patch.is_glare:
            return Fault.GLARE
        return Fault.CUT if self._is_cut() else None

    def _is_cut(self) -> bool:
        """Whether rules of a table run into one edge of the picture as it was taken, with no rule to end them there."""
        level = [_ends(rule, level=True) for rule in _long(self.across, self.rgb.shape[1])]
        upright = [_ends(rule, level=False) for rule in _long(self.down, self.rgb.shape[0])]
        ended = np.array([self._edges(ends) for ends in (*level, *upright)], dtype=bool).reshape(-1, 2, 4)
        # A rule with both ends at one edge runs along it: it closes the table, and nothing is cut off there.
        along = (ended[:, 0] & ended[:, 1]).any(axis=0)
        reached = (ended[:, 0] ^ ended[:, 1]).sum(axis=0)
        return bool(((reached >= _LEAST_CUT_RULES) & ~along).any())

    def _edges(self, ends: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
        """For each of two points of the upright page: whether it lies at the left, top, right, bottom edge of the picture."""
        size = (self.rgb.shape[1], self.rgb.shape[0])
        x, y = points_before(ends, self.matrix, self.mesh, size).T
        high, wide = self.source
        near_x, near_y = _AT_EDGE * wide, _AT_EDGE * high
        return np.stack([x <= near_x, y <= near_y, x >= wide - 1 - near_x, y >= high - 1 - near_y], axis=1)


def _is_small(quads: tuple[Quad, ...], source: tuple[int, int]) -> bool:
    """Decoding doubles small pictures, so one that is small even then had letters of half that height."""
    if max(source) < SMALL_SIDE_PX:
        return True
    heights = [min(float(np.hypot(*(q[3] - q[0]))), float(np.hypot(*(q[1] - q[0])))) for q in quads]
    return len(heights) >= _FEW_LINES and float(np.median(heights)) < _LOWEST_TEXT_PX


def edge_width_px(gray: Gray) -> float:
    """How wide the steepest edges are from dark to light, in pixels; 0 where the picture has no edges to speak of."""
    calm = cv2.GaussianBlur(gray, (0, 0), 1.2)
    window = np.ones((_EDGE_WINDOW_PX, _EDGE_WINDOW_PX), np.uint8)
    contrast = np.asarray(cv2.subtract(cv2.dilate(calm, window), cv2.erode(calm, window)))
    edges = contrast >= _LEAST_CONTRAST
    if not edges.any():
        return 0.0
    # Sobel's 3x3 kernel sums to eight times the slope.
    across, down = (np.asarray(part)[edges].astype(np.float32) for part in cv2.spatialGradient(calm))
    slope = np.asarray(cv2.magnitude(across, down), dtype=np.float32).ravel() / 8
    rise = contrast[edges].astype(np.float32)
    steepest = (slope >= np.quantile(slope, 1 - _STEEPEST)) & (slope > 0)
    return float(np.median(rise[steepest] / slope[steepest])) if steepest.any() else 0.0


def _long(rules: tuple[Rule, ...], side_px: int) -> list[Rule]:
    return [rule for rule in rules if rule.length >= _LEAST_RULE * side_px]


def _ends(rule: Rule, *, level: bool) -> npt.NDArray[np.float64]:
    ends = np.array([(rule.start, rule.at), (rule.end, rule.at)], dtype=np.float64)
    return ends if level else ends[:, ::-1]
