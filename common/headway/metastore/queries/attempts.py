"""What a worker says of one attempt: claim, finish, XComs. The hot path's statements.

Each is one statement in autocommit. All compare and set: they name the dispatch token and the state
that they expect, and zero rows mean that somebody else was first; the caller drops what it holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime

from headway.authoring.results import AssetUpdate
from headway.metastore.database import Connection
from headway.metastore.queries import asset_updates, callbacks, triggers
from headway.metastore.queries.claim_facts import CODE_OF_RUN, FACTS
from headway.metastore.queries.claim_facts import Claimed as Claimed
from headway.states import Outcome, TaskState

#: The state that an outcome leads to.
STATE_AFTER: dict[Outcome, TaskState] = {
    Outcome.SUCCESS: TaskState.SUCCESS,
    Outcome.FAILED: TaskState.FAILED,
    Outcome.SKIPPED: TaskState.SKIPPED,
    Outcome.RETRY: TaskState.UP_FOR_RETRY,
    Outcome.RESCHEDULED: TaskState.UP_FOR_RESCHEDULE,
    Outcome.DEFERRED: TaskState.DEFERRED,
    Outcome.INTERRUPTED: TaskState.SCHEDULED,
}


#: Outcomes after which a task instance waits for a time.
_TIMED = (Outcome.RETRY, Outcome.RESCHEDULED)
#: Outcomes after which what an earlier deferral of the try left is still needed, or has been replaced.
_GOES_ON = (Outcome.DEFERRED, Outcome.INTERRUPTED)


@dataclass(frozen=True, slots=True)
class Result:
    """How an attempt ended, as the worker reports it.

    ``due`` is when a retry or reschedule may start (None: at once), or when the time of a deferral is over (None:
    never); ``wait`` is what a deferral waits for, ``was_deferred`` says that the attempt went on after one.
    ``xcoms`` are encoded values, ``lengths`` those of them over which other tasks are mapped; ``outlets`` are the
    assets that it has updated; ``log_bytes`` is the full length of the log, None when the host was lost with it;
    ``orphaned`` says that the task's process is gone, so that its callbacks have to run elsewhere.
    """

    outcome: Outcome
    error: str | None = None
    due: datetime | None = None
    xcoms: dict[str, str] = field(default_factory=dict)
    lengths: dict[str, int] = field(default_factory=dict)
    outlets: Sequence[AssetUpdate] = ()
    exit_signal: int | None = None
    log_bytes: int | None = 0
    peak_rss: int | None = None
    cpu_seconds: float | None = None
    orphaned: bool = False
    wait: triggers.Wait | None = None
    was_deferred: bool = False

    @property
    def is_timed(self) -> bool:
        """Whether the task instance waits for a time now."""
        return self.outcome in _TIMED or (self.wait is not None and self.due is not None)


_CLAIM = f"""
WITH ti AS (
    UPDATE task_instance
    SET state = 'running', node_id = %(node)s, start_date = coalesce(start_date, now())
    WHERE id = %(ti)s AND dispatch = %(dispatch)s AND state = 'queued'
    RETURNING id, dispatch, run_id, task_id, map_index, try_number, max_tries, queue, pool, priority,
              queued_at, start_date
), held AS (
    INSERT INTO claim (ti_id, dispatch, nonce, node_id)
    SELECT id, dispatch, %(nonce)s, %(node)s FROM ti
    ON CONFLICT (ti_id) DO UPDATE
    SET dispatch = excluded.dispatch, nonce = excluded.nonce, node_id = excluded.node_id, started_at = now(),
        missed = 0, stop = NULL
    RETURNING started_at
)
SELECT {FACTS}
FROM ti, held, dag_run r
{CODE_OF_RUN}
WHERE r.id = ti.run_id
"""  # noqa: S608 (made of constants)

_CLAIMED = f"""
SELECT {FACTS}
FROM claim held
JOIN task_instance ti ON ti.id = held.ti_id AND ti.dispatch = held.dispatch
JOIN dag_run r ON r.id = ti.run_id
{CODE_OF_RUN}
WHERE held.ti_id = %(ti)s AND held.dispatch = %(dispatch)s AND held.nonce = %(nonce)s
"""  # noqa: S608 (made of constants)


def claim(conn: Connection, *, ti: int, dispatch: int, node: str, nonce: str) -> Claimed | None:
    """Take a queued task instance for this node: queued → running.

    ``nonce`` is a fresh UUID for each call. None means that the message is stale: the token is old, or
    somebody else has it, or a person has decided otherwise.
    """
    row = conn.execute(_CLAIM, {"ti": ti, "dispatch": dispatch, "node": node, "nonce": nonce}).fetchone()
    return Claimed(*row) if row else None


def claimed(conn: Connection, *, ti: int, dispatch: int, nonce: str) -> Claimed | None:
    """The claim with this nonce, if it is there: asked after a connection was lost in mid-claim."""
    row = conn.execute(_CLAIMED, {"ti": ti, "dispatch": dispatch, "nonce": nonce}).fetchone()
    return Claimed(*row) if row else None


_FINISH = """
WITH old AS (
    SELECT id, state FROM task_instance
    WHERE id = %(ti)s AND dispatch = %(dispatch)s AND state IN ('running', 'restarting')
    FOR UPDATE
), ti AS (
    UPDATE task_instance t
    SET state = CASE WHEN old.state = 'restarting' THEN 'scheduled' ELSE %(state)s END,
        try_number = try_number + CASE WHEN old.state = 'restarting' THEN 1 ELSE 0 END,
        start_date = CASE WHEN old.state = 'restarting' THEN NULL ELSE start_date END,
        end_date = now()
    FROM old WHERE t.id = old.id
    RETURNING t.id, t.dispatch, t.try_number, t.queue, t.queued_at, t.state, old.state AS state_before
), held AS (
    DELETE FROM claim c USING ti WHERE c.ti_id = ti.id AND c.dispatch = ti.dispatch
    RETURNING c.node_id, c.started_at
), attempt AS (
    INSERT INTO task_attempt (ti_id, dispatch, try_number, outcome, node_id, hostname, queue, queued_at,
                              started_at, error, exit_signal, log_bytes, peak_rss, cpu_seconds)
    SELECT ti.id, ti.dispatch, ti.try_number - CASE WHEN ti.state_before = 'restarting' THEN 1 ELSE 0 END,
           CASE WHEN ti.state_before = 'restarting' THEN 'interrupted' ELSE %(outcome)s END,
           held.node_id, %(hostname)s, ti.queue, ti.queued_at, held.started_at, %(error)s,
           %(exit_signal)s, %(log_bytes)s, %(peak_rss)s, %(cpu_seconds)s
    FROM ti, held
){extras}
SELECT state FROM ti
"""

_WITH_XCOMS = """, pushed AS (
    INSERT INTO xcom (ti_id, key, value, length)
    SELECT ti.id, x.key, x.value, x.length
    FROM ti, unnest(%(keys)s::text[], %(values)s::text[], %(lengths)s::int[]) AS x (key, value, length)
    WHERE ti.state_before = 'running'
    ON CONFLICT (ti_id, key) DO UPDATE SET value = excluded.value, length = excluded.length, created_at = now()
)"""

_WITH_TIMER = """, timed AS (
    INSERT INTO timer (ti_id, dispatch, kind, due)
    SELECT ti.id, ti.dispatch, %(outcome)s, coalesce(%(due)s, now()) FROM ti WHERE ti.state_before = 'running'
    ON CONFLICT (ti_id) DO UPDATE SET dispatch = excluded.dispatch, kind = excluded.kind, due = excluded.due
)"""


def finish(conn: Connection, *, ti: int, dispatch: int, hostname: str, result: Result) -> str | None:
    """Record the one accepted outcome of an attempt, with its XComs, timer, assets and history row.

    Returns the state that the task instance is in now: the outcome's, or ``scheduled`` when it was
    cleared while it ran. None means refused: the token is old, or the attempt was ended by another.
    """
    extras = [
        text
        for text, wanted in (
            (_WITH_XCOMS, result.xcoms),
            (_WITH_TIMER, result.is_timed),
            (triggers.PART_OF_FINISH, result.wait),
            (triggers.PART_OF_LAST_FINISH, result.was_deferred and result.outcome not in _GOES_ON),
            (asset_updates.PART_OF_FINISH, result.outlets),
            (callbacks.PART_OF_FINISH, result.orphaned),
        )
        if wanted
    ]
    row = conn.execute(
        _FINISH.format(extras="".join(extras)),
        {
            "ti": ti,
            "dispatch": dispatch,
            "hostname": hostname,
            "state": STATE_AFTER[result.outcome],
            "outcome": result.outcome,
            "error": result.error,
            "exit_signal": result.exit_signal,
            "log_bytes": result.log_bytes,
            "peak_rss": result.peak_rss,
            "cpu_seconds": result.cpu_seconds,
            "keys": list(result.xcoms),
            "values": list(result.xcoms.values()),
            "lengths": [result.lengths.get(key) for key in result.xcoms],
            "due": result.due,
            **(asdict(result.wait) if result.wait else {}),
            "outlets": asset_updates.as_rows(result.outlets),
        },
    ).fetchone()
    return str(row[0]) if row else None


def finished_as(conn: Connection, *, ti: int, dispatch: int) -> str | None:
    """The outcome in the history of this dispatch, asked after a connection was lost in mid-finish."""
    row = conn.execute("SELECT outcome FROM task_attempt WHERE ti_id = %s AND dispatch = %s", (ti, dispatch)).fetchone()
    return str(row[0]) if row else None


def xcom_push(conn: Connection, *, ti: int, dispatch: int, key: str, value: str, length: int | None = None) -> bool:
    """Store an encoded XCom at once, fenced by the token; False means that the attempt is no longer ours."""
    return (
        conn.execute(
            "INSERT INTO xcom (ti_id, key, value, length)"
            " SELECT id, %(key)s, %(value)s, %(length)s::int FROM task_instance"
            " WHERE id = %(ti)s AND dispatch = %(dispatch)s AND state = 'running'"
            " ON CONFLICT (ti_id, key)"
            " DO UPDATE SET value = excluded.value, length = excluded.length, created_at = now()",
            {"ti": ti, "dispatch": dispatch, "key": key, "value": value, "length": length},
        ).rowcount
        == 1
    )
