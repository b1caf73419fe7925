"""The networks of PP-OCRv6 small, out of the wheel of `rapidocr`, on OpenVINO, else on onnxruntime.

Guaranteed: the models are those that everything here was measured with (their digests are looked at before they are
parsed); nothing is downloaded; no telemetry (onnxruntime is told not to, and OpenVINO does not find its module for it);
one thread, so that a fork leaves none behind.

`rapidocr` itself is not imported: its tables of models and its settings take 0.75 s of CPU to import, and it tries itself
on a page of a size no page here has, whose memory it keeps.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from pipeline.extract.ocr import EngineMissingError

Tensor = npt.NDArray[np.float32]
#: From pictures (count, 3, height, width) to the network's answer. The answer is overwritten by the next call.
Network = Callable[[Tensor], Tensor]

_FINDER: Final = ("PP-OCRv6_det_small.onnx", "090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f")
_READER: Final = ("PP-OCRv6_rec_small.onnx", "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884")


@dataclass(frozen=True, slots=True, kw_only=True)
class Networks:
    """`find` maps a page to the chances that a dot is in a line (count, 1, height, width); `read` maps lines to the
    chances of each character at each step (count, steps, characters). `characters` names the latter; the first is the
    blank of CTC, the last the space."""

    find: Network
    read: Network
    characters: npt.NDArray[np.str_]


def load_networks() -> Networks:
    """Raises EngineMissingError when a model or whatever runs it is missing or another one."""
    _forbid_telemetry()
    start = _on_onnxruntime if find_spec("openvino") is None else _on_openvino
    find, _ = start(_model(*_FINDER))
    read, lines = start(_model(*_READER))
    return Networks(find=find, read=read, characters=np.array(["", *lines.splitlines(), " "]))


def _model(name: str, digest: str) -> Path:
    spec = find_spec("rapidocr")
    if spec is None or spec.origin is None:
        raise EngineMissingError("rapidocr is not installed; reinstall it")
    path = Path(spec.origin).with_name("models") / name
    if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != digest:
        raise EngineMissingError(f"rapidocr has no {name}, or another one; install the version in requirements.lock")
    return path


def _forbid_telemetry() -> None:
    """Before either library is imported: `import openvino` alone reports to a tracking service unless that module is absent."""
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]


def _on_openvino(path: Path) -> tuple[Network, str]:
    """The network, and what the model says of its characters (nothing where it has none)."""
    import openvino

    core = openvino.Core()
    core.set_property("CPU", {"INFERENCE_NUM_THREADS": 1, "NUM_STREAMS": 1, "PERFORMANCE_HINT": "LATENCY"})
    model = core.read_model(path)
    notes: Any = model.get_rt_info()
    characters = str(notes["framework"]["character"].value) if "framework" in notes else ""
    request = core.compile_model(model, "CPU").create_infer_request()

    def run(pictures: Tensor) -> Tensor:
        request.infer([pictures])
        return np.asarray(request.get_output_tensor().data)

    return run, characters


def _on_onnxruntime(path: Path) -> tuple[Network, str]:
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

    return run, str(session.get_modelmeta().custom_metadata_map.get("character", ""))
