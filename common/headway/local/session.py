"""Runs of DAGs and of single tasks, as commands, scripts and tests start them."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from headway.authoring.execute import Execution
from headway.authoring.local_runtime import LocalRuntime, LocalWorld, XComKey
from headway.authoring.moments import now
from headway.authoring.results import RETURN_KEY
from headway.authoring.runtime import RunFacts, XComRow
from headway.authoring.xcom_codec import encode
from headway.local.attempt import interruptible, run_once
from headway.local.facts import instance, manual_run
from headway.local.options import Options, Unwatched, Watcher
from headway.local.results import RunReport, TaskReport
from headway.local.run import LocalRun
from headway.local.waits import LocalWaits, waiting_task


def run_dag(
    dag: Any,
    world: LocalWorld,
    *,
    logical_date: datetime | None = None,
    conf: Mapping[str, Any] | None = None,
    watcher: Watcher | None = None,
    options: Options | None = None,
) -> RunReport:
    """Run a whole DAG; ``logical_date`` (UTC when it is naive) is now unless given.

    Raises ``DagFileError`` for a DAG that cannot be described and ``InvalidInput`` for a ``conf`` that is not JSON.
    """
    facts = manual_run(dag, logical_date, conf, number=len(world.runs) + 1)
    return LocalRun(dag, facts, world, watcher or Unwatched(), options).run()


def task_execution(
    dag: Any, task_id: str, facts: RunFacts, world: LocalWorld, options: Options | None = None, *, map_index: int = -1
) -> Execution:
    """The one try of a task by itself, in ``test_mode``, whatever its upstream; raises ``DagFileError`` without it."""
    task = dag.get_task(task_id)
    own = replace(instance(task, map_index=map_index), max_tries=0)
    limit = (options or Options()).xcom_max_bytes
    made = Execution(dag, task, facts, own, LocalRuntime(world, facts, own), xcom_max_bytes=limit)
    made.context["ti"].test_mode = True
    return made


def run_task(execution: Execution, world: LocalWorld, watcher: Watcher | None = None) -> TaskReport:
    """Run one task once, with its callbacks and what it defers to; a sensor in reschedule mode looks once."""
    seen = watcher or Unwatched()
    own = execution.instance
    waits, began = LocalWaits(), now()
    with interruptible(), contextlib.closing(waits):
        result, report = run_once(execution, TaskReport(own.task_id, own.map_index, "running"), world, seen)
        while result.deferral is not None:
            waits.add(own.id, result.deferral, waiting_task(execution), execution.runtime)
            execution = execution.going_on(waits.wait((now() - began).total_seconds()))
            result, report = run_once(execution, report, world, seen)
    seen.task_ended(report, None)
    return report


def result_of(execution: Execution, world: LocalWorld) -> Any:
    """What a task has returned, as JSON holds it; None when that is nothing."""
    run, own = execution.run_facts, execution.instance
    row = world.xcoms.get(XComKey(run.dag_id, run.run_id, own.task_id, own.map_index, RETURN_KEY))
    return None if row is None else json.loads(row.value)


def leave_results(world: LocalWorld, facts: RunFacts, results: Mapping[str, Any]) -> None:
    """Have tasks of the run have returned these values, by task id."""
    for task_id, value in results.items():
        where = XComKey(facts.dag_id, facts.run_id, task_id, -1, RETURN_KEY)
        world.xcoms[where] = XComRow(facts.run_id, task_id, -1, encode(value, task_id=task_id), now())
