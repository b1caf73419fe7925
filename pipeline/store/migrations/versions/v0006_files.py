"""Which file a value was read from, and what is kept of the files."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "files",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("message_id", WHOLE, nullable=False),
        sa.Column("revision", WHOLE, nullable=False),
        sa.Column("number", WHOLE, nullable=False),
        sa.Column("media", sa.String(length=64), nullable=False),
        sa.Column("size_bytes", WHOLE, nullable=False),
        sa.Column("inline", sa.Boolean(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("pages", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_files_message_id_messages")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_files")),
        sa.UniqueConstraint("message_id", "revision", "number", name=op.f("uq_files_message_id_revision_number")),
    )
    with op.batch_alter_table("cases") as table:
        table.add_column(sa.Column("form_file", WHOLE, nullable=True))
    with op.batch_alter_table("papers") as table:
        table.add_column(sa.Column("file", WHOLE, nullable=True))
