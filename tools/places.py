"""Make a profile's places.json from a list of divisions.

    python tools/places.py divisions.json --streets streets.json > pipeline/profile/data/langfang-2018/places.json

`divisions.json` lists the counties with their towns and villages: [{"code", "name", "towns": [{"code", "name",
"villages": [...]}]}]. `streets.json` lists every town of the country ([{"name", "provinceCode", "areaCode"}], as the
National Bureau of Statistics publishes them yearly); a town whose name stands in another county too is marked as
not telling by itself.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any, Final

#: Offices by area code, names that tell by themselves, and those that need the city or province before them.
COUNTIES: Final[dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]]] = {
    "131002": ("anci", ("安次区", "安次"), ()),
    "131003": ("guangyang", ("广阳区",), ("广阳",)),
    "131022": ("guan", ("固安县", "固安"), ()),
    "131023": ("yongqing", ("永清县", "永清"), ()),
    "131024": ("xianghe", ("香河县", "香河"), ()),
    "131025": ("dacheng", ("大城县",), ("大城",)),
    "131026": ("wenan", ("文安县", "文安"), ()),
    "131028": ("dachang", ("大厂回族自治县", "大厂县", "大厂自治县"), ("大厂",)),
    "131071": (
        "kaifaqu",
        (
            "廊坊开发区",
            "廊坊市开发区",
            "廊坊经济技术开发区",
            "廊坊市经济技术开发区",
            "廊坊经济开发区",
            "廊坊市经济开发区",
        ),
        (),
    ),
    "131081": ("bazhou", ("霸州市", "霸州"), ()),
    "131082": ("sanhe", ("三河市",), ("三河",)),
}
#: Older spellings and everyday names, by the town's name in the list.
ALIASES: Final[dict[str, tuple[str, ...]]] = {
    "仇庄镇": ("仇庄乡",),
    "东湾镇": ("东湾乡",),
    "渠沟镇": ("渠沟乡",),
    "燕郊镇": ("燕郊",),
    "燕郊高新技术产业开发区": ("燕郊高新区", "燕郊开发区"),
    "胜芳镇": ("胜芳",),
}
PROVINCES: Final = (
    "北京 天津 山西 内蒙古 辽宁 吉林 黑龙江 上海 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 广西 海南 重庆 四川 "
    "贵州 云南 西藏 陕西 甘肃 青海 宁夏 新疆 台湾 香港 澳门"
)
CITIES: Final = "石家庄 唐山 秦皇岛 邯郸 邢台 保定 张家口 承德 沧州 衡水 雄安新区"
_VILLAGE_SUFFIX: Final = re.compile(r"(?:村民委员会|村委会|居民委员会|社区居委会|居委会|社区居民居委会)$")


def main() -> None:
    """Write the places to standard output, one town a line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("divisions", type=Path)
    parser.add_argument("--streets", type=Path, required=True)
    options = parser.parse_args()
    divisions = json.loads(options.divisions.read_text(encoding="utf-8"))
    homes = find_homes(json.loads(options.streets.read_text(encoding="utf-8")))
    sys.stdout.write(write_places([make_county(county, homes) for county in divisions]))


def find_homes(streets: list[dict[str, str]]) -> dict[str, set[str]]:
    """For every town name of the country, the counties that have one."""
    homes: dict[str, set[str]] = defaultdict(set)
    for street in streets:
        homes[street["name"]].add(street["areaCode"])
    return homes


def make_county(county: dict[str, Any], homes: dict[str, set[str]]) -> dict[str, Any]:
    """A county of the profile."""
    office, names, ambiguous = COUNTIES[county["code"]]
    towns = [make_town(town, county["code"], homes) for town in county["towns"]]
    return {
        "area_code": county["code"],
        "office": office,
        "name": county["name"],
        "names": names,
        "ambiguous": ambiguous,
        "towns": towns,
    }


def make_town(town: dict[str, Any], area_code: str, homes: dict[str, set[str]]) -> dict[str, Any]:
    """A town of the profile, with its villages' stems in one string."""
    name = town["name"].removeprefix("河北") if "开发区" in town["name"] else town["name"]
    made: dict[str, Any] = {"name": name}
    aliases = ALIASES.get(town["name"], ())
    if aliases:
        made["aliases"] = aliases
    if homes[town["name"]] - {area_code}:
        made["unique"] = False
    made["villages"] = " ".join(dict.fromkeys(filter(None, map(find_stem, town["villages"]))))
    return made


def find_stem(village: str) -> str | None:
    """A village's name without its committee and without 村; None for neighbourhoods of a town (社区, 居委会)."""
    if not village.endswith(("村民委员会", "村委会")):
        return None
    stem = _VILLAGE_SUFFIX.sub("", village).removesuffix("村")
    return stem if len(stem) >= 2 else None


def write_places(counties: list[dict[str, Any]]) -> str:
    """JSON with one town a line, so that a change can be read."""
    parts = []
    for county in counties:
        towns = ",\n".join("  " + json.dumps(town, ensure_ascii=False) for town in county.pop("towns"))
        head = json.dumps(county, ensure_ascii=False)[:-1]
        parts.append(f'{head}, "towns": [\n{towns}\n]}}')
    head = json.dumps(
        {"region": ["廊坊"], "province": ["河北", "廊坊"], "elsewhere": [*PROVINCES.split(), *CITIES.split()]},
        ensure_ascii=False,
    )[:-1]
    return f'{head}, "counties": [\n' + ",\n".join(parts) + "\n]}\n"


if __name__ == "__main__":
    main()
