"""Accounts an office knows of."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "known_accounts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("office", sa.String(length=64), nullable=False),
        sa.Column("account_index", sa.LargeBinary(), nullable=False),
        sa.Column("account_type", sa.String(length=64), nullable=False),
        sa.Column("source_index", sa.LargeBinary(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("position", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_known_accounts")),
        sa.UniqueConstraint("office", "account_index", name=op.f("uq_known_accounts_office_account_index")),
    )
    op.create_index(op.f("ix_known_accounts_source_index"), "known_accounts", ["source_index"])
