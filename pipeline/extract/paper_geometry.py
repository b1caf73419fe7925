"""Labels on a page of text lines.

Works on `Piece`s: lines (or the parts of lines that two labels share) in page units, so that distances
across and down compare. A label is looked for at the start of a piece, written together with its value
or alone; recognisers split spread labels (住　所) into single characters, join them with the value, and
drop a character now and then.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from pipeline.domain.document import Box
from pipeline.domain.spelling import normalise, squash
from pipeline.extract.page import Line, Page

#: Lines and characters of a page that are looked at; the rest is cut (a hostile page is no paper).
MAX_LINES: Final = 600
_MAX_LINE_TEXT: Final = 400
#: What readers see in the loops of a border: so many signs of one or two characters, below each other.
_LEAST_LOOPS: Final = 5
_LOOP_CHARACTERS: Final = 2
_LOOPS_APART: Final = 0.5
_BEFORE_VALUE: Final = " :;.、|"
#: What the main reader makes of a wide blank between a label and its value: papers have no boxes to tick.
_BLANKS: Final = str.maketrans("☑☐", "  ")
#: Variant characters the recogniser returns inside labels.
_VARIANTS: Final = str.maketrans(
    "稱號構機關類資營業執經組織證証錄徵圍碼統會動開効別經於國無權東屬區縣鎮",
    "称号构机关类资营业执经组织证证录征围码统会动开效别经于国无权东属区县镇",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A printed label: the field it announces, or what it is called where it only ends another field, and its spellings.

    `orphans` are fragments that stand for it when the rest was lost ("称" of 名称), those in `starts` even without a
    blank before the value, since no value begins with them. `inline` labels may also
    start in the middle of a line without a blank before them (性别男民族汉).
    """

    key: str
    texts: tuple[str, ...]
    orphans: tuple[str, ...] = ()
    starts: tuple[str, ...] = ()
    inline: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A line, or a part of one. Sides are in page units (fractions times the page's width and height)."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    line: Line

    @property
    def height(self) -> float:
        return self.y1 - self.y0

    @property
    def middle(self) -> float:
        return (self.y0 + self.y1) / 2

    @property
    def centre(self) -> float:
        return (self.x0 + self.x1) / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """A piece that starts with a label; `rest` is what follows the label in the same piece, or None."""

    label: Label
    printed: str
    piece: Piece
    rest: Piece | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The text that belongs to a label, with the pieces it was joined from.

    `open`: other text stands where it would go on, or what was joined to it may be another field's.
    """

    text: str
    pieces: tuple[Piece, ...]
    open: bool = False


def make_pieces(page: Page) -> tuple[Piece, ...]:
    """The page's lines as pieces, blank ones left out."""
    pieces = (_make_piece(line, page) for line in page.lines[:MAX_LINES])
    shown = [piece for piece in pieces if piece.text and piece.height > 0 and piece.x1 > piece.x0]
    loops = [piece for piece in shown if _is_like_a_loop(piece)]
    return tuple(piece for piece in shown if not (_is_like_a_loop(piece) and _stands_in_a_border(piece, loops)))


def _is_like_a_loop(piece: Piece) -> bool:
    return len(piece.text) <= _LOOP_CHARACTERS and piece.text.isascii() and not piece.text.isdecimal()


def _stands_in_a_border(piece: Piece, loops: Sequence[Piece]) -> bool:
    """Whether as many loops stand below each other where `piece` does: Q and O beside a value were taken for what is left of a
    label, so that its second line was another's."""
    near = _LOOPS_APART * piece.height
    return sum(abs(loop.centre - piece.centre) < near for loop in loops) >= _LEAST_LOOPS


def _make_piece(line: Line, page: Page) -> Piece:
    x0, y0, x1, y1 = line.box
    text = normalise(line.text[:_MAX_LINE_TEXT].translate(_BLANKS))
    return Piece(text=text, x0=x0 * page.width, y0=y0 * page.height, x1=x1 * page.width, y1=y1 * page.height, line=line)


def find_box(pieces: Iterable[Piece], page: Page) -> Box:
    """The box around pieces, as fractions of the page."""
    found = tuple(pieces)
    x0, y0 = min(p.x0 for p in found) / page.width, min(p.y0 for p in found) / page.height
    x1, y1 = max(p.x1 for p in found) / page.width, max(p.y1 for p in found) / page.height
    return tuple(min(1.0, max(0.0, side)) for side in (x0, y0, x1, y1))  # type: ignore[return-value]


def fold_label(text: str) -> str:
    """A text as labels are compared: squashed, variants folded."""
    return squash(text).translate(_VARIANTS)


def same_row(a: Piece, b: Piece) -> bool:
    """Whether two pieces stand on one line of print."""
    overlap = min(a.y1, b.y1) - max(a.y0, b.y0)
    return overlap > 0.5 * min(a.height, b.height) and max(a.height, b.height) < 2.4 * min(a.height, b.height)


def join_split_labels(pieces: Sequence[Piece], words: Iterable[str]) -> tuple[Piece, ...]:
    """Join pieces that are the first characters of one of `words` with the next piece of the row that goes on with it."""
    wanted = tuple(words)
    left = sorted(pieces, key=lambda p: (p.x0, p.y0))
    done: list[Piece] = []
    while left:
        piece = left.pop(0)
        follower = _find_follower(piece, left, wanted)
        if follower is None:
            done.append(piece)
        else:
            left.remove(follower)
            left.insert(0, _join(piece, follower))
    return tuple(sorted(done, key=lambda p: (p.y0, p.x0)))


def _find_follower(piece: Piece, others: Sequence[Piece], words: Sequence[str]) -> Piece | None:
    start = fold_label(piece.text)
    ends = [word[len(start) :] for word in words if start and word.startswith(start) and len(word) > len(start)]
    if not ends:
        return None
    right = [o for o in others if o.x0 >= piece.x0 + 0.5 * piece.height and same_row(piece, o)]
    nearest = min(right, key=lambda o: o.x0, default=None)
    if nearest is None:
        return None
    text = fold_label(nearest.text)
    goes_on = any(text.startswith(end) or (len(text) < len(end) and end.startswith(text)) for end in ends)
    return nearest if goes_on and text else None


def _join(a: Piece, b: Piece) -> Piece:
    y0, y1 = min(a.y0, b.y0), max(a.y1, b.y1)
    text = f"{a.text} {b.text}"
    return Piece(text=text, x0=min(a.x0, b.x0), y0=y0, x1=max(a.x1, b.x1), y1=y1, line=replace(b.line, text=text))


def mark_labels(pieces: Sequence[Piece], labels: Sequence[Label]) -> tuple[tuple[Marked, ...], tuple[Piece, ...]]:
    """The pieces that start with a label (lines holding several labels are cut before each), and all the others."""
    marked: list[Marked] = []
    others: list[Piece] = []
    for piece in (part for whole in pieces for part in _cut_at_labels(whole, labels)):
        found = _match_start(piece.text, labels)
        if found is None:
            others.append(piece)
        else:
            marked.append(_mark(piece, *found))
    return _mark_orphans(marked, others, labels)


def _mark(piece: Piece, label: Label, length: int) -> Marked:
    rest = piece.text[length:].lstrip(" :;.、|")
    cut = part_of(piece, len(piece.text) - len(rest), len(piece.text)) if rest else None
    return Marked(label=label, printed=piece.text[:length], piece=piece, rest=cut)


def _mark_orphans(
    marked: list[Marked], others: list[Piece], labels: Sequence[Label]
) -> tuple[tuple[Marked, ...], tuple[Piece, ...]]:
    """A fragment ("称") alone or before a value is its label where the label was found nowhere else."""
    seen = {m.label.key for m in marked}
    for label in labels:
        if label.key in seen or not label.orphans:
            continue
        orphans = [p for p in others if _is_orphan(p.text, label)]
        lone = min(orphans, key=lambda p: (_is_bare(p), not _has_beside(p, others)), default=None)
        if lone is not None:
            others.remove(lone)
            marked.append(_mark(lone, label, 1))
    return tuple(marked), tuple(others)


def _is_bare(piece: Piece) -> bool:
    """Whether nothing stands behind a fragment: of 名 and "称 …", both of 名称, the second has the value."""
    return len(piece.text.strip()) == 1


def _has_beside(piece: Piece, others: Sequence[Piece]) -> bool:
    """Whether something stands on a fragment's row, right of it: a 名 whose box reaches over three rows is no label of any."""
    return any(other.x0 > piece.x0 and same_row(other, piece) for other in others if other is not piece)


def _is_orphan(text: str, label: Label) -> bool:
    first, rest = text[:1], text[1:]
    return first in label.orphans and (not rest.strip() or rest[0] == " " or (first in label.starts))


@dataclass(frozen=True, slots=True)
class _Folded:
    """A text's characters as labels are compared, with where each stands in the text."""

    characters: str
    places: tuple[int, ...]


def _fold(text: str) -> _Folded:
    kept = [(index, folded) for index, c in enumerate(text) if (folded := fold_label(c))]
    return _Folded("".join(c for _, c in kept), tuple(index for index, _ in kept))


def _cut_at_labels(piece: Piece, labels: Sequence[Label]) -> list[Piece]:
    """A label in the middle of a line starts a piece of its own: `inline` ones anywhere, others after a blank."""
    folded = _fold(piece.text)
    starts = [0]
    for position, place in enumerate(folded.places):
        if position < 2 or place - starts[-1] < 2:
            continue
        after_blank = piece.text[place - 1] == " "
        if any((after_blank or label.inline) and _stands_at(folded, position, label) for label in labels):
            starts.append(place)
    ends = [*starts[1:], len(piece.text)]
    return [part_of(piece, a, b) for a, b in zip(starts, ends, strict=True)] if len(starts) > 1 else [piece]


def _stands_at(folded: _Folded, position: int, label: Label) -> bool:
    return any(len(text) > 1 and folded.characters.startswith(text, position) for text in label.texts)


def _match_start(text: str, labels: Sequence[Label]) -> tuple[Label, int] | None:
    """The longest label that `text` starts with, and its length there; long labels may lack or change a character.

    None begins with a bracket: (经营场所与住所相同) is the end of an address.
    """
    if text.startswith("("):
        return None
    folded = _fold(text)
    best: tuple[int, Label, int] | None = None
    for label in labels:
        for spelling in label.texts:
            exact = folded.characters.startswith(spelling)
            count = len(spelling) if exact else _count_near(folded.characters, spelling)
            count = count or _count_apart(text, folded, spelling)
            score = 2 * len(spelling) - (0 if exact else 3)
            if count and (best is None or score > best[0]):
                best = (score, label, folded.places[count - 1] + 1)
    return None if best is None else (best[1], best[2])


def _count_near(text: str, label: str) -> int:
    """How many characters at the start of `text` are `label` with one wrong or missing; 0 when they are not."""
    if len(label) < 4:
        return 0
    for count in (len(label), len(label) - 1):
        head = text[:count]
        if len(head) == count and head[-1] == label[-1] and is_near(head, label):
            return count
    return 0


def _count_apart(text: str, folded: _Folded, label: str) -> int:
    """The label's length where `text` starts with it but for its last character, and a blank or colon stands behind that."""
    count = len(label)
    if count < 4 or len(folded.characters) <= count or folded.characters[: count - 1] != label[:-1]:
        return 0
    return count if text[folded.places[count - 1] + 1] in _BEFORE_VALUE else 0


def is_near(text: str, word: str) -> bool:
    """Whether `text` is `word` with at most one character changed or dropped."""
    if len(text) == len(word):
        return sum(a != b for a, b in zip(text, word, strict=True)) <= 1
    return len(text) == len(word) - 1 and any(word[:i] + word[i + 1 :] == text for i in range(len(word)))


def part_of(piece: Piece, start: int, end: int) -> Piece:
    """The characters `start` to `end` of a piece, its sides estimated from how wide characters print."""
    widths = [0.5 if c.isascii() else 1.0 for c in piece.text]
    total = sum(widths) or 1.0
    scale = (piece.x1 - piece.x0) / total
    x0, x1 = piece.x0 + sum(widths[:start]) * scale, piece.x0 + sum(widths[:end]) * scale
    text = piece.text[start:end].strip()
    return replace(piece, text=text, x0=x0, x1=max(x1, x0 + 1e-9))
