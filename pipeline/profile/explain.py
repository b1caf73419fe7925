"""A profile in plain Chinese, so that an officer can hold it against the notice, sentence by sentence."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from string import Formatter
from typing import Final

from pipeline.domain.decision import Entity
from pipeline.domain.document import ACCOUNT_TYPES
from pipeline.domain.finding import SEVERITIES, TITLES, Severity
from pipeline.profile.deadlines import Period, TimeUnit
from pipeline.profile.form import FieldKind, FormField, FormSpec
from pipeline.profile.materials import Holder, Materials, Need
from pipeline.profile.schema import Profile

_UNITS: Final = {TimeUnit.DAYS: "日", TimeUnit.WORKING_DAYS: "个工作日", TimeUnit.MONTHS: "个月"}
_ENTITIES: Final = {
    Entity.COMPANY: "公司（含个体工商户、合作社）",
    Entity.INDIVIDUAL: "个人",
    Entity.ORGANISATION: "机关、事业单位、社会团体、村级集体",
}
_HOLDERS: Final = {
    Holder.OWNER: "须是{owner}本人的：姓名、号码都与登记表一致",
    Holder.ADMIN: "须是{admin}的：姓名与登记表一致",
    Holder.OPERATOR: "{admin}的或{owner}的均可",
    Holder.LEGAL_REPRESENTATIVE: "须是法定代表人的：姓名与证照一致，没有证照的与登记表一致",
}
_KINDS: Final = {
    FieldKind.TEXT: "文字",
    FieldKind.PERSON_NAME: "一个人的姓名",
    FieldKind.ID_NUMBER: "身份证件号码，核对校验码",
    FieldKind.PHONE: "11位手机号码",
    FieldKind.WECHAT_ID: "个人微信号或手机号",
    FieldKind.DATE: "日期",
    FieldKind.COUNT: "整数",
    FieldKind.CHOICE: "勾选一项",
    FieldKind.FILING_NUMBER: "由受理机构编号",
    FieldKind.SIGNATURE: "签名或盖章",
}


def explain_profile(profile: Profile) -> Iterator[str]:
    """The rules line by line: notice, who files, deadlines, papers, form, offices, what holds a filing back, numbers."""
    yield from _notice(profile)
    yield from _scope(profile)
    yield from _deadlines(profile)
    yield "\n四、应交材料"
    for materials in profile.materials:
        yield from _materials(materials, profile.form)
    yield from _form(profile)
    yield from _offices(profile)
    yield from _weights(profile)
    yield from _numbers(profile)


def _clause(clause: str | None) -> str:
    return f"〔{clause}〕" if clause else ""


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _notice(profile: Profile) -> Iterator[str]:
    notice = profile.notice
    yield f"{profile.city}（规则 {profile.key}）"
    yield f"\n一、依据：《{notice.title}》，{notice.issuer}，{_day(notice.issued_on)}"
    yield f"  登记表：《{notice.form_name}》；窗口报送一式{notice.copies}份"
    if notice.subject_line is not None:
        yield f"  邮件主题：{_template(profile, notice.subject_line)}，不符的只作提示{_clause(profile.clauses.subject_line)}"


def _template(profile: Profile, template: str) -> str:
    names = {field.key: field.name for field in profile.form.fields}
    parts = Formatter().parse(template)
    return "".join(text + (f"【{names.get(key, key)}】" if key is not None else "") for text, key, _, _ in parts)


def _scope(profile: Profile) -> Iterator[str]:
    clauses = profile.clauses
    yield f"\n二、备案对象{_clause(clauses.scope)}"
    yield f"  账号类型：{'、'.join(_type_name(profile, value) for value in profile.notice_types)}；其他类型可以登记，附提示"
    yield "  符合以下任何一条的属于备案范围："
    yield f"  · 主体（单位）的名称在本地{_clause(clauses.scope_registrant)}"
    yield f"  · 账号名称含有本地地名{_clause(clauses.scope_name)}"
    yield f"  · 登记表地址或证照住所在本地{_clause(clauses.scope_seat)}"
    yield f"  · 在本地发布信息、提供服务：登记表上看不出，由工作人员认定{_clause(clauses.scope_service)}"
    ambiguous = [name for county in profile.places.counties for name in county.ambiguous]
    if ambiguous:
        yield f"  单独出现时不作为本地地名、由工作人员认定的：{'、'.join(ambiguous)}"
    for threshold in profile.thresholds:
        platforms = "、".join(_type_name(profile, value) for value in threshold.types)
        yield f"  {platforms}：粉丝数达到{threshold.followers}的才须备案，不到的自愿、不计逾期{_clause(threshold.clause)}"


def _type_name(profile: Profile, value: str) -> str:
    options = (option for field in profile.form.fields for option in field.options if option.value == value)
    return next((option.labels[0] for option in options if option.labels), ACCOUNT_TYPES.get(value, value))


def _deadlines(profile: Profile) -> Iterator[str]:
    rules, clauses = profile.deadlines, profile.clauses
    trigger = next(field.name for field in profile.form.fields if field.key == rules.trigger)
    yield "\n三、期限（按邮件服务器收到的日期，起算日不计入）"
    if rules.window is not None:
        first, last = rules.window.first, rules.window.last
        yield f"  “{trigger}”在{_day(last)}及以前的：集中登记，{_day(first)}至{_day(last)}{_clause(clauses.window)}"
    if rules.after_opening is not None:
        later = f"在{_day(rules.window.last)}以后的：" if rules.window else "起："
        yield f"  “{trigger}”{later}{_period(rules.after_opening)}内{_clause(clauses.after_opening)}"
    if rules.window is not None and rules.after_opening is not None:
        yield "  临近集中登记期末的可作两种理解：在两个最后日期之间收到的，由工作人员认定是否逾期"
    if rules.after_change is not None:
        yield f"  登记内容变更：变更后{_period(rules.after_change)}内，变更日期由工作人员填写{_clause(clauses.after_change)}"
    yield from _calendar(profile)
    if profile.annual_review is not None:
        span = f"{_month_day(profile.annual_review.first)}至{_month_day(profile.annual_review.last)}"
        yield f"  年度核验：每年{span}{_clause(clauses.annual_review)}"


def _period(period: Period) -> str:
    return f"{period.amount}{_UNITS[period.unit]}"


def _month_day(text: str) -> str:
    month, _, day = text.partition("-")
    return f"{int(month)}月{int(day)}日"


def _calendar(profile: Profile) -> Iterator[str]:
    rules = profile.deadlines
    periods = (rules.after_opening, rules.after_change)
    if not any(period is not None and period.unit is TimeUnit.WORKING_DAYS for period in periods):
        return
    yield "  工作日按国务院办公厅公布的放假安排；尚未公布的年份不推算，由工作人员认定"
    for what, days in (("另行放假", rules.holidays), ("另行上班", rules.workdays)):
        if days:
            yield f"  {what}：{'、'.join(map(_day, days))}"


def _materials(materials: Materials, form: FormSpec) -> Iterator[str]:
    unspecified = "（规定中没有写明，所交材料由工作人员确认）" if materials.unspecified else ""
    yield f"  {_ENTITIES[materials.entity]}{unspecified}"
    yield from _need(materials.need, form, "    ", root=True)


def _need(need: Need, form: FormSpec, indent: str, *, root: bool = False) -> Iterator[str]:
    branches = need.all_of or need.any_of
    if not branches:
        people = {"owner": form.person("owner"), "admin": form.person("admin")}
        whose = f"，{_HOLDERS[need.of].format_map(people)}" if need.of is not None else ""
        yield f"{indent}· {need.name}{whose}{_clause(need.clause)}"
        return
    if not root or need.any_of:
        yield f"{indent}· {need.name}{'，以下任一：' if need.any_of else '，以下各项：'}{_clause(need.clause)}"
        indent += "  "
    for branch in branches:
        yield from _need(branch, form, indent)


def _form(profile: Profile) -> Iterator[str]:
    yield f"\n五、登记表各栏{_clause(profile.clauses.form)}"
    for field in profile.form.fields:
        yield f"  {field.name}：{_describe(field)}{_section(profile.form, field)}"


def _describe(field: FormField) -> str:
    kind = _KINDS[field.kind]
    if field.options:
        kind += "：" + "、".join(option.labels[0] if option.labels else option.value for option in field.options)
    if field.example is not None:
        kind += f"，样式如{field.example}"
    return kind + ("，必填" if field.required else "，可不填")


def _section(form: FormSpec, field: FormField) -> str:
    section = next((item for item in form.sections if item.key == field.section), None)
    return f"（在“{section.labels[0]}”部分）" if section is not None and section.labels else ""


def _offices(profile: Profile) -> Iterator[str]:
    yield f"\n六、受理机构{_clause(profile.clauses.place)}"
    counties = {county.office: county.name for county in profile.places.counties}
    for office in profile.offices:
        what = "全市均可报送" if office.accepts_all else f"受理{counties.get(office.key, office.area_code)}的账号"
        yield f"  {office.name}（{office.area_code}）：{what}；邮箱{office.mailbox}，电话{office.phone}，{office.address}"
    yield "  报送到其他县（市、区）邮箱的建议移交，不退回"


def _weights(profile: Profile) -> Iterator[str]:
    weights = {code: profile.severities.get(code, usual) for code, usual in SEVERITIES.items()}
    yield "\n七、核查结果"
    for severity, what in ((Severity.BLOCK, "须经工作人员处理后才能登记"), (Severity.NOTE, "只作提示，不影响登记")):
        yield f"  {what}：{'、'.join(TITLES[code] for code, weight in weights.items() if weight is severity)}"
    for code, weight in profile.severities.items():
        usual = "须处理" if weight is Severity.BLOCK else "只提示"
        yield f"  其中按本规则改为{usual}的：{TITLES[code]}"


def _numbers(profile: Profile) -> Iterator[str]:
    example = profile.filing_number(area_code=profile.offices[0].area_code, year=profile.notice.issued_on.year, seq=1)
    yield f"\n八、备案号：样式如{example}，按机构和年份连续编号"
    yield f"  {_day(profile.earliest_opening)}以前的开通日期视为填写有误"
