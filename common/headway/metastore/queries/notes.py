"""Notes that people left on runs and task instances."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from headway.metastore.database import Connection


@dataclass(frozen=True, slots=True)
class Note:
    """A note, who wrote it and when."""

    text: str
    actor: str
    written_at: datetime


def write(conn: Connection, *, run: int, ti: int, text: str, actor: str) -> None:
    """Leave a note on a run (``ti`` 0) or a task instance, in place of the one that is there."""
    conn.execute(
        "INSERT INTO note (run_id, ti_id, text, actor) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (run_id, ti_id) DO UPDATE SET text = excluded.text, actor = excluded.actor, written_at = now()",
        (run, ti, text, actor),
    )


def remove(conn: Connection, *, run: int, ti: int) -> bool:
    """Take a note away; False when there is none."""
    return conn.execute("DELETE FROM note WHERE run_id = %s AND ti_id = %s", (run, ti)).rowcount == 1


def of_runs(conn: Connection, runs: Sequence[int]) -> dict[int, Note]:
    """The notes on some runs, by the runs' keys."""
    rows = conn.execute(
        "SELECT run_id, text, actor, written_at FROM note WHERE run_id = ANY(%s) AND ti_id = 0", (list(runs),)
    ).fetchall()
    return {row[0]: Note(*row[1:]) for row in rows}


def of_tasks(conn: Connection, run: int) -> dict[int, Note]:
    """The notes on the task instances of a run, by their keys."""
    rows = conn.execute(
        "SELECT ti_id, text, actor, written_at FROM note WHERE run_id = %s AND ti_id > 0", (run,)
    ).fetchall()
    return {row[0]: Note(*row[1:]) for row in rows}


def text_of(conn: Connection, *, run: int, ti: int = 0) -> str | None:
    """The text of the note on a run, or on one of its task instances."""
    row = conn.execute("SELECT text FROM note WHERE run_id = %s AND ti_id = %s", (run, ti)).fetchone()
    return str(row[0]) if row else None
