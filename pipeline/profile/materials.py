"""The papers each kind of filer hands in, as trees."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from pipeline.domain.base import Frozen
from pipeline.domain.decision import Entity
from pipeline.domain.document import PaperKind

Text = Annotated[str, Field(min_length=1)]


class Holder(StrEnum):
    """Whose ID card a requirement means. `OPERATOR` (运维负责人) is satisfied by the administrator's or the owner's."""

    OWNER = "owner"
    ADMIN = "admin"
    OPERATOR = "operator"
    LEGAL_REPRESENTATIVE = "legal_representative"


class Need(Frozen):
    """A tree of papers: exactly one of `all_of`, `any_of` and `paper` is given.

    `name` is what a submitter is told is missing. `of` says whose ID card is meant.
    """

    name: Text
    clause: str | None = None
    all_of: tuple[Need, ...] = ()
    any_of: tuple[Need, ...] = ()
    paper: PaperKind | None = None
    of: Holder | None = None

    @model_validator(mode="after")
    def _one_branch(self) -> Self:
        if sum((bool(self.all_of), bool(self.any_of), self.paper is not None)) != 1:
            raise ValueError("give exactly one of all_of, any_of and paper")
        if (self.of is not None) != (self.paper is PaperKind.ID_CARD):
            raise ValueError("an id_card needs 'of' (whose card it is), and no other paper has it")
        return self


class Materials(Frozen):
    """What an entity type must hand in; `unspecified` for one the notice names no papers for: a reviewer confirms."""

    entity: Entity
    need: Need
    unspecified: bool = False
