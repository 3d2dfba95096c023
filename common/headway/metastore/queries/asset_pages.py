"""What pages of assets show: lists with producers and consumers, events, the graph of it all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from headway.metastore.database import Connection


@dataclass(frozen=True, slots=True)
class AssetItem:
    """An asset; ``producers`` as (DAG, task), ``consumers`` as DAGs, ``aliases`` under which tasks have reported it."""

    key: int
    name: str
    uri: str
    group: str
    extra: dict[str, Any]
    created_at: datetime
    last_event: datetime | None
    aliases: Sequence[str]
    producers: Sequence[tuple[str, str]]
    consumers: Sequence[str]


# An outlet is an asset, a reference to one by name or URI, or an alias.
_PRODUCER = """
producer AS MATERIALIZED (
    SELECT d.dag_id, t ->> 'task_id' AS task_id, coalesce(o ->> 'name', o #>> '{asset_ref,name}') AS name,
           o #>> '{asset_ref,uri}' AS uri, o #>> '{alias,name}' AS alias
    FROM dag d JOIN dag_version v ON v.id = d.version_id,
         jsonb_path_query(v.structure, '$.tasks[*] ? (exists (@.outlets[*]))') AS t,
         jsonb_array_elements(t -> 'outlets') AS o
    WHERE NOT d.is_stale
)"""

_MAKES = (
    """(p.name = a.name OR p.uri = a.uri OR p.alias IN (SELECT m.alias FROM asset_alias m WHERE m.asset_id = a.id))"""
)

_WAITS = """CASE c.kind WHEN 'name' THEN c.value = a.name WHEN 'uri' THEN c.value = a.uri
            ELSE EXISTS (SELECT 1 FROM asset_alias m WHERE m.asset_id = a.id AND m.alias = c.value) END"""

_PAGE = f"""
WITH {_PRODUCER}, a AS (
    SELECT id, name, uri, group_name, extra, created_at FROM asset
    WHERE (%(key)s::bigint IS NULL OR id = %(key)s) AND (%(after)s::text IS NULL OR name > %(after)s)
      AND (%(text)s::text IS NULL OR strpos(lower(name), lower(%(text)s)) > 0
           OR strpos(lower(uri), lower(%(text)s)) > 0)
      AND (%(group)s::text IS NULL OR group_name = %(group)s)
    ORDER BY name LIMIT %(limit)s
)
SELECT a.*, (SELECT max(e.at) FROM asset_event e WHERE e.asset_id = a.id),
       ARRAY(SELECT m.alias FROM asset_alias m WHERE m.asset_id = a.id ORDER BY 1),
       (SELECT coalesce(jsonb_agg(DISTINCT jsonb_build_array(p.dag_id, p.task_id)), '[]')
        FROM producer p WHERE {_MAKES}),
       ARRAY(SELECT DISTINCT c.dag_id FROM asset_consumer c JOIN dag d ON d.dag_id = c.dag_id AND NOT d.is_stale
             WHERE {_WAITS} ORDER BY 1)
FROM a ORDER BY a.name
"""  # noqa: S608 (made of constants)


def page(
    conn: Connection,
    *,
    limit: int,
    after: str | None = None,
    text: str | None = None,
    group: str | None = None,
    key: int | None = None,
) -> list[AssetItem]:
    """Assets by name: those behind ``after``, with ``text`` in name or URI, of ``group``; or the one of ``key``."""
    parameters = {"limit": limit, "after": after, "text": text, "group": group, "key": key}
    return [AssetItem(*row) for row in conn.execute(_PAGE, parameters).fetchall()]


def count(conn: Connection, *, text: str | None = None, group: str | None = None) -> int:
    """How many assets match."""
    row = conn.execute(
        "SELECT count(*) FROM asset WHERE (%(text)s::text IS NULL OR strpos(lower(name), lower(%(text)s)) > 0"
        " OR strpos(lower(uri), lower(%(text)s)) > 0) AND (%(group)s::text IS NULL OR group_name = %(group)s)",
        {"text": text, "group": group},
    ).fetchone()
    assert row is not None
    return int(row[0])


@dataclass(frozen=True, slots=True)
class EventItem:
    """An event; ``runs`` are the (DAG, run) that it has started, the source is empty for one that a person made."""

    key: int
    asset: int
    name: str
    uri: str
    group: str
    extra: dict[str, Any]
    at: datetime
    dag_id: str
    task_id: str
    run_id: str
    map_index: int
    runs: Sequence[tuple[str, str]]


_EVENTS = """
SELECT e.id, a.id, a.name, a.uri, a.group_name, e.extra, e.at, e.source_dag_id, e.source_task_id, e.source_run_id,
       e.source_map_index,
       (SELECT coalesce(jsonb_agg(jsonb_build_array(r.dag_id, r.run_id) ORDER BY r.dag_id), '[]')
        FROM asset_delivery w JOIN dag_run r ON r.id = w.run_id WHERE w.event_id = e.id)
FROM asset_event e JOIN asset a ON a.id = e.asset_id
WHERE (%(asset)s::bigint IS NULL OR e.asset_id = %(asset)s) AND (%(before)s::bigint IS NULL OR e.id < %(before)s)
  AND (%(dag_id)s::text IS NULL OR e.source_dag_id = %(dag_id)s)
  AND (%(task_id)s::text IS NULL OR e.source_task_id = %(task_id)s)
  AND (%(run_id)s::text IS NULL OR e.source_run_id = %(run_id)s)
  AND (%(since)s::timestamptz IS NULL OR e.at >= %(since)s)
  AND (%(until)s::timestamptz IS NULL OR e.at <= %(until)s)
ORDER BY e.id DESC LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which events: all conditions hold; None does not count."""

    asset: int | None = None
    dag_id: str | None = None
    task_id: str | None = None
    run_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None


def events(conn: Connection, which: EventFilter, *, limit: int, before: int | None = None) -> list[EventItem]:
    """Events, the newest first, from behind the one of key ``before``."""
    conditions = {name: getattr(which, name) for name in EventFilter.__slots__}
    rows = conn.execute(_EVENTS, {**conditions, "limit": limit, "before": before}).fetchall()
    return [EventItem(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class Edge:
    """``source`` leads to ``target``; each is (``dag``, ``asset`` or ``alias``; its name)."""

    source: tuple[str, str]
    target: tuple[str, str]
    task_id: str | None = None


_MADE = f"""
WITH {_PRODUCER}
SELECT DISTINCT p.dag_id, p.task_id, CASE WHEN p.alias IS NULL THEN 'asset' ELSE 'alias' END,
       coalesce(p.alias, p.name, (SELECT a.name FROM asset a WHERE a.uri = p.uri ORDER BY a.id LIMIT 1), p.uri)
FROM producer p ORDER BY 1, 2, 4
"""  # noqa: S608

_AWAITED = """
SELECT DISTINCT c.dag_id, CASE c.kind WHEN 'alias' THEN 'alias' ELSE 'asset' END,
       CASE c.kind WHEN 'uri' THEN coalesce((SELECT a.name FROM asset a WHERE a.uri = c.value ORDER BY a.id LIMIT 1),
                                            c.value) ELSE c.value END
FROM asset_consumer c JOIN dag d ON d.dag_id = c.dag_id AND NOT d.is_stale ORDER BY 1, 3
"""


def edges(conn: Connection) -> list[Edge]:
    """Everything that leads from DAGs to what they make, from aliases to assets, and on to the DAGs that wait."""
    made = [Edge(("dag", dag), (kind, name), task) for dag, task, kind, name in conn.execute(_MADE).fetchall()]
    under = conn.execute(
        "SELECT m.alias, a.name FROM asset_alias m JOIN asset a ON a.id = m.asset_id ORDER BY 1, 2"
    ).fetchall()
    awaited = [Edge((kind, name), ("dag", dag)) for dag, kind, name in conn.execute(_AWAITED).fetchall()]
    return made + [Edge(("alias", alias), ("asset", name)) for alias, name in under] + awaited


def all_names(conn: Connection) -> list[tuple[int, str]]:
    """(key, name) of every asset."""
    return conn.execute("SELECT id, name FROM asset ORDER BY name").fetchall()


@dataclass(frozen=True, slots=True)
class Awaited:
    """Something that a DAG waits for: ``kind`` is asset or alias; ``arrived`` counts the events that are there."""

    kind: str
    name: str
    key: int | None
    uri: str
    arrived: int
    last_event: datetime | None


_OF_DAG = """
SELECT CASE c.kind WHEN 'alias' THEN 'alias' ELSE 'asset' END, coalesce(a.name, c.value), a.id,
       coalesce(a.uri, CASE c.kind WHEN 'uri' THEN c.value END, ''), coalesce(sum(w.count), 0)::int, max(w.last)
FROM asset_consumer c
LEFT JOIN asset a ON CASE c.kind WHEN 'name' THEN a.name = c.value WHEN 'uri' THEN a.uri = c.value ELSE false END
LEFT JOIN LATERAL (
    SELECT count(*) AS count, max(e.at) AS last FROM asset_delivery d JOIN asset_event e ON e.id = d.event_id
    WHERE d.dag_id = c.dag_id AND d.run_id IS NULL AND (d.asset_id = a.id OR (c.kind = 'alias' AND d.asset_id IN (
        SELECT m.asset_id FROM asset_alias m WHERE m.alias = c.value)))
) w ON true
WHERE c.dag_id = %s GROUP BY 1, 2, 3, 4 ORDER BY 1, 2
"""


def awaited(conn: Connection, dag_id: str) -> list[Awaited]:
    """What a DAG waits for, and what of it has come since its last run."""
    return [Awaited(*row) for row in conn.execute(_OF_DAG, (dag_id,)).fetchall()]


_BY_HAND = f"""
WITH produced AS (
    INSERT INTO asset_event (asset_id, extra) SELECT id, %(extra)s FROM asset WHERE id = %(asset)s
    RETURNING id, asset_id
), delivered AS (
    INSERT INTO asset_delivery (event_id, dag_id, asset_id)
    SELECT DISTINCT produced.id, c.dag_id, a.id
    FROM produced JOIN asset a ON a.id = produced.asset_id
    JOIN asset_consumer c ON {_WAITS}
    JOIN dag d ON d.dag_id = c.dag_id AND NOT d.is_paused AND NOT d.is_stale
)
SELECT id FROM produced
"""  # noqa: S608


def add_event(conn: Connection, asset: int, extra: Any) -> int | None:
    """An event that no task made, delivered to every DAG that waits; its key, None for an unknown asset."""
    row = conn.execute(_BY_HAND, {"asset": asset, "extra": extra}).fetchone()
    return int(row[0]) if row else None
