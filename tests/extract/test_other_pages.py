"""Pages that are neither form nor paper: which they are, and what they look like."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from pipeline.domain.document import TableCell
from pipeline.domain.pages import OtherPage
from pipeline.extract.other_pages import find_others, other_text
from pipeline.extract.page import Cell, Grid, Line, Page

PERMIT = ("食品经营许可证", "经营者名称：某某餐饮店", "许可证编号：JY21310000000000")
LETTER = ("授权委托书", "兹委托甲办理备案事宜")
CHAT = ("微信公众平台", "原始ID gh_0123456789ab", "取消关注")


def page(lines: Sequence[str], *, number: int = 1, prose: bool = False) -> Page:
    step = 1 / max(1, len(lines))
    made = (Line(text=text, box=(0.1, i * step, 0.9, (i + 1) * step), reader="x") for i, text in enumerate(lines))
    return Page(number=number, width=1000, height=1400, lines=tuple(made), prose=prose)


@pytest.mark.parametrize(
    ("lines", "looks"),
    [
        (PERMIT, "许可证"),
        (LETTER, "授权书或委托书"),
        (CHAT, "公众号或手机应用的截图"),
        (("护照 PASSPORT", "中华人民共和国"), "护照"),
        (("税务登记证", "纳税人名称：某某公司"), "税务登记证"),
        (("开户许可证", "准予开立基本存款账户"), "银行开户许可证或开户信息"),
        (("河北增值税电子普通发票", "购买方名称"), "发票或收据"),
        (("北京市居住证", "居住地址：某某路1号"), "居住证或暂住证"),
        (("结婚证", "持证人：某某", "结婚证字号"), "结婚证或离婚证"),
        (("不动产权证书", "权利人：某某公司"), "不动产权证或房产证"),
        (("商标注册证", "注册人：某某公司"), "商标注册证"),
        (("毕业证书", "学生某某，准予毕业"), "学历或资格证书"),
        (("中国某某银行", "6200 0000 0000 0000", "VALID THRU 08/29", "银联"), "银行卡"),
        (("中华人民共和国社会保障卡", "社会保障号码", "银联"), "社会保障卡"),
        (("出生医学证明", "新生儿姓名：某某"), "出生医学证明"),
        (("学生证", "姓名：某某", "学号：20190001"), "学生证、工作证等证件"),
        (("仅销售预包装食品备案信息采集表", "备案编号：YB10000000"), "备案证明或备案表"),
        (("某某公司", "登记状态：存续", "统一社会信用代码"), "企业信用信息的查询结果"),
        (("房屋租赁合同", "出租方（甲方）：某某"), "租赁合同或其他合同、协议"),
        (("准予变更登记通知书", "经审查，决定准予变更登记。"), "登记机关的通知书"),
        (("兹证明某某在我单位工作", "特此证明"), "证明材料"),
        ((), "空白页或没有文字的图片"),
        (("收据",), "几乎没有文字的图片"),
        (("今天的会议在二楼会议室举行，请准时参加",), "其他文字材料"),
    ],
)
def test_what_a_page_looks_like(lines: Sequence[str], looks: str) -> None:
    assert find_others([page(lines)], ()) == (OtherPage(page=1, looks_like=looks),)


@pytest.mark.parametrize(
    ("heads", "looks"), [("", "篇幅较长的文字材料"), ("开 户 许 可 证 核准号：", "银行开户许可证或开户信息")]
)
def test_a_page_that_was_not_read_is_no_blank_one(heads: str, looks: str) -> None:
    (other,) = find_others([replace(page((), prose=True), heads=heads)], ())
    assert other.looks_like == looks


def test_pages_of_forms_and_papers_are_none_and_each_page_counts_once() -> None:
    pages = [page(CHAT, number=3), page(PERMIT, number=1), page((), number=3), page(LETTER, number=2)]
    assert find_others(pages, {2}) == (
        OtherPage(page=1, looks_like="许可证"),
        OtherPage(page=3, looks_like="公众号或手机应用的截图"),
    )


def test_a_word_file_s_text_in_its_cells_counts_and_a_cover_for_pictures_does_not() -> None:
    cell = Cell(
        row=0, column=0, text="承诺书：本单位承诺所填内容属实", place=TableCell(table=0, row=0, column=0), reader="docx"
    )
    tabled = Page(number=1, width=1, height=1, grids=(Grid(index=0, page=1, cells=(cell,)),))
    assert other_text([tabled], pictures=True) == (OtherPage(page=None, looks_like="承诺书或声明"),)
    assert other_text([page(("附件",))], pictures=True) == ()
    assert [other.page for other in other_text([page(("附件",))], pictures=False)] == [None]
