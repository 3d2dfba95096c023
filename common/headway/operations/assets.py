"""Assets: find one, and have the DAG that makes it run."""

from __future__ import annotations

import json
from typing import Any

from psycopg.types.json import Jsonb

from headway.authoring.nesting import TOO_DEEP, is_too_deep
from headway.errors import Conflict, InvalidInput, NotFound
from headway.metastore.database import Connection
from headway.metastore.queries import asset_pages, asset_reads, event_log
from headway.metastore.queries.asset_pages import AssetItem, EventItem
from headway.metastore.queries.asset_reads import AssetRow
from headway.operations.nearest import nearest
from headway.operations.trigger import Triggered, trigger

MAX_EXTRA_BYTES = 65_536


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


def asset_by_key(conn: Connection, key: int) -> AssetItem:
    """One asset with producers and consumers; raises ``NotFound``."""
    found = asset_pages.page(conn, limit=1, key=key)
    if not found:
        raise NotFound(f"there is no asset number {key}", "the list of assets shows them")
    return found[0]


def create_event(conn: Connection, key: int, extra: dict[str, Any], *, actor: str) -> EventItem:
    """Say that an asset was updated outside; DAGs that wait for it hear of it as of any other update.

    Raises ``NotFound``, and ``InvalidInput`` for an ``extra`` of more than 64 kB or of too many levels.
    """
    asset = asset_by_key(conn, key)
    if is_too_deep(extra):
        raise InvalidInput(f"extra is {TOO_DEEP}", "store the data and name its place")
    if len(json.dumps(extra)) > MAX_EXTRA_BYTES:
        raise InvalidInput(f"extra is larger than {MAX_EXTRA_BYTES // 1024} kB", "store the data and name its place")
    with conn.transaction():
        event = asset_pages.add_event(conn, key, Jsonb(extra))
        event_log.record(conn, actor=actor, action="asset.event", subject=f"asset {asset.name}", detail={"id": event})
    assert event is not None, f"asset {key} was deleted meanwhile"
    return asset_pages.events(conn, asset_pages.EventFilter(asset=key), limit=1, before=event + 1)[0]
