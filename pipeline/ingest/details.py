"""What submitters are told about files that could not be used: one Chinese sentence each, naming the file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pipeline.domain.finding import Finding, finding
from pipeline.domain.message import Media
from pipeline.ingest.containers import ContainerTrouble
from pipeline.ingest.remote import RemoteFile

_SEND_INSTEAD: Final = "请改为发送 Word 文档（.docx）、PDF 或清晰照片"
_KINDS: Final[Mapping[Media, str]] = {
    Media.OLE: "旧版 Office 格式（.xls、.ppt 等）或已损坏的文件",
    Media.HTML: "网页格式",
    Media.XLSX: "Excel 表格",
    Media.RAR: "RAR 压缩包",
    Media.SEVEN_ZIP: "7z 压缩包",
    Media.GZIP: "gz 压缩包",
    Media.TAR: "tar 压缩包",
    Media.TNEF: "Outlook 专用格式（winmail.dat）",
    Media.ZIP: "压缩包",
    Media.EMAIL: "邮件",
    Media.TEXT: "纯文本",
}
_ARCHIVES: Final = {Media.RAR, Media.SEVEN_ZIP, Media.GZIP, Media.TAR}
_LIMITS: Final[Mapping[str, str]] = {
    "mail": "邮件过大，超过 70 MB",
    "header": "邮件头异常庞大",
    "parts": "邮件包含的部分过多",
    "depth": "邮件或附件嵌套层数过多",
    "attachments": "附件数量过多",
}


def unsupported(name: str, media: Media) -> Finding:
    """A type that cannot be read."""
    kind = _KINDS.get(media, "系统无法识别的格式")
    instead = "请将其中的文件直接作为附件发送（Word .docx、PDF 或清晰照片）" if media in _ARCHIVES else _SEND_INSTEAD
    return finding("attachment.unsupported", f"附件“{name}”是{kind}，系统无法读取，{instead}。")


def empty(name: str) -> Finding:
    """A file without content."""
    return finding("attachment.unreadable", f"附件“{name}”是空文件，请检查后重新发送。")


def left_unread(count: int) -> Finding:
    """Files at the end of a mail whose others took all the time."""
    return finding(
        "attachment.rejected",
        f"此邮件的附件读取时间过长，最后{count}个附件未自动读取，请工作人员查看原件，或请报送人分几封邮件重新发送。",
    )


def not_converted(name: str) -> Finding:
    """A Word file of the time before DOCX that does not open."""
    detail = f"附件“{name}”无法打开（可能已损坏或设有密码），请用 Word 或 WPS 打开后另存为 .docx 或 PDF，重新发送。"
    return finding("attachment.unreadable", detail)


def no_converter(name: str) -> Finding:
    """A Word file of the time before DOCX, on a machine that cannot open those."""
    detail = f"附件“{name}”是旧版 Word 格式（.doc、.wps、.rtf），系统无法打开，请另存为 .docx 或 PDF 后重新发送。"
    return finding("attachment.unreadable", detail)


def encrypted(name: str) -> Finding:
    """A file behind a password."""
    return finding("attachment.unreadable", f"附件“{name}”设有密码，系统无法打开，请取消密码后重新发送。")


def encrypted_mail(name: str) -> Finding:
    """An S/MIME or PGP encrypted mail."""
    return finding("attachment.unreadable", f"邮件内容“{name}”经过加密，系统无法打开，请以普通邮件重新发送。")


def damaged(name: str) -> Finding:
    """An archive or mail that cannot be opened."""
    return finding("attachment.unreadable", f"附件“{name}”已损坏或不完整，系统无法打开，请重新发送。")


def locked(name: str, *, tried: bool) -> Finding:
    """An archive behind a password that the mail does not give; `tried` when what it gives does not open it."""
    if tried:
        return finding(
            "attachment.unreadable",
            f"附件“{name}”设有密码，用邮件中写明的密码无法打开，请取消密码或核对密码后重新发送。",
        )
    return finding(
        "attachment.unreadable",
        f"附件“{name}”设有密码，系统无法打开，请取消密码后重新发送，或在邮件正文中写明“解压密码：……”。",
    )


_UNREADABLE: Final[Mapping[ContainerTrouble, str]] = {
    ContainerTrouble.METHOD: "使用了不常见的压缩方式，系统无法打开，请将文件直接作为附件发送",
    ContainerTrouble.VOLUME: "是分卷压缩包的一部分，系统无法打开，请不要分卷，将文件直接作为附件分多封邮件发送",
}
_REFUSED: Final[Mapping[ContainerTrouble, str]] = {
    ContainerTrouble.LINK: "只是指向其他位置的链接，没有内容",
    ContainerTrouble.MEMBERS: "压缩包内文件过多",
    ContainerTrouble.OVERLAP: "压缩包结构异常",
    ContainerTrouble.SIZE: "压缩包解压后过大",
    ContainerTrouble.TIME: "解压时间过长",
    ContainerTrouble.UNSAFE: "解压出错，已中止",
}


def container_trouble(name: str, trouble: ContainerTrouble) -> Finding:
    """An archive, or a file in it, that was not unpacked."""
    if trouble is ContainerTrouble.ENCRYPTED:
        return encrypted(name)
    if trouble is ContainerTrouble.DAMAGED:
        return damaged(name)
    if trouble in _UNREADABLE:
        return finding("attachment.unreadable", f"附件“{name}”{_UNREADABLE[trouble]}。")
    return finding("attachment.rejected", f"附件“{name}”未能处理（{_REFUSED[trouble]}），请将文件直接作为附件发送。")


def nested_too_deep(name: str) -> Finding:
    """An archive in an archive in an archive, or mails nested likewise."""
    return finding("attachment.rejected", f"附件“{name}”嵌套层数过多，未能处理，请将其中的文件直接作为附件发送。")


def limit_exceeded(limit: str) -> Finding:
    """A limit on the mail as a whole; `limit` is a key of this module's table."""
    return finding("attachment.rejected", f"{_LIMITS[limit]}，部分内容未能处理，请减少内容或分多封邮件发送。")


def more_findings(count: int) -> Finding:
    """Stands for the findings over the limit."""
    return finding("attachment.rejected", f"另有 {count} 个文件未能处理，请将文件直接作为附件分多封邮件发送。")


def remote(file: RemoteFile) -> Finding:
    """A link instead of a file."""
    name = f"“{file.name}”" if file.name else "文件"
    facts = [file.size] if file.size else []
    if file.expires:
        facts.append(f"{file.expires.year}年{file.expires.month}月{file.expires.day}日到期")
    shown = f"（{'，'.join(facts)}）" if facts else ""
    return finding(
        "attachment.remote",
        f"{name}是以超大附件或网盘链接发送的{shown}，系统不会下载，链接到期后将失效，请将文件作为普通附件重新发送。",
    )
