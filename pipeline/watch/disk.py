"""Whether mails can be kept now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pipeline.domain.alarm import AlarmKind, Condition
from pipeline.store.archive import BlobArchive
from pipeline.store.errors import Disposition, StoreError, StoreFullError, StoreReadOnlyError

_SAID: Final[Mapping[str, str]] = {
    "full": "存储空间已满，收取已暂停：请清理或扩容，邮件留在邮箱中，不会丢失",
    "read_only": "存储目录或数据库只读，收取已暂停：请检查磁盘挂载和权限，邮件留在邮箱中，不会丢失",
    "unusable": "存储暂时无法使用，收取已暂停：请检查磁盘和数据库，邮件留在邮箱中，不会丢失",
}
_MEGABYTE: Final = 1024 * 1024


def store_trouble(error: StoreError) -> Condition:
    """What a store that cannot be written means. Raises the error when no waiting will help."""
    if error.disposition is not Disposition.RETRY:
        raise error
    reason = {StoreFullError: "full", StoreReadOnlyError: "read_only"}.get(type(error), "unusable")
    return Condition(kind=AlarmKind.DISK, reason=reason, detail=f"{_SAID[reason]}。")


def check_archive(archive: BlobArchive, *, least_free_bytes: int) -> tuple[Condition, ...]:
    """What is wrong with the archive's disk, nothing when mails can be kept and there is room."""
    try:
        archive.probe()
        free = archive.free_bytes()
    except StoreError as error:
        return (store_trouble(error),)
    if free >= least_free_bytes:
        return ()
    said = f"存储空间即将用尽，剩余不足 {least_free_bytes // _MEGABYTE} MB，请清理或扩容。"
    return (Condition(kind=AlarmKind.DISK, reason="low", detail=said),)
