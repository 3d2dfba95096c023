"""Which assets there are, which DAGs wait for them, and the runs that their events start."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from headway.metastore.database import Connection, fetch_value

# What one file leaves open (a URI, a group, an extra) is not taken from what another one says.
_DECLARE = """
INSERT INTO asset AS old (name, uri, group_name, extra)
SELECT DISTINCT ON (name) name, uri, coalesce("group", 'asset'), coalesce(extra, '{}')
FROM jsonb_to_recordset(%s::jsonb) AS a (name text, uri text, "group" text, extra jsonb) ORDER BY name
ON CONFLICT (name) DO UPDATE SET
    uri = CASE WHEN excluded.uri = excluded.name THEN old.uri ELSE excluded.uri END,
    group_name = CASE WHEN excluded.group_name = 'asset' THEN old.group_name ELSE excluded.group_name END,
    extra = CASE WHEN excluded.extra = '{}' THEN old.extra ELSE excluded.extra END
WHERE (excluded.uri <> excluded.name AND excluded.uri <> old.uri)
   OR (excluded.group_name <> 'asset' AND excluded.group_name <> old.group_name)
   OR (excluded.extra <> '{}' AND excluded.extra <> old.extra)
"""

_FORGET_CONSUMER = """
WITH wanted AS (
    SELECT * FROM unnest(%(kinds)s::text[], %(values)s::text[]) AS w (kind, value)
)
DELETE FROM asset_consumer c
WHERE c.dag_id = %(dag_id)s AND NOT EXISTS (SELECT 1 FROM wanted w WHERE (w.kind, w.value) = (c.kind, c.value))
"""

_ADD_CONSUMER = """
INSERT INTO asset_consumer (dag_id, kind, value)
SELECT %(dag_id)s, * FROM unnest(%(kinds)s::text[], %(values)s::text[]) ON CONFLICT DO NOTHING
"""

# What waited for an asset that the DAG no longer waits for must start nothing.
_FORGET_DELIVERIES = """
DELETE FROM asset_delivery w USING asset a
WHERE w.dag_id = %(dag_id)s AND w.run_id IS NULL AND a.id = w.asset_id AND NOT EXISTS (
    SELECT 1 FROM asset_consumer c WHERE c.dag_id = %(dag_id)s AND CASE c.kind
        WHEN 'name' THEN c.value = a.name
        WHEN 'uri' THEN c.value = a.uri
        ELSE EXISTS (SELECT 1 FROM asset_alias m WHERE m.asset_id = a.id AND m.alias = c.value) END)
"""


def declare(conn: Connection, assets: Collection[Mapping[str, Any]]) -> None:
    """Enter the assets that a DAG's file declares (name, uri, group, extra), or bring them up to date."""
    if assets:
        conn.execute(_DECLARE, (json.dumps(list(assets)),))


def set_consumer(conn: Connection, dag_id: str, references: Collection[tuple[str, str]]) -> None:
    """Say what a DAG waits for: (``name``, ``uri`` or ``alias``; which) each."""
    parameters = {
        "dag_id": dag_id,
        "kinds": [kind for kind, _ in references],
        "values": [value for _, value in references],
    }
    if conn.execute(_FORGET_CONSUMER, parameters).rowcount:
        conn.execute(_FORGET_DELIVERIES, parameters)
    if references:
        conn.execute(_ADD_CONSUMER, parameters)


@dataclass(frozen=True, slots=True)
class Arrived:
    """An asset of which events wait for a DAG."""

    name: str
    uri: str
    aliases: Sequence[str]


@dataclass(frozen=True, slots=True)
class Consumer:
    """A DAG for which events wait; ``owner`` is the scheduler that holds its runs."""

    dag_id: str
    condition: dict[str, Any]
    style: int
    version_id: int
    bundle_id: int
    owner: str | None
    arrived: Sequence[Arrived]


_WAITING = """
SELECT d.dag_id, d.schedule -> 'expression', d.style, d.version_id, d.bundle_id, d.owner_id::text,
       a.name, a.uri, ARRAY(SELECT m.alias FROM asset_alias m WHERE m.asset_id = a.id)
FROM (SELECT DISTINCT dag_id, asset_id FROM asset_delivery WHERE run_id IS NULL {which}) w
JOIN dag d ON d.dag_id = w.dag_id AND NOT d.is_paused AND NOT d.is_stale AND d.schedule ? 'expression'
    AND (d.end_date IS NULL OR d.end_date >= now()) AND (d.start_date IS NULL OR d.start_date <= now())
    AND d.max_active_runs > (
        SELECT count(*) FROM dag_run r WHERE r.dag_id = d.dag_id AND r.state IN ('queued', 'running'))
JOIN asset a ON a.id = w.asset_id
ORDER BY d.dag_id
"""


def waiting(conn: Connection) -> list[Consumer]:
    """Every DAG for which events wait and that may have another run at once; else they wait for the next one."""
    return _consumers(conn.execute(_WAITING.format(which="")).fetchall())


def locked_consumer(conn: Connection, dag_id: str) -> Consumer | None:
    """One such DAG, its row locked until the transaction ends, and what waits for it then."""
    conn.execute("SELECT 1 FROM dag WHERE dag_id = %s FOR UPDATE", (dag_id,))
    query = _WAITING.format(which="AND dag_id = %(dag_id)s")
    return next(iter(_consumers(conn.execute(query, {"dag_id": dag_id}).fetchall())), None)


def _consumers(rows: list[tuple[Any, ...]]) -> list[Consumer]:
    arrived: dict[str, list[Arrived]] = {}
    for row in rows:
        arrived.setdefault(row[0], []).append(Arrived(*row[6:]))
    facts = {row[0]: row[:6] for row in rows}
    return [Consumer(*(*facts[dag_id], found)) for dag_id, found in arrived.items()]


def arrived(conn: Connection, dag_id: str) -> list[str]:
    """The names of the assets of which events wait for a DAG."""
    rows = conn.execute(
        "SELECT DISTINCT a.name FROM asset_delivery w JOIN asset a ON a.id = w.asset_id"
        " WHERE w.dag_id = %s AND w.run_id IS NULL ORDER BY 1",
        (dag_id,),
    ).fetchall()
    return [row[0] for row in rows]


# A run of Airflow 2 has the moment for its logical date, and the data of the runs that it follows.
_CREATE_RUN = """
WITH event AS (
    SELECT e.id, e.source_dag_id, e.source_run_id FROM asset_delivery w JOIN asset_event e ON e.id = w.event_id
    WHERE w.dag_id = %(dag_id)s AND w.run_id IS NULL
), source AS (
    SELECT min(r.data_interval_start) AS start, max(r.data_interval_end) AS end
    FROM event JOIN dag_run r ON r.dag_id = event.source_dag_id AND r.run_id = event.source_run_id
), made AS (
    INSERT INTO dag_run (dag_id, run_id, run_type, logical_date, data_interval_start, data_interval_end,
                         run_after, version_id, bundle_id, triggered_by)
    SELECT %(dag_id)s, %(run_id)s, 'asset_triggered', CASE WHEN %(dated)s THEN %(now)s END,
           CASE WHEN %(dated)s THEN coalesce(source.start, %(now)s) END,
           CASE WHEN %(dated)s THEN coalesce(source.end, %(now)s) END,
           %(now)s, %(version_id)s, %(bundle_id)s, 'assets'
    FROM source
    ON CONFLICT DO NOTHING
    RETURNING id
)
UPDATE asset_delivery w SET run_id = made.id FROM made, event
WHERE w.event_id = event.id AND w.dag_id = %(dag_id)s AND w.run_id IS NULL
"""


def create_run(conn: Connection, consumer: Consumer, *, run_id: str, now: datetime) -> int:
    """Make a run that takes every event waiting for a locked DAG; how many it took, 0 when the name is taken."""
    parameters = {
        "dag_id": consumer.dag_id,
        "run_id": run_id,
        "now": now,
        "dated": consumer.style < 3,
        "version_id": consumer.version_id,
        "bundle_id": consumer.bundle_id,
    }
    return conn.execute(_CREATE_RUN, parameters).rowcount


def forget_dag(conn: Connection, dag_id: str) -> None:
    """Drop what a deleted DAG waited for."""
    conn.execute("DELETE FROM asset_consumer WHERE dag_id = %s", (dag_id,))
    conn.execute("DELETE FROM asset_delivery WHERE dag_id = %s", (dag_id,))


_OLD = """
e.at < now() - %(age)s
    AND NOT EXISTS (SELECT 1 FROM asset_delivery w WHERE w.event_id = e.id AND w.run_id IS NULL)"""

_COUNT_EVENTS = "SELECT count(*) FROM asset_event e WHERE {which}"

_OLD_EVENTS = """
WITH gone AS (
    DELETE FROM asset_event e WHERE {which}
    RETURNING e.id
), delivered AS (
    DELETE FROM asset_delivery w USING gone WHERE w.event_id = gone.id
)
SELECT id FROM gone
"""


def count_old_events(conn: Connection, age: Any) -> int:
    """How many events ``delete_old_events`` would delete."""
    return int(fetch_value(conn, _COUNT_EVENTS.format(which=_OLD), {"age": age}))


def delete_old_events(conn: Connection, age: Any) -> int:
    """Delete events from before ``age`` (a timedelta) ago, except those that still wait; how many."""
    return conn.execute(_OLD_EVENTS.format(which=_OLD), {"age": age}).rowcount
