"""Whether the server that took a mail in says that its sender's address is not his; NULL for mails decided before."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("messages", sa.Column("sender_refuted", sa.Boolean(), nullable=True))
