"""The second entry (复核), corrections of records, split and joined cases, saved views."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SHORT = sa.String(length=64)
MOMENT = sa.DateTime(timezone=True)
CLAIMED = sa.text("claimed_by IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "recheck_draws",
        sa.Column("id", WHOLE, autoincrement=False, nullable=False),
        sa.Column("seq", WHOLE, nullable=False),
        sa.Column("month", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recheck_draws")),
    )
    op.create_table(
        "rechecks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("source", SHORT, nullable=False),
        sa.Column("office", SHORT, nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("decided_at", MOMENT, nullable=False),
        sa.Column("drawn_at", MOMENT, nullable=False),
        sa.Column("state", SHORT, nullable=False),
        sa.Column("held_by", sa.Uuid(), nullable=True),
        sa.Column("held_until", MOMENT, nullable=True),
        sa.Column("checker", sa.Text(), nullable=True),
        sa.Column("entered_at", MOMENT, nullable=True),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.Column("fields_compared", WHOLE, nullable=True),
        sa.Column("fields_wrong", WHOLE, nullable=True),
        sa.CheckConstraint("source IN ('automatic', 'person')", name=op.f("ck_rechecks_source")),
        sa.CheckConstraint("state IN ('waiting', 'compared', 'done')", name=op.f("ck_rechecks_state")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_rechecks_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rechecks")),
        sa.UniqueConstraint("case_id", name=op.f("uq_rechecks_case_id")),
    )
    op.create_index("ix_rechecks_list", "rechecks", ["state", "office", "decided_at", "id"])
    op.create_table(
        "recheck_fields",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("recheck_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", WHOLE, nullable=False),
        sa.Column("key", SHORT, nullable=False),
        sa.Column("outcome", SHORT, nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["recheck_id"], ["rechecks.id"], name=op.f("fk_recheck_fields_recheck_id_rechecks")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recheck_fields")),
        sa.UniqueConstraint("recheck_id", "key", name=op.f("uq_recheck_fields_recheck_id_key")),
    )
    op.create_table(
        "saved_views",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("name_index", sa.LargeBinary(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("saved_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_saved_views_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_views")),
        sa.UniqueConstraint("user_id", "name_index", name=op.f("uq_saved_views_user_id_name_index")),
    )
    op.add_column("fields", sa.Column("record_version", WHOLE, nullable=True))
    op.add_column("cases", sa.Column("joined_into", sa.Uuid(), nullable=True))
    op.add_column("papers", sa.Column("came_from", sa.Uuid(), nullable=True))
    op.create_index("ix_cases_stage_queue", "cases", ["stage", "queue_rank", "received", "id"])
    op.create_index("ix_cases_joined_into", "cases", ["joined_into"])
    op.create_index("ix_cases_holder", "cases", ["claimed_by"], sqlite_where=CLAIMED, postgresql_where=CLAIMED)
    op.create_index("ix_case_openings_person", "case_openings", ["user_id", "decided_at"])
