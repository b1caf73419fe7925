"""Annotations and form fields added to a PDF of `pdf_files`, object by object, as an incremental update. Invented people."""

from __future__ import annotations

import base64
import re
import zlib
from collections.abc import Sequence

from tests.extract.pdf_files import HEIGHT, place

Rect = tuple[float, float, float, float]


def rect_of(key: str, *, dx: float = 2, dy: float = 4) -> Rect:
    """A value's cell without its rim, in the page's own points (left, bottom, right, top)."""
    x0, y0, x1, y1 = place(key)
    return x0 + dx, HEIGHT - y1 + dy, x1 - dx, HEIGHT - y0 - dy


def note(
    sort: str, rect: Rect, *, look: bytes | None = None, more: str = "", flags: int = 4
) -> tuple[str, bytes | None]:
    """An annotation and its appearance, drawn in its own rectangle from (0, 0)."""
    return f"/Type/Annot/Subtype/{sort}/F {flags}/Rect[{' '.join(f'{x:.2f}' for x in rect)}]{more}", look


def letters(words: str, *, size: float = 10) -> bytes:
    """An appearance that shows a text in Helvetica."""
    return b"BT /F %.1f Tf 2 8 Td (%b) Tj ET" % (size, words.encode("ascii"))


def with_notes(
    content: bytes, notes: Sequence[tuple[str, bytes | None]], *, form: str | None = None, more: Sequence[bytes] = ()
) -> bytes:
    """The PDF with annotations on its first page; `form` makes them fields of a form (its own entries, perhaps "").

    `more` are further objects; the first has the number that `first_free` gives.
    """
    size, root, page = first_free(content), _root(content), _page(content)
    objects: dict[int, bytes] = {size + at: body for at, body in enumerate(more)}
    numbers = []
    for text, look in notes:
        number = size + len(objects)
        if look is not None:
            rect = [float(x) for x in re.search(r"/Rect\[([^\]]*)\]", text)[1].split()]  # type: ignore[index]
            objects[number] = _stream(look, rect[2] - rect[0], rect[3] - rect[1])
            text += f"/AP<</N {number} 0 R>>" if "/AP" not in text else ""
            number += 1
        objects[number] = f"<<{text}>>".encode()
        numbers.append(number)
    kids = " ".join(f"{number} 0 R" for number in numbers)
    objects[page] = _body(content, page)[:-2] + f"/Annots[{kids}]>>".encode()
    if form is not None:
        fields = f"/AcroForm<</Fields[{kids}]/DA(/Helv 0 Tf 0 g)/DR<</Font<</Helv {_HELVETICA}>>>>{form}>>>>"
        objects[root] = _body(content, root)[:-2] + fields.encode()
    return _update(content, objects, root)


def with_other_letters(content: bytes) -> bytes:
    """The PDF with a font that says of each Chinese character that it is the next one."""
    number = int(re.findall(rb"/ToUnicode (\d+) 0 R", content)[0])
    found = re.search(rb"^%d 0 obj.*?stream\r?\n(.*?)\s*endstream" % number, content, re.M | re.S)
    assert found is not None
    data = found[1].removesuffix(b"~>")
    codes = zlib.decompress(base64.a85decode(data) if found[1].endswith(b"~>") else data)
    off = re.sub(rb"<([4-9][0-9A-F]{3})>", lambda code: b"<%04X>" % (int(code[1], 16) + 1), codes)
    assert off != codes
    return _update(content, {number: b"<</Length %d>>stream\n%b\nendstream" % (len(off), off)}, _root(content))


_HELVETICA = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"


def first_free(content: bytes) -> int:
    """The first number that no object has."""
    return max(map(int, re.findall(rb"^(\d+) 0 obj", content, re.M))) + 1


def _root(content: bytes) -> int:
    return int(re.findall(rb"/Root (\d+) 0 R", content)[-1])


def _page(content: bytes) -> int:
    return next(
        int(found[1])
        for found in re.finditer(rb"^(\d+) 0 obj\s*(<<.*?>>)\s*endobj", content, re.M | re.S)
        if re.search(rb"/Type\s*/Page\b(?!s)", found[2])
    )


def _body(content: bytes, number: int) -> bytes:
    found = re.search(rb"^%d 0 obj\s*(<<.*?>>)\s*endobj" % number, content, re.M | re.S)
    assert found is not None
    return found[1]


def _stream(look: bytes, width: float, height: float) -> bytes:
    resources = f"/Resources<</Font<</F {_HELVETICA}>>>>"
    head = f"<</Type/XObject/Subtype/Form/BBox[0 0 {width:.2f} {height:.2f}]{resources}/Length {len(look)}>>"
    return head.encode() + b"stream\n" + look + b"\nendstream"


def _update(content: bytes, objects: dict[int, bytes], root: int) -> bytes:
    out, table = bytearray(content + b"\n"), b""
    for number, body in sorted(objects.items()):
        table += b"%d 1\n%010d 00000 n \n" % (number, len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    before = int(content.rsplit(b"startxref", 1)[1].split()[0])
    start, size = len(out), max(objects) + 1
    out += b"xref\n" + table + b"trailer\n<</Size %d/Root %d 0 R/Prev %d>>\n" % (size, root, before)
    return bytes(out) + b"startxref\n%d\n%%%%EOF\n" % start
