"""The account types of filings that an earlier version wrote: sealed then, and plain beside the filing now.

A migration has no keys; whoever opens the store has them.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from pipeline.store.case_reading import CaseReader
from pipeline.store.cipher import Cipher
from pipeline.store.database import Database
from pipeline.store.identity import known_type
from pipeline.store.models import Case

_PAGE: Final = 500


def fill_account_types(database: Database, cipher: Cipher) -> None:
    """Open what is not open yet, a page in a transaction; another process may do the same at once."""
    untyped = select(Case.id).where(Case.account_type.is_(None)).limit(_PAGE)
    with database.reading() as connection:
        if connection.execute(untyped.limit(1)).first() is None:
            return
    table = Case.table()
    filled = update(table).where(table.c.id == bindparam("case"), table.c.account_type.is_(None))
    while True:
        with database.writing() as connection, Session(connection) as session:
            ids = session.scalars(untyped).all()
            if not ids:
                return
            types = CaseReader(session, cipher).form_values(ids, ("account_type",))
            rows = [{"case": key, "type": known_type(types[key].get("account_type", ""))} for key in ids]
            connection.execute(filled.values(account_type=bindparam("type")), rows)
