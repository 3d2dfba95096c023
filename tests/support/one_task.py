"""Runs single task instances over a runtime in memory."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from headway.authoring.context import Context, build_context
from headway.authoring.dag import DAG
from headway.authoring.execute import Execution
from headway.authoring.local_runtime import LocalRuntime, LocalWorld
from headway.authoring.operator import BaseOperator
from headway.authoring.results import TaskResult
from headway.authoring.runtime import InstanceFacts, RunFacts
from headway.authoring.xcom_codec import decode

RUN = RunFacts(
    id=7,
    dag_id="shop",
    run_id="scheduled__2026-03-01",
    run_type="scheduled",
    state="running",
    logical_date=datetime(2026, 3, 1, tzinfo=UTC),
    data_interval_start=datetime(2026, 3, 1, tzinfo=UTC),
    data_interval_end=datetime(2026, 3, 2, tzinfo=UTC),
    run_after=datetime(2026, 3, 2, tzinfo=UTC),
    start_date=datetime(2026, 3, 2, 0, 0, 5, tzinfo=UTC),
)
INSTANCE = InstanceFacts(
    id=70,
    dispatch=1,
    task_id="task",
    map_index=-1,
    try_number=1,
    max_tries=0,
    queue="default",
    pool="default_pool",
    priority_weight=1,
    hostname="host-a",
    start_date=datetime(2026, 3, 2, 0, 1, tzinfo=UTC),
)


def shop(**arguments: Any) -> DAG:
    """A daily DAG."""
    given = {"schedule": "@daily", "start_date": datetime(2026, 1, 1, tzinfo=UTC), **arguments}
    return DAG("shop", **given)


class Bench:
    """One run of one DAG in a world in memory; ``run_facts`` may be replaced between tasks."""

    def __init__(self) -> None:
        self.run_facts = RUN
        self.world = LocalWorld(runs=[RUN])

    def execution(self, task: BaseOperator, **instance: Any) -> Execution:
        """The execution of ``task``, not yet run."""
        facts = replace(INSTANCE, task_id=task.task_id, **instance)
        runtime = LocalRuntime(self.world, self.run_facts, facts)
        return Execution(task.dag, task, self.run_facts, facts, runtime)

    def run(self, task: BaseOperator, **instance: Any) -> TaskResult:
        """Run ``task`` and keep its XComs, as a worker would."""
        execution = self.execution(task, **instance)
        result = execution.run()
        self.world.store_xcoms(self.run_facts, execution.instance, result.xcoms)
        return result

    def context(self, task: BaseOperator, **instance: Any) -> Context:
        """The context that ``task`` would see."""
        facts = replace(INSTANCE, task_id=task.task_id, **instance)
        runtime = LocalRuntime(self.world, self.run_facts, facts)
        return build_context(task.dag, task, self.run_facts, facts, runtime)

    def xcom(self, task_id: str, key: str = "return_value") -> Any:
        """What a task left under ``key``; fails when it left nothing."""
        found = [row for where, row in self.world.xcoms.items() if (where.task_id, where.key) == (task_id, key)]
        assert found, f"{task_id} left no XCom {key}"
        return decode(found[-1].value)
