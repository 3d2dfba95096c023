"""lengths of XComs that other tasks are mapped over

Revision: 0004, after 0003.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    op.add_column("xcom", sa.Column("length", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Undo it."""
    op.drop_column("xcom", "length")
