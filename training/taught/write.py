"""Writes what was learnt as ONNX: the graph as it came, with other numbers, in half the bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from training.taught.network import HALF

_LARGE: Final = 64


def write(model: Path, learnt: Mapping[str, npt.NDArray[np.float32]], names: Sequence[str], file: Path) -> None:
    """`learnt` by the names of the model's numbers; `names` of the characters, the blank first and the space last."""
    whole = onnx.load(model)
    casts = []
    for tensor in list(whole.graph.initializer):
        numbers = learnt.get(tensor.name, numpy_helper.to_array(tensor))
        if numbers.dtype != np.float32 or numbers.size < _LARGE:
            continue
        whole.graph.initializer.remove(tensor)
        half = tensor.name + HALF
        whole.graph.initializer.append(numpy_helper.from_array(numbers.astype(np.float16), half))
        casts.append(helper.make_node("Cast", [half], [tensor.name], to=TensorProto.FLOAT))
    nodes = list(whole.graph.node)
    del whole.graph.node[:]
    whole.graph.node.extend([*casts, *nodes])
    del whole.graph.value_info[:]
    del whole.metadata_props[:]
    whole.metadata_props.append(onnx.StringStringEntryProto(key="character", value="\n".join(names[1:-1])))
    whole.graph.output[0].type.tensor_type.shape.dim[-1].dim_value = len(names)
    onnx.checker.check_model(whole)
    onnx.save(whole, file)
