"""The words printed on papers: labels, titles, and what tells a form from a paper.

Collected from the licences of 2004, 2014 and 2019, the ID card of 2004, the organisation-code certificate, and the
certificates of institutions, societies, private non-enterprises, foundations, organs and rural collectives.
All are written as `fold_label` writes them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from pipeline.extract.paper_geometry import Label, Piece, fold_label, is_near

CARD_LABELS: Final = (
    Label(key="name", texts=("姓名",), orphans=("姓", "名")),
    Label(key="sex", texts=("性别",), orphans=("性", "别")),
    Label(key="nation", texts=("民族",), inline=True),
    Label(key="birth", texts=("出生",)),
    Label(key="address", texts=("住址",), orphans=("住", "址"), starts=("址",)),
    Label(key="id_number", texts=("公民身份号码", "公民身份证号码", "身份号码")),
    Label(key="authority", texts=("签发机关",)),
    Label(key="valid_until", texts=("有效期限",)),
    Label(key="pass_number", texts=("通行证号码", "签发次数")),
)

CERTIFICATE_LABELS: Final = (
    Label(key="credit_code", texts=("统一社会信用代码", "社会信用代码", "注册号", "统一社会信用代码注册号"), inline=True),
    Label(key="organisation_code", texts=("代码", "机构代码", "组织机构代码")),
    Label(
        key="name",
        texts=("名称", "机构名称", "单位名称", "企业名称", "字号名称", "名称字号", "组织名称", "字号"),
        orphans=("称", "名"),
        starts=("称",),
    ),
    Label(
        key="legal_representative",
        texts=(
            "法定代表人", "法定代表人姓名", "法定代表人负责人", "负责人", "负责人姓名", "经营者", "经营者姓名",
            "投资人", "投资人姓名", "执行事务合伙人", "首席代表", "理事长", "责人", "营者",
        ),
    ),
    Label(
        key="address",
        texts=("住所", "经营场所", "营业场所", "主要经营场所", "地址", "机构地址", "企业住所", "单位地址", "办公地址", "驻在场所"),
        orphans=("住", "所", "址", "地"),
        starts=("址",),
    ),
    Label(key="established_on", texts=("成立日期", "注册日期", "成立时间", "设立日期")),
    Label(
        key="valid_until",
        texts=("营业期限", "经营期限", "合伙期限", "有效期", "有效期限", "营业期限至", "驻在期限", "证书有效期", "有效期自"),
    ),
    Label(
        key="type",
        texts=("类型", "机构类型", "公司类型", "企业类型", "主体类型", "经济性质", "机构性质", "组织类型"),
        orphans=("型", "类"),
    ),
    Label(
        key="capital",
        texts=("注册资本", "注册资金", "实收资本", "开办资金", "原始基金数额", "成员出资总额", "出资额", "资产总额", "资金数额"),
    ),
    Label(key="scope", texts=("经营范围", "业务范围", "宗旨和业务范围", "许可经营项目", "一般经营项目", "经营范围及方式", "职能")),
    Label(key="authority", texts=("登记机关", "颁发单位", "登记管理机关", "发证机关", "赋码机关", "批准机关", "发照机关")),
    Label(key="registration", texts=("登记号", "证照编号", "证书编号", "编号", "副本编号")),
    Label(key="composition", texts=("组成形式",)),
    Label(key="funding", texts=("经费来源", "举办单位", "业务主管单位", "活动地域", "主管部门")),
    Label(key="issued", texts=("核准日期", "发照日期", "发证日期", "颁发日期", "登记日期")),
    Label(key="members", texts=("成员数", "成员总数", "第二名称", "其他名称")),
)  # fmt: skip

LICENCE_TITLE: Final = "营业执照"
ORGANISATION_TITLE: Final = "组织机构代码证"
CARD_TITLE: Final = "居民身份证"
CERTIFICATE_TITLES: Final = (
    "基层群众性自治组织特别法人统一社会信用代码证书", "民办非企业单位法人登记证书", "民办非企业单位个体登记证书",
    "民办非企业单位合伙登记证书", "民办非企业单位登记证书", "社会服务机构登记证书", "社会团体法人登记证书",
    "社会团体分支机构登记证书",
    "农村集体经济组织登记证书", "农村集体经济组织登记证", "统一社会信用代码证书", "事业单位法人证书", "基金会法人登记证书",
    "基金会登记证书", "工会法人资格证书", "宗教活动场所登记证", "民办学校办学许可证",
)  # fmt: skip

#: Labels that stand on licences and hardly anywhere else; several of them tell a licence whose title was not read.
LICENCE_WORDS: Final = (
    "注册资本",
    "实收资本",
    "成立日期",
    "注册日期",
    "营业期限",
    "经营范围",
    "登记机关",
    "组成形式",
    "法定代表人",
    "经营者",
    "公司类型",
)
ORGANISATION_WORDS: Final = ("机构名称", "机构类型", "颁发单位", "登记号")
#: What the labels of the form's rows have in common in all their spellings.
FORM_ROWS: Final = (
    "号名",
    "号主体",
    "号类型",
    "粉丝数",
    "号所有人",
    "管理员",
    "微信号",
    "功能简介",
    "开通日期",
    "签名盖章",
)
#: Labels of the form; two of them tell that a page is one.
FORM_WORDS: Final = (
    "账号名",
    "帐号名",
    "账号主体",
    "帐号主体",
    "账号类型",
    "帐号类型",
    "粉丝数量",
    "账号所有人",
    "管理员",
    "微信号",
    "功能简介",
    "签名盖章",
    "登记备案表",
    "登记表",
)
#: Titles of papers that have a licence's labels and are none, and what else only they say.
_FOREIGN_TITLE: Final = re.compile(
    "(许可证|许可证书|经营证|资格证书?|资质证书?|税务登记证|备案证|备案凭证|认证证书|商标注册证|发票|"
    "通知书|决定书|申请书|申请表|登记表|委托书|授权书|承诺书|合同|合同书|协议|协议书|章程|证明|公示报告|基本信息)(正本|副本)*$"
)
_FOREIGN_WORDS: Final = (
    "许可证编号",
    "许可证号",
    "主体业态",
    "日常监督管理",
    "登记状态",
    "纳税人",
    "核准号",
    "基本存款账户",
)
#: What people print across copies of their papers.
_STAMPED: Final = (
    "仅供",
    "仅用于",
    "仅限",
    "复印无效",
    "复印件",
    "他用无效",
    "再次复印",
    "作他用",
    "与原件",
    "核对无误",
    "备案使用",
    "备案用途",
    "只限办理",
)
_PREFIXES: Final = ("中华人民共和国", "电子")


def is_stamped_text(text: str) -> bool:
    """Whether a line is a watermark people put on copies (仅供备案使用，复印无效), and so no part of the paper."""
    folded = fold_label(text)
    return any(words in folded for words in _STAMPED) or folded == "样本"


def find_title(text: str) -> str | None:
    """The title of a certificate that a line consists of, one character wrong or missing allowed; else None."""
    folded = fold_label(text)
    if not 3 <= len(folded) <= 32:
        return None
    for prefix in _PREFIXES:
        folded = folded.removeprefix(prefix)
    folded = folded.rstrip("0123456789").removesuffix("副本").removesuffix("正本")
    for title in CERTIFICATE_TITLES:
        if folded == title or is_near(folded, title):
            return title
    if folded.removesuffix("书").endswith("证") and is_near(folded.removesuffix("书"), ORGANISATION_TITLE):
        return ORGANISATION_TITLE
    if (folded.endswith(LICENCE_TITLE) and len(folded) <= 14) or is_near(folded, LICENCE_TITLE):
        return LICENCE_TITLE
    return None


def is_foreign(pieces: Sequence[Piece]) -> bool:
    """Whether a page says that it is a permit, a tax registration or the like, which has most of a licence's labels."""
    heights = sorted(piece.height for piece in pieces)
    texts = [(piece, fold_label(piece.text)) for piece in pieces]
    tall = 1.25 * heights[len(heights) // 2] if heights else 0.0
    titled = any(piece.height > tall and len(text) <= 20 and _FOREIGN_TITLE.search(text) for piece, text in texts)
    return titled or any(word in text for _, text in texts for word in _FOREIGN_WORDS)


def is_form(text: str) -> bool:
    """Whether a page's whole folded text is a registration form's."""
    return sum(word in text for word in FORM_WORDS) >= 2
