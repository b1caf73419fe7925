"""An ONNX graph of the PP-OCR family as something that learns: the same operations, on torch's numbers.

Nothing but what these graphs hold is known here. Batch normalisation keeps the means it was learnt with: batches of a few
dozen lines have none of their own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import onnx
import torch
from onnx import helper, numpy_helper
from torch import nn
from torch.nn import functional

Tensor = torch.Tensor
#: How the names of numbers end that are kept in two bytes, and made four by the graph itself.
HALF: Final = ".half"


@dataclass(frozen=True)
class _Node:
    kind: str
    given: Sequence[str]
    made: str
    how: Mapping[str, Any]


class LineNetwork(nn.Module):
    """From lines (count, 3, 48, width), -1 to 1, to what speaks for each character at each step (count, steps, characters), before
    softmax. `characters`: the blank of CTC first, the space last."""

    def __init__(self, model: Path) -> None:
        super().__init__()
        told = onnx.load(model)
        notes = {note.key: note.value for note in told.metadata_props}
        self.characters = ["", *notes["character"].splitlines(), " "]
        self._learnt: dict[str, str] = {}
        self._fixed: dict[str, Tensor] = {}
        for tensor in told.graph.initializer:
            self._put(tensor.name.removesuffix(HALF), torch.tensor(numpy_helper.to_array(tensor)))
        self._given = told.graph.input[0].name
        nodes = _with_gelu(_nodes(told.graph))
        if nodes[-1].kind != "Softmax":
            raise ValueError(f"{model} does not end with the chances of characters")
        self._nodes = nodes[:-1]
        self._done = _last_uses(self._nodes)

    def _put(self, name: str, numbers: Tensor) -> None:
        numbers = numbers.float() if numbers.dtype == torch.float16 else numbers
        if numbers.dtype != torch.float32 or numbers.numel() == 1:
            self._fixed[name] = numbers
            return
        self._learnt[name] = f"weights_{len(self._learnt)}"
        setattr(self, self._learnt[name], nn.Parameter(numbers))

    def keep(self, numbers: Sequence[int]) -> None:
        """Know those characters alone."""
        chosen = torch.tensor(numbers)
        for node in self._nodes[-2:]:  # weights, and what is added
            for name in node.given:
                if name in self._learnt:
                    whole = getattr(self, self._learnt[name]).data
                    setattr(self, self._learnt[name], nn.Parameter(whole.index_select(-1, chosen).clone()))
        self.characters = [self.characters[number] for number in numbers]

    def freeze(self, nodes: int) -> None:
        """Leave the first operations as they are."""
        for node in self._nodes[:nodes]:
            for name in node.given:
                if name in self._learnt:
                    getattr(self, self._learnt[name]).requires_grad_(False)

    def numbers(self) -> Mapping[str, Any]:
        """What it has learnt, by the names of the graph."""
        return {name: getattr(self, own).detach().contiguous().float().numpy() for name, own in self._learnt.items()}

    def take(self, numbers: Mapping[str, Any]) -> None:
        """Have learnt what another one of the same graph has, by the names of the graph."""
        for name, own in self._learnt.items():
            getattr(self, own).data.copy_(torch.tensor(numbers[name]))

    def forward(self, lines: Tensor) -> Tensor:
        known = {self._given: lines}
        for node, done in zip(self._nodes, self._done, strict=True):
            given = [self._value(name, known) for name in node.given]
            known[node.made] = _OPERATIONS[node.kind](node.how, *given)
            for name in done:
                known.pop(name, None)
        return known[self._nodes[-1].made]

    def _value(self, name: str, known: Mapping[str, Tensor]) -> Tensor:
        if name in known:
            return known[name]
        return getattr(self, self._learnt[name]) if name in self._learnt else self._fixed[name]


def _nodes(graph: onnx.GraphProto) -> list[_Node]:
    """The operations in order, those that do nothing left out."""
    same: dict[str, str] = {}
    found = []
    for node in graph.node:
        given = [same.get(name, name) for name in node.input]
        if node.op_type == "Cast" and given[0].endswith(HALF):
            continue  # they were made four when they were read
        if node.op_type == "Identity":
            same[node.output[0]] = given[0]
        else:
            how = {told.name: helper.get_attribute_value(told) for told in node.attribute}
            found.append(_Node(node.op_type, given, node.output[0], how))
    return found


def _with_gelu(nodes: Sequence[_Node]) -> list[_Node]:
    """x / sqrt(2), erf, + 1, times x, times 0.5 as one operation, which takes a third of the memory."""
    made_by = {node.made: node for node in nodes}
    users: dict[str, list[_Node]] = {}
    for node in nodes:
        for name in node.given:
            users.setdefault(name, []).append(node)
    gone: set[str] = set()
    instead: dict[str, _Node] = {}
    for node in nodes:
        if node.kind != "Erf":
            continue
        divided = made_by[node.given[0]]
        (added,) = users[node.made]
        (times,) = users[added.made]
        (halved,) = users[times.made]
        x = divided.given[0]
        if x not in times.given:
            raise ValueError("an error function that is not part of GELU")
        gone |= {divided.made, node.made, added.made, times.made}
        instead[halved.made] = _Node("Gelu", [x], halved.made, {})
    return [instead.get(node.made, node) for node in nodes if node.made not in gone]


def _last_uses(nodes: Sequence[_Node]) -> list[set[str]]:
    last = {name: number for number, node in enumerate(nodes) for name in node.given}
    return [{name for name in node.given if last[name] == number} for number, node in enumerate(nodes)]


def _convolved(how: Mapping[str, Any], x: Tensor, weights: Tensor, *more: Tensor) -> Tensor:
    if how.get("auto_pad") == b"SAME_UPPER":
        x, pads = functional.pad(x, (0, 1, 0, 1)), (0, 0)  # those of these graphs are 2 by 2
    else:
        top, left, bottom, right = how["pads"]
        if (top, left) != (bottom, right):
            raise ValueError("a convolution that looks further on one side")
        pads = (top, left)
    return functional.conv2d(x, weights, *more, stride=how["strides"], padding=pads, groups=how["group"])


def _largest(how: Mapping[str, Any], x: Tensor) -> Tensor:
    """Of two by two: torch's own takes a third of the network's time on a CPU."""
    if how["kernel_shape"] != [2, 2] or how["strides"] != [1, 1]:
        raise ValueError("another pooling than these graphs have")
    x = torch.maximum(x, torch.cat((x[:, :, 1:], x[:, :, -1:]), 2))
    return torch.maximum(x, torch.cat((x[..., 1:], x[..., -1:]), 3))


def _normalised(
    how: Mapping[str, Any], x: Tensor, weights: Tensor, bias: Tensor, mean: Tensor, variance: Tensor
) -> Tensor:
    known = (mean.detach(), variance.detach(), weights, bias)
    return functional.batch_norm(x, *known, training=False, momentum=0.0, eps=how["epsilon"])


def _sliced(how: Mapping[str, Any], x: Tensor, starts: Tensor, ends: Tensor, axes: Tensor, *steps: Tensor) -> Tensor:
    for start, end, axis in zip(starts.tolist(), ends.tolist(), axes.tolist(), strict=True):
        size = x.shape[axis]
        stop = min(end, size) if end >= 0 else size + end
        x = x.narrow(axis, start, stop - start)
    return x


def _reshaped(how: Mapping[str, Any], x: Tensor, shape: Tensor) -> Tensor:
    return x.reshape([x.shape[place] if size == 0 else size for place, size in enumerate(map(int, shape))])


def _axis(how: Mapping[str, Any], more: Sequence[Tensor]) -> int:
    return int(how["axes"][0] if "axes" in how else more[0][0])


_OPERATIONS: Mapping[str, Any] = {
    "Add": lambda how, a, b: a + b,
    "Sub": lambda how, a, b: a - b,
    "Mul": lambda how, a, b: a * b,
    "Div": lambda how, a, b: a / b,
    "Pow": lambda how, a, b: a**b,
    "Sqrt": lambda how, x: torch.sqrt(x),
    "Gelu": lambda how, x: functional.gelu(x),
    "Relu": lambda how, x: functional.relu(x),
    "Sigmoid": lambda how, x: torch.sigmoid(x),
    "HardSigmoid": lambda how, x: torch.clamp(x * how["alpha"] + how["beta"], 0, 1),
    "MatMul": lambda how, a, b: a @ b,
    "Softmax": lambda how, x: torch.softmax(x, how["axis"]),
    "ReduceMean": lambda how, x: x.mean(dim=tuple(how["axes"]), keepdim=bool(how.get("keepdims", 1))),
    "Transpose": lambda how, x: x.permute(*how["perm"]),
    "Squeeze": lambda how, x, *more: x.squeeze(_axis(how, more)),
    "Unsqueeze": lambda how, x, *more: x.unsqueeze(_axis(how, more)),
    "Shape": lambda how, x: torch.tensor(x.shape),
    "Concat": lambda how, *parts: torch.cat(parts, how["axis"]),
    "Reshape": _reshaped,
    "Slice": _sliced,
    "Conv": _convolved,
    "MaxPool": _largest,
    "AveragePool": lambda how, x: functional.avg_pool2d(x, how["kernel_shape"], how["strides"]),
    "BatchNormalization": _normalised,
}
