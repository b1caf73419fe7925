"""What things are called in the pages, lists and exports that officers read: Chinese words for the keys of the contract."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from pipeline.domain.alarm import ALARM_NAMES, AlarmKind
from pipeline.domain.decision import Entity
from pipeline.domain.document import PAPER_NAMES, ExtractedPaper, FieldValue, PaperKind
from pipeline.domain.finding import TITLES
from pipeline.domain.joining import Way, name_ways
from pipeline.domain.life import ACTION_NAMES, SET_ASIDE_NAMES, Action, SetAsideReason
from pipeline.profile.form import FieldKind
from pipeline.profile.schema import Profile

#: What the fields of the form are called on screen; profiles of other cities name the same keys otherwise on paper.
FIELD_NAMES: Final[Mapping[str, str]] = {
    "number": "编号",
    "account_name": "账号名（昵称）",
    "account_type": "账号类型",
    "account_type_other": "其他类型",
    "account_subject": "账号主体",
    "address": "地址",
    "description": "功能简介",
    "opened_on": "开通日期",
    "follower_count": "粉丝数量",
    "owner_name": "账号所有人",
    "owner_id_number": "身份证号",
    "owner_wechat": "微信号",
    "owner_phone": "手机",
    "admin_name": "管理员姓名",
    "admin_phone": "管理员手机",
    "admin_wechat": "管理员微信号",
    "signed": "签名盖章",
}
PAPER_FIELD_NAMES: Final[Mapping[str, str]] = {
    "credit_code": "统一社会信用代码",
    "organisation_code": "组织机构代码",
    "name": "名称",
    "legal_representative": "法定代表人",
    "address": "住所",
    "established_on": "成立日期",
    "valid_until": "有效期至",
    "id_number": "公民身份号码",
    "side": "面",
}
_CARD_FIELD_NAMES: Final[Mapping[str, str]] = {"name": "姓名", "address": "住址"}
_SIDES: Final[Mapping[str, str]] = {"front": "人像面", "back": "国徽面", "both": "两面"}
_ENTITIES: Final[Mapping[Entity, str]] = {
    Entity.COMPANY: "公司",
    Entity.INDIVIDUAL: "个人",
    Entity.ORGANISATION: "其他单位",
}
#: What the outcomes of a mail and the states of a record are called.
DECISIONS: Final[Mapping[str, str]] = {
    "registered": "已登记",
    "review": "待审核",
    "ignored": "已忽略",
    "waiting": "待处理",
    "refused": "待重取",
}
RECORD_STATES: Final[Mapping[str, str]] = {"active": "有效", "cancelled": "已注销"}
RECORD_CHANGES: Final[Mapping[str, str]] = {
    "registered": "登记",
    "changed": "变更",
    "corrected": "更正",
    "cancelled": "注销",
}
EVENTS: Final[Mapping[str, str]] = {
    "message.handed_in": "窗口收件",
    "message.decided": "自动核对",
    "message.redecided": "重新核对",
    "case.registered": "自动办结",
    "case.queued": "转人工审核",
    "case.corrected": "更正栏目",
    "case.set_aside": "问题置为已核",
    "case.action_refused": "办理被拒绝",
    "case.viewed": "查看案件",
    "case.revealed": "查看完整证件号",
    "case.taken_over": "接管案件",
    "case.reply_received": "收到回复来信",
    "case.automatic_reply": "收到自动回复或退信",
    "case.answers": "来信为对通知的回复",
    "case.split": "拆分案件",
    "case.joined": "合并案件",
    "case.unjoined": "撤销合并",
    "record.corrected": "更正备案",
    "record.cancelled": "注销备案",
    "record.viewed": "查看台账记录",
    "recheck.drawn": "抽中复核",
    "recheck.opened": "打开复核",
    "recheck.agreed": "复核一致",
    "recheck.differs": "复核有出入",
    "recheck.settled": "复核认定",
    "notice.drafted": "起草通知",
    "notice.redrafted": "重新起草通知",
    "notice.edited": "修改通知",
    "notice.released": "签发通知",
    "notice.resent": "重新发送通知",
    "notice.withdrawn": "撤回通知",
    "notice.held": "案件有变，通知暂不发送",
    "notice.sent": "通知已发送",
    "notice.delivered": "登记通知已送达",
    "notice.failed": "通知发送失败",
    "notice.unclear": "通知是否送出不明",
    "alarm.raised": "告警",
    "alarm.changed": "告警有变",
    "alarm.cleared": "告警解除",
    "registry.exported": "导出台账",
    "registry.revealed": "导出含完整证件号的台账",
    "login.accepted": "登录",
    "login.refused": "登录被拒绝",
    "login.throttled": "登录过于频繁，暂停",
    "user.added": "新增账号",
    "user.password_changed": "更改密码",
    "user.password_reset": "重置为一次性密码",
    "user.disabled": "停用账号",
    "user.enabled": "启用账号",
    "user.role_set": "更改角色",
    "user.totp_enrolled": "开始绑定动态口令",
    "user.totp_confirmed": "启用动态口令",
    "user.totp_removed": "取消动态口令",
    **{f"case.{action.value}": name for action, name in ACTION_NAMES.items()},
}
#: The parts of an event's note in the order they are told.
_NOTE_PARTS: Final[Mapping[str, str]] = {
    "with": "与件 ",
    "ways": "依据：",
    "alarm": "",
    "mailbox": "",
    "action": "",
    "code": "",
    "field": "栏目：",
    "fields": "栏目：",
    "reason": "",
    "office": "移交至",
    "keeper": "受理机构：",
    "number": "备案号 ",
    "change_of": "变更原备案号 ",
    "ground": "理由：",
    "note": "备注：",
    "why": "",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """Names and values as one city's officers read them; times are the city's."""

    profile: Profile

    def office(self, key: str | None) -> str:
        """The office's short name, "" for none, the key itself for one the profile does not know."""
        office = self.profile.office(key)
        return office.short_name if office is not None else key or ""

    def moment(self, when: datetime | None) -> str:
        """A time in the city's zone, to the minute."""
        return when.astimezone(self.profile.zone).strftime("%Y-%m-%d %H:%M") if when else ""

    def entity(self, entity: Entity | None) -> str:
        """Who files."""
        return _ENTITIES[entity] if entity else "待定"

    def value(self, key: str, value: FieldValue) -> str:
        """A field's value: ticked options by the form's own words, everything else as it is."""
        if value is None:
            return ""
        if key == "account_type":
            return self._option(str(value))
        if key == "signed":
            return "有" if value else "无"
        return _SIDES.get(str(value), str(value)) if key == "side" else str(value)

    def note(self, note: str) -> str:
        """What an event's note says, in words."""
        try:
            said = json.loads(note)
        except ValueError:
            return DECISIONS.get(note, note)
        if not isinstance(said, dict):
            return note
        if "alarm" in said:
            said = said | {"why": ""}  # a code that only tells whether the alarm changed
        parts = ((label, self._said(key, said[key])) for key, label in _NOTE_PARTS.items() if said.get(key))
        return "；".join(f"{label}{text}" for label, text in parts)

    def _said(self, key: str, value: object) -> str:
        if key == "fields" and isinstance(value, list):
            return "、".join(FIELD_NAMES.get(str(item), str(item)) for item in value)
        if key in ("office", "keeper"):
            return self.office(str(value))
        if key == "ways" and isinstance(value, list):
            return name_ways(Way(item) for item in value if item in set(Way))
        words: Mapping[str, str] = {
            "alarm": ALARM_NAMES.get(AlarmKind(str(value)), "") if value in set(AlarmKind) else "",
            "code": TITLES.get(str(value), ""),
            "field": FIELD_NAMES.get(str(value), ""),
            "action": ACTION_NAMES.get(Action(str(value)), "") if value in set(Action) else "",
            "reason": SET_ASIDE_NAMES.get(SetAsideReason(str(value)), "") if value in set(SetAsideReason) else "",
        }
        return words.get(key) or str(value)

    def account_type(self, value: FieldValue, other: str | None = None) -> str:
        """What kind of account, with what the filing says of another kind."""
        said = self.value("account_type", value)
        return f"{said}（{other}）" if said and other else said

    @staticmethod
    def actor(name: str) -> str:
        """Who acted; the software by a word of its own."""
        return "系统" if name == "system" else name

    def _option(self, value: str) -> str:
        options = (o for f in self.profile.form.fields if f.kind is FieldKind.CHOICE for o in f.options)
        return next((option.labels[0] for option in options if option.value == value and option.labels), value)


def paper_title(paper: ExtractedPaper) -> str:
    """A paper by the title it bears, else by its kind."""
    return paper.title or PAPER_NAMES[paper.kind]


def paper_field_name(kind: PaperKind, key: str) -> str:
    """What a paper's field is called on that paper."""
    own = _CARD_FIELD_NAMES if kind is PaperKind.ID_CARD else {}
    return own.get(key) or PAPER_FIELD_NAMES.get(key, key)


def titles(codes: Iterable[str]) -> str:
    """Findings by their short names, each once."""
    return "、".join(dict.fromkeys(TITLES.get(code, code) for code in codes))
