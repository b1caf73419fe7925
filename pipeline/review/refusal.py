"""What a page refuses, as an HTTP status with a sentence for the officer. Never a detail of the software."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

SENTENCES: Final[Mapping[int, str]] = {
    400: "提交的内容不完整，请返回重试。",
    401: "登录已失效，请重新登录。",
    403: "您的角色不能使用这一功能。",
    404: "没有这一页或这一件，或者它不属于您的单位。",
    405: "不能这样访问这一页。",
    408: "提交得太慢，请重试。",
    409: "这一件刚被他人改动。",
    413: "提交的内容太长。",
    415: "提交的内容格式不对。",
    422: "这一步不能办理。",
    429: "尝试次数太多，请稍后再试。",
    500: "系统出错，已记录。请重试；反复出现时请告知管理员。",
    503: "数据库暂时不能使用，没有保存任何内容，请稍后重试。",
}


@dataclass(slots=True)
class RefusalError(Exception):
    """Ends a request. `said` is Chinese; `more` goes into a JSON answer beside it."""

    status: int
    said: str = ""
    more: Mapping[str, object] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """What the officer reads."""
        return self.said or SENTENCES.get(self.status, SENTENCES[500])


class MustChangePasswordError(RefusalError):
    """Somebody logged in with a one-time password and has to change it first."""

    def __init__(self) -> None:
        super().__init__(403, "请先更改一次性密码。")
