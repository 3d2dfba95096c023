"""Leave a note on a run or a task instance, for whoever looks at it next."""

from __future__ import annotations

from headway.errors import Conflict, InvalidInput
from headway.metastore.database import Connection
from headway.metastore.queries import event_log, notes
from headway.operations.lookup import find_run
from headway.operations.tasks import find_instance

#: The longest note, in characters.
LONGEST = 1000


def set_run_note(conn: Connection, dag_id: str, run_id: str | None, text: str | None, *, actor: str) -> str | None:
    """Leave ``text`` on a run (the newest when none is named) in place of its note; None or blank takes it away.

    Returns the note as it is now. Raises ``NotFound``, and ``InvalidInput`` for a text over 1000 characters.
    """
    clean = _checked(text)
    run = find_run(conn, dag_id, run_id)
    with conn.transaction():
        _write(conn, run.key, 0, clean, actor)
        event_log.record(conn, actor=actor, action="run.note", subject=f"{dag_id}/{run.run_id}", detail={"note": clean})
    return clean


def set_task_note(
    conn: Connection,
    dag_id: str,
    run_id: str | None,
    task_id: str,
    text: str | None,
    *,
    map_index: int | None = None,
    actor: str,
) -> str | None:
    """The same for a task instance; of a mapped task, the first instance when no index is given."""
    clean = _checked(text)
    run, instance = find_instance(conn, dag_id, run_id, task_id, map_index)
    if not instance.ti:
        raise Conflict(f"run {run.run_id!r} has not started: its tasks take no notes yet", "note it on the run")
    with conn.transaction():
        _write(conn, run.key, instance.ti, clean, actor)
        detail = {"task": task_id, "map_index": instance.map_index, "note": clean}
        event_log.record(conn, actor=actor, action="task.note", subject=f"{dag_id}/{run.run_id}", detail=detail)
    return clean


def _write(conn: Connection, run: int, ti: int, text: str | None, actor: str) -> None:
    if text is None:
        notes.remove(conn, run=run, ti=ti)
    else:
        notes.write(conn, run=run, ti=ti, text=text, actor=actor)


def _checked(text: str | None) -> str | None:
    clean = (text or "").replace("\0", "").strip()
    if len(clean) > LONGEST:
        raise InvalidInput(f"the note has {len(clean)} characters, {LONGEST} are the most", "shorten it")
    return clean or None
