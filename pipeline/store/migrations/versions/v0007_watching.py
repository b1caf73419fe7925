"""Mailboxes that are left alone for a while, alarms, and what runs once a day."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("polls") as table:
        table.add_column(sa.Column("problem", sa.String(length=64), nullable=True))
        table.add_column(sa.Column("full_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "logins",
        sa.Column("mailbox", sa.Text(), nullable=False),
        sa.Column("mark", sa.LargeBinary(), nullable=False),
        sa.Column("good_mark", sa.LargeBinary(), nullable=True),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("held_for", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("mailbox", name=op.f("pk_logins")),
    )
    op.create_table(
        "alarms",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("version", WHOLE, nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("webhook_version", WHOLE, nullable=False),
        sa.Column("mail_version", WHOLE, nullable=False),
        sa.CheckConstraint("state IN ('raised', 'cleared')", name=op.f("ck_alarms_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarms")),
        sa.UniqueConstraint("kind", "subject", name=op.f("uq_alarms_kind_subject")),
    )
    op.create_table(
        "chores",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("ran_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("faults", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_chores")),
    )
