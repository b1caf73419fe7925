"""Findings that officers set aside, as they are kept and found again."""

from __future__ import annotations

import uuid
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.finding import Finding
from pipeline.domain.life import SetAside
from pipeline.store.cipher import Cell, Cipher
from pipeline.store.models_life import SetAsideRow

_LABEL: Final = "finding"


def finding_index(finding: Finding, cipher: Cipher) -> bytes:
    """What makes it this very finding, as a keyed hash: its sentence may name a person."""
    return cipher.index(_LABEL, finding.code, finding.field or "", finding.detail)


def read_set_asides(session: Session, cipher: Cipher, case_id: uuid.UUID) -> tuple[SetAside, ...]:
    """What was set aside in a case, oldest first."""
    rows = session.scalars(select(SetAsideRow).where(SetAsideRow.case_id == case_id).order_by(SetAsideRow.at))
    return tuple(
        SetAside.model_validate_json(
            cipher.open(row.content, Cell(table="set_asides", column="content", row=str(row.id)))
        )
        for row in rows
    )
