"""moved logs

Revision: 0014, after 0013.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "moved_log",
        sa.Column("ti_id", sa.BigInteger(), nullable=False),
        sa.Column("dispatch", sa.Integer(), nullable=False),
        sa.Column("byte_offset", sa.BigInteger(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("store", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("doomed", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.PrimaryKeyConstraint("ti_id", "dispatch", "byte_offset", name=op.f("pk_moved_log")),
    )
    op.create_index("ix_moved_log_day", "moved_log", ["day"], postgresql_using="brin")
    op.create_index("ix_moved_log_doomed", "moved_log", ["store"], postgresql_where=sa.text("doomed"))


def downgrade() -> None:
    """Take it back; what lies in a log store is no longer found then."""
    op.drop_table("moved_log")
