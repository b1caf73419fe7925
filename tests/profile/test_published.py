"""The published schema is the software's own, and no rule in code knows a city."""

from __future__ import annotations

import json
import re
from pathlib import Path

from pipeline.profile.load import load_profile, shipped_profiles
from pipeline.profile.published import schema_text

ROOT = Path(__file__).parents[2]


def test_the_schema_in_the_documentation_is_current() -> None:
    """Made again by: beian profile schema > docs/profile.schema.json"""
    assert (ROOT / "docs" / "profile.schema.json").read_text(encoding="utf-8") == schema_text()


def test_the_schema_knows_every_key() -> None:
    schema = json.loads(schema_text())
    assert {"deadlines", "thresholds", "annual_review", "form", "offices", "materials", "places"} <= set(
        schema["properties"]
    )
    assert schema["additionalProperties"] is False
    assert {"trigger", "calendar_until"} <= set(schema["$defs"]["Deadlines"]["properties"])


def test_the_guide_names_every_key_of_a_profile() -> None:
    guide = (ROOT / "docs" / "profile.md").read_text(encoding="utf-8")
    schema = json.loads(schema_text())
    named = ("Clauses", "Deadlines", "Notice", "Threshold", "FormField", "Office", "County", "Town", "Places", "Need")
    keys = {*schema["properties"], *(key for name in named for key in schema["$defs"][name]["properties"])}
    assert {key for key in keys if f"`{key}`" not in guide} == set()


def test_no_code_knows_a_city() -> None:
    """Names of places and numbers of clauses stand in profiles; the default profile's key is a setting."""
    words = set()
    for key in shipped_profiles():
        profile = load_profile(key)
        words |= {*profile.places.region, *(county.name for county in profile.places.counties)}
        words |= {clause for clause in profile.clauses.model_dump().values() if clause and len(clause) > 2}
        words |= {office.mailbox for office in profile.offices}
    pattern = re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True))))
    code = [file for file in (ROOT / "pipeline").rglob("*.py") if file.name != "init.py"]
    found = {(file.name, match[0]) for file in code for match in pattern.finditer(file.read_text(encoding="utf-8"))}
    assert {(name, word) for name, word in found if word != "青县"} == set()  # an example in a docstring of places.py
