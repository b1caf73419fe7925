"""Which folders are polled: every one but drafts, sent and deleted.

NetEase files mail into 垃圾邮件, 病毒文件夹, 广告邮件 and 订阅邮件 by itself, so a filing can lie anywhere.
"""

from __future__ import annotations

from typing import Final

from pipeline.ingest.imap_imapclient import ImapSession, ListedFolder

# RFC 6154 and the older XLIST spelling.
_SKIPPED_FLAGS: Final = frozenset({"\\drafts", "\\sent", "\\trash"})
_NO_MAIL_FLAGS: Final = frozenset({"\\noselect", "\\nonexistent"})
_SKIPPED_NAMES: Final = frozenset(
    {
        "草稿箱", "草稿", "草稿夹", "drafts", "draft",
        "已发送", "已发送邮件", "已发邮件", "发件箱", "sent", "sent messages", "sent items", "sent mail", "outbox",
        "已删除", "已删除邮件", "已删邮件", "废件箱", "deleted", "deleted messages", "deleted items", "trash", "bin",
    }
)  # fmt: skip
_PREFIXES: Final = ("inbox", "[gmail]", "[google mail]")


def _bare_name(folder: ListedFolder) -> str:
    name = folder.name.strip().lower()
    if folder.delimiter:
        for prefix in _PREFIXES:
            name = name.removeprefix(prefix + folder.delimiter)
    return name


def is_polled(folder: ListedFolder) -> bool:
    """Whether filings may lie in this folder. The inbox always is, whatever its flags say."""
    if folder.flags & _NO_MAIL_FLAGS:
        return False
    if folder.name.upper() == "INBOX":
        return True
    return not folder.flags & _SKIPPED_FLAGS and _bare_name(folder) not in _SKIPPED_NAMES


def polled_folders(session: ImapSession) -> list[ListedFolder]:
    """The folders to poll, the inbox first: should time run out, it is the one that matters most."""
    polled = [folder for folder in session.folders() if is_polled(folder)]
    return sorted(polled, key=lambda folder: folder.name.upper() != "INBOX")
