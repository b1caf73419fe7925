"""How often values like this one were right: what was measured on filings whose truth is known.

A value read from a picture belongs to a group: which field of which document, believed or doubtful, with or without the
second reader's look. In each group the measured share of right values rises with what the reader itself was `sure` of.
The measurement is data (`data/calibration.json`); `make calibrate` makes it anew. It decides nothing: what is believed is
said by `trust`, and what it costs when that is wrong can be read off here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib import resources
from itertools import accumulate
from typing import Final, TypeVar

from pydantic import TypeAdapter

from pipeline.domain.base import Frozen
from pipeline.domain.document import Field, FieldSet

ANY: Final = "any"
#: Fewer values of a group say nothing, and each step has at least so many.
LEAST: Final = 25
_FILE: Final = "calibration.json"
#: Readers that read pictures; the others' values are a file's own characters.
_READERS: Final = frozenset({"rapidocr", "tesseract"})
_Set = TypeVar("_Set", bound=FieldSet)


class Step(Frozen):
    """From `sure` on, so many were `shown`, of which so many were `right`."""

    sure: float
    shown: int
    right: int

    @property
    def confidence(self) -> float:
        """The share, half a wrong value and half a right one added: never 0 and never 1 (Jeffreys' estimate)."""
        return (self.right + 0.5) / (self.shown + 1)


Steps = Mapping[str, tuple[Step, ...]]
_STEPS: Final = TypeAdapter(dict[str, tuple[Step, ...]])


def group_of(document: str, field: Field, *, key: str | None = None) -> str:
    """The group's name. `document` is "form" or the paper's kind; `key` stands in for the field's own."""
    return " ".join(
        (
            document,
            key or field.key,
            "doubtful" if field.doubtful else "believed",
            "once" if field.second is None else "twice",
        )
    )


def is_measurable(field: Field) -> bool:
    """Whether it is a value that was read from a picture."""
    return field.value is not None and field.reader in _READERS


def fit(values: Iterable[tuple[float, bool]]) -> tuple[Step, ...]:
    """Steps from values (sure, right): shares that rise with `sure`, each of at least `LEAST` values; () of too few.

    Neighbours whose shares fall are put together (pool adjacent violators).
    """
    steps: list[Step] = []
    for step in _evenly(sorted(values)):
        steps.append(step)
        while len(steps) > 1 and steps[-2].confidence >= steps[-1].confidence:
            upper, lower = steps.pop(), steps.pop()
            steps.append(Step(sure=lower.sure, shown=lower.shown + upper.shown, right=lower.right + upper.right))
    return tuple(steps)


def _evenly(values: Sequence[tuple[float, bool]]) -> Iterable[Step]:
    """In lots of `LEAST`, equal figures in one lot; what is left at the end belongs to the last lot."""
    if len(values) < LEAST:
        return
    ends = [i for i in range(1, len(values)) if values[i - 1][0] < values[i][0]] + [len(values)]
    starts = accumulate(ends, lambda start, end: end if end - start >= LEAST else start, initial=0)
    bounds = sorted({start for start in starts if len(values) - start >= LEAST})
    for start, end in zip(bounds, [*bounds[1:], len(values)], strict=True):
        lot = values[start:end]
        yield Step(sure=lot[0][0], shown=len(lot), right=sum(right for _, right in lot))


class Calibration:
    """What was measured. Values of a group that was not measured have no confidence."""

    def __init__(self, steps: Steps) -> None:
        self._steps = steps

    def confidence(self, document: str, field: Field) -> float | None:
        """The share of right values among those like this one; of any field of the document where it has no own."""
        if not is_measurable(field):
            return None
        names = (group_of(document, field), group_of(document, field, key=ANY))
        steps = next((self._steps[name] for name in names if self._steps.get(name)), ())
        below = [step for step in steps if step.sure <= (field.sure or 0.0)]
        return round((below or steps)[-1 if below else 0].confidence, 4) if steps else None

    def measured(self, document: str, fields: _Set) -> _Set:
        """The form or paper with the confidence of each of its values."""
        found = tuple(
            item.model_copy(update={"confidence": self.confidence(document, item)}) if is_measurable(item) else item
            for item in fields
        )
        return fields.model_copy(update={"fields": found})


def dump_steps(steps: Steps) -> str:
    """As the file holds them."""
    rows = {name: [step.model_dump() for step in found] for name, found in sorted(steps.items())}
    lines = (f"  {json.dumps(name)}: {json.dumps(found)}" for name, found in rows.items())
    return "{\n" + ",\n".join(lines) + "\n}\n"


def load_steps(text: str) -> Steps:
    """The same again. Raises pydantic's ValidationError."""
    return _STEPS.validate_json(text)


@cache
def shipped_calibration() -> Calibration:
    """What is shipped with this version of the readers."""
    text = (resources.files("pipeline.extract") / "data" / _FILE).read_text(encoding="utf-8")
    return Calibration(load_steps(text))
