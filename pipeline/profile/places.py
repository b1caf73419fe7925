"""The city's counties, towns and villages, and which names tell by themselves."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Final

from pydantic import Field, WithJsonSchema, field_validator
from pydantic.json_schema import JsonSchemaValue

from pipeline.domain.base import Frozen

_VILLAGES: Final[JsonSchemaValue] = {
    "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}],
    "title": "Villages",
}
Name = Annotated[str, Field(min_length=2)]


class Town(Frozen):
    """A town, township or street office (乡镇、街道).

    `aliases` are older spellings and everyday names. `unique` is true when the name (with its suffix)
    stands for this town all over the country. `villages` are the stems of its villages' names, without 村; files
    give them in one string, separated by blanks.
    """

    name: Name
    aliases: tuple[Name, ...] = ()
    unique: bool = True
    villages: Annotated[tuple[str, ...], WithJsonSchema(_VILLAGES)] = ()

    @field_validator("villages", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(value.split()) if isinstance(value, str) else value


class County(Frozen):
    """A county, city or district (县、市、区) and the key of its office.

    `names` tell by themselves; `ambiguous` ones only directly behind the city's
    or province's name.
    """

    area_code: Annotated[str, Field(pattern=r"^[0-9]{6}$")]
    office: str
    name: Name
    names: tuple[Name, ...]
    ambiguous: tuple[Name, ...] = ()
    towns: tuple[Town, ...] = ()


class Places(Frozen):
    """The region.

    `region` are the city's names; `province` the names a county may follow; `elsewhere` the names of other
    provinces and cities, which an address starts with when it is not here. `not_here` are longer words that hold a
    name of this region by chance (高青县 holds 青县).
    """

    region: Annotated[tuple[Name, ...], Field(min_length=1)]
    province: tuple[Name, ...] = ()
    elsewhere: tuple[Name, ...] = ()
    not_here: tuple[Name, ...] = ()
    counties: tuple[County, ...]

    @cached_property
    def towns(self) -> tuple[tuple[str, str, bool], ...]:
        """Every name of every town with its county's office, and whether it stands for this town all over the country."""
        return tuple(
            (name, county.office, town.unique)
            for county in self.counties
            for town in county.towns
            for name in (town.name, *town.aliases)
        )
