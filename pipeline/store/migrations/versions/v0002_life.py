"""The life of a filing: stages, findings set aside, versions of a record."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("cases") as table:
        table.add_column(sa.Column("stage", sa.String(length=64), nullable=False, server_default="received"))
        table.add_column(sa.Column("version", WHOLE, nullable=False, server_default="1"))
        table.add_column(sa.Column("verdict_revision", WHOLE, nullable=False, server_default="1"))
    op.execute("UPDATE cases SET stage = 'concluded' WHERE state = 'registered'")
    with op.batch_alter_table("findings") as table:
        table.add_column(sa.Column("case_revision", WHOLE, nullable=False, server_default="1"))
    op.create_table(
        "set_asides",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("finding_index", sa.LargeBinary(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_set_asides_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_set_asides")),
        sa.UniqueConstraint("case_id", "finding_index", name=op.f("uq_set_asides_case_id_finding_index")),
    )
    op.create_index(op.f("ix_set_asides_case_id"), "set_asides", ["case_id"])
    op.create_table(
        "record_versions",
        sa.Column("id", WHOLE, nullable=False),
        sa.Column("record_id", WHOLE, nullable=False),
        sa.Column("version", WHOLE, nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["registry.id"], name=op.f("fk_record_versions_record_id_registry")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_record_versions_case_id_cases")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_versions")),
        sa.UniqueConstraint("record_id", "version", name=op.f("uq_record_versions_record_id_version")),
    )
    op.execute(
        "INSERT INTO record_versions (record_id, version, case_id, kind, actor, at) "
        "SELECT r.id, 1, r.case_id, 'registered', 'system', m.decided_at FROM registry r "
        "JOIN cases c ON c.id = r.case_id JOIN messages m ON m.id = c.message_id"
    )
