"""One run of one DAG in this process, task by task.

``LocalRun`` keeps the run in a ``RunMemory`` and asks the scheduler's own rules what follows; each task runs
through the ``Execution`` that workers use. Limits, pools and queues mean nothing here: there is one slot.
"""

from __future__ import annotations

import heapq
import json
import time
from collections import deque
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from headway.authoring.deferral import Resumption
from headway.authoring.execute import Execution
from headway.authoring.local_runtime import LocalRuntime, LocalWorld, XComKey
from headway.authoring.moments import now
from headway.authoring.results import SKIP_KEY, TaskResult
from headway.authoring.runtime import InstanceSummary, RunFacts
from headway.authoring.structure import describe
from headway.errors import HeadwayError
from headway.flow.blueprint import DECIDING_KINDS, compile_blueprint
from headway.flow.decisions import end_state, judge, left_out
from headway.flow.expansion import expansions, sources_of
from headway.flow.rules import Verdict
from headway.flow.run_memory import RunMemory
from headway.local.attempt import interruptible, run_once
from headway.local.facts import instance
from headway.local.lengths import lengths
from headway.local.options import Options, Watcher
from headway.local.results import RunReport, TaskReport
from headway.local.waits import LocalWaits, waiting_task
from headway.states import FINISHED, Outcome, RunState, TaskState


class _Timer(NamedTuple):
    due: float  # monotonic
    slot: int


class LocalRun:
    """A run from its first task to its end; used once. ``world`` may hold earlier runs."""

    def __init__(
        self, dag: Any, facts: RunFacts, world: LocalWorld, watcher: Watcher, options: Options | None = None
    ) -> None:
        self._dag = dag
        self._facts = facts
        self._world = world
        self._watcher = watcher
        self._options = options or Options()
        self._memory = _memory(dag, facts)
        self._look: deque[int] = deque(self._memory.all_open())
        self._ready: list[tuple[int, int]] = []
        self._timers: list[_Timer] = []
        self._reports: dict[int, TaskReport] = {}
        self._started: dict[int, datetime] = {}
        self._waits = LocalWaits()
        self._resumptions: dict[int, Resumption] = {}
        self._last: Execution | None = None

    def run(self) -> RunReport:
        """Run everything; raises ``KeyboardInterrupt`` when a person ends it, after ``on_kill``."""
        began = time.monotonic()
        self._world.runs.append(self._facts)
        self._watcher.run_started(self._dag, self._facts)
        try:
            with interruptible():
                while (slot := self._next()) is not None:
                    self._execute(slot)
        finally:
            self._waits.close()
        if self._memory.unfinished:
            raise HeadwayError(
                f"{self._memory.unfinished} task instances of {self._facts.dag_id} never became ready",
                "this is a fault in Headway: report it with the DAG file",
            )
        return self._finish(time.monotonic() - began)

    def _next(self) -> int | None:
        """The slot to run now, after waiting where only time is missing."""
        while self._look:
            self._ask(self._look.popleft())
        if self._ready:
            return heapq.heappop(self._ready)[1]
        return self._next_due() if self._timers or self._waits else None

    def _next_due(self) -> int:
        """The slot whose time comes first, or whose trigger fires before."""
        left = max(0.0, self._timers[0].due - time.monotonic()) if self._timers else None
        if not self._waits:
            time.sleep(left or 0.0)
        elif ended := self._waits.next(left):
            slot, resume = ended
            self._resumptions[slot] = resume((now() - self._started[slot]).total_seconds())
            return slot
        return heapq.heappop(self._timers).slot

    def _ask(self, slot: int) -> None:
        memory = self._memory
        if not memory.is_open(slot):
            return
        task = memory.task(slot)
        verdict = judge(memory, slot)
        if verdict is Verdict.EXPAND:
            self._expand(slot)
        elif verdict is not Verdict.RUN:
            if verdict is not Verdict.WAIT:
                self._settle(slot, TaskState(verdict.value))
        elif task.kind == "empty" or self._options.marks(task.task_id):
            self._settle(slot, TaskState.SUCCESS)
        else:
            memory.handed[slot] = 1
            heapq.heappush(self._ready, (-task.priority, slot))

    def _expand(self, slot: int) -> None:
        """Give a mapped task its instances, once it is known how many."""
        sources = sources_of(self._memory, slot)
        if sources is None:
            return
        known = lengths(self._world, self._facts, sources)
        for each in expansions(self._memory, slot, known, self._options.max_map_length):
            if each.state is not TaskState.REMOVED:
                self._settle(each.slot, each.state, each.why or None)
                continue
            task, first = self._memory.task(each.slot), len(self._memory) + 1
            self._memory.admit((first + index, task.task_id, index) for index in range(each.count))
            self._memory.set_state(each.slot, each.state)
            self._look.extend(self._memory.slots_of_task(task.position)[1:])

    def _settle(self, slot: int, state: TaskState, error: str | None = None) -> None:
        """A task instance ends without running."""
        task = self._memory.task(slot)
        report = TaskReport(task.task_id, self._memory.map_index(slot), state.value, error=error)
        self._ended(slot, state, report, None)

    def _ended(self, slot: int, state: TaskState, report: TaskReport, wait: float | None) -> None:
        self._reports[slot] = report
        self._memory.set_state(slot, state)
        self._memory.handed[slot] = state not in FINISHED
        self._watcher.task_ended(report, wait)
        if state in FINISHED:
            if state is TaskState.SUCCESS and self._memory.task(slot).kind in DECIDING_KINDS:
                self._skip_others(slot)
            self._look.extend(self._memory.all_open_below(slot))

    def _skip_others(self, slot: int) -> None:
        task = self._memory.task(slot)
        where = XComKey(self._facts.dag_id, self._facts.run_id, task.task_id, self._memory.map_index(slot), SKIP_KEY)
        row = self._world.xcoms.get(where)
        for below in left_out(self._memory, slot, json.loads(row.value)) if row else ():
            self._settle(below, TaskState.SKIPPED, f"left out by {task.task_id}")

    def _execute(self, slot: int) -> None:
        execution, known = self._prepare(slot)
        self._last = execution
        result, report = run_once(execution, known, self._world, self._watcher)
        wait = self._wait(result)
        if result.deferral is not None:
            self._waits.add(slot, result.deferral, waiting_task(execution), execution.runtime)
        if wait is not None:
            heapq.heappush(self._timers, _Timer(time.monotonic() + wait, slot))
        self._ended(slot, TaskState(report.state), report, wait)

    def _prepare(self, slot: int) -> tuple[Execution, TaskReport]:
        """The next try (or the next look of a rescheduled sensor) of a task instance."""
        task, memory = self._memory.task(slot), self._memory
        again = memory.state(slot) in (TaskState.UP_FOR_RESCHEDULE, TaskState.DEFERRED)
        if memory.state(slot) is TaskState.UP_FOR_RETRY:
            memory.try_number[slot] += 1
            self._started.pop(slot, None)
        memory.dispatch[slot] += 1
        memory.set_state(slot, TaskState.RUNNING)
        self._started.setdefault(slot, now())
        operator = self._dag.get_task(task.task_id)
        own = instance(
            operator,
            number=memory.ti(slot),
            map_index=memory.map_index(slot),
            dispatch=memory.dispatch[slot],
            try_number=memory.try_number[slot],
            priority=task.priority,
        )
        if not again:
            self._world.clear_xcoms(self._facts, own)
        self._list_instances()
        runtime = LocalRuntime(self._world, self._facts, own)
        limit = self._options.xcom_max_bytes
        going_on = self._resumptions.pop(slot, None)
        execution = Execution(self._dag, operator, self._facts, own, runtime, resumption=going_on, xcom_max_bytes=limit)
        known = self._reports.get(slot) or TaskReport(task.task_id, memory.map_index(slot), "running")
        return execution, replace(known, tries=memory.try_number[slot], error=None)

    def _wait(self, result: TaskResult) -> float | None:
        if result.outcome is Outcome.RETRY:
            return (result.retry_after or 0.0) if self._options.keep_delays else 0.0
        if result.outcome is Outcome.RESCHEDULED and result.reschedule_at is not None:
            return max(0.0, (result.reschedule_at - now()).total_seconds())
        return None

    def _list_instances(self) -> None:
        """Let tasks see their run's task instances as they stand now."""
        memory = self._memory
        self._world.instances[self._facts.dag_id, self._facts.run_id] = [
            InstanceSummary(
                memory.task(slot).task_id,
                memory.map_index(slot),
                memory.state(slot).value,
                memory.try_number[slot],
                self._started.get(slot),
            )
            for slot in range(len(memory))
        ]

    def _finish(self, seconds: float) -> RunReport:
        self._list_instances()
        state = end_state(self._memory)
        ended = replace(self._facts, state=state.value, end_date=now())
        self._world.runs[self._world.runs.index(self._facts)] = ended
        self._call_back(state)
        tasks = [self._reports[slot] for slot in sorted(self._reports, key=self._place)]
        report = RunReport(ended, tasks, seconds, self._world)
        self._watcher.run_ended(report)
        return report

    def _call_back(self, state: RunState) -> None:
        """The DAG's own callbacks see the task that ended last."""
        good = state is RunState.SUCCESS
        if self._last is not None and getattr(self._dag, "on_success_callback" if good else "on_failure_callback"):
            with self._watcher.task(self._facts.dag_id):
                self._last.run_dag_callbacks(success=good, reason="success" if good else "task_failure")

    def _place(self, slot: int) -> tuple[int, int]:
        return self._memory.task(slot).position, self._memory.map_index(slot)


def _memory(dag: Any, facts: RunFacts) -> RunMemory:
    structure = describe(dag)
    rows = [
        (number, spec["task_id"], -1, TaskState.NONE.value, 0, 1)
        for number, spec in enumerate(structure["tasks"], start=1)
    ]
    return RunMemory(
        key=facts.id,
        run_id=facts.run_id,
        version=1,
        bundle="",
        blueprint=compile_blueprint(structure, dag.fileloc),
        run_after=facts.run_after,
        rows=rows,
    )
