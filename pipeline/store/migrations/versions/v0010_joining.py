"""Later mails join the case of an earlier one: what they are found by, and what joined what."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SHORT = sa.String(length=64)
MOMENT = sa.DateTime(timezone=True)
JOINED = sa.text("state = 'joined'")
ALSO = sa.text("also_office IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "case_mails",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("joined_case_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", WHOLE, nullable=False),
        sa.Column("state", SHORT, nullable=False),
        sa.Column("ways", sa.Text(), nullable=False),
        sa.Column("office", SHORT, nullable=True),
        sa.Column("first_file", WHOLE, nullable=True),
        sa.Column("form_before", sa.JSON(), nullable=True),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.CheckConstraint("state IN ('proposed', 'joined', 'parted')", name=op.f("ck_case_mails_state")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_mails_case_id_cases")),
        sa.ForeignKeyConstraint(["joined_case_id"], ["cases.id"], name=op.f("fk_case_mails_joined_case_id_cases")),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_case_mails_message_id_messages")),
        sa.PrimaryKeyConstraint("case_id", "joined_case_id", name=op.f("pk_case_mails")),
    )
    op.create_index("ix_case_mails_joined_case_id", "case_mails", ["joined_case_id"])
    op.create_index("ix_case_mails_message_id", "case_mails", ["message_id"])
    op.create_index(
        "uq_case_mails_joined",
        "case_mails",
        ["joined_case_id"],
        unique=True,
        sqlite_where=JOINED,
        postgresql_where=JOINED,
    )
    op.add_column("messages", sa.Column("mail_id_index", sa.LargeBinary(), nullable=True))
    op.add_column("messages", sa.Column("sender_index", sa.LargeBinary(), nullable=True))
    op.add_column("papers", sa.Column("number_index", sa.LargeBinary(), nullable=True))
    op.add_column("fields", sa.Column("came_from", sa.Uuid(), nullable=True))
    op.add_column("cases", sa.Column("also_office", SHORT, nullable=True))
    op.create_index("ix_messages_mail_id_index", "messages", ["mail_id_index"])
    op.create_index("ix_messages_sender_index", "messages", ["sender_index"])
    op.create_index("ix_papers_number_index", "papers", ["number_index"])
    op.create_index(
        "ix_cases_also_queue",
        "cases",
        ["state", "also_office", "queue_rank", "received", "id"],
        sqlite_where=ALSO,
        postgresql_where=ALSO,
    )
