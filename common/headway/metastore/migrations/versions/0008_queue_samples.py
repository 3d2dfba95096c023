"""what queues looked like over the last day; runs and attempts by when they ended

Revision: 0008, after 0007.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "queue_sample",
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("backlog", "outstanding", "running")),
        sa.Column("oldest_seconds", sa.Float(), nullable=True),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("workers", "slots", "wanted_workers", "finished")),
        sa.Column("busy_seconds", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("queue", "at", name=op.f("pk_queue_sample")),
    )
    op.create_index("ix_queue_sample_at", "queue_sample", ["at"])
    op.create_index("ix_dag_run_ended", "dag_run", ["end_date"])
    op.create_index("ix_task_attempt_ended_at", "task_attempt", ["ended_at"], postgresql_using="brin")


def downgrade() -> None:
    """Take it back."""
    op.drop_index("ix_task_attempt_ended_at", table_name="task_attempt")
    op.drop_index("ix_dag_run_ended", table_name="dag_run")
    op.drop_table("queue_sample")
