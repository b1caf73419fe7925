"""Which of the main reader's characters the taught reader keeps: a third of them, which are all that people write into forms."""

from __future__ import annotations

import string
from collections.abc import Sequence

from training.taught.texts import MARKS, hanzi


def kept(characters: Sequence[str]) -> list[int]:
    """The numbers of those kept, the blank of CTC first and the space last."""
    wanted = {*"".join(hanzi()), *string.ascii_letters, *string.digits, *string.punctuation, *MARKS, "×"}
    return [0, *(number for number, c in enumerate(characters) if c in wanted), len(characters) - 1]
