"""backfills

Revision: 0010, after 0009.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "backfill",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("dag_id", sa.Text(), nullable=False),
        _moment("from_date"),
        _moment("to_date"),
        sa.Column("backwards", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("reprocess", sa.Text(), server_default=sa.text("'none'"), nullable=False),
        sa.Column("max_active_runs", sa.Integer(), server_default=sa.text("10"), nullable=False),
        sa.Column("conf", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'running'"), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('running', 'paused', 'completed', 'cancelled')", name=op.f("ck_backfill_known_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backfill")),
    )
    op.create_index("ix_backfill_dag_id", "backfill", ["dag_id", "id"])
    op.create_table(
        "backfill_run",
        sa.Column("backfill_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        *(_moment(name) for name in ("logical_date", "data_interval_start", "data_interval_end", "run_after")),
        sa.Column("outcome", sa.Text(), server_default=sa.text("'waiting'"), nullable=False),
        sa.Column("reason", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("backfill_id", "position", name=op.f("pk_backfill_run")),
    )
    op.create_index(
        "ix_backfill_run_waiting",
        "backfill_run",
        ["backfill_id", "position"],
        postgresql_where="outcome = 'waiting'",
    )
    op.add_column("dag_run", sa.Column("backfill_id", sa.BigInteger(), nullable=True))
    op.create_index("ix_dag_run_backfill", "dag_run", ["backfill_id"], postgresql_where="backfill_id IS NOT NULL")


def downgrade() -> None:
    """Take it back."""
    op.drop_index("ix_dag_run_backfill", table_name="dag_run")
    op.drop_column("dag_run", "backfill_id")
    op.drop_table("backfill_run")
    op.drop_table("backfill")


def _moment(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)
