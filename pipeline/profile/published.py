"""The JSON Schema of profiles, as `beian profile schema` prints it and docs/profile.schema.json holds it."""

from __future__ import annotations

import json

from pipeline.profile.schema import Profile


def schema_text() -> str:
    """The schema of a whole profile: profile.toml, with the content of places.json under `places`."""
    schema = Profile.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "A city's profile: profile.toml, with places.json under `places`"
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
