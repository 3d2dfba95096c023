"""callbacks that workers have still to run

Revision: 0003, after 0002.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_NONE = sa.text("0")


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "callback",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("ti_id", sa.BigInteger(), nullable=False),
        sa.Column("dispatch", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("of_dag", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("reason", sa.Text(), server_default=sa.text("''"), nullable=False),
        *(sa.Column(name, sa.Integer(), server_default=_NONE, nullable=False) for name in ("sent", "taken", "takes")),
        *(
            sa.Column(name, sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False)
            for name in ("due", "created_at")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_callback")),
    )
    op.create_index("ix_callback_due", "callback", ["due"])
    op.create_index("ix_callback_run_id", "callback", ["run_id"])


def downgrade() -> None:
    """Take it back."""
    op.drop_table("callback")
