"""One mail's bytes to a `Submission`: subject, sender, text and files out of their containers.

Runs in the sandbox: no network, no files, no keys; everything is done in memory. It never raises on
what a sender wrote. What cannot be used becomes a finding, and the rest of the mail is still used.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from datetime import datetime

from pipeline.domain.finding import Finding
from pipeline.domain.message import Submission
from pipeline.ingest import containers_7z, containers_libarchive, details
from pipeline.ingest.addresses import parse_message_ids, parse_recipients, parse_sender
from pipeline.ingest.authentication import is_refuted
from pipeline.ingest.automatic import automatic_finding, find_automatic, is_delivery_report
from pipeline.ingest.charset import load_codecs
from pipeline.ingest.limits import DEFAULT_LIMITS, UnpackLimits
from pipeline.ingest.mime_headers import Headers, decode_header
from pipeline.ingest.mime_tree import Part, TreeBudget, read_tree
from pipeline.ingest.received import parse_mail_date, received_value_date
from pipeline.ingest.unpack_parts import PartCollector

_OPEN_BYTES_OF_OVERSIZE = 512 * 1024
_MAX_RECEIVED = 50
_REFERENCE_CHARS = 16 * 1024


def unpack_mail(content: bytes, *, sha256: str, limits: UnpackLimits = DEFAULT_LIMITS) -> Submission:
    """Take a mail apart. `sha256` is the hex digest of `content`.

    A mail over `limits.mail_bytes` gives its headers and one `attachment.rejected`.
    """
    budget = TreeBudget(limits=limits)
    oversize = len(content) > limits.mail_bytes
    mail = read_tree(content[:_OPEN_BYTES_OF_OVERSIZE] if oversize else content, budget)
    sender, sender_name = parse_sender(mail.headers.raw("from") or b"")
    subject = mail.headers.text("subject")
    automatic = find_automatic(mail, subject=subject, sender=sender)
    collector = PartCollector(budget)
    if oversize:
        budget.exceeded.add("mail")
    else:
        skip_mails = automatic is not None and is_delivery_report(mail, sender=sender)
        collector.collect(mail, skip_mails=skip_mails, subject=subject)
    notes = (automatic_finding(automatic),) if automatic else ()
    return Submission(
        sha256=sha256,
        subject=subject,
        sender=sender,
        sender_name=sender_name,
        sender_refuted=_is_refuted(mail.headers, sender),
        recipients=_recipients(mail.headers),
        message_id=next(iter(parse_message_ids(mail.headers.text("message-id"))), None),
        references=_references(mail.headers),
        received_header=_received(mail),
        date_header=parse_mail_date(mail.headers.text("date")),
        text=collector.text(),
        automatic=automatic,
        attachments=tuple(collector.attachments),
        findings=notes + _findings(collector, budget),
    )


def warm_up() -> None:
    """Load everything that is loaded late. Call it once before the sandbox locks itself."""
    load_codecs()
    containers_7z.load_library()
    with suppress(containers_libarchive.LibraryMissingError):  # `beian doctor` tells
        containers_libarchive.load_library()
    sample = b"Subject: =?gb2312?B?suI=?=\r\nDate: Mon, 31 Dec 2018 23:59:00 +0800\r\n\r\nhttps://u.163.com/x"
    unpack_file(sample)


def unpack_file(content: bytes, *, limits: UnpackLimits = DEFAULT_LIMITS) -> Submission:
    """The same with the digest computed here, for mails from files."""
    return unpack_mail(content, sha256=hashlib.sha256(content).hexdigest(), limits=limits)


def _findings(collector: PartCollector, budget: TreeBudget) -> tuple[Finding, ...]:
    found = list(dict.fromkeys(collector.findings))
    shown = found[: budget.limits.findings]
    exceeded = [details.limit_exceeded(limit) for limit in sorted(budget.exceeded)]
    more = [details.more_findings(len(found) - len(shown))] if len(found) > len(shown) else []
    return (*shown, *exceeded, *more)


def _is_refuted(headers: Headers, sender: str) -> bool:
    return is_refuted(sender, headers.raw_all("received"), headers.raw_all("authentication-results"))


def _recipients(headers: Headers) -> tuple[str, ...]:
    names = ("delivered-to", "x-original-to", "to", "cc")
    return parse_recipients(tuple(raw for name in names for raw in headers.raw_all(name)))


def _references(headers: Headers) -> tuple[str, ...]:
    """Those of References, then that of In-Reply-To; what is answered counts most, and stands where nothing is cut."""
    raws = (headers.raw("references") or b"", headers.raw("in-reply-to") or b"")
    return parse_message_ids(" ".join(decode_header(raw, max_chars=_REFERENCE_CHARS) for raw in raws))


def _received(mail: Part) -> datetime | None:
    """The newest Received header's date: the topmost one's that has any."""
    dates = (received_value_date(raw.decode("latin-1")) for raw in mail.headers.raw_all("received")[:_MAX_RECEIVED])
    return next((date for date in dates if date is not None), None)
