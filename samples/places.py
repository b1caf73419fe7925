"""The twelve offices of the city with places their filings name. A short list for making samples, not the profile."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class County:
    """One office and its county. `full` begins an address; `marks` are local words in account names."""

    key: str
    area_code: str
    office: str
    mailbox: str
    full: str
    short: str
    marks: tuple[str, ...]
    towns: tuple[str, ...]
    villages: tuple[str, ...]
    roads: tuple[str, ...]


def words(text: str) -> tuple[str, ...]:
    """The words of a text, as a tuple."""
    return tuple(text.split())


def _county(key: str, area_code: str, office: str, mailbox: str, full: str, marks: str, rest: str) -> County:
    towns, villages, roads = (words(part) for part in rest.split("|"))
    return County(
        key=key,
        area_code=area_code,
        office=office,
        mailbox=mailbox,
        full=full,
        short=words(marks)[0],
        marks=words(marks),
        towns=towns,
        villages=villages,
        roads=roads,
    )


COUNTIES: tuple[County, ...] = (
    _county(
        "sanhe",
        "131082",
        "三河市互联网信息办公室",
        "wxsh3252645@163.com",
        "三河市",
        "三河 燕郊 廊坊三河",
        "燕郊镇 泃阳镇 李旗庄镇 高楼镇 齐心庄镇|半壁店村 大罗庄村|迎宾北路 燕顺路 鼎盛东大街",
    ),
    _county(
        "dachang",
        "131028",
        "大厂县互联网信息办公室",
        "dcjdxc@163.com",
        "大厂回族自治县",
        "大厂 夏垫 廊坊大厂",
        "夏垫镇 大厂镇 祁各庄镇 陈府镇 邵府镇|南贾庄村 吴庄村|大安东街 夏安路 厂通路",
    ),
    _county(
        "xianghe",
        "131024",
        "香河县互联网信息办公室",
        "xhwxb2015@126.com",
        "香河县",
        "香河 渠口 廊坊香河",
        "淑阳镇 渠口镇 安头屯镇 刘宋镇 蒋辛屯镇|红庙村 西延寺村|迎宾路 新华大街 五一路",
    ),
    _county(
        "guangyang",
        "131003",
        "广阳区互联网信息办公室",
        "gywaixuan@163.com",
        "廊坊市广阳区",
        "廊坊 廊坊广阳 万庄",
        "万庄镇 南尖塔镇 北旺镇 九州镇 新源道街道|苗场村 九州一村|新华路 爱民东道 康宁街",
    ),
    _county(
        "anci",
        "131002",
        "安次区互联网信息办公室",
        "anciwlk@163.com",
        "廊坊市安次区",
        "安次 廊坊 落垡",
        "落垡镇 葛渔城镇 调河头镇 杨税务镇 仇庄镇|张营村 倪官屯村|金光道 银河南路 光明西道",
    ),
    _county(
        "yongqing",
        "131023",
        "永清县互联网信息办公室",
        "yqwangxinban@163.com",
        "永清县",
        "永清 里澜城 廊坊永清",
        "永清镇 韩村镇 别古庄镇 里澜城镇 后奕镇|三圣口村 大朱庄村|府东街 益昌路 会昌街",
    ),
    _county(
        "guan",
        "131022",
        "固安县互联网信息办公室",
        "gaxwxb@163.com",
        "固安县",
        "固安 牛驼 廊坊固安",
        "固安镇 牛驼镇 宫村镇 柳泉镇 渠沟镇|后营村 南流邵村|新中街 育才路 永定路",
    ),
    _county(
        "bazhou",
        "131081",
        "霸州市互联网信息办公室",
        "bzwlk2012@163.com",
        "霸州市",
        "霸州 胜芳 廊坊霸州",
        "胜芳镇 霸州镇 堂二里镇 信安镇 煎茶铺镇|北夹河村 高家堡村|益津中路 迎宾道 芳信路",
    ),
    _county(
        "wenan",
        "131026",
        "文安县互联网信息办公室",
        "wenanwangjianban@126.com",
        "文安县",
        "文安 左各庄 廊坊文安",
        "左各庄镇 苏桥镇 大柳河镇 史各庄镇 兴隆宫镇|孙氏村 德归村|丰利路 政通街 永定路",
    ),
    _county(
        "dacheng",
        "131025",
        "大城县互联网信息办公室",
        "dcwxbgs@163.com",
        "大城县",
        "大城 南赵扶 廊坊大城",
        "平舒镇 南赵扶镇 留各庄镇 权村镇 里坦镇|十里湾村 高李庄村|永定大街 廊泊路 津保南街",
    ),
    _county(
        "kaifaqu",
        "131071",
        "廊坊开发区党政办公室",
        "xemail@126.com",
        "廊坊经济技术开发区",
        "廊坊开发区 廊坊 廊坊经开区",
        "耀华道街道 云鹏道街道|大官地村 大长亭村|友谊路 华祥路 四海路",
    ),
)

#: The city's own office; it may receive anyone's filing.
CITY_MAILBOX = "lfwlk2010@163.com"
CITY_OFFICE = "廊坊市互联网信息办公室"

#: Six-digit prefixes of ID numbers of people who live here: the counties', the prefecture's old ones, and elsewhere.
ID_PREFIXES: tuple[str, ...] = (
    *(county.area_code for county in COUNTIES),
    *("131001", "132801", "132821", "132825", "132829", "110105", "110228", "120114", "120225", "130102", "132421"),
    *("130602", "131102", "132930", "230102", "210881", "370102", "410105", "420106", "510103", "152103", "220104"),
)


def county_for(key: str) -> County:
    """The county of that key; KeyError if there is none."""
    for county in COUNTIES:
        if county.key == key:
            return county
    raise KeyError(key)
