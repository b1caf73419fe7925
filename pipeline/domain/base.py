"""The base of every record."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    """A typed, immutable value. Unknown keys are an error, so that a reply from the sandbox cannot smuggle any in."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
