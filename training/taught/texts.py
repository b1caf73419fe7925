"""What stands in the cells of forms, and as much that stands nowhere: a network that learns texts reads them into ink that says
something else."""

from __future__ import annotations

import math
import random
import string
from functools import lru_cache
from typing import Final

from pipeline.extract.surnames import load_surnames
from pipeline.extract.words import load_words

MARKS: Final = "，。、：；（）“”《》！？·-—"
_PLACES: Final = "省市县区镇乡村街路巷号楼单元室小区新村东西南北大道广场花园"
_COMPANY: Final = ("有限公司", "有限责任公司", "股份有限公司", "经营部", "工作室", "合作社", "中心", "协会", "店", "厂")
_TRADES: Final = (
    "文化传媒",
    "网络科技",
    "信息技术",
    "广告",
    "电子商务",
    "商贸",
    "教育咨询",
    "餐饮",
    "房地产经纪",
    "农业",
)
_KINDS: Final = {
    "name": 16,
    "phone": 14,
    "date": 8,
    "count": 6,
    "id": 6,
    "address": 10,
    "company": 7,
    "words": 14,
    "characters": 15,
    "latin": 8,
    "mixed": 3,
}


@lru_cache(maxsize=1)
def hanzi() -> tuple[str, str]:
    """GB 2312's characters of the first and of the second level."""
    levels = ["", ""]
    for high in range(0xB0, 0xF8):
        for low in range(0xA1, 0xFF):
            try:
                levels[high >= 0xD8] += bytes((high, low)).decode("gb2312")
            except UnicodeDecodeError:
                continue
    return levels[0], levels[1]


@lru_cache(maxsize=1)
def _words() -> tuple[tuple[str, ...], tuple[float, ...]]:
    told = load_words().chances
    return tuple(told), tuple(math.exp(chance) for chance in told.values())


def draw_text(dice: random.Random) -> str:
    """One line."""
    return _OF[dice.choices(tuple(_KINDS), tuple(_KINDS.values()))[0]](dice)


def _character(dice: random.Random) -> str:
    first, second = hanzi()
    return dice.choice(second) if dice.random() < 0.12 else dice.choice(first)


def _characters(dice: random.Random) -> str:
    return "".join(_character(dice) for _ in range(dice.randint(1, 9)))


def _some_words(dice: random.Random) -> str:
    words, often = _words()
    count = dice.randint(1, 6)
    chosen = dice.choices(words, often, k=count) if dice.random() < 0.6 else dice.choices(words, k=count)
    text = ""
    for word in chosen:
        text += word + (dice.choice("，，、。") if dice.random() < 0.2 else "")
    return text[: dice.randint(4, 22)]


def _name(dice: random.Random) -> str:
    surnames = load_surnames()
    surname = dice.choice(surnames.single) if dice.random() < 0.95 else dice.choice(surnames.double)
    return surname + "".join(_of_given(dice) for _ in range(1 if dice.random() < 0.3 else 2))


def _of_given(dice: random.Random) -> str:
    return dice.choice(_GIVEN) if dice.random() < 0.6 else _character(dice)


def _address(dice: random.Random) -> str:
    text = "".join(
        "".join(_character(dice) for _ in range(dice.randint(1, 3))) + dice.choice(_PLACES)
        for _ in range(dice.randint(1, 3))
    )
    for unit in ("号", "号楼", "单元", "室", "层", "座"):
        if dice.random() < 0.35:
            text += str(dice.randint(1, 10 ** dice.randint(1, 4))) + unit
    return text[:24]


def _company(dice: random.Random) -> str:
    place = _character(dice) + _character(dice) + dice.choice(("市", "县", "", ""))
    return place + _character(dice) + _character(dice) + dice.choice(_TRADES) + dice.choice(_COMPANY)


def _phone(dice: random.Random) -> str:
    if dice.random() < 0.85:
        text = "1" + dice.choice("3456789") + _digits(dice, 9)
        return f"{text[:3]}-{text[3:7]}-{text[7:]}" if dice.random() < 0.05 else text
    return "0" + _digits(dice, 3) + dice.choice(("-", "")) + dice.choice("23456789") + _digits(dice, 6)


def _date(dice: random.Random) -> str:
    year, month, day = dice.randint(2010, 2029), dice.randint(1, 12), dice.randint(1, 31)
    if dice.random() < 0.7:
        return f"{year}年{month}月" + (f"{day}日" if dice.random() < 0.9 else "")
    mark = dice.choice(".-/")
    return f"{year}{mark}{month}{mark}{day}" if dice.random() < 0.6 else f"{year}{mark}{month:02}{mark}{day:02}"


def _count(dice: random.Random) -> str:
    text = str(dice.randint(0, 10 ** dice.randint(1, 6)))
    return text + dice.choice(("", "", "", "人", "余人", "万", "+", "个"))


def _id_number(dice: random.Random) -> str:
    return (
        dice.choice("123456")
        + _digits(dice, 5)
        + str(dice.randint(1950, 2008))
        + _digits(dice, 7)
        + dice.choice("0123456789X")
    )


def _digits(dice: random.Random, count: int) -> str:
    return "".join(dice.choice(string.digits) for _ in range(count))


def _latin(dice: random.Random) -> str:
    letters = string.ascii_lowercase if dice.random() < 0.8 else string.ascii_letters
    text = "".join(dice.choice(letters) for _ in range(dice.randint(1, 9)))
    if dice.random() < 0.3:
        text += dice.choice(("-", "_", "_", "__"))
    return text + _digits(dice, dice.randint(0, 6))


def _mixed(dice: random.Random) -> str:
    return _some_words(dice)[:6] + (_latin(dice) if dice.random() < 0.5 else _digits(dice, dice.randint(1, 5)))


_OF: Final = {
    "name": _name,
    "phone": _phone,
    "date": _date,
    "count": _count,
    "id": _id_number,
    "address": _address,
    "company": _company,
    "words": _some_words,
    "characters": _characters,
    "latin": _latin,
    "mixed": _mixed,
}
_GIVEN: Final = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红鹏飞辉斌波宇浩凯健俊帆雪慧琳婷欣颖鑫晨阳晓东海春梅建国志永新文立佳雨"
    "思梦子嘉博旭冬凤云燕彬锋宁亮龙虎林森山川江河金银宝贵富荣光发达庆祥福禄寿喜全胜利权力成功德仁义礼智信忠孝良善美爱莲菊荷香"
    "琴瑶瑞瑾璐璇珊珍珠翠碧青蓝紫丹彤然泽润浩瀚源清波涵淑贤惠兰芝萍蓉薇菲蕾莹莉萱怡悦欢乐安康宏伟广大远航程翔鸿鹤雁鸣雷震霆"
)
