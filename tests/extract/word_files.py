"""Word files made by hand, down to the XML that the tests are about. The people are invented."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from xml.sax.saxutils import escape

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
NAMESPACES = (
    f'xmlns:w="{W}" xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
MACRO_TYPE = "application/vnd.ms-word.document.macroEnabled.main+xml"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)

VALUES: Mapping[str, str] = {
    "number": "",
    "account_name": "廊坊慢生活",
    "account_type": "微信公众账号☑ 手机APP□ 其他     □",
    "account_subject": "廊坊云杉文化传媒有限公司",
    "address": "河北省廊坊市广阳区新华路77号",
    "description": "发布本地资讯、生活服务信息",
    "opened_on": "2018.12.1",
    "follower_count": "1.2万",
    "owner_name": "张 三丰",
    "owner_id_number": "110101199003077934",
    "owner_wechat": "yunshan_77",
    "owner_phone": "138 0316 1234",
    "admin_name": "李小满",
    "admin_phone": "13903165678",
    "admin_wechat": "xiaoman-5678",
    "signed": "以上信息均真实有效",
}
EXPECTED: Mapping[str, object] = {
    "number": None,
    "account_name": "廊坊慢生活",
    "account_type": "wechat",
    "account_type_other": None,
    "account_subject": "廊坊云杉文化传媒有限公司",
    "address": "河北省廊坊市广阳区新华路77号",
    "description": "发布本地资讯、生活服务信息",
    "opened_on": "2018-12-01",
    "follower_count": 12000,
    "owner_name": "张三丰",
    "owner_id_number": "110101199003077934",
    "owner_wechat": "yunshan_77",
    "owner_phone": "13803161234",
    "admin_name": "李小满",
    "admin_phone": "13903165678",
    "admin_wechat": "xiaoman-5678",
    "signed": False,
}
#: The notice's form: (label, key or None for a section) pairs row by row; five columns.
LAYOUT: tuple[tuple[tuple[str, str], ...], ...] = (
    (("编    号", "number"),),
    (("账号名(昵称)", "account_name"),),
    (("账号类型", "account_type"),),
    (("账号主体", "account_subject"),),
    (("地    址", "address"),),
    (("功能简介", "description"),),
    (("开通日期", "opened_on"), ("粉丝数量", "follower_count")),
    (("姓 名", "owner_name"), ("身份证号", "owner_id_number")),
    (("微信号", "owner_wechat"), ("手 机", "owner_phone")),
    (("管理员姓名", "admin_name"), ("手 机", "admin_phone")),
    (("管理员微信号", "admin_wechat"),),
    (("签名盖章确认", "signed"),),
)


def run(text: str, properties: str = "") -> str:
    """A w:r with text; line feeds become w:br."""
    pieces = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(part)}</w:t>' for part in text.split("\n"))
    return f"<w:r><w:rPr>{properties}</w:rPr>{pieces}</w:r>"


def paragraph(content: str) -> str:
    """A w:p of text, or of runs when `content` is XML."""
    return f"<w:p>{content if content.startswith('<') else run(content)}</w:p>"


def cell(content: str, *, span: int = 1, merge: str = "") -> str:
    """A w:tc of text or of blocks; `merge` is "restart" or "continue"."""
    marks = (f'<w:gridSpan w:val="{span}"/>' if span > 1 else "") + (f'<w:vMerge w:val="{merge}"/>' if merge else "")
    blocks = content if content.startswith(("<w:p", "<w:tbl", "<w:sdt", "<mc:")) else paragraph(content)
    return f"<w:tc><w:tcPr>{marks}</w:tcPr>{blocks}</w:tc>"


def row(*cells: str) -> str:
    return f"<w:tr>{''.join(cells)}</w:tr>"


def table(*rows: str) -> str:
    return f"<w:tbl><w:tblPr/><w:tblGrid/>{''.join(rows)}</w:tbl>"


def form_rows(values: Mapping[str, str] = VALUES, labels: Mapping[str, str] | None = None) -> dict[str, str]:
    """The form's rows by the key of their first field. A value that starts with "<w:" is XML."""
    names = labels or {}
    rows: dict[str, str] = {}
    for line in LAYOUT:
        first = line[0][1]
        cells = []
        if first.startswith("owner"):
            begins = first == "owner_name"
            cells.append(cell("账号所有人" if begins else "", merge="restart" if begins else "continue"))
        for label, key in line:
            wide = 1 if first.startswith("owner") else (4 if len(line) == 1 else (2 if key == first else 1))
            cells += [cell(names.get(key, label)), cell(values[key], span=wide)]
        rows[first] = row(*cells)
    return rows


def form_table(values: Mapping[str, str] = VALUES, labels: Mapping[str, str] | None = None) -> str:
    return table(*form_rows(values, labels).values())


def form_with(key: str, content: str) -> bytes:
    """The standard form with one value's cell replaced by text or XML."""
    return word_file(form_table({**VALUES, key: content}))


def word_file(
    body: str,
    *,
    parts: Mapping[str, bytes] | None = None,
    relations: str = "",
    main_type: str = _TYPE,
    styles: str = "",
    prolog: str = "",
) -> bytes:
    """A DOCX. `relations` are further Relationship elements of the document; `parts` further members."""
    document = (
        f'<?xml version="1.0" encoding="UTF-8"?>{prolog}<w:document {NAMESPACES}><w:body>{body}</w:body></w:document>'
    )
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    members: dict[str, bytes | str] = {
        "[Content_Types].xml": f'{head}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Override PartName="/word/document.xml" ContentType="{main_type}"/></Types>',
        "_rels/.rels": f'{head}<Relationships xmlns="{space}"><Relationship Id="rId1" '
        f'Type="{_RELATIONS}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/document.xml": document,
        "word/styles.xml": f"{head}<w:styles {NAMESPACES}>{styles}</w:styles>",
        "word/_rels/document.xml.rels": f'{head}<Relationships xmlns="{space}"><Relationship Id="rIdS" '
        f'Type="{_RELATIONS}/styles" Target="styles.xml"/>{relations}</Relationships>',
        **(parts or {}),
    }
    return zip_of({name: data.encode() if isinstance(data, str) else data for name, data in members.items()})


def zip_of(members: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return stream.getvalue()


def relation(identity: str, kind: str, target: str, *, external: bool = False) -> str:
    mode = ' TargetMode="External"' if external else ""
    return f'<Relationship Id="{identity}" Type="{_RELATIONS}/{kind}" Target="{target}"{mode}/>'


def picture(identity: str, *, link: bool = False, floating: bool = False) -> str:
    """A run with a DrawingML picture."""
    kind, name = ("link" if link else "embed"), ("anchor" if floating else "inline")
    blip = f'<a:graphic><a:blip r:{kind}="{identity}"/></a:graphic>'
    return f"<w:r><w:drawing><wp:{name}>{blip}</wp:{name}></w:drawing></w:r>"


def symbol(font: str, code: str) -> str:
    return f'<w:r><w:sym w:font="{font}" w:char="{code}"/></w:r>'


def check_box(ticked: bool, shown: str) -> str:
    """Word's check box content control, which draws `shown`."""
    state = "1" if ticked else "0"
    return (
        f'<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val="{state}"/></w14:checkbox></w:sdtPr>'
        f"<w:sdtContent>{run(shown)}</w:sdtContent></w:sdt>"
    )


def legacy_box(ticked: bool) -> str:
    """A check box of old Word forms."""
    state = "<w:checked/>" if ticked else '<w:default w:val="0"/>'
    return (
        f'<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox>{state}</w:checkBox></w:ffData></w:fldChar></w:r>'
        '<w:r><w:instrText> FORMCHECKBOX </w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
