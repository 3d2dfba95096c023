"""what pages of DAGs and runs are read from

Revision: 0006, after 0005.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_COMPUTED = (
    ("label", sa.Text(), "structure ->> 'label'"),
    ("timezone", sa.Text(), "structure ->> 'timezone'"),
    ("task_count", sa.Integer(), "jsonb_array_length(structure -> 'tasks')"),
    ("asks_params", sa.Boolean(), "jsonb_path_exists(structure, '$.params.* ? (!exists(@.value))')"),
)


def upgrade() -> None:
    """Make the change; the code of a version is that of its newest run, or what its DAG runs on now."""
    op.add_column("dag_version", sa.Column("bundle_id", sa.BigInteger(), nullable=True))
    for name, kind, text in _COMPUTED:
        op.add_column("dag_version", sa.Column(name, kind, sa.Computed(text, persisted=True)))
    op.execute(
        "UPDATE dag_version v SET bundle_id = coalesce("
        "(SELECT d.bundle_id FROM dag d WHERE d.version_id = v.id),"
        " (SELECT r.bundle_id FROM dag_run r WHERE r.dag_id = v.dag_id AND r.version_id = v.id"
        " ORDER BY r.run_after DESC LIMIT 1))"
    )
    op.create_index("ix_dag_run_newest", "dag_run", ["run_after", "id"])
    op.create_index("ix_dag_run_failed", "dag_run", ["run_after", "id"], postgresql_where="state = 'failed'")


def downgrade() -> None:
    """Undo it."""
    op.drop_index("ix_dag_run_failed", table_name="dag_run")
    op.drop_index("ix_dag_run_newest", table_name="dag_run")
    for name, _, _ in reversed(_COMPUTED):
        op.drop_column("dag_version", name)
    op.drop_column("dag_version", "bundle_id")
