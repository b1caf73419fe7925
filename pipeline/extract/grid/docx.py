"""A Word document as one page: its tables as grids, its other text as lines, its pictures for the paper readers.

Guaranteed: nothing but a `ReadingError` escapes; nothing outside the file is fetched; nothing touches the disk.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pipeline.domain.finding import Finding, Severity, finding
from pipeline.extract.grid.docx_looks import Element, child, read_styles
from pipeline.extract.grid.docx_package import Package, Relation, open_package
from pipeline.extract.grid.docx_table import READER, BlockReader, BlockText
from pipeline.extract.page import Line, Page
from pipeline.extract.reading_error import UnreadableFileError

MAX_PICTURES: Final = 60
#: First bytes of the picture formats that the image readers open.
_RASTER: Final = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8", b"BM", b"II*\0", b"MM\0*")
_FETCHED: Final = frozenset({"attachedTemplate", "oleObject", "frame", "subDocument", "aFChunk"})


@dataclass(frozen=True, slots=True, kw_only=True)
class DocxContent:
    """What a document holds.

    `pages` is one page, number 1, of width and height 0: its lines' boxes give their order, not their place.
    `pictures` are the embedded pictures' bytes in document order, headers and footers last, each once.
    """

    pages: tuple[Page, ...]
    pictures: tuple[bytes, ...] = ()
    findings: tuple[Finding, ...] = ()


def read_docx(content: bytes) -> DocxContent:
    """Read a DOCX.

    Raises:
        UnreadableFileError: damaged, truncated, locked, or no Word document.
        RejectedFileError: over a safety limit of `grid.docx_package` or `grid.docx_table`.
    """
    package = open_package(content)
    styles = read_styles(_styles_part(package))
    body = child(package.tree(package.main), "w:body")
    if body is None:
        raise UnreadableFileError("no body", "此 Word 文档没有内容或已损坏，请重新保存后再发送。")
    reader = BlockReader(styles)
    text = reader.read(body)
    pictures, lost, linked = _pictures(package, reader.pictures)
    page = Page(number=1, width=0, height=0, lines=_lines(text), grids=reader.grids)
    return DocxContent(pages=(page,), pictures=pictures, findings=_findings(package, reader, lost=lost, linked=linked))


def _styles_part(package: Package) -> Element | None:
    relations = package.relations(package.main).values()
    return next((package.tree(item.target) for item in relations if item.kind == "styles"), None)


def _lines(text: BlockText) -> tuple[Line, ...]:
    """Paragraphs outside tables, a line for each of their lines."""
    rows = [
        (line, doubt)
        for paragraph, doubt in zip(text.paragraphs, text.doubts, strict=True)
        for line in paragraph.split("\n")
        if line.strip() or doubt
    ]
    step = 1 / max(1, len(rows))
    return tuple(
        Line(text=line, box=(0.0, i * step, 1.0, min(1.0, (i + 1) * step)), reader=READER, doubt=doubt or None)
        for i, (line, doubt) in enumerate(rows)
    )


def _pictures(package: Package, identities: list[str]) -> tuple[tuple[bytes, ...], bool, bool]:
    """Picture bytes; whether some are of a kind nobody reads; whether some are only links."""
    relations = package.relations(package.main)
    wanted = [relations[identity] for identity in identities if identity in relations]
    wanted += _margin_pictures(package, relations)
    names = dict.fromkeys(relation.target for relation in wanted if not relation.external)
    contents = [package.members[name] for name in names if name in package.members]
    good = tuple(data for data in contents if _is_raster(data))
    lost = len(good) < len(names) or len(good) > MAX_PICTURES
    return good[:MAX_PICTURES], lost, any(relation.external for relation in wanted)


def _margin_pictures(package: Package, relations: dict[str, Relation]) -> list[Relation]:
    """Pictures of headers and footers."""
    parts = [relation.target for relation in relations.values() if relation.kind in ("header", "footer")]
    return [item for part in parts for item in package.relations(part).values() if item.kind == "image"]


def _is_raster(data: bytes) -> bool:
    return data.startswith(_RASTER) or data[:4] == b"RIFF" or data[4:8] == b"ftyp"


def _findings(package: Package, reader: BlockReader, *, lost: bool, linked: bool) -> tuple[Finding, ...]:
    parts = [_owner(name) for name in package.trees if name.endswith(".rels")]
    relations = [item for part in parts for item in package.relations(part).values()]
    macros = "macroEnabled" in package.main_type or any(name.endswith("vbaProject.bin") for name in package.members)
    fetched = any(item.external and item.kind in _FETCHED for item in relations)
    checks = (
        (macros, "attachment.rejected", "此 Word 文档带有宏，宏未被运行，文字已读取，请另存为不带宏的 .docx 文档。"),
        (fetched, "attachment.rejected", "此 Word 文档引用了外部模板或外部内容，未予下载，请核对文档内容。"),
        (bool(reader.instructions), "attachment.rejected", "此 Word 文档含有从外部取数的域，未予执行，请核对内容。"),
        (linked, "attachment.remote", "此 Word 文档中有图片只是链接，没有随文档保存，请将图片直接插入后重新发送。"),
        (reader.foreign, "attachment.unsupported", "此 Word 文档嵌有其他格式的内容，无法读取，请改为普通文字。"),
        (reader.embedded, "attachment.unsupported", "此 Word 文档中嵌有文件对象，无法读取，请将其作为单独的附件发送。"),
    )
    found = [finding(code, detail) for applies, code, detail in checks if applies]
    if lost:
        detail = "此 Word 文档中有图片的格式无法识别（如 EMF、WMF）或数量过多，未予读取。"
        found.append(finding("attachment.unsupported", detail, severity=Severity.NOTE))
    return tuple(found)


def _owner(relations_part: str) -> str:
    """The part a .rels member speaks of: word/_rels/document.xml.rels → word/document.xml."""
    return relations_part.removesuffix(".rels").replace("_rels/", "", 1)
