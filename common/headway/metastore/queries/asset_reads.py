"""What tasks and people ask of assets: the assets, their events, who produces and who waits for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from headway.authoring.runtime import AssetEventFacts, AssetFacts, EventQuery, RunFacts
from headway.metastore.database import Connection
from headway.metastore.queries.task_reads import RUN_FACTS


@dataclass(frozen=True, slots=True)
class AssetRow:
    """An asset as lists show it; ``producers`` are ``dag.task``, ``consumers`` DAGs."""

    name: str
    uri: str
    group: str
    events: int
    last_event: datetime | None
    producers: Sequence[str]
    consumers: Sequence[str]


# Of a DAG's present version: which of its tasks have the asset among their outlets.
_PRODUCERS = """
    SELECT d.dag_id, t ->> 'task_id' AS task_id
    FROM dag d JOIN dag_version v ON v.id = d.version_id,
         jsonb_path_query(v.structure, '$.tasks[*] ? (exists (@.outlets[*]))') AS t,
         jsonb_array_elements(t -> 'outlets') AS o
    WHERE NOT d.is_stale AND (o ->> 'name' = a.name OR o #>> '{asset_ref,name}' = a.name
                              OR o #>> '{asset_ref,uri}' = a.uri
                              OR o #>> '{alias,name}' IN (SELECT m.alias FROM asset_alias m WHERE m.asset_id = a.id))"""

_ASSETS = f"""
SELECT a.name, a.uri, a.group_name, coalesce(e.count, 0), e.last,
       ARRAY(SELECT DISTINCT p.dag_id || '.' || p.task_id FROM ({_PRODUCERS}) p ORDER BY 1),
       ARRAY(SELECT DISTINCT c.dag_id FROM asset_consumer c JOIN dag d ON d.dag_id = c.dag_id AND NOT d.is_stale
             WHERE CASE c.kind WHEN 'name' THEN c.value = a.name WHEN 'uri' THEN c.value = a.uri
                   ELSE EXISTS (SELECT 1 FROM asset_alias m WHERE m.asset_id = a.id AND m.alias = c.value) END
             ORDER BY 1)
FROM asset a
LEFT JOIN LATERAL (SELECT count(*) AS count, max(at) AS last FROM asset_event WHERE asset_id = a.id) e ON true
WHERE %(name)s::text IS NULL OR a.name = %(name)s OR a.uri = %(name)s
ORDER BY a.name
"""  # noqa: S608 (constants of this module)


def assets(conn: Connection, name: str | None = None) -> list[AssetRow]:
    """Every asset by name, or the one of this name or URI."""
    return [AssetRow(*row) for row in conn.execute(_ASSETS, {"name": name}).fetchall()]


def asset_names(conn: Connection) -> list[str]:
    """The names of every asset, for suggestions."""
    return [row[0] for row in conn.execute("SELECT name FROM asset ORDER BY name").fetchall()]


def asset_named(conn: Connection, name: str) -> AssetFacts | None:
    """One declared asset."""
    row = conn.execute("SELECT name, uri, group_name, extra FROM asset WHERE name = %s", (name,)).fetchone()
    return AssetFacts(*row) if row else None


_EVENT = f"""
SELECT e.id, a.name, a.uri, a.group_name, e.extra, e.at, e.source_dag_id, e.source_task_id, e.source_run_id,
       e.source_map_index, ARRAY(SELECT m.alias FROM asset_alias m WHERE m.asset_id = a.id ORDER BY 1), {RUN_FACTS}
FROM asset_event e JOIN asset a ON a.id = e.asset_id
LEFT JOIN dag_run r ON r.dag_id = e.source_dag_id AND r.run_id = e.source_run_id
"""  # noqa: S608

_OF_RUN = f"{_EVENT}WHERE e.id IN (SELECT event_id FROM asset_delivery WHERE run_id = %s) ORDER BY e.at, e.id"  # noqa: S608

_MATCHING = """
WHERE (%(name)s::text IS NULL OR a.name = %(name)s) AND (%(uri)s::text IS NULL OR a.uri = %(uri)s)
  AND (%(alias)s::text IS NULL
       OR a.id IN (SELECT m.asset_id FROM asset_alias m WHERE m.alias = %(alias)s))
  AND (%(after)s::timestamptz IS NULL OR e.at >= %(after)s)
  AND (%(before)s::timestamptz IS NULL OR e.at <= %(before)s)
"""


def events(conn: Connection, query: EventQuery) -> list[AssetEventFacts]:
    """The events that match."""
    order = "ORDER BY e.at, e.id" if query.ascending else "ORDER BY e.at DESC, e.id DESC"
    rows = conn.execute(f"{_EVENT}{_MATCHING}{order} LIMIT %(limit)s", asdict(query)).fetchall()
    return [_event(row) for row in rows]


def triggering_events(conn: Connection, run: int) -> list[AssetEventFacts]:
    """The events that started a run, the earliest first."""
    return [_event(row) for row in conn.execute(_OF_RUN, (run,)).fetchall()]


def producers(conn: Connection, name: str) -> list[tuple[str, str]]:
    """(DAG, task) of the tasks that have this asset among their outlets."""
    query = f"SELECT p.dag_id, p.task_id FROM asset a, LATERAL ({_PRODUCERS}) p WHERE a.name = %s ORDER BY 1, 2"  # noqa: S608
    return conn.execute(query, (name,)).fetchall()


def _event(row: tuple[Any, ...]) -> AssetEventFacts:
    source = RunFacts(*row[11:]) if row[11] is not None else None
    return AssetEventFacts(*(*row[:11], source))
