"""How far two texts are apart."""

from __future__ import annotations


def edit_distance(left: str, right: str, limit: int) -> int:
    """How many characters are another, lost or made up (Levenshtein), or `limit` + 1 when it is more."""
    if abs(len(left) - len(right)) > limit:
        return limit + 1
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        previous, row[0] = row[0], i
        for j, b in enumerate(right, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (a != b))
        if min(row) > limit:
            return limit + 1
    return row[-1]
