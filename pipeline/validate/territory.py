"""Where a text places an account: counties and towns of the profile that it names.

County names that are everyday words too (the profile's `ambiguous`) count only directly behind the city's or
province's name; towns that other counties have too only beside the region's name; villages only with 村.
"""

from __future__ import annotations

import re
from typing import Final

from pipeline.domain.spelling import normalise
from pipeline.profile.places import County, Places, Town

#: A county's name before one of these is a street's, a park's or a building's.
_STREET: Final = r"(?![东西南北中]?(?:大?街|大?道|路|巷|胡同|园|桥|大厦|广场|小区))"
_UNITS: Final = ("县", "市", "区", "镇", "乡", "街道")
_UPPER: Final = r"(?:省|市|地区)?"
_MAX_TEXT: Final = 500


def find_offices(text: str, places: Places) -> frozenset[str]:
    """The offices whose county, town or village the text names: counties first, then towns, then villages.

    Empty when it names none; several when it names several.
    """
    solid = _solid(text, places)
    if towns := _offices_of_towns(solid, places, unique_only=True):
        return _offices_of_counties(solid, places) or towns
    if is_elsewhere(text, places):
        return frozenset()
    counties = _offices_of_counties(solid, places)
    if counties or not names_region(text, places):
        return counties
    return _offices_of_towns(solid, places, unique_only=False) or _offices_of_villages(solid, places)


def names_region(text: str, places: Places) -> bool:
    """Whether the text holds the city's own name."""
    solid = _solid(text, places)
    return any(name in solid for name in places.region)


def is_elsewhere(text: str, places: Places) -> bool:
    """Whether an address starts in another province or another city of this one."""
    solid = _solid(text, places).removeprefix("中国")
    for name in places.province:
        if name not in places.region:
            solid = solid.removeprefix(f"{name}省").removeprefix(name)
    return solid.startswith(places.elsewhere)


def names_village_of(text: str, county: County, places: Places) -> bool:
    """Whether the text names one of the county's villages, with 村 behind it."""
    solid = _solid(text, places)
    return "村" in solid and any(_has_village(solid, town) for town in county.towns)


def find_hint(text: str, places: Places) -> str | None:
    """A word of the text that may be a local name and may be another's, or none: a county's everyday word, or a town
    whose name stands in other counties too. None in an address elsewhere."""
    solid = _solid(text, places)
    if is_elsewhere(text, places):
        return None
    words = [word for county in places.counties for word in county.ambiguous]
    words += [name for name, _, unique in places.towns if not unique]
    return max((word for word in words if word in solid), key=len, default=None)


def _solid(text: str, places: Places) -> str:
    """The text without blanks, and a stroke for each word that holds a local name by chance."""
    solid = "".join(normalise(text[:_MAX_TEXT]).split())
    for word in places.not_here:
        solid = solid.replace(word, "-")
    return solid


def _offices_of_counties(solid: str, places: Places) -> frozenset[str]:
    return frozenset(county.office for county in places.counties if _names_county(solid, county, places))


def _names_county(solid: str, county: County, places: Places) -> bool:
    if any(_stands(name, solid) for name in county.names):
        return True
    if not any(name in solid for name in county.ambiguous):
        return False
    above = "|".join(map(re.escape, (*places.region, *places.province)))
    return any(
        re.search(f"(?:{above}){_UPPER}{re.escape(name)}{_STREET}", solid) for name in county.ambiguous if name in solid
    )


def _offices_of_towns(solid: str, places: Places, *, unique_only: bool) -> frozenset[str]:
    found = [(name, office) for name, office, unique in places.towns if name in solid and (unique or not unique_only)]
    return frozenset(office for name, office in found if _stands(name, solid))


def _stands(name: str, solid: str) -> bool:
    """Whether the text holds the name, and for a bare one (without 县, 市, 区) not as the name of a street."""
    if name not in solid:
        return False
    return name.endswith(_UNITS) or re.search(re.escape(name) + _STREET, solid) is not None


def _offices_of_villages(solid: str, places: Places) -> frozenset[str]:
    if "村" not in solid:
        return frozenset()
    found = {county.office for county in places.counties if any(_has_village(solid, town) for town in county.towns)}
    return frozenset(found) if len(found) == 1 else frozenset()


def _has_village(solid: str, town: Town) -> bool:
    return any(f"{stem}村" in solid for stem in town.villages)
