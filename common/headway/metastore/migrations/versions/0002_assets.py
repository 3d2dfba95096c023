"""asset deliveries: who waits for which asset, which events wait for whom

Revision: 0002, after 0001.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_EMPTY = sa.text("'{}'::jsonb")
_SOURCE = ("source_dag_id", "source_task_id", "source_run_id")


def upgrade() -> None:
    """Make the change."""
    op.add_column("asset", sa.Column("group_name", sa.Text(), server_default=sa.text("'asset'"), nullable=False))
    op.add_column("asset", sa.Column("extra", postgresql.JSONB(), server_default=_EMPTY, nullable=False))
    op.create_index("ix_asset_uri", "asset", ["uri"])
    for name in _SOURCE:
        op.add_column("asset_event", sa.Column(name, sa.Text(), server_default=sa.text("''"), nullable=False))
    op.add_column(
        "asset_event", sa.Column("source_map_index", sa.Integer(), server_default=sa.text("-1"), nullable=False)
    )
    op.create_table(
        "asset_alias",
        sa.Column("asset_id", sa.BigInteger(), nullable=False),
        sa.Column("alias", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("asset_id", "alias", name=op.f("pk_asset_alias")),
    )
    op.create_index("ix_asset_alias_alias", "asset_alias", ["alias"])
    op.create_table(
        "asset_consumer",
        sa.Column("dag_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("dag_id", "kind", "value", name=op.f("pk_asset_consumer")),
    )
    op.create_index("ix_asset_consumer_value", "asset_consumer", ["value", "kind"])
    op.create_table(
        "asset_delivery",
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.Column("dag_id", sa.Text(), nullable=False),
        sa.Column("asset_id", sa.BigInteger(), nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("event_id", "dag_id", name=op.f("pk_asset_delivery")),
    )
    op.create_index(
        "ix_asset_delivery_waiting",
        "asset_delivery",
        ["dag_id", "asset_id"],
        postgresql_where=sa.text("run_id IS NULL"),
    )
    op.create_index("ix_asset_delivery_run_id", "asset_delivery", ["run_id"])


def downgrade() -> None:
    """Take it back."""
    for name in ("asset_delivery", "asset_consumer", "asset_alias"):
        op.drop_table(name)
    for name in ("source_map_index", *_SOURCE):
        op.drop_column("asset_event", name)
    op.drop_index("ix_asset_uri", table_name="asset")
    for name in ("extra", "group_name"):
        op.drop_column("asset", name)
