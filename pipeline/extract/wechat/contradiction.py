"""What the ink of a WeChat ID says against what was read of it: a character that no reader saw, an underscore too few.

See also `wechat.reach`, which knows the single glyph; here it is held against the line.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from pipeline.extract.raster.glyphs import Glyph
from pipeline.extract.wechat.ink import InkLine, align, tokens, upright_glyphs
from pipeline.extract.wechat.look_alikes import Examples
from pipeline.extract.wechat.reach import is_as_wide, leaves_room, over_the_foot, stands_out

_GAP: Final = 0.75  # of a digit's step: an underscore with its margins leaves more, two letters or digits less
#: How wide a small letter, a capital one, an m or w are at most, in steps of digits (34 typefaces).
_NARROW: Final = 1.25
_CAPITAL: Final = 1.6
_WIDE: Final = 1.8


def is_contradicted(lines: Iterable[InkLine], examples: Examples) -> bool:
    """Whether the ink shows that a character went unread, as neither reader's word can: both lose an underscore that
    hangs on a letter, and one of two letters that touch."""
    return any(_is_contradicted(line, examples) for line in lines)


def is_aligned(lines: Iterable[InkLine], examples: Examples) -> bool:
    """Whether the ink can speak at all: one piece, or one part of a piece, for each character."""
    return all(align(line, examples) is not None for line in lines)


def _is_contradicted(line: InkLine, examples: Examples) -> bool:
    groups, shown = align(line, examples), tokens(line.text)
    if groups is None:
        return len(upright_glyphs(line)) > len(shown)  # fewer pieces than characters: some touch
    if _is_run_together(groups) or stands_out(shown, groups, examples.pitch):
        return True
    gaps = _gaps(upright_glyphs(line), examples)
    return gaps > sum(token[0] == "_" for token in shown) or _has_too_wide(shown, groups, examples)


def are_bars_as_read(lines: Iterable[InkLine], examples: Examples) -> bool:
    """Whether each row of underscores, and the gap it stands in, is as wide as what was read of it: readers see one of two that
    touch. Nothing is said of lines whose ink and characters do not match."""
    return all(_are_bars_as_read(tokens(line.text), align(line, examples) or (), examples) for line in lines)


def _are_bars_as_read(shown: Sequence[str], groups: Sequence[Sequence[Glyph]], examples: Examples) -> bool:
    bars = (
        [(len(token), group) for token, group in zip(shown, groups, strict=True) if token[0] in "_-"] if groups else []
    )
    inked = over_the_foot((glyph for group in groups for glyph in group), examples) if bars else []
    return all(
        is_as_wide(count, group, examples.pitch) and leaves_room(count, group, inked, examples.pitch)
        for count, group in bars
    )


def _is_run_together(groups: Sequence[Sequence[Glyph]]) -> bool:
    """Whether so many characters touch that nothing says how many they are."""
    return 3 * sum(group[0].cut for group in groups) > len(groups) + 3


def _has_too_wide(shown: Sequence[str], groups: Sequence[Sequence[Glyph]], examples: Examples) -> bool:
    return any(
        group[0].width > examples.pitch * (_WIDE if text in "mwMW" else _CAPITAL if text.isupper() else _NARROW)
        for text, group in zip(shown, groups, strict=True)
        if text[0] not in "_-" and not group[0].cut
    )


def _gaps(glyphs: Sequence[Glyph], examples: Examples) -> int:
    """How many gaps as wide as an underscore there are in a line, its foot and what is below left out."""
    gaps, reached = 0, float("inf")
    for left, right in over_the_foot(glyphs, examples):
        gaps += left - reached > _GAP * examples.pitch
        reached = right if reached == float("inf") else max(reached, right)
    return gaps
