"""To whom a letter may go. Machines are never answered, and no header can be written through an address."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

_ADDRESS: Final = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,64}(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,64}){0,8}"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,8}[A-Za-z][A-Za-z0-9-]{0,61}[A-Za-z0-9]"
)
_MAX_CHARS: Final = 254
_MACHINES: Final = frozenset(
    {
        "mailer-daemon", "mailerdaemon", "mail-daemon", "postmaster", "bounce", "bounces",
        "noreply", "no-reply", "no_reply", "donotreply", "do-not-reply", "auto-reply", "autoreply",
    }
)  # fmt: skip


class RecipientError(Exception):
    """An address no letter is sent to; the text says in Chinese why, without the address."""


def check_recipient(address: str, *, own: Collection[str]) -> str:
    """The address in lower case. `own` are the offices' own addresses in lower case. Raises `RecipientError`."""
    if not address:
        raise RecipientError("来信没有发件人地址，请下载通知书以其他方式送达，或在签发时用 --to 指明地址。")
    if len(address) > _MAX_CHARS or not _ADDRESS.fullmatch(address):
        raise RecipientError("发件人地址不是可以投递的邮箱地址，请以其他方式送达，或在签发时用 --to 指明地址。")
    folded = address.lower()
    if folded in own:
        raise RecipientError("发件人是本机构自己的邮箱，不向自己的邮箱发送通知。")
    if folded.partition("@")[0] in _MACHINES:
        raise RecipientError("发件人是系统邮箱（退信、自动发送等），不予回复。")
    return folded
