"""One case as a person reads it at a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from pipeline.cli.tables import print_table, problem_lines, safe
from pipeline.domain.finding import TITLES
from pipeline.domain.joining import JOIN_STATE_NAMES, name_ways
from pipeline.domain.life import SET_ASIDE_NAMES, STAGE_NAMES
from pipeline.domain.masking import cover, mask_identity_numbers
from pipeline.reports.rows import findings_of
from pipeline.wording import FIELD_NAMES, Wording, paper_field_name, paper_title

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.domain.document import Field
    from pipeline.store.records import CaseDetail

_COLUMNS = ("栏目", "值", "原文", "疑点")


def print_case(case: CaseDetail, wording: Wording, *, reveal: bool) -> None:
    """What came, what is found about it, and every field of form and papers. ID numbers are masked unless `reveal`."""
    typer.echo(f"案件 {case.case_id}（{STAGE_NAMES[case.stage]}{f'，{case.number}' if case.number else ''}）")
    typer.echo(f"  收到：{wording.moment(case.received)}  邮箱：{case.mailbox}  期限：{case.due or '—'}")
    typer.echo(f"  机构：{wording.office(case.office)}  主体性质：{wording.entity(case.entity)}")
    typer.echo(f"  主题：{safe(mask_identity_numbers(case.subject))}  发件人：{safe(case.sender)}")
    for line in problem_lines(findings_of(case), remedies=True):
        typer.echo(line)
    for item in case.set_aside:
        title = TITLES.get(item.code, item.code)
        typer.echo(
            f"  ✓ {title}：{SET_ASIDE_NAMES[item.reason]}，{safe(mask_identity_numbers(item.ground))}（{safe(item.actor)}）"
        )
    for line in _mail_lines(case, wording):
        typer.echo(line)
    if case.filing.form is not None:
        rows = [(FIELD_NAMES.get(field.key, field.key), *_cells(field, wording, reveal)) for field in case.filing.form]
        print_table("登记表", _COLUMNS, rows)
    for paper in case.filing.papers:
        rows = [(paper_field_name(paper.kind, field.key), *_cells(field, wording, reveal)) for field in paper]
        print_table(paper_title(paper), _COLUMNS, rows)


def _mail_lines(case: CaseDetail, wording: Wording) -> Iterator[str]:
    """Which mails answered this case's notices or belong to it, and whose notices its own mail answers."""
    for answered in case.answers:
        yield f"  ↩ 本件来信是对案件 {answered[:8]} 所发通知的回复"
    if case.joined_into is not None:
        yield f"  ⤷ 本件已并入案件 {case.joined_into[:8]}"
    for mail in case.mails:
        what = JOIN_STATE_NAMES[mail.state]
        ways = name_ways(mail.ways) or "由经办人并入"
        yield f"  ⤶ {wording.moment(mail.received)} 的来信（邮件 {mail.message_id}，案件 {mail.case_id[:8]}）：{what}，{ways}"
    for reply in case.replies:
        cases = "、".join(case_id[:8] for case_id in reply.case_ids) or "无"
        what = "回复" if reply.automatic is None else "自动回复或退信"
        yield f"  ↪ {wording.moment(reply.received)} 收到{what}（邮件 {reply.message_id}，案件 {cases}）"


def _cells(field: Field, wording: Wording, reveal: bool) -> tuple[str, str, str]:
    doubt = field.doubt or ("存疑" if field.doubtful else "")
    value = wording.value(field.key, field.value)
    if reveal:
        return value, field.raw, doubt
    return cover(field.key, value), cover(field.key, field.raw), mask_identity_numbers(doubt)
