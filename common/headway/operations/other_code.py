"""Let a run go on with other code than it began with: which tasks it gets and loses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from headway.metastore.database import Connection
from headway.metastore.queries import repair, run_list
from headway.metastore.queries.actions import LockedRun
from headway.metastore.queries.repair import Code


@dataclass(frozen=True, slots=True)
class CodeChange:
    """The version that a run goes on with, by its number, and the ids of the tasks that it gets or loses by that."""

    number: int
    added: list[str]
    removed: list[str]


def go_on_with(conn: Connection, run: LockedRun, code: Code) -> CodeChange:
    """Switch a locked run to ``code``.

    Tasks that are new there wait for their turn; those that are gone are removed, and what of them runs is stopped.
    A task that is mapped no longer loses its instances. What has ended stays as it ended.
    """
    before = run_list.structure(conn, run.key) or {"tasks": []}
    old, new = _mapped_by_id(before), _mapped_by_id(code.structure)
    added = repair.set_code(conn, run.key, code)
    removed = repair.remove_tasks(conn, run.key, sorted(old.keys() - new.keys()))
    plain_now = [each for each in new if old.get(each) and not new[each]]
    repair.remove_tasks(conn, run.key, plain_now, only_mapped=True)
    added += repair.bring_back(conn, run.key, [*plain_now, *(each for each in new if each not in old)])
    order = list(new)
    return CodeChange(code.number, sorted(added, key=order.index), sorted(removed))


def _mapped_by_id(structure: dict[str, Any]) -> dict[str, bool]:
    """Whether each task is mapped, in definition order."""
    return {task["task_id"]: bool(task["mapped"]) for task in structure["tasks"]}
