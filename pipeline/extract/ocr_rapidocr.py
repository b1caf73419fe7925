"""The main reader: PP-OCRv6 small, with the models that `rapidocr` ships, on OpenVINO, else on onnxruntime.

Guaranteed: nothing is downloaded (the models lie in the wheel and are checked by their digest), no telemetry
(onnxruntime is told not to, and OpenVINO does not find its module for it: see `_forbid_telemetry`), one thread,
nothing kept between calls, so that an engine built in a parent can be used in its children.

OpenVINO needs 0.6 of onnxruntime's time for a shape it has met and 15 to 70 ms more for a new one. So pictures
are padded to a few shapes, which a process that will read many pages meets before it forks (3 s in all).

Lines are recognised one by one: on one thread a batch costs as much as its members, and the padding to the widest
comes on top.
"""

from __future__ import annotations

import os
import sys
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.extract.image_decode import Rgb
from pipeline.extract.ocr import EngineMissingError, Quad, Reading

if TYPE_CHECKING:
    from rapidocr import RapidOCR

_HEIGHT_PX: Final = 48
#: Widths that lines are padded to.
_WIDTHS_PX: Final = (
    *(64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 448, 512, 576, 640, 704, 768),
    *(896, 1024, 1152, 1280, 1472, 1728, 2048, 2432, 2880),
)
#: Lines are found at 960 px on the page's longer side; the shorter one is padded to one of these.
_LONG_SIDE_PX: Final = 960
_SHORT_SIDES_PX: Final = (480, 704, 768, 960)


def build_rapidocr() -> RapidOcrEngine:
    """Load the models and read one page, so that all that is lazy is done. Raises EngineMissingError.

    `warm_up` makes the reading of the first pages faster; it changes nothing else.
    """
    _forbid_telemetry()
    try:
        from rapidocr import RapidOCR

        cv2.setNumThreads(1)
        reader = RapidOCR(
            params={
                "Global.log_level": "critical",
                "Global.use_cls": False,
                **_one_thread(),
            }
        )
        reader(_warm_up_page())
        engine = RapidOcrEngine(reader)
    except Exception as error:
        # The boundary to a plug-in: a missing model, a broken wheel, an onnxruntime for another processor.
        raise EngineMissingError(f"rapidocr cannot be started ({type(error).__name__}); reinstall it") from error
    return engine


def _forbid_telemetry() -> None:
    """Before either library is imported: `import openvino` alone reports to a tracking service unless that module is absent."""
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]


def _one_thread() -> dict[str, object]:
    """The engine and its settings. With more threads both spin, and a fork would leave threads behind."""
    if find_spec("openvino") is None:
        threads = ("intra_op_num_threads", "inter_op_num_threads")
        return {f"EngineConfig.onnxruntime.{name}": 1 for name in threads}
    from rapidocr import EngineType

    return {
        "Det.engine_type": EngineType.OPENVINO,
        "Rec.engine_type": EngineType.OPENVINO,
        "EngineConfig.openvino.inference_num_threads": 1,
        "EngineConfig.openvino.num_streams": 1,
        "EngineConfig.openvino.performance_hint": "LATENCY",
    }


def _warm_up_page() -> Rgb:
    page = np.full((200, 640, 3), 255, np.uint8)
    cv2.putText(page, "warm up 0123456789", (20, 100), cv2.FONT_HERSHEY_SIMPLEX, 1.2, (0, 0, 0), 2)
    return page


class RapidOcrEngine:
    """See the module. Build it with `build_rapidocr`."""

    name = "rapidocr"

    def __init__(self, reader: RapidOCR) -> None:
        if reader.text_det is None or reader.text_rec is None:
            raise EngineMissingError("rapidocr found no text on its test page")
        self._detect: Any = reader.text_det
        self._session: Any = reader.text_rec.session
        self._characters: npt.NDArray[np.str_] = np.array(reader.text_rec.postprocess_op.character)

    def warm_up(self) -> Iterator[None]:
        """Find lines on a page upright and lying, and read once at every width that lines are padded to; stepwise."""
        for short in _SHORT_SIDES_PX:
            for shape in dict.fromkeys(((_LONG_SIDE_PX, short), (short, _LONG_SIDE_PX))):
                self.find_lines(np.full((*shape, 3), 255, np.uint8))
                yield
        for width in _WIDTHS_PX:
            self._session(np.zeros((1, 3, _HEIGHT_PX, width), np.float32))
            yield

    def find_lines(self, rgb: Rgb) -> tuple[Quad, ...]:
        """The lines of text on a page, found at 960 px on its longer side."""
        page, scale = _page_input(rgb)
        boxes, _ = self._detect.postprocess_op(self._detect.session(page), page.shape[2:])
        return tuple(_inside(np.asarray(box, np.float32) / np.float32(scale), rgb) for box in boxes)

    def read_lines(self, crops: Sequence[Rgb], *, alphabet: str | None = None) -> tuple[Reading, ...]:
        """Each crop's text; with `alphabet` every other character's probability is taken as nought."""
        allowed = None if alphabet is None else self._allowed(alphabet)
        return tuple(self._read(crop, allowed) for crop in crops)

    def _allowed(self, alphabet: str) -> npt.NDArray[np.bool_]:
        allowed = np.isin(self._characters, list(alphabet))
        allowed[0] = True  # the blank of CTC
        return np.asarray(allowed)

    def _read(self, crop: Rgb, allowed: npt.NDArray[np.bool_] | None) -> Reading:
        if min(crop.shape[:2]) < 4:
            return Reading(text="", confidence=0.0)
        line, used = _line_input(crop)
        chances = self._session(line)[0]
        if allowed is not None:
            chances = np.where(allowed, chances, 0.0)
        return self._decode(chances, used)

    def _decode(self, chances: npt.NDArray[np.float32], used: float) -> Reading:
        """Greedy CTC: the best symbol of each step, repeats joined, blanks dropped."""
        best, sure = chances.argmax(axis=1), chances.max(axis=1)
        starts = np.flatnonzero((best != 0) & (best != np.concatenate(([0], best[:-1]))))
        found: list[tuple[str, float, float]] = []
        for start in starts:
            end = start
            while end + 1 < len(best) and best[end + 1] == best[start]:
                end += 1
            centre = min(1.0, (start + end + 1) / 2 / len(best) / used)
            found.append((str(self._characters[best[start]]), float(sure[start : end + 1].max()), centre))
        while found and found[-1][0].isspace():
            found.pop()
        while found and found[0][0].isspace():
            found.pop(0)
        return Reading(
            text="".join(character for character, _, _ in found),
            confidence=min((chance for _, chance, _ in found), default=0.0),
            chances=tuple(chance for _, chance, _ in found),
            centres=tuple(centre for _, _, centre in found),
        )


def _page_input(rgb: Rgb) -> tuple[npt.NDArray[np.float32], float]:
    """The page as the network wants it (BGR, -1 to 1), padded with white; and its scale to the page."""
    height, width = rgb.shape[:2]
    scale = min(1.0, _LONG_SIDE_PX / max(height, width))
    high, wide = max(1, round(height * scale)), max(1, round(width * scale))
    small = cv2.resize(rgb, (wide, high), interpolation=cv2.INTER_AREA) if scale < 1 else rgb
    short = next(side for side in _SHORT_SIDES_PX if side >= min(high, wide))
    shape = (_LONG_SIDE_PX, short) if high >= wide else (short, _LONG_SIDE_PX)
    padded = np.ones((1, 3, *shape), np.float32)
    padded[0, :, :high, :wide] = _signed(small)
    return padded, scale


def _signed(rgb: cv2.typing.MatLike) -> npt.NDArray[np.float32]:
    """BGR planes, -1 to 1."""
    planes: npt.NDArray[np.float32] = rgb[:, :, ::-1].transpose(2, 0, 1).astype(np.float32)
    return planes / np.float32(127.5) - np.float32(1)


def _inside(quad: Quad, rgb: Rgb) -> Quad:
    height, width = rgb.shape[:2]
    return np.clip(quad, 0, np.array([width, height], np.float32)).astype(np.float32)


def _line_input(crop: Rgb) -> tuple[npt.NDArray[np.float32], float]:
    """The crop as the network wants it: BGR, 48 px high, -1 to 1, padded with nought; and the share that is crop."""
    height, width = crop.shape[:2]
    wide = int(np.clip(round(width * _HEIGHT_PX / height), 8, _WIDTHS_PX[-1]))
    small = cv2.resize(crop, (wide, _HEIGHT_PX), interpolation=cv2.INTER_AREA if height > 64 else cv2.INTER_LINEAR)
    padded = np.zeros((1, 3, _HEIGHT_PX, _WIDTHS_PX[bisect_left(_WIDTHS_PX, wide)]), np.float32)
    padded[0, :, :, :wide] = _signed(small)
    return padded, wide / padded.shape[3]
