"""what deferred task instances wait for

Revision: 0011, after 0010.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "trigger",
        sa.Column("ti_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("dispatch", sa.Integer(), nullable=False),
        sa.Column("try_number", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("classpath", "sealed", "method")),
        sa.Column("label", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("node_id", postgresql.UUID(as_uuid=False), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("fired_at", sa.DateTime(timezone=True), nullable=True),
        *(sa.Column(name, sa.Text(), nullable=True) for name in ("outcome", "payload")),
        sa.PrimaryKeyConstraint("ti_id", name=op.f("pk_trigger")),
        postgresql_with={"fillfactor": 70},
    )
    op.create_index(
        "ix_trigger_waiting", "trigger", ["node_id"], unique=False, postgresql_where=sa.text("fired_at IS NULL")
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("trigger")
