"""Clear tasks, and whatever the markers among them point at in other DAGs (``ExternalTaskMarker``)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from headway.errors import Conflict, NotFound
from headway.metastore.database import Connection
from headway.metastore.queries import other_dags, run_list
from headway.operations.clear import Cleared, CodeVersion, Selection, clear
from headway.operations.lookup import find_run


def clear_linked(
    conn: Connection,
    dag_id: str,
    run_id: str | None,
    selection: Selection,
    *,
    version: CodeVersion | str = CodeVersion.ORIGINAL,
    dry_run: bool = False,
    actor: str,
) -> Cleared:
    """``clear``, then in other DAGs each marked task with everything behind it, in the run of the same date.

    Markers found there are followed in turn, as deep as the first one says; those runs keep their code.
    Raises what ``clear`` raises for the first run; what does not exist elsewhere is left out.
    """
    first = clear(conn, dag_id, run_id, selection, version=version, dry_run=dry_run, actor=actor)
    trail = _Trail(conn, dry_run, actor)
    trail.follow(first, depth=None)
    return replace(first, linked=trail.cleared, notes=trail.notes)


@dataclass
class _Trail:
    """What was cleared so far on the way from marker to marker."""

    conn: Connection
    dry_run: bool
    actor: str
    cleared: list[Cleared] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    seen: set[tuple[str, str, str]] = field(default_factory=set)

    def follow(self, cleared: Cleared, depth: int | None) -> None:
        """Clear what the markers among ``cleared`` point at; ``depth`` is how far to go on, None at the start."""
        self.seen |= {(cleared.dag_id, cleared.run_id, each.task_id) for each in cleared.instances}
        for task_id, marks in _markers(self.conn, cleared):
            left = marks["depth"] if depth is None else depth
            if not marks["same_date"]:
                self.notes.append(
                    f"{cleared.dag_id}.{task_id} marks {marks['dag_id']}.{marks['task_id']} at a date made by a"
                    " template: clear that one yourself"
                )
            elif left > 0:
                self._clear(cleared, marks, left - 1)

    def _clear(self, cleared: Cleared, marks: dict[str, Any], depth: int) -> None:
        date = find_run(self.conn, cleared.dag_id, cleared.run_id).logical_date
        run = other_dags.run_in_place_of(self.conn, marks["dag_id"], run_id=None, logical_date=date)
        if run is None or (marks["dag_id"], run.run_id, marks["task_id"]) in self.seen:
            return
        selection = Selection(marks["task_id"], downstream=True)
        try:
            found = clear(self.conn, marks["dag_id"], run.run_id, selection, dry_run=self.dry_run, actor=self.actor)
        except (NotFound, Conflict) as error:  # no such task there, or the run has not begun
            self.notes.append(error.message)
            return
        if found.instances:
            self.cleared.append(found)
        self.follow(found, depth)


def _markers(conn: Connection, cleared: Cleared) -> Iterator[tuple[str, dict[str, Any]]]:
    """(task id, what it marks) of the markers among what was cleared."""
    ids = {each.task_id for each in cleared.instances}
    structure = run_list.structure(conn, find_run(conn, cleared.dag_id, cleared.run_id).key)
    for task in structure["tasks"] if structure else ():
        if task["task_id"] in ids and task.get("marks"):
            yield task["task_id"], task["marks"]
