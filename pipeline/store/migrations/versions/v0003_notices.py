"""Papers the office sends, and the mails that answer them."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def partial(name: str, columns: list[str], where: str) -> None:
    op.create_index(
        name, "notices", columns, unique=True, sqlite_where=sa.text(where), postgresql_where=sa.text(where)
    )


def upgrade() -> None:
    op.add_column("messages", sa.Column("mail_id", sa.LargeBinary(), nullable=True))
    op.create_table(
        "notices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("office", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("content_index", sa.LargeBinary(), nullable=False),
        sa.Column("edited", sa.Boolean(), nullable=False),
        sa.Column("case_version", WHOLE, nullable=False),
        sa.Column("occasion", sa.String(length=64), nullable=True),
        sa.Column("recipient", sa.LargeBinary(), nullable=True),
        sa.Column("recipient_index", sa.LargeBinary(), nullable=True),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("drafted_by", sa.Text(), nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_by", sa.Text(), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_by", sa.Text(), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", WHOLE, nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.String(length=64), nullable=True),
        sa.CheckConstraint(
            "state IN ('drafted', 'released', 'sending', 'sent', 'failed', 'unclear', 'withdrawn')",
            name=op.f("ck_notices_state"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_notices_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sa.UniqueConstraint("message_id", name=op.f("uq_notices_message_id")),
    )
    op.create_index(op.f("ix_notices_case_id"), "notices", ["case_id"])
    op.create_index("ix_notices_work", "notices", ["state", "released_at", "id"])
    partial("uq_notices_content", ["case_id", "kind", "content_index"], "state <> 'withdrawn'")
    partial("uq_notices_open", ["case_id", "kind"], "state IN ('drafted', 'released', 'sending', 'unclear')")
    partial("uq_notices_day", ["recipient_index", "day"], "day IS NOT NULL")
    partial("uq_notices_occasion", ["case_id", "kind", "occasion"], "occasion IS NOT NULL")
    op.create_table(
        "joined_mails",
        sa.Column("message_id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.Column("automatic", sa.String(length=64), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_joined_mails_message_id_messages")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_joined_mails_case_id_cases")),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name=op.f("fk_joined_mails_notice_id_notices")),
        sa.PrimaryKeyConstraint("message_id", "case_id", name=op.f("pk_joined_mails")),
    )
    op.create_index(op.f("ix_joined_mails_case_id"), "joined_mails", ["case_id"])
