"""deadlines

Revision: 0012, after 0011.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_HAS = "coalesce(jsonb_array_length(structure -> 'deadlines'), 0) > 0"


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "deadline",
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("name", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.Text(), server_default=sa.text("'waiting'"), nullable=False),
        sa.Column("noticed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'met', 'missed', 'unknown')", name=op.f("ck_deadline_known_state")),
        sa.PrimaryKeyConstraint("run_id", "position", name=op.f("pk_deadline")),
    )
    op.create_index("ix_deadline_waiting", "deadline", ["due"], postgresql_where="state = 'waiting'")
    op.create_index(
        "ix_deadline_missed", "deadline", ["due", "run_id", "position"], postgresql_where="state = 'missed'"
    )
    op.add_column("dag_version", sa.Column("has_deadlines", sa.Boolean(), sa.Computed(_HAS, persisted=True)))


def downgrade() -> None:
    """Take it back."""
    op.drop_column("dag_version", "has_deadlines")
    op.drop_table("deadline")
