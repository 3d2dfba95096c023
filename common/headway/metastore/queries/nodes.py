"""Nodes and leases: who is alive, what each holds, and what becomes of what the dead held."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from headway.errors import NotFound
from headway.metastore.database import Connection
from headway.metastore.queries.callbacks import PART_OF_LOSS
from headway.metastore.queries.stop_reasons import RETRYING, SKIPPING


@dataclass(frozen=True, slots=True)
class Node:
    """One start of one node; ``held`` counts the attempts that it has claimed, or the triggers that it runs."""

    id: str
    kind: str
    name: str
    hostname: str
    pid: int
    queues: list[str]
    capacity: int
    state: str
    version: str
    started_at: datetime
    seen_at: datetime
    held: int
    lease_until: datetime


@dataclass(frozen=True, slots=True)
class Stop:
    """An attempt that its worker must end; ``reason`` is for the log."""

    ti: int
    dispatch: int
    reason: str


@dataclass(frozen=True, slots=True)
class Ended:
    """A task instance that was taken from a node; ``state`` is where it stands now, ``owner`` the run's scheduler."""

    ti: int
    run: int
    dispatch: int
    state: str
    owner: str | None


def register(
    conn: Connection,
    *,
    node: str,
    kind: str,
    name: str,
    hostname: str,
    pid: int,
    version: str,
    lease: float,
    queues: Sequence[str] = (),
    capacity: int = 0,
) -> None:
    """Enter a new incarnation; ``lease`` in seconds, ``name`` as people and Flower know the node."""
    conn.execute(
        "INSERT INTO node (id, kind, name, hostname, pid, queues, capacity, version, lease_until)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, now() + make_interval(secs => %s))",
        (node, kind, name, hostname, pid, list(queues), capacity, version, lease),
    )


_RENEW = """
WITH me AS (
    UPDATE node SET seen_at = now(), lease_until = now() + make_interval(secs => %(lease)s)
    WHERE id = %(node)s AND state IN ('up', 'draining')
    RETURNING state
), unnamed AS (
    UPDATE claim c SET missed = CASE WHEN named.ti_id IS NULL THEN c.missed + 1 ELSE 0 END
    FROM claim c2
    LEFT JOIN unnest(%(tis)s::bigint[], %(dispatches)s::int[]) AS named (ti_id, dispatch)
           ON named.ti_id = c2.ti_id AND named.dispatch = c2.dispatch
    WHERE c.ti_id = c2.ti_id AND c2.node_id = %(node)s AND (named.ti_id IS NULL OR c2.missed > 0)
)
SELECT state FROM me
"""

_STOPS = """
SELECT n.ti_id, n.dispatch, coalesce(c.stop, 'another attempt has taken its place')
FROM unnest(%(tis)s::bigint[], %(dispatches)s::int[]) AS n (ti_id, dispatch)
LEFT JOIN claim c ON c.ti_id = n.ti_id AND c.dispatch = n.dispatch AND c.node_id = %(node)s
WHERE c.ti_id IS NULL OR c.stop IS NOT NULL
"""


def renew(conn: Connection, *, node: str, lease: float) -> str | None:
    """Renew a node's lease; return its state, None when it has been declared dead and must stop."""
    return renew_worker(conn, node=node, lease=lease, held=())


def renew_worker(conn: Connection, *, node: str, lease: float, held: Sequence[tuple[int, int]]) -> str | None:
    """Renew a worker's lease and name the (ti, dispatch) pairs that its children really hold.

    Returns the node's state (``up`` or ``draining``), or None when it has been declared dead: it must
    kill what it runs and may come back only as a new incarnation. Claims that go unnamed are counted.
    """
    row = conn.execute(
        _RENEW,
        {
            "node": node,
            "lease": lease,
            "tis": [ti for ti, _ in held],
            "dispatches": [dispatch for _, dispatch in held],
        },
    ).fetchone()
    return str(row[0]) if row else None


def stops(conn: Connection, *, node: str, held: Sequence[tuple[int, int]]) -> list[Stop]:
    """Which of the attempts held by this worker must end: asked to, or no longer its own."""
    if not held:
        return []
    rows = conn.execute(
        _STOPS,
        {"node": node, "tis": [ti for ti, _ in held], "dispatches": [dispatch for _, dispatch in held]},
    ).fetchall()
    return [Stop(*row) for row in rows]


# Task instances are locked before claims, as a finish does.
_END_LOST = """
WITH held AS (
    SELECT c.ti_id, c.dispatch, c.node_id, c.started_at, c.stop, t.run_id, t.task_id, t.try_number, t.queue,
           t.queued_at, t.state AS state_before, c.stop IS NULL OR starts_with(c.stop, %(retrying)s) AS goes_on,
           coalesce(n.hostname, '') AS hostname,
           CASE WHEN n.state = 'gone' THEN %(ended)s ELSE %(reason)s END AS reason
    FROM claim c
    JOIN task_instance t ON t.id = c.ti_id AND t.dispatch = c.dispatch
    LEFT JOIN node n ON n.id = c.node_id
    WHERE {which}
    FOR UPDATE OF t SKIP LOCKED
), orphans AS (
    DELETE FROM claim c WHERE {which} AND NOT EXISTS (
        SELECT 1 FROM task_instance t WHERE t.id = c.ti_id AND t.dispatch = c.dispatch)
), gone AS (
    SELECT * FROM held WHERE state_before IN ('running', 'restarting')
), marked AS (
    INSERT INTO task_attempt (ti_id, dispatch, try_number, outcome, node_id, hostname, queue, queued_at,
                              started_at, error)
    SELECT h.ti_id, h.dispatch, h.try_number, 'lost', h.node_id, h.hostname, h.queue, h.queued_at, h.started_at,
           coalesce('stopped: ' || h.stop || '; ', '') || h.reason
    FROM held h WHERE h.state_before NOT IN ('running', 'restarting')
), facts AS (
    SELECT g.*, r.owner_id, coalesce(vt.retry_on_lost, true) AS retry_on_lost,
           (SELECT count(*) FROM task_attempt a
            WHERE a.ti_id = g.ti_id AND a.try_number = g.try_number AND a.outcome = 'lost') AS lost
    FROM gone g
    JOIN dag_run r ON r.id = g.run_id
    LEFT JOIN version_task vt ON vt.version_id = r.version_id AND vt.task_id = g.task_id
), ti AS (
    UPDATE task_instance t
    SET state = CASE WHEN f.state_before = 'restarting'
                          OR (f.goes_on AND f.retry_on_lost AND f.lost < %(max_lost)s) THEN 'scheduled'
                     WHEN starts_with(f.stop, %(skipping)s) THEN 'skipped' ELSE 'failed' END,
        try_number = t.try_number + CASE WHEN f.state_before = 'restarting' THEN 1 ELSE 0 END,
        end_date = now()
    FROM facts f WHERE t.id = f.ti_id
    RETURNING t.id, t.run_id, t.dispatch, t.state, f.owner_id, f.reason
), removed AS (
    DELETE FROM claim c USING held h WHERE c.ti_id = h.ti_id AND c.dispatch = h.dispatch
), attempt AS (
    INSERT INTO task_attempt (ti_id, dispatch, try_number, outcome, node_id, hostname, queue, queued_at,
                              started_at, error)
    SELECT f.ti_id, f.dispatch, f.try_number, 'lost', f.node_id, f.hostname, f.queue, f.queued_at,
           f.started_at,
           CASE WHEN f.state_before <> 'restarting' AND NOT f.goes_on
                THEN 'stopped: ' || f.stop || '; ' || f.reason
                WHEN ti.state = 'failed' AND NOT f.retry_on_lost
                THEN f.reason || '; the task has retry_on_lost=False'
                WHEN ti.state = 'failed'
                THEN f.reason || '; this try has now lost its worker ' || (f.lost + 1) || ' times (max_lost is '
                     || %(max_lost)s || ')'
                ELSE f.reason END
    FROM facts f JOIN ti ON ti.id = f.ti_id
){callbacks}
SELECT id, run_id, dispatch, state, owner_id::text FROM ti
"""

_OF_DEAD_NODES = "c.node_id IN (SELECT id FROM node WHERE state IN ('dead', 'gone'))"
_UNNAMED = "c.node_id = %(node)s AND c.missed >= 2"
_WORDS = {
    "retrying": RETRYING,
    "skipping": SKIPPING,
    # Said of a node that is ``gone``: by itself, or by who found on its host that nothing of it lives.
    "ended": "the worker was lost: its process ended before the task did (it was killed, or its host restarted)",
}


def expire(conn: Connection, *, margin: float) -> list[str]:
    """Declare dead every node whose lease ended at least ``margin`` seconds ago; return their ids.

    Only a scheduler that has been in touch with the metastore for a whole lease without a break may call
    this: after an outage every lease looks old.
    """
    rows = conn.execute(
        "UPDATE node SET state = 'dead' WHERE state IN ('up', 'draining')"
        " AND lease_until < now() - make_interval(secs => %s) RETURNING id",
        (margin,),
    ).fetchall()
    return [str(row[0]) for row in rows]


def end_lost(conn: Connection, *, max_lost: int) -> list[Ended]:
    """Take all that dead nodes held from them: back to ``scheduled`` at no cost of a retry, or failed."""
    rows = conn.execute(
        _END_LOST.format(which=_OF_DEAD_NODES, callbacks=PART_OF_LOSS),
        {"max_lost": max_lost, "reason": "the worker was lost: its lease ran out", **_WORDS},
    ).fetchall()
    return [Ended(*row) for row in rows]


def end_unnamed(conn: Connection, *, node: str, max_lost: int) -> list[Ended]:
    """Take from a live node the claims that two renewals in a row did not name."""
    rows = conn.execute(
        _END_LOST.format(which=_UNNAMED, callbacks=PART_OF_LOSS),
        {"node": node, "max_lost": max_lost, "reason": "the worker does not know of this attempt", **_WORDS},
    ).fetchall()
    return [Ended(*row) for row in rows]


def leave(conn: Connection, *, node: str) -> None:
    """Say goodbye: the node has ended in order."""
    conn.execute("UPDATE node SET state = 'gone', lease_until = now() WHERE id = %s", (node,))


def drain(conn: Connection, name: str) -> list[str]:
    """Ask the live nodes of this name (or id) to finish what they run and take nothing new; return their ids.

    Raises ``NotFound`` when no live node is called so.
    """
    rows = conn.execute(
        "UPDATE node SET state = 'draining' WHERE state IN ('up', 'draining')"
        " AND (name = %(name)s OR id::text = %(name)s) RETURNING id",
        {"name": name},
    ).fetchall()
    if not rows:
        raise NotFound(f"no live node is called {name!r}", "`headway nodes list` shows them")
    return [str(row[0]) for row in rows]


_NODES = """
SELECT n.id::text, n.kind, n.name, n.hostname, n.pid, n.queues, n.capacity, n.state, n.version,
       n.started_at, n.seen_at, (SELECT count(*) FROM claim c WHERE c.node_id = n.id)
       + (SELECT count(*) FROM trigger g WHERE g.node_id = n.id AND g.fired_at IS NULL), n.lease_until
FROM node n WHERE {which} ORDER BY n.kind, n.name, n.started_at
"""


def all_nodes(conn: Connection, *, ended: bool = False) -> list[Node]:
    """Live nodes, or also those that have ended in the last day."""
    which = "n.state IN ('up', 'draining') OR (%s AND n.seen_at > now() - interval '1 day')"
    return [Node(*row) for row in conn.execute(_NODES.format(which=which), (ended,)).fetchall()]


def holding_lease(conn: Connection, *, hostname: str) -> list[Node]:
    """Live nodes of a host whose lease has not run out."""
    which = "n.state IN ('up', 'draining') AND n.lease_until > now() AND n.hostname = %s"
    return [Node(*row) for row in conn.execute(_NODES.format(which=which), (hostname,)).fetchall()]


def live_capacity(conn: Connection) -> dict[str, int]:
    """Tasks that live workers can run at once, by queue; a worker counts in full for each of its queues."""
    rows = conn.execute(
        "SELECT q, sum(capacity)::int FROM node, unnest(queues) AS q WHERE kind = 'worker' AND state = 'up' GROUP BY q"
    ).fetchall()
    return {row[0]: row[1] for row in rows}


def running_by_run(conn: Connection) -> dict[int, int]:
    """How many attempts workers hold, by the key of their run: no more rows than the workers have slots."""
    rows = conn.execute(
        "SELECT t.run_id, count(*) FROM claim c JOIN task_instance t ON t.id = c.ti_id GROUP BY t.run_id"
    ).fetchall()
    return dict(rows)


def live_schedulers(conn: Connection) -> list[str]:
    """Ids of the schedulers that hold a lease: where a wake-up must go."""
    rows = conn.execute("SELECT id FROM node WHERE kind = 'scheduler' AND state = 'up'").fetchall()
    return [str(row[0]) for row in rows]


def freshest_scheduler(conn: Connection) -> str | None:
    """The scheduler that has renewed its lease last: whom to ask something."""
    row = conn.execute(
        "SELECT id FROM node WHERE kind = 'scheduler' AND state = 'up' AND lease_until > now()"
        " ORDER BY seen_at DESC LIMIT 1"
    ).fetchone()
    return str(row[0]) if row else None


def live_by_kind(conn: Connection) -> dict[str, int]:
    """How many nodes of each kind hold a lease now."""
    rows = conn.execute(
        "SELECT kind, count(*) FROM node WHERE state IN ('up', 'draining') AND lease_until > now() GROUP BY kind"
    ).fetchall()
    return {row[0]: row[1] for row in rows}


def forget_ended(conn: Connection) -> int:
    """Delete nodes that ended more than a week ago and hold nothing."""
    return conn.execute(
        "DELETE FROM node n WHERE state IN ('gone', 'dead') AND seen_at < now() - interval '7 days'"
        " AND NOT EXISTS (SELECT 1 FROM claim c WHERE c.node_id = n.id)"
    ).rowcount
