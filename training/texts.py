"""What stands in the lines: WeChat IDs as people make them, riddles of look-alikes, numbers and dates.

Half of it is drawn by chance on purpose: a network that learns what names look like reads names into ink that says nothing.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from typing import Final

from pipeline.extract.ocr.latin_line import SYMBOLS

_SYLLABLES: Final = (
    "a ai an ang ao ba bai ban bang bao bei ben bi bian bin bing bo bu cai can cang cao cen chai chang chao che chen cheng chi "
    "chong chou chu chuan chun cong cui da dai dan dang deng di dian ding dong dou du duan fan fang fei fen feng fu gan gang gao "
    "ge geng gong gou gu guan guang gui guo hai han hang hao he heng hong hou hu hua huai huan huang hui ji jia jian jiang jiao "
    "jie jin jing jiu ju juan jun kai kang ke kong kuang kun lan lang lao lei leng li lian liang liao lin ling liu long lou lu lv "
    "luo ma mai man mao mei men meng mi miao min ming mo mu na nan ning niu nong ou pan pang pei peng piao ping pu qi qian qiang "
    "qiao qin qing qiu qu quan ran ren rong ru ruan rui sang sha shan shang shao shen sheng shi shou shu shui shuo si song su sun "
    "tai tan tang tao teng tian tie tong tu wan wang wei wen weng wu xi xia xian xiang xiao xie xin xing xiong xu xuan xue yan "
    "yang yao ye yi yin ying yong you yu yuan yue yun zan zang zeng zha zhan zhang zhao zhen zheng zhi zhong zhou zhu zhuang zhuo "
    "zi zong zou"
).split()
_WORDS: Final = (
    "hello love lucky happy sunny baby lily linda jack alice bill will mall oil cool look book good boss wx wei vip qq lf bj hi ok "
    "one life lol llj ill ball allen helen leo lucy"
).split()
#: What is taken for each other.
_ALIKE: Final = (
    "l1I 0Oo l1Iij lI l1 0O oO __- cC sS5 xX zZ2 vVyY wW uUv kK pP gq9 B8 S5s Z2z rnm vvw cld fFt jJi hbn ce 6bG un ii ll 11 II _-."
).split()
_DIGITS: Final = SYMBOLS[:10]
_SMALL: Final = SYMBOLS[:36]
_LETTERS: Final = SYMBOLS[:62]
#: Of an organisation's 18 characters.
_CREDIT: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_LONGEST: Final = 22


def draw_text(dice: random.Random) -> str:
    """One line's text, 1 to 22 characters."""
    how: Callable[[random.Random], str] = dice.choices(tuple(_KINDS), tuple(_KINDS.values()))[0]
    return how(dice)[:_LONGEST]


def _digits(dice: random.Random, count: int) -> str:
    return "".join(dice.choices(_DIGITS, k=count))


def _name(dice: random.Random) -> str:
    parts = [dice.choice(_SYLLABLES) for _ in range(dice.choice((1, 2, 2, 3)))]
    if dice.random() < 0.25:
        parts = [dice.choice(_WORDS)]
    if dice.random() < 0.22:
        parts = [part.capitalize() for part in parts]
    if dice.random() < 0.25:
        more = dice.choice("abcdefghjklmnpqrstuwxyz") if dice.random() < 0.5 else ""
        return "".join(part[0] for part in parts) + more
    return dice.choice(("", "", "", "_")).join(parts)


def _number(dice: random.Random) -> str:
    kind = dice.randrange(6)
    if kind == 0:
        return _digits(dice, dice.randint(1, 5))
    if kind == 1:
        return str(dice.randint(1955, 2019))
    if kind == 2:
        return f"{dice.randint(1960, 2012)}{dice.randint(1, 1231)}"
    if kind == 3:
        return _digits(dice, dice.randint(5, 9))
    return "1" * dice.randint(1, 3) + _digits(dice, 1) if kind == 4 else ""


def _chosen(dice: random.Random) -> str:
    """An ID as people choose them."""
    name, number, between = _name(dice), _number(dice), dice.choice(("", "", "_", "-", "__", "."))
    text = name + between + number if dice.random() < 0.8 else number + between + name
    if dice.random() < 0.15:
        text += dice.choice("_-") + dice.choice((dice.choice(_SYLLABLES), _digits(dice, 2)))
    return text.upper() if dice.random() < 0.06 else text


def _given(dice: random.Random) -> str:
    """An ID as WeChat gives them, or what a line's end left of it."""
    text = "wxid_" + "".join(dice.choices(_SMALL, k=dice.choice((12, 13, 14, 14, 14))))
    if dice.random() >= 0.3:
        return text
    begins = dice.randint(0, len(text) - 2)
    return text[begins : begins + dice.randint(2, 16)]


def _riddle(dice: random.Random) -> str:
    pool = dice.choice((SYMBOLS, _SMALL, _SMALL + "-_", _LETTERS, SYMBOLS))
    drawn = (
        dice.choice(dice.choice(_ALIKE)) if dice.random() < 0.55 else dice.choice(pool)
        for _ in range(dice.randint(3, 18))
    )
    text = "".join(drawn)
    return text.lower() if pool == _SMALL else text


def _chance(dice: random.Random) -> str:
    return "".join(dice.choices(SYMBOLS, k=dice.randint(3, 16)))


def _short(dice: random.Random) -> str:
    return "".join(dice.choices(SYMBOLS, k=dice.randint(1, 3)))


def _figures(dice: random.Random) -> str:
    year, month, day = dice.randint(1949, 2026), dice.randint(1, 12), dice.randint(1, 31)
    return dice.choice(
        (
            "1" + _digits(dice, 10),
            _digits(dice, 17) + dice.choice("0123456789XXxx"),
            f"{year}.{month}.{day}",
            f"{year}-{month:02}-{day:02}",
            _digits(dice, dice.randint(2, 8)),
            "0316-" + _digits(dice, 7),
            "91" + _digits(dice, 6) + "".join(dice.choices(_CREDIT, k=10)),
        )
    )


_KINDS: Final[Mapping[Callable[[random.Random], str], int]] = {
    _chosen: 30,
    _given: 12,
    _riddle: 20,
    _chance: 12,
    _figures: 21,
    _short: 5,
}
