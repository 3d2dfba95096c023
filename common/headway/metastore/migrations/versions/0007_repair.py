"""notes on runs and task instances, and what people hold

Revision: 0007, after 0006.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "note",
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("ti_id", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", "ti_id", name=op.f("pk_note")),
    )
    op.create_table(
        "hold",
        sa.Column("dag_id", sa.Text(), nullable=False),
        sa.Column("run_id", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("task_id", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("reason", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("dag_id", "run_id", "task_id", name=op.f("pk_hold")),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("hold")
    op.drop_table("note")
