"""Alembic's entry: runs the migrations on the engine that ``headway.metastore.migrate`` hands over."""

from __future__ import annotations

import re
from typing import Any

from alembic import context

from headway.metastore.tables import metadata

_PARTITION = re.compile(r"_(p\d{8}|default)$")


def is_declared(_object: Any, name: str | None, kind: str, _reflected: bool, _other: Any) -> bool:
    """Leave partitions out of comparisons: they come and go with time."""
    return not (kind == "table" and name is not None and _PARTITION.search(name))


def run() -> None:
    """Migrate online."""
    with context.config.attributes["engine"].connect() as conn:
        context.configure(
            connection=conn,
            target_metadata=metadata,
            include_object=is_declared,
            compare_server_default=True,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
