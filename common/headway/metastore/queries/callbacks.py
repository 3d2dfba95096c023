"""Callbacks that a worker has still to run: of attempts that ended without their process, and of runs that ended.

A row is written in the statement (or transaction) that ends the attempt or the run, so none is forgotten. A
scheduler sends it to a queue; whoever takes it deletes it when the callbacks have run. A message that is lost,
or whose worker dies, is sent again: callbacks run at least once, and a duplicate of one sending runs never.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from headway.messages import CallbackOrder
from headway.metastore.database import Connection
from headway.metastore.queries.claim_facts import CODE_OF_RUN, FACTS, Claimed

_MOST_TAKES = 3  # callbacks that end their worker's process every time must not go on for ever
_RESEND = 30.0  # seconds until a message that nobody took is sent again; doubles with each sending
_SLOWEST = 3600.0

#: Whether the task of instance ``t`` (its version: ``v``) has callbacks for an outcome, an SQL expression.
_HAS = """EXISTS (
        SELECT 1 FROM jsonb_array_elements(v.structure -> 'tasks') s
        WHERE s ->> 'task_id' = t.task_id
          AND s -> 'has_callbacks' ?
              CASE {outcome} WHEN 'retry' THEN 'on_retry_callback' ELSE 'on_failure_callback' END)"""

#: Added to the statement that finishes an attempt, whose ``ti`` it reads.
PART_OF_FINISH = f""", called AS (
    INSERT INTO callback (run_id, ti_id, dispatch, outcome, reason)
    SELECT t.run_id, t.id, ti.dispatch, %(outcome)s, coalesce(%(error)s, '')
    FROM ti JOIN task_instance t ON t.id = ti.id
    JOIN dag_run r ON r.id = t.run_id JOIN dag_version v ON v.id = r.version_id
    WHERE ti.state_before = 'running' AND %(outcome)s::text IN ('failed', 'retry')
      AND {_HAS.format(outcome="%(outcome)s::text")}
)"""  # noqa: S608 (made of constants)

#: Added to the statement that takes attempts from lost workers, whose ``ti`` it reads.
PART_OF_LOSS = f""", called AS (
    INSERT INTO callback (run_id, ti_id, dispatch, outcome, reason)
    SELECT t.run_id, t.id, ti.dispatch, 'failed', ti.reason
    FROM ti JOIN task_instance t ON t.id = ti.id
    JOIN dag_run r ON r.id = t.run_id JOIN dag_version v ON v.id = r.version_id
    WHERE ti.state = 'failed' AND {_HAS.format(outcome="'failed'")}
)"""  # noqa: S608 (made of constants)

# The context is that of the task instance that a worker ran last.
_OF_RUN = """
INSERT INTO callback (run_id, ti_id, dispatch, outcome, reason, of_dag)
SELECT run_id, id, dispatch, %(outcome)s, %(reason)s, true FROM task_instance WHERE run_id = %(run)s
ORDER BY node_id IS NULL, end_date DESC NULLS LAST, id DESC LIMIT 1
"""


def call_for_run(conn: Connection, *, run: int, outcome: str, reason: str) -> None:
    """A run has ended as ``outcome`` (``success`` or ``failed``): its DAG's callbacks are to run."""
    conn.execute(_OF_RUN, {"run": run, "outcome": outcome, "reason": reason})


@dataclass(frozen=True, slots=True)
class Sending:
    """A message to be sent to ``queue``."""

    order: CallbackOrder
    queue: str


_SEND = """
WITH ready AS (
    SELECT id FROM callback WHERE due <= now() ORDER BY due LIMIT %(limit)s FOR UPDATE SKIP LOCKED
)
UPDATE callback c
SET sent = c.sent + 1, due = now() + make_interval(secs => least(%(resend)s * 2 ^ c.sent, %(slowest)s))
FROM ready, task_instance t, dag_run r
WHERE c.id = ready.id AND t.id = c.ti_id AND r.id = c.run_id
RETURNING c.id, c.sent, r.dag_id, t.task_id, r.run_id, t.queue
"""


def send_due(conn: Connection, *, limit: int = 500) -> list[Sending]:
    """What is to be sent now; a message that is not taken is due again later."""
    rows = conn.execute(_SEND, {"limit": limit, "resend": _RESEND, "slowest": _SLOWEST}).fetchall()
    return [Sending(CallbackOrder(*order), queue) for *order, queue in rows]


def not_sent(conn: Connection, ids: Sequence[int]) -> None:
    """The broker took none of these messages: they are due at once."""
    conn.execute("UPDATE callback SET due = now() WHERE id = ANY(%s)", (list(ids),))


def give_up(conn: Connection) -> list[tuple[str, str]]:
    """Forget what cannot be run, and what nobody took for a day; (dag_id, run_id) of each."""
    return conn.execute(
        "DELETE FROM callback c USING dag_run r WHERE r.id = c.run_id AND c.due <= now()"
        " AND (c.takes >= %s OR c.created_at < now() - interval '1 day') RETURNING r.dag_id, r.run_id",
        (_MOST_TAKES,),
    ).fetchall()


@dataclass(frozen=True, slots=True)
class Taken:
    """Callbacks to run now: those of a DAG, or of the task whose attempt ``claimed`` tells of.

    ``state`` is that of the task instance by now.
    """

    claimed: Claimed
    state: str
    outcome: str
    of_dag: bool
    reason: str


_TAKE = f"""
WITH mine AS (
    UPDATE callback SET taken = sent, takes = takes + 1, due = now() + make_interval(secs => %(seconds)s)
    WHERE id = %(id)s AND sent = %(sent)s AND taken < sent
    RETURNING ti_id, dispatch, outcome, of_dag, reason
)
SELECT mine.dispatch, coalesce(held.try_number, ti.try_number), mine.outcome, mine.of_dag, mine.reason,
       coalesce(ti.state, ''), {FACTS}
FROM mine
JOIN task_instance ti ON ti.id = mine.ti_id
JOIN LATERAL (
    SELECT coalesce(max(a.started_at), ti.start_date, now()) AS started_at, max(a.try_number) AS try_number
    FROM task_attempt a WHERE a.ti_id = mine.ti_id AND a.dispatch = mine.dispatch
) held ON true
JOIN dag_run r ON r.id = ti.run_id
{CODE_OF_RUN}
"""  # noqa: S608 (made of constants)


def take(conn: Connection, *, order: int, sent: int, seconds: float) -> Taken | None:
    """Take what a message asks for; it is sent again unless ``done`` follows within ``seconds``.

    None: the message was a duplicate, or is not the last one that was sent.
    """
    row = conn.execute(_TAKE, {"id": order, "sent": sent, "seconds": seconds}).fetchone()
    if row is None:
        return None
    dispatch, try_number, outcome, of_dag, reason, state, *facts = row
    return Taken(replace(Claimed(*facts), dispatch=dispatch, try_number=try_number), state, outcome, of_dag, reason)


def done(conn: Connection, order: int) -> None:
    """The callbacks have run."""
    conn.execute("DELETE FROM callback WHERE id = %s", (order,))
