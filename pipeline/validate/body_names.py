"""What the end of a body's name says of its kind.

The longest ending decides: 专业合作社 is a company, 经济合作社 a village collective, 合作社 either.
"""

from __future__ import annotations

from typing import Final

from pipeline.domain.decision import Entity

_ORGANISATIONS: Final = """
股份经济合作社 经济合作社 经济联合社 经济联合总社 经济合作联社 村民委员会 居民委员会 村委会 居委会 委员会 村民小组 村
人民政府 办事处 管委会 党委 党支部 党总支 宣传部 组织部 统战部 办公室 网信办 人民法院 法院 检察院 派出所 公安局 局 处
交警大队 大队 支队 协会 学会 商会 联合会 研究会 促进会 基金会 联谊会 工会 总工会 团委 妇联 残联 文联 科协 工商联
红十字会 电视台 广播电台 广播电视台 融媒体中心 图书馆 文化馆 博物馆 档案馆 纪念馆
中学 小学 一中 二中 三中 大学 学院 党校 卫生院 疾控中心
"""
_COMPANIES: Final = """
股份有限公司 有限责任公司 有限公司
公司 集团 厂 店 店铺 超市 商行 商店 商场 经营部 经销部 经销处 门市部 门市 批发部 工作室 专业合作社 合伙企业 有限合伙
普通合伙 企业 酒店 宾馆 饭店 餐厅 饭庄 酒楼 家庭农场 农场 养殖场 服务部 加工部 维修部 理发店 美容院 影楼 网吧 茶楼
银行 支行 信用社 旅行社
"""
#: Bodies that may be either: only their papers tell.
_EITHER: Final = """
中心 学校 幼儿园 医院 诊所 事务所 报社 杂志社 出版社 研究院 研究所 培训部 俱乐部 合作社 敬老院 养老院 社
"""


def find_entity_by_ending(subject: str) -> tuple[str, Entity | None]:
    """A squashed name's ending and the kind of body it tells, None for one that may be either; "" for no ending known."""
    kinds = ((_ORGANISATIONS, Entity.ORGANISATION), (_COMPANIES, Entity.COMPANY), (_EITHER, None))
    found = [(ending, kind) for endings, kind in kinds for ending in endings.split() if subject.endswith(ending)]
    return max(found, key=lambda pair: len(pair[0]), default=("", None))


def ends_like_a_body(subject: str) -> bool:
    """Whether a squashed name ends as bodies' names do."""
    return subject.endswith(tuple((_ORGANISATIONS + _COMPANIES + _EITHER).split()))
