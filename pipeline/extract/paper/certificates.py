"""Licences and certificates on a page: which they are, and what they say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.domain.document import ExtractedPaper, Field, PageBox, PaperKind
from pipeline.domain.finding import finding
from pipeline.domain.identifiers import BodyKind, credit_code_body
from pipeline.extract.address_ends import find_address_doubt
from pipeline.extract.page import Page
from pipeline.extract.paper.lost import find_lost
from pipeline.extract.paper.numbers import CREDIT_CODE, ORGANISATION_CODE, REGISTRATION_NUMBER, read_number
from pipeline.extract.paper.sheet import (
    Sheet,
    make_sheet,
    read_established_on,
    read_text,
    read_valid_until,
)
from pipeline.extract.paper.trust import NOT_ALONE
from pipeline.extract.paper.under_seals import read_under_seals
from pipeline.extract.paper.unread import with_unread
from pipeline.extract.paper_geometry import Piece, fold_label, join_split_labels, mark_labels
from pipeline.extract.paper_labels import (
    CERTIFICATE_LABELS,
    CERTIFICATE_TITLES,
    LICENCE_TITLE,
    LICENCE_WORDS,
    ORGANISATION_TITLE,
    ORGANISATION_WORDS,
    find_title,
    is_foreign,
)
from pipeline.extract.surnames import has_stray_dot

_ADVICE: Final = "请在光线均匀处正对证照重新拍照或扫描，四角完整、字迹清晰、不反光，然后重新发送。"
_FEW_LINES: Final = 30
_TALL: Final = 1.25
#: So much larger is a title than its own repetition; and so many labels stand below another paper's.
_CAPTION: Final = 1.6
_LEAST_LABELS: Final = 3
#: In heights of a title: titles of papers that lie beside each other stand no further apart.
_IN_ROW: Final = 3.0
#: In heights of its title: no paper is so low.
_NO_PAPER: Final = 7.0
#: What no name ends with: the beginning of 公司, 合作社, 工作室, 事务所, 委员会 and 幼儿园. 分公 was believed under a watermark.
_CUT: Final = re.compile("(?:公|有限|责任|股份|合作|工作|事务|委员|幼儿)$")
#: Names of bodies are written in characters (企业名称登记管理规定): a mark is a speck of dust (某某·优凯服装店).
_BRACKETS: Final = frozenset("()《》")
_MARKED: Final = "名称中有不像名称的符号，请对照图片核对"
_DOTTED: Final = "姓名中的点可能是污点，请对照图片核对"
_LONE_LABEL: Final = "名称的栏目名未读全，可能是人名，请对照图片核对"
#: A body's name, which no person has: six characters and more with such an end.
_BODY: Final = re.compile(r".{4,}(?:公司|企业|中心|超市|合伙\)|[店部厂社院园站馆局会校室所场坊处行])$")
#: What letters and contracts do not say of a body, beside its name, number, person and address.
_OF_PAPERS: Final = frozenset({"capital", "established_on", "scope", "valid_until", "type", "composition"})
_BELOW_NUMBER: Final = frozenset({"name", "legal_representative", "address", "scope"})
_NO_NAME: Final = frozenset({"", "无", "无字号", "未起字号", "空白"})
_BUSINESSES: Final = frozenset({BodyKind.ENTERPRISE, BodyKind.INDIVIDUAL_BUSINESS, BodyKind.COOPERATIVE})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """The pieces of one certificate and its title, None when only its labels tell."""

    title: str | None
    pieces: tuple[Piece, ...]


def read_certificates(page: Page, pieces: Sequence[Piece], *, beside_form: bool) -> tuple[ExtractedPaper, ...]:
    """Every licence and certificate among `pieces`. `beside_form`: the page is a form too, so more is asked of a paper."""
    joined = join_split_labels(pieces, (LICENCE_TITLE, ORGANISATION_TITLE, *CERTIFICATE_TITLES))
    papers = (_read_part(page, part, beside_form) for part in _split(page, joined))
    return tuple(paper for paper in papers if paper is not None)


def _split(page: Page, pieces: Sequence[Piece]) -> tuple[_Part, ...]:
    """One part for each title: side by side where the titles stand on a row, else from each title down to the next."""
    titles = [(piece, title) for piece in pieces if (title := find_title(piece.text)) is not None]
    titles = [(piece, title) for piece, title in titles if not _is_caption(piece, title, titles, pieces)]
    titles = [head for head in titles if not _is_heading(head, titles, pieces)]
    if len(titles) < 2:
        return (_Part(title=titles[0][1] if titles else None, pieces=tuple(pieces)),)
    heads = sorted(titles, key=lambda head: head[0].y0)
    in_row = abs(heads[0][0].middle - heads[1][0].middle) < _IN_ROW * heads[0][0].height
    if in_row and abs(heads[0][0].centre - heads[1][0].centre) > 0.25 * page.width:
        first, second = sorted(heads[:2], key=lambda head: head[0].centre)
        middle = (first[0].centre + second[0].centre) / 2
        return (
            _Part(title=first[1], pieces=tuple(piece for piece in pieces if piece.centre < middle)),
            _Part(title=second[1], pieces=tuple(piece for piece in pieces if piece.centre >= middle)),
        )
    starts = [0.0, *(head.y0 - 1.5 * head.height for head, _ in heads[1:])]
    ends = [*starts[1:], float("inf")]
    return tuple(
        _Part(title=title, pieces=tuple(piece for piece in pieces if start <= piece.middle < end))
        for (_, title), start, end in zip(heads, starts, ends, strict=True)
    )


def _is_caption(piece: Piece, title: str, titles: Sequence[tuple[Piece, str]], pieces: Sequence[Piece]) -> bool:
    """Whether a title is only a small repetition (a caption, a foot line) of a larger one. Another paper's smaller title is none
    where that paper's labels stand below it: a code certificate under a licence on one page was lost."""
    larger = {name for other, name in titles if other is not piece and other.height > _CAPTION * piece.height}
    if not larger or title in larger:
        return bool(larger)
    others = [other for other, _ in titles if other is not piece]
    beside = [o for o in others if abs(o.middle - piece.middle) < _IN_ROW * max(o.height, piece.height)]
    end = min((o.y0 for o in others if o not in beside and o.y0 > piece.y1), default=float("inf"))
    below = [
        p
        for p in pieces
        if piece.y1 < p.middle < end and all(abs(p.centre - piece.centre) < abs(p.centre - o.centre) for o in beside)
    ]
    return len({mark.label.key for mark in mark_labels(below, CERTIFICATE_LABELS)[0]}) < _LEAST_LABELS


def _is_heading(head: tuple[Piece, str], titles: Sequence[tuple[Piece, str]], pieces: Sequence[Piece]) -> bool:
    """Whether a title is that of an app's page with the paper on it: the same again stands closely below, no label between.

    A screenshot of 电子营业执照 gave a second licence, of which nothing could be read.
    """
    piece, title = head
    below = [other for other, name in titles if name == title and 0 < other.y0 - piece.y1 < _NO_PAPER * piece.height]
    if not below:
        return False
    end = min(other.y0 for other in below)
    between = [p for p in pieces if piece.y1 < p.middle < end]
    return not mark_labels(between, CERTIFICATE_LABELS)[0]


def _read_part(page: Page, part: _Part, beside_form: bool) -> ExtractedPaper | None:
    body = [piece for piece in part.pieces if find_title(piece.text) is None]
    sheet = make_sheet(page, body, CERTIFICATE_LABELS, columns=True)
    kind = _find_kind(sheet, part, beside_form)
    if kind is None:
        return None
    title = part.title or _TITLES.get(kind)
    fields = _fields(with_unread(sheet, kind, body), kind)

    def read(page: Page, pieces: Sequence[Piece]) -> tuple[Field, ...]:
        return _fields(make_sheet(page, pieces, CERTIFICATE_LABELS, columns=True), kind)

    return _paper(page, kind, title, read_under_seals(page, body, fields, _SAID[kind], read))


def _fields(sheet: Sheet, kind: PaperKind) -> tuple[Field, ...]:
    if kind is PaperKind.ORGANISATION_CODE_CERTIFICATE:
        return _organisation_fields(sheet)
    return _body_fields(sheet, kind)


def _find_kind(sheet: Sheet, part: _Part, beside_form: bool) -> PaperKind | None:
    """By the title, backed by labels; else by labels that only one kind has, or by the credit code's prefix."""
    printed = {fold_label(mark.printed) for mark in sheet.marked}
    licence = sum(
        any(text.startswith(word) for text in printed) for word in LICENCE_WORDS
    )  # 经营者姓名, 经营范围及方式
    organisation = len(printed & set(ORGANISATION_WORDS))
    if part.title is not None and (len(sheet.keys) >= (4 if beside_form else 2) or _is_alone(part)):
        return _KINDS.get(part.title, PaperKind.OTHER_CERTIFICATE)
    if beside_form or len(sheet.keys) < 4 or is_foreign(part.pieces):
        return None
    if organisation >= 3 and "organisation_code" in sheet.keys:
        return PaperKind.ORGANISATION_CODE_CERTIFICATE
    if "credit_code" not in sheet.keys or not sheet.keys & _OF_PAPERS:
        return None
    code = read_number(sheet.page, CREDIT_CODE, sheet.marked, sheet.others, anywhere=True)
    body = None if code is None else credit_code_body(str(code.value))
    if body is not None and body not in _BUSINESSES:
        return PaperKind.OTHER_CERTIFICATE
    return PaperKind.BUSINESS_LICENCE if body is not None or licence >= 3 else None


_KINDS: Final = {
    LICENCE_TITLE: PaperKind.BUSINESS_LICENCE,
    ORGANISATION_TITLE: PaperKind.ORGANISATION_CODE_CERTIFICATE,
}


_TITLES: Final = {kind: title for title, kind in _KINDS.items()}
#: What a seal may hide of each kind.
_SAID: Final = {
    PaperKind.BUSINESS_LICENCE: frozenset({"credit_code", "name", "legal_representative", "address", "established_on"}),
    PaperKind.ORGANISATION_CODE_CERTIFICATE: frozenset({"organisation_code", "name", "address", "valid_until"}),
    PaperKind.OTHER_CERTIFICATE: frozenset({"credit_code", "name", "legal_representative", "address", "valid_until"}),
}


def _is_alone(part: _Part) -> bool:
    """Whether a title is all that could be read of a paper: large, among few lines."""
    heights = sorted(piece.height for piece in part.pieces)
    heads = [piece.height for piece in part.pieces if find_title(piece.text) is not None]
    return (
        len(heights) <= _FEW_LINES
        and bool(heads)
        and (len(heights) <= 2 or max(heads) > _TALL * heights[len(heights) // 2])
    )


def _body_fields(sheet: Sheet, kind: PaperKind) -> tuple[Field, ...]:
    code = _read_code(sheet)
    established = read_established_on(sheet) if kind is PaperKind.BUSINESS_LICENCE else ()
    started = next((str(field.value) for field in established if not field.doubtful), None)
    return (
        *code,
        *(field for field in _read_name(sheet) or find_lost(sheet, "name") if not _is_no_name(str(field.value))),
        *read_text(sheet, "legal_representative", find_doubt=_find_person_doubt),
        *(read_text(sheet, "address", find_doubt=find_address_doubt) or find_lost(sheet, "address")),
        *established,
        *read_valid_until(sheet, started),
    )


def _read_code(sheet: Sheet) -> tuple[Field, ...]:
    """The credit code; on licences of before 2015 the registration number, which then stands under the same key."""
    code = read_number(sheet.page, CREDIT_CODE, sheet.marked, sheet.others, anywhere=True)
    if code is None or code.doubtful:
        old = read_number(sheet.page, REGISTRATION_NUMBER, sheet.marked, sheet.others, anywhere=True)
        code = old if old is not None and (code is None or _is_proved(old)) else code
    return () if code is None else (_in_its_place(code, sheet),)


def _is_proved(number: Field) -> bool:
    return not number.doubtful and REGISTRATION_NUMBER.is_right(str(number.value))


def _in_its_place(code: Field, sheet: Sheet) -> Field:
    """A number below the labels of what all papers print below theirs may be that of a letter or paper further down."""
    if code.doubtful or not isinstance(code.source, PageBox):
        return code
    top = code.source.box[1] * sheet.page.height
    above = {mark.label.key for mark in sheet.marked if mark.piece.y1 < top} & _BELOW_NUMBER
    return code if len(above) < 2 else code.model_copy(update={"doubtful": True, "doubt": NOT_ALONE})


def _organisation_fields(sheet: Sheet) -> tuple[Field, ...]:
    code = read_number(sheet.page, ORGANISATION_CODE, sheet.marked, sheet.others, anywhere=True)
    return (
        *(() if code is None else (code,)),
        *(_read_name(sheet) or find_lost(sheet, "name")),
        *(read_text(sheet, "address", find_doubt=find_address_doubt) or find_lost(sheet, "address")),
        *read_valid_until(sheet),
    )


def _read_name(sheet: Sheet) -> tuple[Field, ...]:
    """The body's name. Behind a lone 名 stands as well the person whose label 经营者姓名 lost its other characters."""
    is_lone = [mark.printed for mark in sheet.marked if mark.label.key == "name"] == ["名"]
    return read_text(sheet, "name", find_doubt=_find_lone_doubt if is_lone else find_name_doubt)


def _find_person_doubt(value: str) -> str | None:
    return _DOTTED if has_stray_dot(value) else None


def _find_lone_doubt(value: str) -> str | None:
    return find_name_doubt(value) if _BODY.search(value) else _LONE_LABEL


def find_name_doubt(value: str) -> str | None:
    """What is wrong with a body's name: brackets that do not close, an end that is none, hardly any characters."""
    if value.count("(") != value.count(")"):
        return "名称中的括号不完整，请对照图片核对"
    if any(not (character.isalnum() or character in _BRACKETS) for character in value):
        return _MARKED
    if _CUT.search(value):
        return "名称结尾不完整，请对照图片核对"
    if len(value) < 4 and not _is_no_name(value):
        return "名称过短，请对照图片核对"
    return None


def _is_no_name(value: str) -> bool:
    """Individual businesses need no 字号: their licences print asterisks or nothing."""
    return fold_label(value).strip("*＊") in _NO_NAME


def _paper(page: Page, kind: PaperKind, title: str | None, fields: tuple[Field, ...]) -> ExtractedPaper:
    values = {field.key: field.value for field in fields}
    number = "organisation_code" if kind is PaperKind.ORGANISATION_CODE_CERTIFICATE else "credit_code"
    nameless = credit_code_body(str(values.get("credit_code") or "")) is BodyKind.INDIVIDUAL_BUSINESS
    lost = [_WORDS[key] for key in ("name", number) if values.get(key) is None and not (key == "name" and nameless)]
    detail = f"{title or '证照'}图片上的{'和'.join(lost)}无法辨认，{_ADVICE}"
    found = (finding("material.unreadable", detail),) if lost else ()
    return ExtractedPaper(kind=kind, pages=(page.number,), title=title, fields=fields, findings=found)


_WORDS: Final = {"name": "名称", "credit_code": "统一社会信用代码（注册号）", "organisation_code": "代码"}
