"""Mark task instances, or a whole run, as ended in a state that a person chooses; their run follows from it.

The state counts at once. What a worker has of it is stopped, and its late result is refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import psycopg

from headway.errors import Conflict, InvalidInput, NotFound
from headway.flow.blueprint import compile_blueprint
from headway.flow.decisions import end_state
from headway.flow.run_memory import RunMemory
from headway.metastore.database import Connection
from headway.metastore.queries import actions, event_log, repair, run_list, scheduling
from headway.metastore.queries.actions import LockedInstance, LockedRun
from headway.operations.clear import despite_deadlocks
from headway.operations.lookup import find_run
from headway.operations.marked_runs import deciding, spared_teardowns
from headway.operations.selection import (
    Chosen,
    RunChoice,
    Selection,
    choose,
    choose_runs,
    closure,
    reversed_edges,
)
from headway.states import FINISHED, RunState, TaskState

#: What a person may mark a task instance as.
MARKS = (TaskState.SUCCESS, TaskState.FAILED, TaskState.SKIPPED)


@dataclass(frozen=True, slots=True)
class MarkedInstance:
    """A task instance that is marked; ``state`` is the one that it had."""

    task_id: str
    map_index: int
    state: str


@dataclass(frozen=True, slots=True)
class Marked:
    """What was marked in one run, or would be.

    ``stopping`` counts those that a worker has to end, ``decided_anew`` what below them was ``upstream_failed`` and
    waits again, ``run_state`` is how the run stands then, ``teardowns`` counts those that a marked run still waits for.
    """

    dag_id: str
    run_id: str
    new_state: str
    instances: list[MarkedInstance]
    stopping: int
    decided_anew: int
    run_state: str
    teardowns: int = 0


def mark_tasks(
    conn: Connection,
    dag_id: str,
    choice: RunChoice,
    selection: Selection,
    state: TaskState | str,
    *,
    dry_run: bool = False,
    actor: str,
) -> list[Marked]:
    """Mark the selected task instances of every chosen run as ``success``, ``failed`` or ``skipped``.

    What is in that state already is left out, and so is a run in which nothing would change. Each run is changed by
    itself. Raises ``NotFound``, ``InvalidInput`` for another state or a bad selection, ``Conflict`` for a single run
    that has not started.
    """
    target = _mark_of(state)
    runs = choose_runs(conn, dag_id, choice)
    marked = []
    for run_id in runs:
        try:
            marked.append(_mark_in(conn, dag_id, run_id, selection, target, dry_run=dry_run, actor=actor))
        except NotFound:  # an older version without that task
            if len(runs) == 1:
                raise
    return [each for each in marked if each.instances]


def mark_run(
    conn: Connection, dag_id: str, run_id: str, state: RunState | str, *, dry_run: bool = False, actor: str
) -> Marked:
    """End a run as ``success`` or ``failed``: what runs of it is stopped.

    For a success, all that is unfinished or failed becomes ``success``; for a failure, what a worker has becomes
    ``failed`` and the rest of the unfinished ``skipped``. Teardowns of setups that have succeeded still run, and the
    run ends behind them; a second mark ends them, too. Raises ``NotFound`` and ``InvalidInput``.
    """
    if state not in (RunState.SUCCESS, RunState.FAILED):
        raise InvalidInput(f"a run cannot be marked {state!r}", "mark it success or failed; clear it to run it again")
    run = find_run(conn, dag_id, run_id)
    marking = _Marking(conn, dag_id, run.run_id, actor)
    structure = run_list.structure(conn, run.key) or {"tasks": []}
    return despite_deadlocks(lambda: marking.whole_run(structure, RunState(state), dry_run=dry_run))


def _mark_of(state: TaskState | str) -> TaskState:
    if state not in MARKS:
        raise InvalidInput(f"a task cannot be marked {state!r}", f"mark it {', '.join(MARKS[:-1])} or {MARKS[-1]}")
    return TaskState(state)


def _mark_in(
    conn: Connection, dag_id: str, run_id: str, selection: Selection, state: TaskState, *, dry_run: bool, actor: str
) -> Marked:
    run = find_run(conn, dag_id, run_id)
    structure = run_list.structure(conn, run.key)
    if run.state == "queued" or structure is None:
        raise Conflict(f"run {run.run_id!r} has not started: it has no task instances yet", "wait until it has begun")
    marking = _Marking(conn, dag_id, run_id, actor)
    chosen = choose(structure["tasks"], selection)
    return despite_deadlocks(lambda: marking.tasks(structure, chosen, selection, state, dry_run=dry_run))


@dataclass(frozen=True, slots=True)
class _Marking:
    """The marks of one run, within one transaction."""

    conn: Connection
    dag_id: str
    run_id: str
    actor: str

    def tasks(
        self, structure: dict[str, Any], chosen: Chosen, selection: Selection, state: TaskState, *, dry_run: bool
    ) -> Marked:
        """Mark chosen task instances, and let the run go on or end as follows from that."""
        with self.conn.transaction() as transaction:
            run = self._lock()
            found = actions.lock_instances(self.conn, run.key, chosen.task_ids)
            targets = [each for each in found if _takes(each, chosen, selection, state)]
            stopping = self._mark(targets, state)
            below = _below(structure, targets) if state is not TaskState.FAILED else ()
            anew = repair.decide_anew(self.conn, run.key, sorted(below))
            run_state = self._follow(run, structure) if targets else run.state
            marked = self._marked(targets, state, stopping, anew, run_state)
            if dry_run or not targets:
                raise psycopg.Rollback(transaction)
            self._record("task.mark", marked)
        return marked

    def whole_run(self, structure: dict[str, Any], state: RunState, *, dry_run: bool) -> Marked:
        """Mark all that is unfinished, and end the run, at once or behind its teardowns."""
        with self.conn.transaction() as transaction:
            run = self._lock()
            found = actions.lock_instances(self.conn, run.key, None)
            spared = spared_teardowns(structure, found, state) if run.state == RunState.RUNNING else set()
            found = [each for each in found if each.ti not in spared]
            held = repair.still_held(self.conn, [each.ti for each in found])
            failing = deciding(structure) if spared else set()
            stopping, targets = 0, []
            for mark, instances in _endings(found, state, held, failing):
                stopping += self._mark(instances, mark)
                targets += instances
            run_state = self._end(run, state, later=bool(spared))
            marked = self._marked(targets, state, stopping, 0, run_state, len(spared))
            if dry_run:
                raise psycopg.Rollback(transaction)
            self._record("run.mark", marked)
        return marked

    def _end(self, run: LockedRun, state: RunState, *, later: bool) -> str:
        if later:
            actions.renew_run(self.conn, run.key)
            return str(RunState.RUNNING)
        repair.set_run_state(self.conn, run.key, state)
        return str(state)

    def _lock(self) -> LockedRun:
        run = actions.lock_run(self.conn, self.dag_id, self.run_id)
        if run is None:
            raise NotFound(f"run {self.run_id!r} was deleted meanwhile", "")
        return run

    def _mark(self, targets: list[LockedInstance], state: TaskState) -> int:
        tis = [each.ti for each in targets]
        return repair.mark(self.conn, tis, state, reason=f"marked {state} by {self.actor}")[1] if tis else 0

    def _follow(self, run: LockedRun, structure: dict[str, Any]) -> str:
        """The run goes on with what is left; one that had ended before ends anew as its tasks say now."""
        if run.state not in (RunState.SUCCESS, RunState.FAILED) or repair.unfinished(self.conn, run.key):
            actions.renew_run(self.conn, run.key)
            return str(RunState.RUNNING)
        state = self._end_state(run, structure)
        repair.set_run_state(self.conn, run.key, state)
        return str(state)

    def _end_state(self, run: LockedRun, structure: dict[str, Any]) -> RunState:
        memory = RunMemory(
            key=run.key,
            run_id=self.run_id,
            version=0,
            bundle="",
            blueprint=compile_blueprint(structure, ""),
            run_after=run.run_after,
            rows=scheduling.instances(self.conn, run.key),
        )
        return end_state(memory)

    def _marked(
        self,
        targets: list[LockedInstance],
        state: TaskState | RunState,
        stopping: int,
        anew: int,
        run_state: str,
        teardowns: int = 0,
    ) -> Marked:
        shown = [MarkedInstance(each.task_id, each.map_index, each.state) for each in targets]
        return Marked(self.dag_id, self.run_id, str(state), shown, stopping, anew, run_state, teardowns)

    def _record(self, action: str, marked: Marked) -> None:
        tasks = [each.task_id for each in marked.instances][:100]
        detail = {"state": marked.new_state, "tasks": tasks, "count": len(marked.instances)}
        subject = f"{self.dag_id}/{self.run_id}"
        event_log.record(self.conn, actor=self.actor, action=action, subject=subject, detail=detail)


def _takes(instance: LockedInstance, chosen: Chosen, selection: Selection, state: TaskState) -> bool:
    if instance.state in (state, TaskState.REMOVED) or not chosen.includes(instance):
        return False
    return not selection.only_failed or instance.state in (TaskState.FAILED, TaskState.UPSTREAM_FAILED)


def _below(structure: dict[str, Any], targets: Iterable[LockedInstance]) -> set[str]:
    """The tasks behind marked ones, which the scheduler may decide otherwise now."""
    edges = reversed_edges({task["task_id"]: task["upstream"] for task in structure["tasks"]})
    return closure({each.task_id for each in targets}, edges)


def _endings(
    instances: list[LockedInstance], state: RunState, held: set[int], failing: set[str]
) -> list[tuple[TaskState, list[LockedInstance]]]:
    """How the task instances of a run end that is ended by hand; ``failing`` are tasks that must not be skipped."""
    if state is RunState.SUCCESS:
        bad = (TaskState.FAILED, TaskState.UPSTREAM_FAILED)
        return [(TaskState.SUCCESS, [each for each in instances if each.state not in FINISHED or each.state in bad])]
    open_ = [each for each in instances if each.state not in FINISHED]
    return [
        (TaskState.FAILED, [each for each in open_ if each.ti in held or each.task_id in failing]),
        (TaskState.SKIPPED, [each for each in open_ if each.ti not in held and each.task_id not in failing]),
    ]
