"""Why something cannot be shown, in words for the officer; nothing of the file's content is in them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from pipeline.sandbox.errors import JobError, JobMemoryError, JobTimeoutError


class Trouble(StrEnum):
    """What is in the way of showing a page or a table."""

    NO_FILE = "no_file"
    NO_PAGE = "no_page"
    NO_PICTURE = "no_picture"
    NO_TABLE = "no_table"
    UNREADABLE = "unreadable"
    REJECTED = "rejected"
    TIMEOUT = "timeout"
    MEMORY = "memory"
    BROKEN = "broken"


SENTENCES: Final[Mapping[Trouble, str]] = {
    Trouble.NO_FILE: "原邮件中没有这个附件。",
    Trouble.NO_PAGE: "该附件没有这一页，或超出可显示的页数。",
    Trouble.NO_PICTURE: "此类附件没有可显示的页面图像。",
    Trouble.NO_TABLE: "此类附件没有可显示的表格。",
    Trouble.UNREADABLE: "该附件已损坏或设有密码，无法显示。",
    Trouble.REJECTED: "该附件超出安全限制，系统未予打开。",
    Trouble.TIMEOUT: "该附件处理时间过长，无法显示。",
    Trouble.MEMORY: "该附件内容过于庞大，无法显示。",
    Trouble.BROKEN: "该附件内容异常，无法显示。",
}


class NotShownError(Exception):
    """Something that cannot be shown. `sentence` says so in Chinese; `str()` is the trouble's name."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble

    @property
    def sentence(self) -> str:
        return SENTENCES[self.trouble]


def trouble_of(error: JobError) -> Trouble:
    """What a file did to the process that was to show it."""
    if isinstance(error, JobTimeoutError):
        return Trouble.TIMEOUT
    return Trouble.MEMORY if isinstance(error, JobMemoryError) else Trouble.BROKEN
