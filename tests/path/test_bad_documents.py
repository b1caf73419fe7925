"""A document that takes all the time or all the memory costs one finding, and never the service."""

from __future__ import annotations

import io
import re
from pathlib import Path

from PIL import Image, ImageDraw

from pipeline.reading.reader import SandboxedReader
from pipeline.sandbox.pool import Jail
from tests.path.demo_mails import pick
from tests.path.installation import OFFICES, Installation
from tests.path.slow_mails import make_mail, many_pages, word_form

SECONDS = 5
_MEGABYTE = 1 << 20
#: What a document may need beside the readers themselves: enough for a form in Word, far too little for the picture.
_ROOM_MB = 200


def _size_of_readers_mb() -> int:
    """Address space of a reading process that has its engines and has read nothing yet."""
    with Jail("pipeline.reading.jobs", ["langfang-2018"], processes=1, wall_seconds=60, memory_bytes=3 << 30) as jail:
        SandboxedReader(jail=jail).make_ready(for_many=False)
        assert jail._zygote is not None
        status = Path(f"/proc/{jail._zygote._process.pid}/status").read_text(encoding="utf-8")
    (kilobytes,) = re.findall(r"VmSize:\s+(\d+) kB", status)
    return int(kilobytes) * 1024 // _MEGABYTE


def _huge_picture() -> bytes:
    """39 megapixels, just below what is refused unread."""
    picture = Image.new("RGB", (6200, 6300), "white")
    draw = ImageDraw.Draw(picture)
    for line in range(10):
        draw.text((300, 600 * line + 50), f"registration {line}", fill="black", font_size=60)
    file = io.BytesIO()
    picture.save(file, "PNG", compress_level=1)
    return file.getvalue()


def test_a_bad_document_costs_one_finding_and_the_next_mail_is_decided(site: Installation) -> None:
    memory_mb = _size_of_readers_mb() + _ROOM_MB
    site.configure(work={"document_seconds": SECONDS, "document_memory_mb": memory_mb})
    forms = [word_form(mail) for mail in pick(1, 6, 7)]
    bad = {OFFICES["sanhe"]: ("扫描件.pdf", many_pages(12)), OFFICES["guan"]: ("照片.png", _huge_picture())}
    mails = [
        make_mail(f"bad to {mailbox}", mailbox, [("登记表.docx", form), attachment], minutes=number)
        for number, ((mailbox, attachment), form) in enumerate(zip(bad.items(), forms, strict=False))
    ]
    good = make_mail("good", OFFICES["city"], [("登记表.docx", forms[2])], minutes=2)
    site.deliver([*mails, good, *pick(22)])

    site.run("poll", "--once")
    # Where there was time for a page of the long file its form counts, too, and has a case.
    (scanned,) = pick(10)[0].fields
    rows = site.rows("queue", "list")
    cases = {row["mailbox"]: row for row in rows if row["account_name"] != scanned["account_name"]}
    assert len(cases) == 4
    with site.open_store() as store:
        found = {mailbox: store.show_case(row["case"]) for mailbox, row in cases.items()}
    for mailbox, (name, _) in bad.items():
        case = found[mailbox]
        assert case is not None
        rejected = [item.detail for item in (*case.mail_findings, *case.findings) if item.code == "attachment.rejected"]
        assert len(rejected) == 1
        assert name in rejected[0]
    for mail, number in zip((*mails, good), (1, 6, 7), strict=True):
        (fields,) = pick(number)[0].fields
        assert cases[mail.mailbox]["account_name"] == fields["account_name"]
    for mailbox in (good.mailbox, pick(22)[0].mailbox):
        assert "attachment.rejected" not in cases[mailbox]["codes"]
