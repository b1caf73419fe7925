"""Recognise printed labels: exact after squashing, damaged by the profile's patterns, misread by edit distance."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from pipeline.domain.spelling import squash
from pipeline.extract.edit_distance import edit_distance
from pipeline.extract.ocr.simplified import load_simplifier, simplify
from pipeline.profile.form import FormField, FormSpec

MAX_LABEL: Final = 40
_HINTS: Final = re.compile(r"[(（\[【][^()（）\[\]【】]{0,30}[)）\]】]")
_NUMBERING: Final = re.compile(r"^\s*[*＊★☆●◆]?\s*(?:[①-⑳]\s*|[(（]?[0-9一二三四五六七八九十]{1,2}\s?[)）.、．]\s*)?")
#: Blanks within a line, as labels are spread with; web pages and word processors set ones that do not break.
_BLANKS: Final = r"[ \t\u3000\u00a0\u2000-\u200a\u202f]{0,9}"
#: Shorter labels (手机, 简介) begin values too.
LEAST_WHOLE: Final = 4
#: Characters that a reader may have got wrong in a long label.
_MOST_WRONG: Final = 2
#: What stands behind a colon is a value.
_VALUE_BEHIND: Final = re.compile(r"[:：][^:：]*[^\s:：]\s*$")
#: A stroke or ditto mark that answers for a value: none of it is left where labels are compared, and the label seemed bare.
_MARK_BEHIND: Final = re.compile(r"[:：]\s*[-/\\|〃″”\"'‐-―－／＼|]{1,6}\s*$")
#: Readers of stored text: their labels are never misread, so a near label is another label.
TEXT_READERS: Final = frozenset({"docx", "html", "pdf-text"})


@dataclass(frozen=True, slots=True, kw_only=True)
class InlineValue:
    """A "label：value" in a text. `keys` are the fields the label may mean; `section` is set for a section label. `hint` is what
    stands in brackets behind the label."""

    keys: tuple[str, ...]
    label: str
    section: str | None
    value: str
    hint: str = ""


@lru_cache(maxsize=8)
def label_book(spec: FormSpec) -> LabelBook:
    """The book of a form, made once, with the table of traditional characters: a file, which no reading process may open."""
    load_simplifier()
    return LabelBook(spec)


class LabelBook:
    """Every label of a form, ready to be looked up."""

    def __init__(self, spec: FormSpec) -> None:
        self._fields = spec.fields
        self._titles = tuple(filter(None, map(_fold, spec.titles)))
        self._sections = {_fold(label): section.key for section in spec.sections for label in section.labels}
        self._section_labels = {s.key: tuple(map(_fold, s.labels)) for s in spec.sections}
        self._exact: dict[str, tuple[str, ...]] = {}
        for field in spec.fields:
            for label in field.labels:
                self._add(_fold(label), field.key)
        for field in spec.fields:
            self._add_combined(field)
        self._patterns = [(re.compile(p), f.key) for f in spec.fields for p in f.patterns]
        self._inline = self._inline_pattern()
        self._spaced = self._inline_pattern(behind=r"(?=\s+\S|[0-9])", before=r"\s")
        self._by_length: dict[int, list[tuple[str, frozenset[str], tuple[str, ...]]]] = {}
        for label, keys in self._exact.items():
            self._by_length.setdefault(len(label), []).append((label, frozenset(label), keys))
        self._nearest = lru_cache(maxsize=512)(self._find_nearest)  # a picture's texts are asked about four times

    def _add(self, label: str, key: str) -> None:
        known = self._exact.get(label, ())
        if label and key not in known:
            self._exact[label] = (*known, key)

    def _add_combined(self, field: FormField) -> None:
        """账号所有人 + 手机: a label with its section's name before it."""
        for section in self._section_labels.get(field.section or "", ()):
            for label in field.labels:
                if section + _fold(label) not in self._exact:
                    self._exact[section + _fold(label)] = (field.key,)

    def is_title(self, text: str) -> bool:
        """Whether a line or cell is the form's heading."""
        plain = _fold(text[:80])
        return any(title in plain for title in self._titles)

    def section(self, text: str) -> str | None:
        """The section a cell's text names, None if it names none."""
        return next((self._sections[form] for form in _spellings(text) if form in self._sections), None)

    def exact(self, text: str) -> tuple[str, ...]:
        """The fields whose label this is, spelled right or as a pattern of the profile; none where a mark behind its colon is
        already the value."""
        if _MARK_BEHIND.search(text[:200]):
            return ()
        for form in _spellings(text):
            if form in self._exact:
                return self._exact[form]
        for form in _spellings(text):
            keys = tuple(key for pattern, key in self._patterns if pattern.fullmatch(form))
            if keys:
                return keys
        return ()

    def near(self, text: str) -> tuple[str, ...]:
        """The fields of the one nearest label: one character wrong in four to six, two in seven or more.

        Of "label：value" the value is no misread part of the label: a name of two characters is as much as may be wrong.
        """
        plain = _fold(text)
        known = 3 <= len(plain) <= MAX_LABEL and not _VALUE_BEHIND.search(text)
        return self._nearest(plain) if known else ()

    def _find_nearest(self, plain: str) -> tuple[str, ...]:
        best: dict[int, set[tuple[str, ...]]] = {}
        own = frozenset(plain)
        for length in range(len(plain) - _MOST_WRONG, len(plain) + _MOST_WRONG + 1):
            allowed = 0 if length < 4 else 1 if length < 7 else _MOST_WRONG
            if not allowed or abs(length - len(plain)) > allowed:
                continue
            for label, characters, keys in self._by_length.get(length, ()):
                if len(characters - own) > allowed:
                    continue  # every character that `plain` lacks is a step of its own
                distance = edit_distance(plain, label, allowed)
                if distance <= allowed:
                    best.setdefault(distance, set()).add(keys)
        if not best:
            return ()
        nearest = best[min(best)]
        return next(iter(nearest)) if len(nearest) == 1 else ()

    def holds_label(self, text: str) -> bool:
        """Whether a line of a text is a label and nothing else."""
        lines = [
            line for line in text.splitlines() if len(_fold(line)) > 1
        ]  # 号 alone is the end of a word that wrapped
        return any(self.exact(line) or self.section(line) is not None for line in lines)

    def begins_with_label(self, text: str) -> bool:
        """Whether a text begins with a whole label, where none should stand: without walls the next row may run into a value."""
        plain = _fold(text[:MAX_LABEL])
        return any(plain.startswith(label) for label in self._exact if len(label) >= LEAST_WHOLE)

    def begins_a_label(self, text: str) -> bool:
        """Whether a text is how a label begins (账号主 of 账号主体): one that wrapped, its last characters in the next line."""
        plain = _fold(text[:MAX_LABEL])
        return len(plain) > 1 and any(len(label) > len(plain) and label.startswith(plain) for label in self._exact)

    def near_short(self, text: str) -> tuple[str, ...]:
        """The fields of the labels of two characters that one wrong character makes this; its place must tell the rest."""
        plain = _fold(text)
        if len(plain) != 2:
            return ()
        near = [label for label in self._exact if len(label) == 2 and (label[0] == plain[0]) != (label[1] == plain[1])]
        return tuple(dict.fromkeys(key for label in near for key in self._exact[label]))

    def within(self, section: str, text: str) -> tuple[str, ...]:
        """The fields a label means inside a section: 手机 in 管理员 is 管理员手机."""
        for form in _spellings(text):
            for name in self._section_labels.get(section, ()):
                if name + form in self._exact:
                    return self._exact[name + form]
        return ()

    def inline(self, text: str) -> tuple[InlineValue, ...]:
        """Every "label：value" in a text; a label alone on its first line, with text below, counts too."""
        found = list(self._inline.finditer(simplify(text[:4_000])))  # as long as the text itself
        if not found:
            head, _, rest = text.partition("\n")
            keys = self.exact(head)
            alone = keys and rest.strip() and not self.holds_label(rest)
            return (InlineValue(keys=keys, label=head, section=None, value=rest),) if alone else ()
        ends = [match.start() for match in found[1:]] + [len(text)]
        return tuple(self._inline_value(match, text[match.end() : end]) for match, end in zip(found, ends, strict=True))

    def spaced(self, text: str) -> tuple[InlineValue, ...]:
        """Every "label value" in a text that begins with one: what two cells read as where the wall between was not seen. A number
        may follow without a blank.

        Labels of two characters (手机, 简介) are words of values too, and count at the beginning only.
        """
        found = [
            m for m in self._spaced.finditer(simplify(text[:4_000])) if m.start() == 0 or len(squash(m["label"])) > 2
        ]
        if not found or any(len(word) > 1 for word in text[: found[0].start()].split()):
            return ()  # a character by itself is a piece of a dashed wall or of a seal
        ends = [match.start() for match in found[1:]] + [len(text)]
        return tuple(self._inline_value(match, text[match.end() : end]) for match, end in zip(found, ends, strict=True))

    def starts_inline(self, text: str) -> bool:
        """Whether a cell begins with "label："."""
        return self._inline.match(simplify(text[:200])) is not None

    def _inline_value(self, match: re.Match[str], value: str) -> InlineValue:
        label = match["label"]
        keys = self.exact(label + match["hint"]) if match["hint"] else ()
        keys = keys or self.exact(label)
        section = None if keys else self.section(label)
        return InlineValue(keys=keys, label=label, section=section, value=value.strip(), hint=match["hint"] or "")

    def _inline_pattern(self, behind: str = rf"{_BLANKS}[:：]", before: str = r"\s,，;；|、") -> re.Pattern[str]:
        labels = sorted({*self._exact, *self._sections}, key=len, reverse=True)
        spaced = "|".join(_BLANKS.join(map(re.escape, label)) for label in labels if len(label) > 1)
        return re.compile(
            rf"(?:^|(?<=[{before}]))(?:[0-9一二三四五六七八九十]{{1,2}}[.、．])?(?P<label>{spaced or '(?!)'})"
            rf"{_BLANKS}(?P<hint>[(（][^()（）\n]{{0,20}}[)）])?{behind}",
            re.MULTILINE | re.IGNORECASE,
        )


@lru_cache(maxsize=1024)
def _fold(text: str) -> str:
    return simplify(squash(text[:200])).casefold()


@lru_cache(maxsize=512)  # a page's texts are looked up as labels, as sections and as what is within them
def _spellings(text: str) -> tuple[str, ...]:
    """A label as it stands, then without hints in brackets, then without numbering; nothing for long texts."""
    if len(text) > 200:
        return ()
    bare = _HINTS.sub("", text)
    forms = (_fold(text), _fold(bare), _fold(_NUMBERING.sub("", text)), _fold(_NUMBERING.sub("", bare)))
    return tuple(dict.fromkeys(form for form in forms if 0 < len(form) <= MAX_LABEL))
