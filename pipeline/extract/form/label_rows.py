"""How labels that were found among letters stand to each other and to what is no label. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

from pipeline.domain.document import Box
from pipeline.extract.form.typeset_labels import SetLabel, box_of, is_apart, rows_of
from pipeline.extract.page import Letter

#: Lines of one label that nobody knows stand no further apart, in heights of a line.
_CLOSE: Final = 0.6


def unknown_labels(labels: Sequence[SetLabel], rest: Sequence[Letter], upright: float) -> list[SetLabel]:
    """Labels that no form of this city has, in the column that most labels begin: each has a row of its own as well."""
    first = min(labels, key=lambda label: label.box[0])
    right = max(label.box[2] for label in labels if label.box[0] < first.box[2])
    found: list[SetLabel] = []
    for row in rows_of(rest):
        inside = tuple(item for item in row if item.box[2] <= right)
        behind = row[len(inside) :]
        if not inside or (behind and not is_apart(inside[-1], behind[0], upright)):
            continue
        box, before = box_of(inside), found[-1] if found else None
        if before is not None and box[1] - before.box[3] < _CLOSE * (box[3] - box[1]):
            inside = (*before.letters, *inside)
            found.pop()
        found.append(
            SetLabel(text="".join(one.text for one in inside), letters=inside, box=box_of(inside), alone=False)
        )
    return found


def has_place(item: Letter, labels: Sequence[SetLabel]) -> bool:
    """Whether a letter stands between two labels or behind the last, or before the first; not over or under one."""
    return not any(label.box[0] <= middle_of(item) < label.box[2] for label in labels)


def all_letters(labels: Iterable[SetLabel]) -> list[Letter]:
    return [item for label in labels for item in label.letters]


def label_levels(labels: Sequence[SetLabel]) -> list[list[SetLabel]]:
    """Labels side by side, from the top."""
    levels: list[list[SetLabel]] = []
    for label in sorted(labels, key=lambda one: one.box[1] + one.box[3]):
        if levels and are_level(levels[-1][0].box, label.box):
            levels[-1].append(label)
        else:
            levels.append([label])
    return levels


def stand_over_each_other(labels: Sequence[SetLabel]) -> bool:
    """Whether two labels of fields share a column: then they are of two rows."""
    ordered = from_left([label for label in labels if not label.alone])
    return any(left.box[2] > right.box[0] for left, right in pairwise(ordered))


def from_left(labels: Sequence[SetLabel]) -> tuple[SetLabel, ...]:
    return tuple(sorted(labels, key=lambda one: one.box[0]))


def letters_of(labels: Iterable[SetLabel]) -> set[int]:
    return {id(item) for label in labels for item in label.letters}


def are_level(first: Box, second: Box) -> bool:
    shared = min(first[3], second[3]) - max(first[1], second[1])
    return shared > 0.5 * min(first[3] - first[1], second[3] - second[1])


def middle_of(item: Letter) -> float:
    return (item.box[0] + item.box[2]) / 2


def stands_in(box: Box, area: Box) -> bool:
    """Whether the middle of what is in `box` lies in an area."""
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return area[0] <= x < area[2] and area[1] <= y < area[3]
