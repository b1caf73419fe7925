"""Forms typed into a mail's own HTML, through `beian check`: which are read, and which of several counts."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.cli.contract import check_mail
from tests.cli.html_letters import (
    BLANK,
    OFFICE,
    SENDER,
    foxmail,
    letter,
    netease,
    outlook,
    plain_cell,
    reply,
    table,
)
from tests.cli.running import beian
from tests.extract.word_files import EXPECTED, VALUES, form_table, word_file
from tests.ingest.mails import multipart, part, text_part

OTHER = VALUES | {"account_name": "固安早知道", "account_subject": "固安青禾文化传媒有限公司"}
EARLIER = VALUES | {"owner_phone": "13900001111"}
ANSWERS = "In-Reply-To: <a.1@office.example>\r\n"
DOCX = ("登记表.docx", word_file(form_table()))
TICKED = "<input type=checkbox checked>"
NESTED = f"<table><tr><td>{table()}</td></tr></table>"


def forwarded_whole(html: str) -> bytes:
    """Somebody else's mail as a file of its own in a mail without a word."""
    inner = part(letter(html, sender="other@mail.example.com"), b"Content-Type: message/rfc822\r\n", encoding=b"8bit")
    return multipart(text_part("见附件".encode()), inner, headers=f"From: {SENDER}\r\nTo: {OFFICE}\r\n".encode())


MAILS: Mapping[str, bytes] = {
    "plain": letter(table()),
    "outlook": letter(outlook()),
    "netease": letter(netease()),
    "foxmail": letter(foxmail()),
    "nested": letter(NESTED),
    "no-end-tags": letter(table().replace("</td>", "").replace("</tr>", "")),
    "gone-on-below": letter(table().replace('<td colspan="4">', '<td colspan="4" rowspan="1">').replace("<tbody>", "")),
    "controls": letter(
        table(
            VALUES
            | {
                "account_type": f"微信公众账号{TICKED} 手机APP<input type=checkbox> 其他 <input type=checkbox>",
                "account_name": '<input value="廊坊慢生活">',
                "description": "<textarea>发布本地资讯、生活服务信息</textarea>",
            }
        )
    ),
    "html-file": letter("<p>见附件</p>", ("登记表.doc", f"<html><body>{table()}</body></html>".encode("gb18030"))),
    "as-a-mail": forwarded_whole(outlook()),
    "forwarded": letter(reply("请查收", netease(), author="other@mail.example.com"), subject="转发：备案"),
    "sent-again": letter(reply("再次报送", netease(), author=SENDER), subject="Fw: 备案", extra=ANSWERS),
    "filled-in-place": letter(reply("已填好", outlook(), author=OFFICE, client="outlook"), subject="回复：备案"),
    "own-above-blank": letter(reply(netease(), table(BLANK), author=OFFICE), subject="回复：备案"),
    "own-above-earlier": letter(
        reply(netease(), table(EARLIER), author=SENDER, client="outlook"), subject="回复：备案"
    ),
    "own-above-other": letter(reply(netease(), table(OTHER), author=OFFICE, client="qq"), subject="回复：备案"),
    "file-and-letter": letter(table(EARLIER), DOCX),
    "file-above-earlier": letter(reply("见附件", table(EARLIER), author=OFFICE), DOCX, subject="回复：备案"),
    "file-above-other": letter(reply("见附件", table(OTHER), author=OFFICE), DOCX, subject="回复：备案"),
    # no form in any of these
    "blank": letter(reply("请问怎样填写？", table(BLANK), author=OFFICE), subject="回复：备案"),
    "blank-alone": letter(table(BLANK)),
    "earlier": letter(reply("材料已寄出", table(EARLIER), author=SENDER, client="qq"), subject="回复：备案"),
    "earlier-unnamed": letter(
        reply("材料已寄出", table(EARLIER), author="x", client="qq"), subject="回复：备案", extra=ANSWERS
    ),
    "price-list": letter(table(dict.fromkeys(VALUES, "1")).replace("账号", "货品")),
    # two accounts
    "two-accounts": letter(table(OTHER), DOCX),
    "two-in-letter": letter(table() + "<p>另一个：</p>" + table(OTHER)),
}
WHOLE = list(MAILS)[: list(MAILS).index("blank")]
NONE = ["blank", "blank-alone", "earlier", "earlier-unnamed", "price-list"]


@pytest.fixture(scope="module")
def views(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Mapping[str, Any]]:
    return check(tmp_path_factory.mktemp("letters"), MAILS)


def check(folder: Path, mails: Mapping[str, bytes]) -> dict[str, Mapping[str, Any]]:
    for name, content in mails.items():
        (folder / f"{name}.eml").write_bytes(content)
    done = beian("check", "--json", *sorted(folder.glob("*.eml")), cwd=folder)
    assert done.stderr == ""
    found = {Path(view["file"]).stem: view for view in map(json.loads, done.stdout.splitlines())}
    for view in found.values():
        check_mail(view)
    return found


def codes(view: Mapping[str, Any]) -> set[str]:
    return {item["code"] for item in (*view["findings"], *(f for case in view["cases"] for f in case["findings"]))}


@pytest.mark.parametrize("mail", WHOLE)
def test_the_form_is_read_whole_and_once(mail: str, views: Mapping[str, Mapping[str, Any]]) -> None:
    (case,) = views[mail]["cases"]
    assert {key: field["value"] for key, field in case["fields"].items()} == EXPECTED
    assert [key for key, field in case["fields"].items() if field["doubtful"]] == []
    assert not {code for code in codes(views[mail]) if code.startswith(("attachment.", "form.missing", "form.dev"))}


def test_a_field_says_where_it_stands(views: Mapping[str, Mapping[str, Any]]) -> None:
    (case,) = views["plain"]["cases"]
    assert case["fields"]["admin_phone"]["source"] == {"file": 1, "table": 0, "row": 9, "column": 4}
    assert case["fields"]["owner_phone"]["source"] == {"file": 1, "table": 0, "row": 8, "column": 4}


@pytest.mark.parametrize("mail", NONE)
def test_a_form_nobody_filled_for_this_mail_is_none(mail: str, views: Mapping[str, Mapping[str, Any]]) -> None:
    (case,) = views[mail]["cases"]
    assert case["fields"] == {}
    assert "form.missing" in codes(views[mail])


@pytest.mark.parametrize("mail", ["two-accounts", "two-in-letter"])
def test_forms_of_two_accounts_are_two_cases(mail: str, views: Mapping[str, Mapping[str, Any]]) -> None:
    names = [case["fields"]["account_name"]["value"] for case in views[mail]["cases"]]
    assert sorted(names) == ["固安早知道", "廊坊慢生活"]


HIDDEN: Mapping[str, str] = {
    "not-shown": "廊坊慢生活<span style='display:none'>二</span>",
    "white": "<font color=#FFFFFF>二</font>廊坊慢生活",
    "struck": "<s>廊坊快生活</s>廊坊慢生活",
}


def test_what_a_person_would_not_see_is_doubted(tmp_path: Path) -> None:
    found = check(tmp_path, {name: letter(table(VALUES | {"account_name": cell})) for name, cell in HIDDEN.items()})
    for view in found.values():
        (case,) = view["cases"]
        assert case["fields"]["account_name"]["doubtful"]
    assert found["not-shown"]["cases"][0]["fields"]["account_name"]["value"] == "廊坊慢生活"


HOSTILE: Mapping[str, str] = {
    "deep": "<table><tr><td>" * 100_000,
    "deep-words": "<table><tr>" + "<td>x" * 20 + "<div>" * 100_000,
    "cells": "<table>" + "<tr>" + "<td>x" * 200_000,
    "spans": "<table>" + f"<tr>{'<td rowspan=65534 colspan=1000>x' * 20}" * 3_000,
    "wide-spans": "<table><tr><td rowspan=99999999999 colspan=99999999999>x</table>" * 3_000,
    "attributes": "<table>" + "<td " + " ".join(f"a{n}=1" for n in range(100_000)) + ">" + "<td>x" * 30,
    "marks": "<td>" * 10 + "发件人：" * 300_000,
    "dashes": "<td>" * 10 + "-" * 1_500_000,
    "unclosed": "<td>" * 10 + "<blockquote " * 120_000,
}


def test_hostile_html_ends_soon_and_the_rest_of_the_mail_counts(tmp_path: Path) -> None:
    began = time.monotonic()
    found = check(tmp_path, {name: letter(html, DOCX) for name, html in HOSTILE.items()})
    assert time.monotonic() - began < 100
    for view in found.values():
        (case,) = view["cases"]
        assert case["fields"]["account_name"]["value"] == "廊坊慢生活"


def test_a_form_behind_too_much_html_goes_to_a_person(tmp_path: Path) -> None:
    (view,) = check(tmp_path, {"cells": letter(HOSTILE["cells"] + "</table>" + table(cell=plain_cell))}).values()
    assert view["decision"] == "review"
    assert "attachment.rejected" in codes(view)
