"""Papers on an upright page: which they are, and what they say.

ID cards are found first, by their layout, and leave the page; what is left is a licence or certificate, several, or
none. A paper that is recognised but whose name or number cannot be read carries `material.unreadable`. Forms mention
names and ID numbers too: on a page that is a form only a paper's own title and labels count.
"""

from __future__ import annotations

from typing import Final

from pipeline.domain.document import ExtractedPaper
from pipeline.domain.spelling import squash
from pipeline.extract.page import Page
from pipeline.extract.paper.cards import read_cards
from pipeline.extract.paper.certificates import read_certificates
from pipeline.extract.paper.stamped import own_pieces
from pipeline.extract.paper_geometry import fold_label, make_pieces
from pipeline.extract.paper_labels import FORM_ROWS, is_form

_FEW_CHARACTERS: Final = 8
#: Of `FORM_ROWS`. A letter or an instruction names one or two.
_MOST_ROWS: Final = 6
_MOST_CHARACTERS: Final = 20_000
#: Words that tell other pages apart, the first that fits wins; none of them quotes the page.
_OTHERS: Final = (
    ("护照", ("护照", "PASSPORT")),
    ("企业信用信息的查询结果", ("登记状态", "经营异常名录信息")),
    ("港澳居民来往内地通行证或台胞证", ("来往内地通行证", "来往大陆通行证")),
    ("外国人永久居留身份证", ("永久居留",)),
    ("居住证或暂住证", ("居住证", "暂住证")),
    ("户口簿", ("户口簿", "户主", "常住人口登记卡")),
    ("结婚证或离婚证", ("结婚证", "离婚证")),
    ("驾驶证或行驶证", ("驾驶证", "行驶证", "准驾车型")),
    ("社会保障卡", ("社会保障卡", "社会保障号码")),
    ("出生医学证明", ("出生医学证明", "新生儿姓名")),
    ("银行开户许可证或开户信息", ("开户许可证", "基本存款账户")),
    ("税务登记证", ("税务登记证",)),
    ("不动产权证或房产证", ("不动产权", "房屋所有权证", "房产证", "土地使用证")),
    ("商标注册证", ("商标注册证", "核定使用商品")),
    ("学历或资格证书", ("毕业证", "学位证书", "资格证书", "教师资格")),
    ("租赁合同或其他合同、协议", ("租赁合同", "合同书", "承租方", "承租人", "出租方", "协议书")),
    ("登记机关的通知书", ("登记通知书", "核准通知书", "受理通知书")),
    ("发票或收据", ("发票", "收据")),
    ("许可证", ("许可证",)),
    ("备案证明或备案表", ("备案编号", "备案凭证", "备案信息采集表")),
    ("授权书或委托书", ("授权书", "委托书", "授权委托")),
    ("承诺书或声明", ("承诺书", "保证书", "声明")),
    ("证明材料", ("兹证明", "特此证明", "在职证明", "工作证明")),
    ("银行卡", ("储蓄卡", "信用卡", "借记卡", "银联", "UNIONPAY", "VALIDTHRU", "MONTHYEAR")),
    ("学生证、工作证等证件", ("学生证", "工作证", "记者证", "工作牌", "上岗证")),
    ("通知或公函", ("通知", "各县", "公函", "特此")),
    (
        "公众号或手机应用的截图",
        ("公众平台", "原始ID", "取消关注", "关注公众号", "微信认证", "账号信息", "进入公众号", "发消息"),
    ),
)


def read_papers(page: Page, *, beside_form: bool = False) -> tuple[ExtractedPaper, ...]:
    """The papers on a page, none when it shows none. Never raises for what it shows. `beside_form`: it shows a form as well, also
    where the form's own lines are not among the page's.
    """
    pieces = tuple(own_pieces(make_pieces(page)))
    if not pieces:
        return ()
    beside_form = beside_form or is_form(_page_text(page))
    cards = read_cards(page, pieces)
    rest = tuple(piece for piece in pieces if piece not in cards.pieces)
    return (*read_certificates(page, rest, beside_form=beside_form), *cards.papers)


def is_paper(page: Page) -> bool:
    """Whether a page shows a paper and nothing of a form's own words."""
    return not is_form(_page_text(page)) and bool(read_papers(page))


def holds_form_rows(page: Page) -> bool:
    """Whether most of a form's rows are named on a page, though no form was found there."""
    text = _whole_text(page)
    return sum(word in text for word in FORM_ROWS) >= _MOST_ROWS


def looks_like(page: Page) -> str:
    """What a page that is no paper looks like, in a few Chinese words. Quotes nothing that stands on it."""
    if page.prose:
        return _known_other(fold_label(page.heads)) or "篇幅较长的文字材料"
    text = _whole_text(page)
    if not text:
        return "空白页或没有文字的图片"
    if is_form(text):
        return "登记表"
    if len(text) < _FEW_CHARACTERS:
        return "几乎没有文字的图片"
    return _known_other(text) or "其他文字材料"


def is_known_other(page: Page) -> bool:
    """Whether a page says of itself what else it is: a permit, a letter of authority, a screenshot of an account."""
    return _known_other(_whole_text(page)) is not None


def _known_other(text: str) -> str | None:
    folded = squash(text)
    return next((name for name, words in _OTHERS if any(word in folded for word in words)), None)


def _whole_text(page: Page) -> str:
    """With the cells, whose text of Word files stands in no line."""
    cells = "".join(fold_label(cell.text) for grid in page.grids for cell in grid.cells if not cell.lines)
    return (_page_text(page) + cells)[:_MOST_CHARACTERS]


def _page_text(page: Page) -> str:
    return "".join(fold_label(line.text) for line in page.lines)[:_MOST_CHARACTERS]
