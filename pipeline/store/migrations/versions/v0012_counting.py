"""What statistics count, countable by the database: the account's type, and indexes that hold all of a course."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

UNTYPED = sa.text("account_type IS NULL")
COURSE = sa.text("kind IN ('case.return', 'case.refuse', 'case.reopen', 'case.transfer')")


def upgrade() -> None:
    op.add_column("cases", sa.Column("account_type", sa.String(length=64), nullable=True))
    op.create_index(
        "ix_cases_course", "cases", ["id", "state", "received", "due", "office", "received_office", "account_type"]
    )
    op.create_index("ix_cases_untyped", "cases", ["id"], sqlite_where=UNTYPED, postgresql_where=UNTYPED)
    op.create_index(
        "ix_events_course", "events", ["kind", "case_id", "at"], sqlite_where=COURSE, postgresql_where=COURSE
    )
    op.create_index("ix_record_versions_case", "record_versions", ["case_id", "kind", "at"])
    op.drop_index("ix_record_versions_case_id", "record_versions")
    op.create_index("ix_findings_case", "findings", ["case_id", "origin", "severity", "code"])
    op.drop_index("ix_findings_case_id", "findings")
