"""A DOCX as a guarded package: its XML parts parsed, its pictures at hand, nothing written to disk.

Guaranteed before any part is parsed: at most 1,000 members and 100 MB of real bytes, no overlapping or encrypted
members, every XML part UTF-8 or UTF-16 without DOCTYPE or entity, at most 300,000 elements in the whole file.
Nothing outside the file is fetched. What remains: a picture's own decoder has to guard itself.

The object model of python-docx steps over content controls, tracked changes and text boxes, and would parse the
file a second time by other rules, so the parts are read here with the standard library's parser.
"""

from __future__ import annotations

import io
import posixpath
import re
import struct
import xml.etree.ElementTree as ElementTree
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote

from pipeline.extract.reading_error import RejectedFileError, UnreadableFileError

MAX_MEMBERS: Final = 1_000
MAX_REAL_BYTES: Final = 100_000_000
MAX_ELEMENTS: Final = 300_000
MAX_DEPTH: Final = 250
_CHUNK: Final = 65_536
_MAIN_TYPES: Final = re.compile(r"application/(?:vnd\.openxmlformats-officedocument\.wordprocessingml|vnd\.ms-word)\.")
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_DECLARATION: Final = re.compile(r"<\?xml[^>]{0,200}?encoding\s{0,9}=\s{0,9}[\"']([A-Za-z0-9._-]{1,40})[\"']")
_ENCODINGS: Final = frozenset({"utf-8", "utf8", "utf-16", "utf16", "us-ascii", "ascii"})
_LOCKED: Final = "此 Word 文档设有密码，无法打开，请取消密码后重新发送。"
_DAMAGED: Final = "此 Word 文档已损坏或不完整，无法打开，请重新保存后再发送。"
_TOO_MUCH: Final = "此 Word 文档内容异常庞大，超出安全限制，未予打开，请重新制作后再发送。"
_ENTITY: Final = "此 Word 文档含有不允许的内部声明，为安全起见未予打开，请用 Word 另存后再发送。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """One relationship of a part. `target` is a member name, or an address where `external`."""

    kind: str
    target: str
    external: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A guarded package: the bytes of its members by name, and XML parts as parsed trees.

    Every XML part was checked; only those that are needed to read the text are parsed before they are asked for.
    """

    main: str
    main_type: str
    trees: dict[str, ElementTree.Element]
    members: dict[str, bytes] = field(repr=False)

    def tree(self, part: str) -> ElementTree.Element | None:
        """A part as a tree, None where there is none. Raises `ReadingError` where it is damaged or too deep."""
        if part not in self.trees and part in self.members:
            self.trees[part] = _parse(_decode(self.members[part]))
        return self.trees.get(part)

    def relations(self, part: str) -> dict[str, Relation]:
        """A part's relationships by id; what is malformed is left out."""
        folder, name = posixpath.split(part)
        tree = self.trees.get(posixpath.join(folder, "_rels", f"{name}.rels"))
        found: dict[str, Relation] = {}
        for item in () if tree is None else tree:
            identity, target = item.get("Id"), item.get("Target")
            if identity and target:
                external = item.get("TargetMode") == "External"
                place = target if external else _resolve(folder, target)
                kind = (item.get("Type") or "").rsplit("/", 1)[-1]
                found[identity] = Relation(kind=kind, target=place, external=external)
        return found


def open_package(content: bytes) -> Package:
    """Check and parse a DOCX.

    Raises:
        UnreadableFileError: damaged, truncated, protected by a password, or no Word document.
        RejectedFileError: over a limit, with a DOCTYPE, or built to overlap.
    """
    if content.startswith(_OLE):
        raise _ole_error(content)
    members = _read_members(content)
    trees = _parse_parts(members)
    main, main_type = _find_main(trees, members)
    return Package(main=main, main_type=main_type, trees=trees, members=members)


def _ole_error(content: bytes) -> UnreadableFileError:
    if "EncryptedPackage".encode("utf-16-le") in content[:20_000_000]:
        return UnreadableFileError("password", _LOCKED)
    return UnreadableFileError("ole", "此文件是旧版 Word 格式（.doc），请另存为 .docx 或 PDF 后重新发送。")


def _read_members(content: bytes) -> dict[str, bytes]:
    _check_end_record(content)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            _check_entries(entries)
            return _read_entries(archive, entries)
    except RuntimeError as error:  # zipfile's word for an encrypted member
        raise UnreadableFileError("encrypted member", _LOCKED) from error
    except (
        zipfile.BadZipFile, zlib.error, EOFError, struct.error, NotImplementedError, ValueError, OSError, LookupError,
        OverflowError,
    ) as error:  # fmt: skip
        raise UnreadableFileError(type(error).__name__, _DAMAGED) from error


def _check_end_record(content: bytes) -> None:
    """The number of members stands at the file's end: refuse a million of them before anybody lists them."""
    at = content.rfind(b"PK\x05\x06", max(0, len(content) - 66_000))
    if at < 0 or len(content) < at + 22:
        raise UnreadableFileError("no end record", _DAMAGED)
    count, size = struct.unpack_from("<HL", content, at + 10)
    if count > MAX_MEMBERS or size > 1_000_000 or count == 0xFFFF:
        raise RejectedFileError("too many members", _TOO_MUCH)


def _check_entries(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MAX_MEMBERS or len({entry.filename for entry in entries}) != len(entries):
        raise RejectedFileError("members", _TOO_MUCH)
    end = 0
    for entry in sorted(entries, key=lambda item: item.header_offset):
        if entry.header_offset < end:
            raise RejectedFileError("overlapping members", _TOO_MUCH)
        end = entry.header_offset + 30 + entry.compress_size
        if entry.flag_bits & 0x1:
            raise RuntimeError("encrypted")


def _read_entries(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> dict[str, bytes]:
    budget, members = MAX_REAL_BYTES, {}
    for entry in entries:
        if entry.is_dir():
            continue
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise UnreadableFileError("compression", _DAMAGED)
        parts: list[bytes] = []
        with archive.open(entry) as stream:
            while chunk := stream.read(_CHUNK):
                budget -= len(chunk)
                if budget < 0:
                    raise RejectedFileError("real bytes", _TOO_MUCH)
                parts.append(chunk)
        members[entry.filename.lstrip("/")] = b"".join(parts)
    return members


def _parse_parts(members: dict[str, bytes]) -> dict[str, ElementTree.Element]:
    texts = {name: _decode(data) for name, data in members.items() if _is_xml(name, data)}
    elements = 0
    for text in texts.values():
        if "<!DOCTYPE" in text or "<!ENTITY" in text:
            raise RejectedFileError("doctype", _ENTITY)
        elements += text.count("<") - text.count("</")
    if elements > MAX_ELEMENTS:
        raise RejectedFileError("elements", _TOO_MUCH)
    return {name: _parse(text) for name, text in texts.items() if _NEEDED.fullmatch(name)}


def _is_xml(name: str, data: bytes) -> bool:
    """Parts are XML by name, or by content whatever the name says."""
    start = data[:64].lstrip(b"\xef\xbb\xbf \t\r\n")
    wide = data.startswith((b"\xff\xfe<\0", b"\xfe\xff\0<"))
    return name.lower().endswith((".xml", ".rels")) or start.startswith(b"<?xml") or wide


def _decode(data: bytes) -> str:
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableFileError("encoding", _DAMAGED) from error
    declared = _DECLARATION.match(text[:300].lstrip())
    if declared and declared[1].lower() not in _ENCODINGS:
        raise RejectedFileError("encoding", _ENTITY)
    return text


#: Parts that say what the package holds.
_NEEDED: Final = re.compile(r".*\.rels|\[Content_Types\]\.xml")


def _parse(text: str) -> ElementTree.Element:
    # Handing in text, not bytes, fixes the encoding whatever the part declares.
    parser = ElementTree.XMLParser()  # noqa: S314 - a DOCTYPE or an entity was refused before
    try:
        parser.feed(_DECLARATION_LINE.sub("", text, count=1))
        tree = parser.close()
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise UnreadableFileError("xml", _DAMAGED) from error
    _check_depth(tree)
    return tree


_DECLARATION_LINE: Final = re.compile(r"\A\s{0,99}<\?xml[^>]{0,300}\?>")


def _check_depth(tree: ElementTree.Element) -> None:
    level = [tree]
    for _ in range(MAX_DEPTH):
        level = [child for element in level for child in element]
        if not level:
            return
    raise RejectedFileError("depth", _TOO_MUCH)


def _find_main(trees: dict[str, ElementTree.Element], members: dict[str, bytes]) -> tuple[str, str]:
    """The main part and its content type, by the package's relations as Word finds it."""
    package = Package(main="", main_type="", trees=trees, members={})
    targets = [relation.target for relation in package.relations("").values() if relation.kind == "officeDocument"]
    name = targets[0] if targets else "word/document.xml"
    types = trees.get("[Content_Types].xml")
    overrides = () if types is None else tuple(types)
    named = (item.get("ContentType") for item in overrides if (item.get("PartName") or "").lstrip("/") == name)
    main_type = next(named, None) or ""
    if name not in members or not (_MAIN_TYPES.match(main_type) or name.startswith("word/")):
        raise UnreadableFileError("no document", "此文件不是有效的 Word 文档，无法打开，请重新保存后再发送。")
    return name, main_type


def _resolve(folder: str, target: str) -> str:
    path = unquote(target)
    joined = path if path.startswith("/") else posixpath.join("/", folder, path)
    return posixpath.normpath(joined).lstrip("/")
