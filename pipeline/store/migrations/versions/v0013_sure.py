"""What a reader itself gave its least sure character, kept beside the value: a calibration can then be held against decisions."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("fields", sa.Column("sure", sa.Double(), nullable=True))
