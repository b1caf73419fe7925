"""Invented facts for letters."""

from __future__ import annotations

from datetime import date

from pipeline.domain.notice import NoticeBasis, NoticeFacts, NoticeItem, NoticeOffice

OFFICE = NoticeOffice(
    name="三河市互联网信息办公室",
    address="测试路1号",
    phone="0316-0000000",
    mailbox="office@example.cn",
    contacts=("贾某",),
)


def facts(**changes: object) -> NoticeFacts:
    made = NoticeFacts(
        reference="3F2A91BC",
        addressee="三河测试文化传媒有限公司",
        account_name="三河小测",
        account_subject="三河测试文化传媒有限公司",
        owner_name="王小测",
        received_on=date(2018, 12, 15),
        today=date(2018, 12, 16),
        office=OFFICE,
        right_office=None,
        basis=NoticeBasis(
            title="关于测试的通告", issuer="廊坊市互联网信息办公室", issued_on=date(2018, 12, 9), form_name="登记表"
        ),
        items=(NoticeItem(detail="缺少营业执照复印件，请补交。", clause="三.1"), NoticeItem(detail="手机号少一位。")),
        advice="",
        ground="",
        deadline=date(2018, 12, 31),
        days=15,
        within="",
        number="",
        registered_on=None,
        is_change=False,
        earlier=None,
    )
    return made.model_copy(update=changes)
