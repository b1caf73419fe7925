"""Names, accounts and texts of invented people and firms."""

from __future__ import annotations

import random
from dataclasses import dataclass

from samples.places import County, words

_SURNAMES = words(
    "王wang 李li 张zhang 刘liu 陈chen 杨yang 赵zhao 黄huang 周zhou 吴wu 徐xu 孙sun 胡hu 朱zhu 高gao 林lin "
    "何he 郭guo 马ma 罗luo 梁liang 宋song 郑zheng 谢xie 韩han 唐tang 冯feng 于yu 董dong 萧xiao 程cheng 曹cao "
    "袁yuan 邓deng 许xu 傅fu 沈shen 曾zeng 彭peng 吕lv 苏su 卢lu 蒋jiang 蔡cai 贾jia 丁ding 魏wei 薛xue 叶ye "
    "阎yan 余yu 潘pan 杜du 戴dai 夏xia 钟zhong 汪wang 田tian 任ren 姜jiang 范fan 方fang 石shi 姚yao 谭tan "
    "廖liao 邹zou 熊xiong 金jin 陆lu 郝hao 孔kong 白bai 崔cui 康kang 毛mao 邱qiu 秦qin 江jiang 史shi 顾gu "
    "侯hou 邵shao 孟meng 龙long 万wan 段duan 雷lei 钱qian 汤tang 尹yin 黎li 易yi 常chang 武wu 乔qiao 贺he "
    "赖lai 龚gong 文wen 欧阳ouyang 司马sima 诸葛zhuge 上官shangguan"
)
_GIVEN = words(
    "伟wei 芳fang 娜na 敏min 静jing 丽li 强qiang 磊lei 军jun 洋yang 勇yong 艳yan 杰jie 娟juan 涛tao 明ming "
    "超chao 秀xiu 霞xia 平ping 刚gang 桂gui 英ying 华hua 玉yu 兰lan 红hong 鹏peng 飞fei 辉hui 斌bin 波bo 宇yu "
    "浩hao 凯kai 健jian 俊jun 帆fan 雪xue 慧hui 琳lin 婷ting 欣xin 颖ying 鑫xin 晨chen 阳yang 晓xiao 东dong "
    "海hai 春chun 梅mei 建jian 国guo 志zhi 永yong 新xin 文wen 立li 佳jia 雨yu 思si 梦meng 子zi 嘉jia 博bo "
    "旭xu 冬dong 凤feng 云yun 燕yan 彬bin 锋feng 宁ning 亮liang"
)
_BRANDS = words(
    "瑞 鼎 盛 恒 远 智 汇 腾 锐 翔 泰 德 信 源 创 景 逸 乐 优 邦 捷 润 康 佰 和 嘉 晟 卓 诚 拓 蓝 鲸 麦 禾 星 河"
)
_TRADES = words(
    "文化传媒 网络科技 信息技术 广告 电子商务 房地产经纪 教育咨询 餐饮管理 旅游开发 商贸 家具制造 装饰工程 "
    "汽车销售服务 农业开发 健康管理"
)
_COMPANY_FORMS = ("有限公司", "有限公司", "有限公司", "有限责任公司", "股份有限公司")
_ACCOUNT_TAILS = words(
    "微生活 同城 便民网 头条 在线 生活圈 身边事 吃喝玩乐 美食 房产网 招聘 百事通 微报 亲子 教育 资讯 论坛 "
    "大小事 优选 交友 家居 圈 通 发布厅 直播间 那些事儿"
)
_DESCRIPTIONS = (
    "本地资讯",
    "同城便民信息发布",
    "提供{mark}本地生活服务、招聘求职和房产信息",
    "发布{mark}及周边新闻资讯、优惠活动,为市民提供便民服务",
    "分享{mark}美食、旅游、亲子活动信息,介绍本地风土人情,并提供商家优惠券领取和在线预约服务",
    "企业形象宣传,产品介绍,客户服务及售后咨询。不发布时政类新闻信息。",
    "面向{mark}居民提供天气、限行、停水停电通知、二手交易、拼车顺风车、征婚交友等便民信息查询与发布服务,定期组织线下公益活动",
    "宣传公司业务,发布行业动态与招聘信息,电话咨询时间为每天8:30-17:30",
)
_MOBILE_PREFIXES = words(
    "130 131 132 133 135 136 137 138 139 150 151 152 153 155 156 157 158 159 180 182 183 185 186 187 188 189 176 177"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """An invented person; `latin` is the name in pinyin, surname first."""

    name: str
    latin: tuple[str, ...]
    female: bool


def _split(entry: str) -> tuple[str, str]:
    cut = next(i for i, c in enumerate(entry) if c.isascii())
    return entry[:cut], entry[cut:]


def make_person(rng: random.Random) -> Person:
    """A person with a name of two to four characters."""
    surname, latin = _split(rng.choice(_SURNAMES))
    given = [_split(rng.choice(_GIVEN)) for _ in range(rng.choice((1, 2, 2, 2)))]
    return Person(
        name=surname + "".join(han for han, _ in given),
        latin=(latin, *(word for _, word in given)),
        female=rng.random() < 0.45,
    )


def make_mobile(rng: random.Random) -> str:
    """Eleven digits with a prefix in use."""
    return rng.choice(_MOBILE_PREFIXES) + "".join(rng.choice("0123456789") for _ in range(8))


def make_wechat_id(rng: random.Random, person: Person) -> str:
    """A WeChat ID (`[A-Za-z][-_A-Za-z0-9]{5,19}`), often with the letters and digits that readers confuse."""
    surname, *given = person.latin
    initials = "".join(word[0] for word in person.latin)
    year = str(rng.randrange(1970, 2001))
    digits = "".join(rng.choice("0123456789") for _ in range(rng.randrange(2, 6)))
    forms = (
        f"{surname}{''.join(given)}{digits}",
        f"{surname}_{''.join(given)}",
        f"{initials}{year}{digits}",
        f"{surname.capitalize()}{''.join(g.capitalize() for g in given)}_{digits}",
        f"{surname}-{digits}{initials}",
        f"lf_{surname}{digits}",
        f"hello{digits}_{initials}",
        f"{initials}__{digits}oo",
        f"l{digits}O0_{surname}",
        f"wxid_{rng.getrandbits(48):010x}l0o1"[:19],
    )
    made = rng.choice(forms)[:20]
    return made if len(made) >= 6 else f"{made}_{year}"


def make_account_name(rng: random.Random, county: County) -> str:
    """An account's name that carries one of the county's local words."""
    mark, tail = rng.choice(county.marks), rng.choice(_ACCOUNT_TAILS)
    return rng.choice((f"{mark}{tail}", f"{mark}{tail}", f"爱{mark}{tail}", f"{mark}{rng.choice(_BRANDS)}{tail}"))


def make_company_name(rng: random.Random, county: County) -> str:
    """A firm's name: county, brand, trade, form."""
    place = county.full if rng.random() < 0.6 and county.full != "大厂回族自治县" else f"廊坊市{county.short}"
    if "廊坊" in county.short:
        place = rng.choice(("廊坊市", "廊坊"))
    brand = "".join(rng.sample(_BRANDS, rng.choice((2, 2, 3))))
    return f"{place}{brand}{rng.choice(_TRADES)}{rng.choice(_COMPANY_FORMS)}"


def make_address(rng: random.Random, county: County) -> str:
    """A postal address in the county."""
    number = rng.randrange(1, 400)
    town, road, village = rng.choice(county.towns), rng.choice(county.roads), rng.choice(county.villages)
    block = f"{rng.randrange(1, 30)}号楼{rng.randrange(1, 6)}单元{rng.randrange(1, 28)}{rng.randrange(1, 5):02d}室"
    building = "".join(rng.sample(_BRANDS, 2)) + rng.choice(("大厦", "广场", "商务中心", "花园小区"))
    prefix = county.full if county.full.startswith("廊坊") else rng.choice((county.full, f"廊坊市{county.full}"))
    return prefix + rng.choice(
        (
            f"{road}{number}号",
            f"{road}{number}号{building}{rng.choice('ABC')}座{rng.randrange(3, 25)}层",
            f"{town}{village}{number}号",
            f"{town}{road}{number}号{building}{block}",
        )
    )


def make_description(rng: random.Random, county: County) -> str:
    """What the account does, in one to sixty characters' worth of lines."""
    return rng.choice(_DESCRIPTIONS).format(mark=county.short)
