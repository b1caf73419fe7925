"""What an ID card's two sides say, with labels or, where pale ones were not seen, by where things stand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from pipeline.domain.document import Field
from pipeline.domain.spelling import normalise
from pipeline.extract.address_ends import find_address_doubt
from pipeline.extract.page import Page
from pipeline.extract.paper.card_backs import CARD_TOP, NUMBER_WIDTH, Side
from pipeline.extract.paper.dates import UNLIMITED, parse_period
from pipeline.extract.paper.numbers import ID_NUMBER, read_number
from pipeline.extract.paper.sheet import Sheet, make_sheet, read_text, read_valid_until, with_ink
from pipeline.extract.paper.trust import NOT_WHOLE, make_field, make_twice_read_field
from pipeline.extract.paper.under_seals import read_under_seals
from pipeline.extract.paper.values import begin_apart
from pipeline.extract.paper_geometry import Found, Piece, fold_label
from pipeline.extract.paper_labels import CARD_LABELS
from pipeline.extract.surnames import begins_with_surname, has_stray_dot

_SAID: Final = frozenset({"name", "id_number", "address"})
_PERSON: Final = re.compile(r"[\u3400-\u9fff\U00020000-\U000323af]{2,4}|[\u3400-\u9fff·]{3,25}")
_NO_PERSON: Final = "姓名中有不像姓名的字符，请对照图片核对"
_PERIOD: Final = re.compile(r"[0-9]{4}\.[0-9]{2}\.[0-9]{2}-")
#: Of the way from the birth date down to the number: the first line of an address lies at 0.28, its second at 0.46.
_FIRST_OF_ADDRESS: Final = 0.37
_BORN: Final = re.compile(r"([0-9]{4})年?([0-9]{1,2})月?([0-9]{1,2})日?")


def read_front(page: Page, pieces: Sequence[Piece], side: Side | None) -> tuple[Field, ...]:
    """Name, number and address of the portrait `side` whose pieces these are; what a seal hides is looked for without its red."""
    if not pieces:
        return ()
    fields = _fields_of(page, pieces)
    if side is None:
        return fields
    top = min((side.y0, *(_top_of_card(piece) for piece in pieces if ID_NUMBER.shape.fullmatch(piece.text))))
    within = round(side.x0), round(top), round(side.x1), round(side.y1)
    return read_under_seals(page, pieces, fields, _SAID, _fields_of, within)


def _top_of_card(number: Piece) -> float:
    """Where a card begins, by its number (GA 448): a seal that hides the name hides the label that tells the side's top."""
    return number.middle - CARD_TOP * (number.x1 - number.x0) / NUMBER_WIDTH


def _fields_of(page: Page, pieces: Sequence[Piece]) -> tuple[Field, ...]:
    sheet = make_sheet(page, pieces, CARD_LABELS)
    number = read_number(page, ID_NUMBER, sheet.marked, sheet.others, anywhere=True)
    checked = () if number is None else (_check_against_print(number, sheet),)
    return (
        *(_read_name(sheet) or _read_unlabelled_name(sheet)),
        *checked,
        *(read_text(sheet, "address", find_doubt=find_address_doubt) or _read_unlabelled_address(sheet)),
    )


def _read_name(sheet: Sheet) -> tuple[Field, ...]:
    """A name of two lines is to be looked at: 男 below a name, whose label 性别 was not seen, is read as its end."""
    found = sheet.find("name")
    several = found is not None and found.pieces[-1].middle > found.pieces[0].y1
    return read_text(sheet, "name", find_doubt=(lambda _: NOT_WHOLE) if several else _find_name_doubt)


def _read_unlabelled_name(sheet: Sheet) -> tuple[Field, ...]:
    """The line above the sex in the column of values, where the pale label 姓名 was not seen, nor perhaps 性别."""
    label, value = _piece_of(sheet, "sex"), _find_sex(sheet)
    if value is None:
        return ()
    row = label or value
    above = [o for o in sheet.others if 0 < row.middle - o.middle < 3.5 * value.height]
    found = [o for o in above if abs(o.x0 - value.x0) < 1.5 * value.height and 0.6 < o.height / value.height < 1.8]
    text = "".join(normalise(found[0].text).split()) if len(found) == 1 else ""
    if not text:
        return ()
    one = with_ink(sheet, Found(text=found[0].text, pieces=(found[0],)))
    return (make_twice_read_field(sheet.page, "name", text, one, doubt=_find_name_doubt(text)),)


def _find_sex(sheet: Sheet) -> Piece | None:
    """男 or 女: behind its label, or where nothing else is one character of these."""
    sex = sheet.find("sex")
    if sex is not None or _piece_of(sheet, "sex") is not None:
        return None if sex is None else sex.pieces[0]
    alone = [piece for piece in sheet.others if fold_label(piece.text) in ("男", "女")]
    return alone[0] if len(alone) == 1 else None


def _read_unlabelled_address(sheet: Sheet) -> tuple[Field, ...]:
    """The lines between the birth date and the number, where the pale label 住址 was not seen, or nothing beside it.

    Then, or where the first of them lies too far down, a line above them was lost.
    """
    birth, number = _find_birth(sheet), _piece_of(sheet, "id_number")
    if birth is None or number is None:
        return ()
    lines = [o for o in sheet.others if birth.y1 - 0.3 * birth.height < o.middle < number.y0 and o.x0 > number.x0]
    first = next((o for o in lines if len(fold_label(o.text)) >= 2), None)
    if first is None:
        return ()
    lines = [o for o in lines if abs(o.x0 - first.x0) < 1.5 * first.height and 0.5 < o.height / number.height < 1.8]
    reach = (lines[0].middle - birth.middle) / (number.middle - birth.middle)
    lost = reach > _FIRST_OF_ADDRESS or any(mark.label.key == "address" for mark in sheet.marked) or begin_apart(lines)
    found = with_ink(sheet, Found(text="".join(o.text for o in lines), pieces=tuple(lines), open=lost))
    value = "".join(normalise(found.text).split())
    return (make_twice_read_field(sheet.page, "address", value, found, doubt=find_address_doubt(value)),)


def _find_birth(sheet: Sheet) -> Piece | None:
    """The line of the birth date, by its label or by its shape."""
    shaped = (o for o in sheet.others if _BORN.fullmatch("".join(normalise(o.text).split())))
    return _piece_of(sheet, "birth") or next(shaped, None)


def _piece_of(sheet: Sheet, key: str) -> Piece | None:
    return next((mark.piece for mark in sheet.marked if mark.label.key == key), None)


def read_back(page: Page, pieces: Sequence[Piece], shown: Sequence[Piece]) -> tuple[Field, ...]:
    """The end of validity, of the emblem side's pieces; without any, of those `shown` in front."""
    sheet = make_sheet(page, pieces or shown, CARD_LABELS)
    return read_valid_until(sheet) or _read_unlabelled_period(sheet)


def _read_unlabelled_period(sheet: Sheet) -> tuple[Field, ...]:
    """The period of an emblem side whose label 有效期限 was not seen: nothing else on it has two days."""
    for piece in sheet.others:
        period = parse_period(piece.text) if _PERIOD.match("".join(normalise(piece.text).split())) else None
        if period is not None and (period.is_whole_years or period.end == UNLIMITED):
            return (make_field(sheet.page, "valid_until", period.end, Found(text=piece.text, pieces=(piece,))),)
    return ()


def _find_name_doubt(value: str) -> str | None:
    """What is wrong with a person's name. Of four characters and more in one piece a watermark's line looks like one
    (与原件一致), unless it begins with a surname and is no longer than names with one are."""
    if "·" not in value and len(value) > (4 if begins_with_surname(value) else 3):
        return _NO_PERSON
    return None if _PERSON.fullmatch(value) and not has_stray_dot(value) else _NO_PERSON


def _check_against_print(number: Field, sheet: Sheet) -> Field:
    """A number that contradicts the birth date or the sex printed on the card is doubtful."""
    birth, sex = sheet.find("birth") or _find_birth(sheet), sheet.find("sex")
    text = str(number.value)
    if number.doubtful or len(text) != 18:
        return number
    day = _BORN.search("".join(birth.text.split())) if birth is not None else None
    wrong_day = day is not None and (int(day[1]), int(day[2]), int(day[3])) != (
        int(text[6:10]),
        int(text[10:12]),
        int(text[12:14]),
    )
    word = fold_label(sex.text)[:1] if sex is not None else ""
    wrong_sex = word in ("男", "女") and (word == "男") != (int(text[16]) % 2 == 1)
    if not (wrong_day or wrong_sex):
        return number
    doubt = f"身份证号与证件上的{'出生日期' if wrong_day else '性别'}不一致，请对照图片核对"
    return number.model_copy(update={"doubtful": True, "doubt": doubt})
