"""UIDs that are used again: generations of a folder's numbering, and what the server said of each mail."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
OLD_KEY = "uq_ledger_mailbox_folder_uidvalidity_uid"
NEW_KEY = "uq_ledger_mailbox_folder_uidvalidity_generation_uid"


def upgrade() -> None:
    with op.batch_alter_table("ledger") as table:
        table.add_column(sa.Column("generation", WHOLE, nullable=False, server_default="0"))
        table.add_column(sa.Column("size_least", sa.BigInteger(), nullable=True))
        table.add_column(sa.Column("size_most", sa.BigInteger(), nullable=True))
        table.add_column(sa.Column("dated_first", MOMENT, nullable=True))
        table.add_column(sa.Column("dated_last", MOMENT, nullable=True))
        table.drop_constraint(OLD_KEY, type_="unique")
        table.create_unique_constraint(NEW_KEY, ["mailbox", "folder", "uidvalidity", "generation", "uid"])
    op.add_column("listings", sa.Column("generation", WHOLE, nullable=False, server_default="0"))
    op.create_table(
        "numberings",
        sa.Column("mailbox", sa.Text(), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("uidvalidity", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("generation", WHOLE, nullable=False),
        sa.Column("compared_at", MOMENT, nullable=True),
        sa.Column("doubted", sa.Boolean(), nullable=False),
        sa.Column("begun_at", MOMENT, nullable=True),
        sa.Column("in_a_row", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("mailbox", "folder", "uidvalidity", name=op.f("pk_numberings")),
    )
