"""what tasks keep for their later tries and runs

Revision: 0005, after 0004.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "state_store",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("owner", "key", "value")),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("owner", "key", name=op.f("pk_state_store")),
    )


def downgrade() -> None:
    """Take it back."""
    op.drop_table("state_store")
