"""Mails whose form is typed into their own HTML, as the programs and web pages write it. The people are invented."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping

from tests.extract.word_files import LAYOUT, VALUES
from tests.ingest.mails import file_part, multipart

SENDER, OFFICE = "yunshan@mail.example.com", "lfwlk2010@163.com"
BLANK: Mapping[str, str] = dict.fromkeys(VALUES, "") | {
    "account_type": "微信公众账号□ 手机APP□ 其他     □",
    "signed": "以上信息均真实有效\n（签名盖章）\n年  月  日",
}
Cell = Callable[[str, str], str]


def plain_cell(text: str, spans: str) -> str:
    return f"<td{spans}>{text.replace(chr(10), '<br>')}</td>"


def outlook_cell(text: str, spans: str) -> str:
    """Word's HTML: paragraphs, wrapped source, ticks in Wingdings."""
    lines = "".join(
        f"<p class=MsoNormal align=center style='text-align:center'><span lang=EN-US\n style='font-size:12.0pt;"
        f"font-family:宋体'>{_wingdings(line)}<o:p></o:p></span></p>\n"
        for line in text.split("\n")
    )
    return f"<td width=142{spans} valign=top style='width:106.2pt;border:solid windowtext 1.0pt'>\n  {lines}</td>"


def _wingdings(text: str) -> str:
    for mark, letter in (("☑", "þ"), ("□", "o")):
        text = text.replace(mark, f"</span><span style='font-family:Wingdings'>{letter}</span><span>")
    return text


def netease_cell(text: str, spans: str) -> str:
    inner = "".join(f'<div style="line-height:1.7">{line or "&nbsp;"}</div>' for line in text.split("\n"))
    return f'<td{spans} style="border:1px solid #000;word-break:break-all"><div><span>{inner}</span></div></td>'


def table(values: Mapping[str, str] = VALUES, cell: Cell = plain_cell, attributes: str = "border=1") -> str:
    """The notice's form: five columns, the owner's cell over two rows."""
    rows = []
    for number, row in enumerate(LAYOUT):
        cells = [cell("账号所有人", ' rowspan="2"')] if row[0][1] == "owner_name" else []
        whole = len(row) == 1
        for at, (label, key) in enumerate(row):
            label_wide = ' colspan="1"' if row[0][1].startswith("owner") or at else ""
            wide = 4 if whole else 2 if at == 0 and not row[0][1].startswith("owner") else 1
            cells += [cell(label, label_wide), cell(values[key], f' colspan="{wide}"' if wide > 1 else "")]
        rows.append(f"<tr{' style=x' if number % 2 else ''}>{''.join(cells)}</tr>")
    return f"<table {attributes}><tbody>{''.join(rows)}</tbody></table>"


def outlook(values: Mapping[str, str] = VALUES) -> str:
    return (
        '<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style><!-- p.MsoNormal {margin:0} --></style>'
        "</head><body lang=ZH-CN><div class=WordSection1><p class=MsoNormal>您好，报送如下：<o:p></o:p></p>"
        + table(values, outlook_cell, 'class=MsoNormalTable border=0 cellspacing=0 style="border-collapse:collapse"')
        + "<p class=MsoNormal><o:p>&nbsp;</o:p></p></div></body></html>"
    )


def netease(values: Mapping[str, str] = VALUES) -> str:
    """NetEase's editor, with the signature's own table behind."""
    signature = '<table width="400"><tr><td><img src="cid:logo"></td><td>云杉文化</td></tr></table>'
    style = 'style="border-collapse:collapse;width:100%"'
    body = table(values, netease_cell, style)
    return f'<div style="line-height:1.7;font-size:14px"><div>附表如下</div><br>{body}<br>{signature}</div>'


def foxmail(values: Mapping[str, str] = VALUES) -> str:
    """Laid out by a table around everything, and the owner's rows a table in a cell."""
    return (
        '<html><body><table width="100%"><tr><td>各位老师好</td></tr><tr><td><div>'
        + table(values, netease_cell)
        + "</div></td></tr></table></body></html>"
    )


def reply(own: str, quoted: str, *, author: str, client: str = "netease") -> str:
    """A letter above what it answers."""
    heads = {
        "netease": f'<pre>At 2018-12-14 10:20:00, "x" &lt;{author}&gt; wrote:</pre><blockquote id="isReplyContent">',
        "qq": "<div>------------------&nbsp;原始邮件&nbsp;------------------</div><div style='background:#efefef'>"
        f'<div><b>发件人:</b>&nbsp;"x"&lt;{author}&gt;;</div><div><b>发送时间:</b>&nbsp;2018年12月14日</div></div><div>',
        "outlook": "<div style='border-top:solid #E1E1E1 1.0pt'><p class=MsoNormal><b>发件人<span lang=EN-US>:</span></b>"
        f" x &lt;{author}&gt;<br><b>发送时间<span>:</span></b> 2018年12月14日<br><b>收件人:</b> y</p></div><div>",
    }
    return f"<div>{own}</div><br>{heads[client]}{quoted}</div>"


def letter(
    html: str, *files: tuple[str, bytes], subject: str = "新媒体账号登记备案", sender: str = SENDER, extra: str = ""
) -> bytes:
    """The mail, with a plain alternative as all programs add, and with files."""
    headers = (
        f"From: <{sender}>\r\nTo: <{OFFICE}>\r\nSubject: =?utf-8?B?{base64.b64encode(subject.encode()).decode()}?=\r\n"
        f"Date: Sat, 15 Dec 2018 10:20:00 +0800\r\n{extra}"
    ).encode()
    words = [part("text/plain", "见 HTML"), part("text/html", html)]
    if not files:
        return multipart(*words, headers=headers, kind=b"alternative")
    inner = multipart(*words, kind=b"alternative", boundary=b"=_b1").replace(b"MIME-Version: 1.0\r\n", b"")
    return multipart(inner, *(file_part(content, name.encode()) for name, content in files), headers=headers)


def part(media: str, text: str) -> bytes:
    encoded = base64.encodebytes(text.encode())
    return f"Content-Type: {media}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n".encode() + encoded
