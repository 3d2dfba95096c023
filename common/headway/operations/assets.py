"""Assets: find one, and have the DAG that makes it run."""

from __future__ import annotations

from headway.errors import Conflict, NotFound
from headway.metastore.database import Connection
from headway.metastore.queries import asset_reads
from headway.metastore.queries.asset_reads import AssetRow
from headway.operations.nearest import nearest
from headway.operations.trigger import Triggered, trigger


def find_asset(conn: Connection, name: str) -> AssetRow:
    """The asset of that name or URI; raises ``NotFound`` that names the nearest ones."""
    found = asset_reads.assets(conn, name)
    if not found:
        hint = nearest(name, asset_reads.asset_names(conn)) or "`headway assets list` shows them"
        raise NotFound(f"there is no asset {name!r}", hint)
    return next((one for one in found if one.name == name), found[0])


def materialize(conn: Connection, name: str, *, actor: str) -> Triggered:
    """Start a run of the DAG whose task updates an asset.

    Raises ``NotFound`` for an unknown asset, ``Conflict`` when no DAG or more than one updates it.
    """
    found = find_asset(conn, name)
    dags = sorted({dag_id for dag_id, _ in asset_reads.producers(conn, found.name)})
    if not dags:
        raise Conflict(
            f"no task has the asset {found.name!r} among its outlets",
            "add it to the outlets of a task, or trigger what updates it outside",
        )
    if len(dags) > 1:
        raise Conflict(
            f"the asset {found.name!r} is updated by {len(dags)} DAGs: {', '.join(dags)}",
            "trigger the one that you mean: `headway dags trigger DAG`",
        )
    return trigger(conn, dags[0], actor=actor)
