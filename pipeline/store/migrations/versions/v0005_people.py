"""People: accounts, sessions, failed logins, claims on cases, and the time that cases took."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
OPEN = sa.text("decided_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "users",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("login", sa.String(length=64), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("role", sa.String(length=64), nullable=False),
        sa.Column("office", sa.String(length=64), nullable=True),
        sa.Column("password", sa.LargeBinary(), nullable=False),
        sa.Column("totp_secret", sa.LargeBinary(), nullable=True),
        sa.Column("totp_pending", sa.LargeBinary(), nullable=True),
        sa.Column("totp_step", WHOLE, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("disabled_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("login", name=op.f("uq_users_login")),
    )
    op.create_table(
        "sessions",
        sa.Column("token_index", sa.LargeBinary(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sessions_user_id_users")),
        sa.PrimaryKeyConstraint("token_index", name=op.f("pk_sessions")),
    )
    op.create_index(op.f("ix_sessions_user_id"), "sessions", ["user_id"])
    op.create_index(op.f("ix_sessions_seen_at"), "sessions", ["seen_at"])
    op.create_table(
        "login_attempts",
        sa.Column("subject_index", sa.LargeBinary(), nullable=False),
        sa.Column("failures", WHOLE, nullable=False),
        sa.Column("last_at", MOMENT, nullable=False),
        sa.Column("noted", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("subject_index", name=op.f("pk_login_attempts")),
    )
    op.create_index(op.f("ix_login_attempts_last_at"), "login_attempts", ["last_at"])
    op.create_table(
        "case_openings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("office", sa.String(length=64), nullable=True),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("active_at", MOMENT, nullable=False),
        sa.Column("worked_ms", WHOLE, nullable=False),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("decision", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_openings_case_id_cases")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_case_openings_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_openings")),
    )
    op.create_index(
        "uq_case_openings_open",
        "case_openings",
        ["case_id", "user_id"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_index("ix_case_openings_report", "case_openings", ["decided_at", "office"])
    # No foreign key: SQLite cannot add one to a table that others point to, and accounts are never deleted.
    op.add_column("cases", sa.Column("claimed_by", sa.Uuid(), nullable=True))
    op.add_column("cases", sa.Column("claimed_at", MOMENT, nullable=True))
    op.add_column("cases", sa.Column("lease_until", MOMENT, nullable=True))
    # A small office's first case must not be looked for among everybody's.
    for name, office in (("ix_cases_office_queue", "office"), ("ix_cases_received_queue", "received_office")):
        op.create_index(name, "cases", ["state", office, "queue_rank", "received", "id"])
