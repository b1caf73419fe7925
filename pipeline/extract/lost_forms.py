"""Which pages that gave nothing look like a form nobody could read, so that its sender is to be told.

People send other things along: permits, letters of authority and screenshots with tables of their own, logos, signatures,
portraits, the empty backs of sheets. Who sent one of those beside a good form is told nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from pipeline.domain.spelling import squash
from pipeline.extract.image.page import has_hardly_any_text
from pipeline.extract.page import Page
from pipeline.extract.paper.papers import is_known_other
from pipeline.extract.raster.backs import is_back_of
from pipeline.profile.form import FormSpec

#: 微信扫一扫，关注公众号, the account's name and what it is about.
_BESIDE_A_CODE: Final = 60
#: A page was read well where so many characters, and this share of all, stand in lines that the reader was sure of.
_LEAST_CHARACTERS: Final = 40
_SURE: Final = 0.9
_SURE_SHARE: Final = 0.9
#: A third of the form, in height or in width, has three of its labels or more; somebody else's table has 姓名 or 联系电话, and
#: what a platform shows of an account has four.
_FEW_LABELS: Final = 2
_FEW_LABELS_OF_KNOWN: Final = 4
_COLON: Final = re.compile("[:：]")


def find_lost_forms(unused: Iterable[Page], read: Sequence[Page], form: FormSpec) -> list[Page]:
    """Those of the `unused` pages that look like a form; `read` are all pages of the file."""
    near = {page.number: page for page in read}
    return [
        page
        for page in unused
        if _looks_like_a_form(page, form) and not _is_back(page, [near.get(page.number + step) for step in (-1, 1)])
    ]


def _looks_like_a_form(page: Page, form: FormSpec) -> bool:
    """Whether there is a title of it, or a table, or hardly any readable text.

    An account's QR code, in which there is a table to see, is none. Letters of authority name the form's title in a sentence.
    """
    if page.prose or page.bare:
        return False
    text = squash("".join(line.text for line in page.lines))
    if any(squash(title) in text for title in form.titles):
        return not (is_known_other(page) and _is_something_else(page, form))
    if not page.grids and not has_hardly_any_text(page):
        return False
    if _is_something_else(page, form):
        return False
    return len(text) >= _BESIDE_A_CODE or page.photograph is None or not page.photograph.shows_code()


def _is_something_else(page: Page, form: FormSpec) -> bool:
    """Whether it was read well and has hardly any of the form's labels."""
    sizes = [(len(squash(line.text)), line.confidence or 0.0) for line in page.lines]
    total, sure = sum(size for size, _ in sizes), sum(size for size, chance in sizes if chance >= _SURE)
    if sure < max(_LEAST_CHARACTERS, _SURE_SHARE * total):
        return False
    labels = {squash(label): field.key for field in form.fields for label in field.labels}
    heads = (squash(_COLON.split(line.text, maxsplit=1)[0]) for line in page.lines)
    found = {labels[head] for head in heads if head in labels}
    return len(found) <= (_FEW_LABELS_OF_KNOWN if is_known_other(page) else _FEW_LABELS)


def _is_back(page: Page, neighbours: Iterable[Page | None]) -> bool:
    """Whether it is the back of a sheet whose front, a neighbour, shows through: scanners that take both sides send such pages."""
    if page.photograph is None:
        return False
    own = page.photograph.relief()
    fronts = (item.photograph.relief() for item in neighbours if item is not None and item.photograph is not None)
    return any(is_back_of(own, front) for front in fronts)
