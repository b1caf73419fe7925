"""What was read from a file: fields with their provenance, forms and papers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Annotated

from pydantic import Field as Constrained

from pipeline.domain.base import Frozen
from pipeline.domain.finding import Finding
from pipeline.domain.pages import Box as Box
from pipeline.domain.pages import OtherPage, PageGeometry
from pipeline.domain.spelling import told

Confidence = Annotated[float, Constrained(ge=0.0, le=1.0)]
#: Which attachment of a mail, counted from 1 in the order of the submission; None where nobody noted it.
FileNumber = Annotated[int, Constrained(ge=1)]
FieldValue = str | int | bool | None

#: The form's field keys, in the order in which fields are listed; no city's form has all of them.
FORM_KEYS: tuple[str, ...] = (
    "number",
    "account_name",
    "account_type",
    "account_type_other",
    "account_subject",
    "legal_representative",
    "approval_number",
    "address",
    "description",
    "opened_on",
    "first_posted_on",
    "follower_count",
    "owner_name",
    "owner_id_number",
    "owner_wechat",
    "owner_phone",
    "admin_name",
    "admin_phone",
    "admin_wechat",
    "signed",
)

#: What an account can be, by the key that a ticked box stands for, and what messages call it. Two accounts of one name
#: on two platforms are two accounts, so each platform that a form has a box for has a value of its own.
ACCOUNT_TYPES: Mapping[str, str] = {
    "wechat": "微信公众账号",
    "app": "手机APP",
    "mini_program": "小程序",
    "wechat_channels": "微信视频号",
    "weibo": "微博",
    "douyin": "抖音",
    "kuaishou": "快手",
    "toutiao": "今日头条",
    "baijiahao": "百家号",
    "bilibili": "哔哩哔哩",
    "xiaohongshu": "小红书",
    "zhihu": "知乎",
    "website": "网站",
    "other": "其他",
}


class PageBox(Frozen):
    """A rectangle on a page of a file; pages count from 1."""

    page: Annotated[int, Constrained(ge=1)]
    box: Box
    file: FileNumber | None = None


class TableCell(Frozen):
    """A cell of a document's table in a file; table, row and column count from 0."""

    table: int
    row: int
    column: int
    file: FileNumber | None = None


Place = PageBox | TableCell


class Field(Frozen):
    """One value with where it came from.

    `raw` is the text as read, `value` its parsed form (None when blank or not parseable).
    `candidates` lists every value that stands there when it is not exactly one: all ticked
    options of a tick-box row, or two numbers where one belongs. `confidence` is the chance
    that `value` is right, None when nobody measured it. `sure` is what the reader itself gave
    its least sure character: no chance of anything until it is calibrated.
    `reader` names who read it: "docx", "html", "pdf-text", "rapidocr", "tesseract", "reviewer".
    `second` is what an independent second reader saw. `doubtful` means a person must look;
    `doubt` says why, in Chinese.
    """

    key: str
    value: FieldValue
    raw: str = ""
    confidence: Confidence | None = None
    sure: Confidence | None = None
    doubtful: bool = False
    doubt: str | None = None
    source: Place | None = None
    reader: str
    second: str | None = None
    candidates: tuple[str, ...] = ()
    approximate: bool = False

    @property
    def said(self) -> tuple[str, tuple[str, ...]]:
        """What two readings of a field are compared by (`spelling.told`): the value, and where there is none what stands there."""
        return ("", self.candidates) if self.value is None else (told(str(self.value)), ())


class FieldSet(Frozen):
    """Fields by key; a key stands at most once."""

    fields: tuple[Field, ...] = ()

    def field(self, key: str) -> Field | None:
        """The field of that key, or None where the document has no place for it."""
        for item in self.fields:  # asked dozens of times for each filing: a generator takes twice as long
            if item.key == key:
                return item
        return None

    def value(self, key: str) -> FieldValue:
        """The field's parsed value, None when absent or blank."""
        found = self.field(key)
        return None if found is None else found.value

    def text(self, key: str) -> str:
        """The field's value as text, "" when absent or blank."""
        value = self.value(key)
        return "" if value is None else str(value)

    def __iter__(self) -> Iterator[Field]:  # type: ignore[override]
        return iter(self.fields)


class ExtractedForm(FieldSet):
    """One registration form (登记备案表).

    `unplaced` lists form keys the form has no row for (deleted or relabelled rows).
    `pages` count from 1; a DOCX is page 1. `file` is the attachment it was read from; of a form put together from
    several files, the one that was read best (each field's place names its own).
    `text_above` and `text_below` are lines that stand just above its first row or below its last: the rest of another row,
    where the form goes on elsewhere. Ink that nobody could read is a line without text.
    """

    profile: str
    file: FileNumber | None = None
    pages: tuple[int, ...] = (1,)
    unplaced: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    text_above: tuple[str, ...] = ()
    text_below: tuple[str, ...] = ()


class PaperKind(StrEnum):
    """The papers a filing can carry; `OTHER_CERTIFICATE` covers institution, society and collective certificates."""

    BUSINESS_LICENCE = "business_licence"
    ORGANISATION_CODE_CERTIFICATE = "organisation_code_certificate"
    ID_CARD = "id_card"
    OTHER_CERTIFICATE = "other_certificate"


#: What officers and submitters call each paper.
PAPER_NAMES: Mapping[PaperKind, str] = {
    PaperKind.BUSINESS_LICENCE: "营业执照",
    PaperKind.ORGANISATION_CODE_CERTIFICATE: "组织机构代码证",
    PaperKind.ID_CARD: "身份证",
    PaperKind.OTHER_CERTIFICATE: "证书",
}


class ExtractedPaper(FieldSet):
    """One paper. `title` is its heading as read; papers nobody can read carry `material.unreadable` in `findings`.

    `file` is the attachment it was read from. In a Word file `pages` count the pages of the pictures pasted into it.
    """

    kind: PaperKind
    file: FileNumber | None = None
    pages: tuple[int, ...] = (1,)
    title: str | None = None
    findings: tuple[Finding, ...] = ()


class DocumentKind(StrEnum):
    """A file's main content."""

    FORM = "form"
    BUSINESS_LICENCE = "business_licence"
    ORGANISATION_CODE_CERTIFICATE = "organisation_code_certificate"
    ID_CARD = "id_card"
    OTHER_CERTIFICATE = "other_certificate"
    MIXED = "mixed"
    OTHER = "other"


class DocumentReading(Frozen):
    """Everything read from one file. `engine` names the reading path; `findings` are about the file itself.

    `geometry` says of every page that has one how it was laid flat, in order: of pictures and PDFs each page that was
    looked at, of a Word file the pages of the pictures pasted into it. `others` are the pages that gave neither form nor paper.
    `parts` hold some rows of a form whose others stand elsewhere, each with what is wrong if nothing is found to join it to.
    """

    engine: str
    geometry: tuple[PageGeometry, ...] = ()
    forms: tuple[ExtractedForm, ...] = ()
    parts: tuple[ExtractedForm, ...] = ()
    papers: tuple[ExtractedPaper, ...] = ()
    others: tuple[OtherPage, ...] = ()
    findings: tuple[Finding, ...] = ()
    seconds: float | None = None

    @property
    def all_findings(self) -> tuple[Finding, ...]:
        """What is wrong with the file and with parts of forms that nothing was found to join to."""
        return tuple(dict.fromkeys((*self.findings, *(item for part in self.parts for item in part.findings))))

    @property
    def kind(self) -> DocumentKind:
        kinds = {DocumentKind.FORM for _ in (*self.forms, *self.parts)} | {
            DocumentKind(p.kind.value) for p in self.papers
        }
        if not kinds:
            return DocumentKind.OTHER
        return kinds.pop() if len(kinds) == 1 else DocumentKind.MIXED
