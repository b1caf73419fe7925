"""An index from a case to the versions of records that have its values."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_record_versions_case_id", "record_versions", ["case_id"])
