"""rendered

Revision: 0015, after 0014.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "rendered",
        sa.Column("ti_id", sa.BigInteger(), nullable=False),
        sa.Column("dispatch", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("try_number", sa.Integer(), nullable=False),
        sa.Column("fields", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("ti_id", "dispatch", "day", name=op.f("pk_rendered")),
        postgresql_partition_by="RANGE (day)",
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("rendered")
