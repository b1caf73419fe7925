"""A server's word on the sender's address, as NetEase's servers write it: it can only take belief away."""

from __future__ import annotations

import pytest

from pipeline.ingest.unpack import unpack_file

TAKEN = (
    "Received: from mail.example (unknown [192.0.2.7])\r\n"
    "\tby mx41 (Coremail) with SMTP id W8CowEC5--.45886S3;\r\n"
    "\tMon, 3 Sep 2018 22:42:45 +0800 (CST)\r\n"
)
FROM = "From: =?utf-8?B?6IuP?= <suxiaotong@qq.example>\r\n"


def _is_refuted(*said: str, taken: str = TAKEN, sender: str = FROM) -> bool:
    """Of a mail with these results, in the order of its fields."""
    fields = "".join(f"Authentication-Results: {text}\r\n" for text in said)
    mail = f"{taken}{sender}Subject: x\r\n{fields}X-Coremail-Antispam: 1Uf129\r\n\r\ntext"
    return unpack_file(mail.encode()).sender_refuted


@pytest.mark.parametrize(
    "said",
    [
        "mx41; spf=pass smtp.mail=suxiaotong@qq.example; dkim=pass header.i=@qq.example",
        "mx41; spf=pass smtp.mail=suxiaotong@qq.example; dki\r\n        m=pass header.i=@qq.example",
        "mx41; spf=pass smtp.mail=0101016ffeb63b\r\n\t8f9e-54@bounce.qq.example; dkim=none",
        "mx41; spf=fail smtp.mail=suxiaotong@qq.example; dkim=pass header.i=@qq.example",  # passed on by another server
        "mx41; spf=none smtp.mail=suxiaotong@qq.example; dkim=none",  # nobody could tell
        "mx41; spf=temperror smtp.mail=suxiaotong@qq.example",
        "mx41; spf=pass smtp.mail=",
        "gateway.example; spf=fail smtp.mail=evil@evil.example",  # no word of the server that took it in
        "mx41",
        "",
    ],
)
def test_what_is_confirmed_or_cannot_be_told_is_not_refuted(said: str) -> None:
    assert not _is_refuted(said)


@pytest.mark.parametrize(
    "said",
    [
        "mx41; spf=fail smtp.mail=suxiaotong@qq.example",
        "mx41; spf=softfail smtp.mail=suxiaotong@qq.example; dkim=none",
        "mx41; spf=pass smtp.mail=evil@evil.example; dkim=pass header.i=@evil.example",
        "mx41; spf=pass smtp.mail=evil@evil-qq.example; dkim=none",
        "mx41; spf=fa\r\n\til smtp.mail=suxiaotong@qq.example; dkim=fail header.i=@qq.example",
    ],
)
def test_another_domain_does_not_vouch_for_an_address(said: str) -> None:
    assert _is_refuted(said)
    passed = "mx41; spf=pass smtp.mail=suxiaotong@qq.example; dkim=pass header.i=@qq.example"
    assert _is_refuted(passed, said)  # a sender's own field above the server's
    assert _is_refuted(said, passed)


def test_other_servers_say_nothing_here() -> None:
    said = "mx41; spf=fail smtp.mail=suxiaotong@qq.example"
    assert not _is_refuted(said, taken="Received: from a by mx.example (Postfix) with ESMTP id 1;\r\n")
    assert not _is_refuted(said, taken="")
    assert not _is_refuted(said, sender="")
    later = "Received: from a by mx.example (Postfix) with ESMTP id 1;\r\n" + TAKEN
    assert not _is_refuted(said, taken=later)  # not the one that took it in
