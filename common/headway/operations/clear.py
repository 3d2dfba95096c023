"""Clear task instances: they run again, and their run goes on, with the code that it began with or with new code.

A finished or waiting task instance starts anew at once. One that a worker still has is asked to stop; its worker
kills it and only then does it start anew (``restarting``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

import psycopg

from headway.errors import Conflict, NotFound
from headway.metastore.database import Connection
from headway.metastore.queries import actions, event_log, repair, run_list
from headway.metastore.queries.actions import LockedInstance
from headway.operations.lookup import find_run
from headway.operations.other_code import CodeChange, go_on_with
from headway.operations.selection import Chosen, choose
from headway.operations.selection import Selection as Selection
from headway.states import TaskState, sources

_TRIES = 3

#: Task instances in these states would not change.
_UNTOUCHED = frozenset({TaskState.NONE, TaskState.RESTARTING, TaskState.REMOVED})
_ENDED_BADLY = frozenset({TaskState.FAILED, TaskState.UPSTREAM_FAILED})

T = TypeVar("T")


class CodeVersion(StrEnum):
    """With which code a cleared run goes on: that which it has, or what its DAG is now."""

    ORIGINAL = "original"
    LATEST = "latest"


@dataclass(frozen=True, slots=True)
class ClearedInstance:
    """A task instance that is cleared; ``state`` is the one that it had."""

    task_id: str
    map_index: int
    state: str


@dataclass(frozen=True, slots=True)
class Cleared:
    """What was cleared, or would be; ``stopping`` counts those that a worker has to end first.

    ``code`` says with which version the run goes on, and which tasks it gets or loses by that (None: with its own).
    ``linked`` is what markers among them had cleared in other DAGs, ``notes`` say what they could not.
    """

    dag_id: str
    run_id: str
    instances: list[ClearedInstance]
    stopping: int
    code: CodeChange | None = None
    linked: list[Cleared] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def changes(self) -> bool:
        """Whether there is anything to do."""
        return bool(self.instances or (self.code and self.code.added))


def clear(
    conn: Connection,
    dag_id: str,
    run_id: str | None,
    selection: Selection,
    *,
    version: CodeVersion | str = CodeVersion.ORIGINAL,
    dry_run: bool = False,
    actor: str,
) -> Cleared:
    """Clear the selected task instances of a run (the newest when none is named).

    With the ``latest`` version the run goes on with its DAG's present code: tasks that are new there wait in it, those
    that are gone are removed. Raises ``NotFound``, ``InvalidInput`` for a bad pattern, and ``Conflict`` for a run
    that has not started.
    """
    run = find_run(conn, dag_id, run_id)
    structure = run_list.structure(conn, run.key)
    code = _code(conn, dag_id, CodeVersion(version))
    if run.state == "queued" or structure is None:
        raise Conflict(f"run {run.run_id!r} has not started: it has nothing to clear", "")
    clearing = _Clearing(
        conn,
        dag_id,
        run.run_id,
        choose((code.structure if code else structure)["tasks"], selection),
        only_failed=selection.only_failed,
        code=code,
        actor=actor,
    )
    return despite_deadlocks(lambda: clearing.do(dry_run=dry_run))


def _code(conn: Connection, dag_id: str, version: CodeVersion) -> repair.Code | None:
    """The code to go on with; None stands for the run's own."""
    if version is CodeVersion.ORIGINAL:
        return None
    found = repair.newest_code(conn, dag_id)
    if found is None:
        raise NotFound(f"DAG {dag_id!r} was deleted meanwhile", "")
    return found


@dataclass(frozen=True, slots=True)
class _Clearing:
    """One run's clear, within one transaction."""

    conn: Connection
    dag_id: str
    run_id: str
    chosen: Chosen
    only_failed: bool
    code: repair.Code | None
    actor: str

    def do(self, *, dry_run: bool) -> Cleared:
        """Do it; a rehearsal, or what changes nothing, is taken back."""
        conn = self.conn
        with conn.transaction() as transaction:
            run = actions.lock_run(conn, self.dag_id, self.run_id)
            if run is None:
                raise NotFound(f"run {self.run_id!r} was deleted meanwhile", "")
            change = go_on_with(conn, run, self.code) if self.code else None
            instances = actions.lock_instances(conn, run.key, self.chosen.task_ids)
            targets = [each for each in instances if self._takes(each)]
            held = repair.still_held(conn, [each.ti for each in targets])
            if not dry_run:
                self._change(run.key, targets, held)
            shown = [each for each in targets if not self.chosen.was_expanded(each)]
            cleared = Cleared(self.dag_id, self.run_id, [_cleared(each) for each in shown], len(held), change)
            if dry_run or not cleared.changes:
                raise psycopg.Rollback(transaction)
            self._record(cleared)
        return cleared

    def _takes(self, instance: LockedInstance) -> bool:
        state = TaskState(instance.state)
        if not self.chosen.includes(instance):
            return False
        if self.chosen.was_expanded(instance):
            return not self.only_failed
        return state not in _UNTOUCHED and (not self.only_failed or state in _ENDED_BADLY)

    def _change(self, run: int, targets: list[LockedInstance], held: set[int]) -> None:
        waiting = [each.ti for each in targets if each.ti not in held]
        actions.renew_run(self.conn, run)
        if held:
            states = [str(state) for state in sources(TaskState.RESTARTING)]
            actions.restart_instances(self.conn, sorted(held), states, f"cleared by {self.actor}")
        if waiting:
            actions.reset_instances(self.conn, waiting, [str(state) for state in sources(TaskState.NONE)])
        if self.code:
            repair.adjust_to_code(self.conn, run, self.code)

    def _record(self, cleared: Cleared) -> None:
        detail = {"tasks": [each.task_id for each in cleared.instances][:100], "count": len(cleared.instances)}
        if cleared.code:
            detail |= {"version": cleared.code.number, "added": cleared.code.added, "removed": cleared.code.removed}
        event_log.record(
            self.conn, actor=self.actor, action="run.clear", subject=f"{self.dag_id}/{self.run_id}", detail=detail
        )


def _cleared(instance: LockedInstance) -> ClearedInstance:
    return ClearedInstance(instance.task_id, instance.map_index, instance.state)


def despite_deadlocks(work: Callable[[], T]) -> T:
    """A dead node's attempts are taken away in the other lock order (claim, then task instance)."""
    for _ in range(_TRIES - 1):
        try:
            return work()
        except psycopg.errors.DeadlockDetected:
            continue
    return work()
