"""Triggers: what deferred task instances wait for, who runs it, and how a wait ends.

A trigger belongs to one triggerer at a time (``node_id``). Its firing is one compare-and-set under a lock of the
task instance's row: the row must be ``deferred`` with the token that deferred it, and the trigger still this node's.
It leaves a ``timer`` that is due at once, so a task instance is resumed by what resumes every waiting one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from headway.authoring.deferral import Firing
from headway.metastore.database import Connection


@dataclass(frozen=True, slots=True)
class Wait:
    """A deferral on its way into the metastore; ``sealed`` is encrypted."""

    classpath: str
    sealed: str
    method: str
    label: str


#: Part of a finish that defers: its ``ti`` is the updated task instance.
PART_OF_FINISH = """, waiting AS (
    INSERT INTO trigger (ti_id, dispatch, try_number, classpath, sealed, method, label)
    SELECT ti.id, ti.dispatch, ti.try_number, %(classpath)s, %(sealed)s, %(method)s, %(label)s
    FROM ti WHERE ti.state_before = 'running'
    ON CONFLICT (ti_id) DO UPDATE
    SET dispatch = excluded.dispatch, try_number = excluded.try_number, classpath = excluded.classpath,
        sealed = excluded.sealed, method = excluded.method, label = excluded.label, node_id = NULL,
        created_at = now(), fired_at = NULL, outcome = NULL, payload = NULL
)"""

#: Part of the finish of an attempt that a trigger had resumed and that does not wait again.
PART_OF_LAST_FINISH = """, waited AS (
    DELETE FROM trigger g USING ti WHERE g.ti_id = ti.id
)"""


@dataclass(frozen=True, slots=True)
class Taken:
    """A trigger that a triggerer runs, and what it must know of the task instance that waits.

    ``log_from`` is where the trigger's words go on in the log of the dispatch that deferred, which began at
    ``started_at``. ``bundle`` is empty when the code of the run was deleted.
    """

    ti: int
    dispatch: int
    classpath: str
    sealed: str
    label: str
    dag_id: str
    run_id: str
    task_id: str
    map_index: int
    try_number: int
    bundle: str
    file: str
    dag_folder: str
    started_at: datetime
    log_from: int


_TAKE = """
WITH free AS (
    SELECT g.ti_id FROM trigger g
    JOIN task_instance t ON t.id = g.ti_id AND t.dispatch = g.dispatch AND t.state = 'deferred'
    WHERE g.fired_at IS NULL
      AND (g.node_id IS NULL OR g.node_id IN (SELECT id FROM node WHERE state IN ('gone', 'dead')))
    ORDER BY g.ti_id LIMIT %(limit)s
    FOR UPDATE OF g SKIP LOCKED
)
UPDATE trigger g SET node_id = %(node)s FROM free
WHERE g.ti_id = free.ti_id AND EXISTS (SELECT 1 FROM node WHERE id = %(node)s AND state = 'up')
"""


def take(conn: Connection, *, node: str, limit: int) -> int:
    """Give up to ``limit`` triggers that no live triggerer runs to this one, which must be up; how many."""
    return conn.execute(_TAKE, {"node": node, "limit": limit}).rowcount if limit > 0 else 0


_DESCRIBED = """
SELECT g.ti_id, g.dispatch, g.classpath, g.sealed, g.label, r.dag_id, r.run_id, t.task_id, t.map_index, t.try_number,
       coalesce(b.hash, ''), coalesce(v.file, ''), coalesce(b.dag_folder, ''), coalesce(a.started_at, now()),
       coalesce(a.log_bytes, 0)
FROM trigger g
JOIN task_instance t ON t.id = g.ti_id
JOIN dag_run r ON r.id = t.run_id
LEFT JOIN task_attempt a ON a.ti_id = g.ti_id AND a.dispatch = g.dispatch
LEFT JOIN dag_version v ON v.id = r.version_id
LEFT JOIN bundle b ON b.id = r.bundle_id
WHERE g.ti_id = ANY(%s)
"""


def described(conn: Connection, tis: Sequence[int]) -> list[Taken]:
    """What a triggerer must know of the triggers of these task instances."""
    return [Taken(*row) for row in conn.execute(_DESCRIBED, (list(tis),)).fetchall()]


def held(conn: Connection, *, node: str) -> set[tuple[int, int]]:
    """(ti, token) of the triggers that this triggerer is to run and whose task instances still wait."""
    rows = conn.execute(
        "SELECT g.ti_id, g.dispatch FROM trigger g"
        " JOIN task_instance t ON t.id = g.ti_id AND t.dispatch = g.dispatch AND t.state = 'deferred'"
        " WHERE g.node_id = %s AND g.fired_at IS NULL",
        (node,),
    ).fetchall()
    return {(row[0], row[1]) for row in rows}


def went_on(conn: Connection, waits: Iterable[tuple[int, int, int]]) -> set[int]:
    """Those of these task instances, (ti, token, try number) each, that were resumed.

    Of the others a person has decided otherwise: they have ended, or begun another try.
    """
    wanted = list(waits)
    rows = conn.execute(
        "SELECT w.ti FROM unnest(%s::bigint[], %s::int[], %s::int[]) AS w (ti, dispatch, try_number)"
        " JOIN task_instance t ON t.id = w.ti"
        " WHERE (t.state IN ('queued', 'running') AND t.try_number = w.try_number) OR EXISTS"
        " (SELECT 1 FROM task_attempt a WHERE a.ti_id = w.ti AND a.dispatch > w.dispatch"
        "  AND a.try_number = w.try_number)",
        tuple(list(column) for column in zip(*wanted, strict=True)),
    ).fetchall()
    return {row[0] for row in rows}


def log_ends(conn: Connection, attempts: Iterable[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """Up to which byte the logs of attempts, (ti, token) each, are stored."""
    wanted = list(attempts)
    rows = conn.execute(
        "SELECT w.ti, w.dispatch, greatest(0, max(l.byte_offset + octet_length(l.text)), max(m.byte_offset + m.bytes))"
        " FROM unnest(%s::bigint[], %s::int[]) AS w (ti, dispatch)"
        " LEFT JOIN task_log l ON l.ti_id = w.ti AND l.dispatch = w.dispatch"
        " LEFT JOIN moved_log m ON m.ti_id = w.ti AND m.dispatch = w.dispatch GROUP BY w.ti, w.dispatch",
        ([ti for ti, _ in wanted], [dispatch for _, dispatch in wanted]),
    ).fetchall()
    return {(row[0], row[1]): row[2] for row in rows}


@dataclass(frozen=True, slots=True)
class Fired:
    """A task instance whose wait is over; ``owner`` is the scheduler of its run."""

    run: int
    ti: int
    dispatch: int
    owner: str | None


_FIRE = """
WITH ended AS (
    SELECT * FROM unnest(%(tis)s::bigint[], %(dispatches)s::int[], %(outcomes)s::text[], %(payloads)s::text[])
        AS e (ti_id, dispatch, outcome, payload)
), waiting AS (
    SELECT t.id, t.run_id FROM task_instance t JOIN ended e ON e.ti_id = t.id AND e.dispatch = t.dispatch
    WHERE t.state = 'deferred' ORDER BY t.id FOR SHARE OF t
), fired AS (
    UPDATE trigger g SET fired_at = now(), outcome = e.outcome, payload = e.payload
    FROM ended e JOIN waiting w ON w.id = e.ti_id
    WHERE g.ti_id = e.ti_id AND g.dispatch = e.dispatch AND g.node_id = %(node)s AND g.fired_at IS NULL
    RETURNING g.ti_id, g.dispatch, w.run_id
), due AS (
    INSERT INTO timer (ti_id, dispatch, kind, due) SELECT ti_id, dispatch, 'deferred', now() FROM fired
    ON CONFLICT (ti_id) DO UPDATE SET dispatch = excluded.dispatch, kind = excluded.kind, due = excluded.due
)
SELECT f.run_id, f.ti_id, f.dispatch, r.owner_id::text FROM fired f JOIN dag_run r ON r.id = f.run_id
"""


def fire(conn: Connection, *, node: str, ended: Sequence[tuple[int, int, Firing]]) -> list[Fired]:
    """End waits: (ti, token, how) each. Only those that were still this node's to end are in the answer."""
    rows = conn.execute(
        _FIRE,
        {
            "node": node,
            "tis": [ti for ti, _, _ in ended],
            "dispatches": [dispatch for _, dispatch, _ in ended],
            "outcomes": [firing.outcome for _, _, firing in ended],
            "payloads": [firing.payload for _, _, firing in ended],
        },
    ).fetchall()
    return [Fired(*row) for row in rows]


def hand_back(conn: Connection, *, node: str) -> int:
    """Let other triggerers have what this one still runs, at once; how many."""
    return conn.execute("UPDATE trigger SET node_id = NULL WHERE node_id = %s AND fired_at IS NULL", (node,)).rowcount


@dataclass(frozen=True, slots=True)
class Stored:
    """A trigger as a worker finds it that goes on with the task; ``firing`` None: the time was over first."""

    sealed: str
    method: str
    firing: Firing | None


def stored(conn: Connection, *, ti: int) -> Stored | None:
    """The trigger of a task instance, if it counts for its present try."""
    row = conn.execute(
        "SELECT g.sealed, g.method, g.outcome, g.payload FROM trigger g"
        " JOIN task_instance t ON t.id = g.ti_id AND t.try_number = g.try_number WHERE g.ti_id = %s",
        (ti,),
    ).fetchone()
    if row is None:
        return None
    return Stored(row[0], row[1], Firing(row[2], row[3]) if row[2] is not None else None)


@dataclass(frozen=True, slots=True)
class Listed:
    """A trigger as people see it; ``triggerer`` is None while nobody runs it, ``due`` when its time is over."""

    dag_id: str
    run_id: str
    task_id: str
    map_index: int
    classpath: str
    label: str
    triggerer: str | None
    created_at: datetime
    due: datetime | None
    ti: int


_LISTED = """
SELECT r.dag_id, r.run_id, t.task_id, t.map_index, g.classpath, g.label, n.name, g.created_at, m.due, t.id
FROM trigger g
JOIN task_instance t ON t.id = g.ti_id AND t.dispatch = g.dispatch AND t.state = 'deferred'
JOIN dag_run r ON r.id = t.run_id
LEFT JOIN node n ON n.id = g.node_id AND n.state IN ('up', 'draining')
LEFT JOIN timer m ON m.ti_id = g.ti_id AND m.dispatch = g.dispatch
WHERE g.fired_at IS NULL AND (%(dag_ids)s::text[] IS NULL OR r.dag_id = ANY(%(dag_ids)s))
  AND (%(tis)s::bigint[] IS NULL OR g.ti_id = ANY(%(tis)s)) AND g.ti_id > %(after)s
ORDER BY g.ti_id LIMIT %(limit)s
"""


def listed(
    conn: Connection,
    *,
    dag_ids: Iterable[str] | None = None,
    tis: Iterable[int] | None = None,
    after: int = 0,
    limit: int = 1000,
) -> list[Listed]:
    """Triggers that wait, of some DAGs or task instances, in the order of the latter's keys, from ``after`` on."""
    wanted = {name: None if ids is None else list(ids) for name, ids in (("dag_ids", dag_ids), ("tis", tis))}
    rows = conn.execute(_LISTED, {**wanted, "after": after, "limit": limit}).fetchall()
    return [Listed(*row) for row in rows]


def live_triggerers(conn: Connection) -> int:
    """How many triggerers hold a lease."""
    row = conn.execute(
        "SELECT count(*) FROM node WHERE kind = 'triggerer' AND state = 'up' AND lease_until > now()"
    ).fetchone()
    return int(row[0]) if row else 0


def forget_stale(conn: Connection) -> int:
    """Delete triggers whose task instance has gone on to another try, has ended or is gone."""
    return conn.execute(
        "DELETE FROM trigger g WHERE NOT EXISTS (SELECT 1 FROM task_instance t"
        " WHERE t.id = g.ti_id AND t.try_number = g.try_number"
        " AND t.state IN ('deferred', 'scheduled', 'queued', 'running', 'restarting'))"
    ).rowcount


def ciphertexts(conn: Connection) -> list[tuple[int, str]]:
    """(ti, encrypted arguments) of every trigger, locked until the transaction ends."""
    return conn.execute("SELECT ti_id, sealed FROM trigger ORDER BY ti_id FOR UPDATE").fetchall()


def replace_ciphertexts(conn: Connection, sealed: dict[int, str]) -> None:
    """Write arguments that were encrypted anew."""
    conn.execute(
        "UPDATE trigger g SET sealed = n.sealed FROM unnest(%s::bigint[], %s::text[]) AS n (ti_id, sealed)"
        " WHERE g.ti_id = n.ti_id",
        (list(sealed), list(sealed.values())),
    )
