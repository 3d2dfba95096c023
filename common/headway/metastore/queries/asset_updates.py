"""The part of a finish that tells of updated assets: their events, and who waits for them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

from headway.authoring.results import AssetUpdate


def as_rows(updates: Sequence[AssetUpdate]) -> str:
    """Updates as the statement reads them; what is said twice of one asset counts once."""
    rows = {json.dumps(asdict(update), sort_keys=True) for update in updates}
    return f"[{','.join(sorted(rows))}]"


#: Further parts of the finish's CTE, which knows the task instance as ``ti``. Assets that nobody declared are
#: entered; each event is delivered to every DAG that waits for its asset and is not paused.
PART_OF_FINISH = """, updated AS (
    SELECT row_number() OVER () AS n, extra, coalesce(aliases, '{}') AS aliases, "group" AS group_name,
           coalesce(nullif(u.name, ''), (SELECT a.name FROM asset a WHERE a.uri = u.uri ORDER BY a.id LIMIT 1), u.uri)
           AS name,
           coalesce(nullif(u.uri, ''), u.name) AS uri
    FROM jsonb_to_recordset(%(outlets)s::jsonb)
         AS u (name text, uri text, "group" text, extra jsonb, aliases text[]), ti
    WHERE ti.state = 'success'
), known AS (
    SELECT id, name, uri FROM asset WHERE name IN (SELECT name FROM updated)
), made AS (
    INSERT INTO asset (name, uri, group_name)
    SELECT DISTINCT ON (name) name, uri, group_name FROM updated WHERE name NOT IN (SELECT name FROM known)
    ORDER BY name
    ON CONFLICT (name) DO UPDATE SET name = excluded.name
    RETURNING id, name, uri
), named AS (
    SELECT * FROM known UNION ALL SELECT * FROM made
), produced AS (
    INSERT INTO asset_event (asset_id, ti_id, source_dag_id, source_task_id, source_run_id, source_map_index, extra)
    SELECT named.id, ti.id, r.dag_id, t.task_id, r.run_id, t.map_index, updated.extra
    FROM updated JOIN named USING (name), ti
    JOIN task_instance t ON t.id = ti.id JOIN dag_run r ON r.id = t.run_id
    ORDER BY updated.n
    RETURNING id, asset_id
), under AS (
    SELECT DISTINCT named.id AS asset_id, alias
    FROM updated JOIN named USING (name), unnest(updated.aliases) AS alias
), associated AS (
    INSERT INTO asset_alias (asset_id, alias) SELECT asset_id, alias FROM under ORDER BY 1, 2 ON CONFLICT DO NOTHING
), delivered AS (
    INSERT INTO asset_delivery (event_id, dag_id, asset_id)
    SELECT DISTINCT produced.id, c.dag_id, named.id
    FROM produced
    JOIN named ON named.id = produced.asset_id
    JOIN asset_consumer c ON CASE c.kind
        WHEN 'name' THEN c.value = named.name
        WHEN 'uri' THEN c.value = named.uri
        ELSE c.value IN (SELECT alias FROM asset_alias a WHERE a.asset_id = named.id
                         UNION ALL SELECT alias FROM under WHERE under.asset_id = named.id) END
    JOIN dag d ON d.dag_id = c.dag_id AND NOT d.is_paused AND NOT d.is_stale
)"""
