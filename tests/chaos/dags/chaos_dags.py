"""The DAGs of the chaos suite, built from their shapes."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import marks
import shapes
from airflow import DAG
from airflow.models.baseoperator import BaseOperator
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator
from airflow.sensors.python import PythonSensor
from airflow.triggers.base import BaseTrigger, TriggerEvent
from airflow.triggers.temporal import TimeDeltaTrigger
from airflow.utils.task_group import TaskGroup

SEED = json.loads(marks.FACTS.read_text())["seed"]
SHELL = f"{sys.executable} -I -S {{}} {{}} & wait $!"


class SleepTrigger(BaseTrigger):
    """A trigger of the DAG's own, which a child of the triggerer runs."""

    def __init__(self, until: float) -> None:
        super().__init__()
        self.until = until

    def serialize(self):
        return f"{__name__}.SleepTrigger", {"until": self.until}

    async def run(self):
        await asyncio.sleep(max(0, self.until - time.time()))
        yield TriggerEvent(None)


class Deferring(BaseOperator):
    """Waits for a trigger of one of two kinds."""

    def __init__(self, *, seconds: float, own: bool, **kwargs) -> None:
        super().__init__(**kwargs)
        self.seconds = seconds
        self.own = own

    def execute(self, context):
        with marks.marking("task"):
            if self.own:
                trigger = SleepTrigger(time.time() + self.seconds)
            else:
                trigger = TimeDeltaTrigger(timedelta(seconds=self.seconds))
        self.defer(trigger=trigger, method_name="go_on")

    def go_on(self, context, event=None):
        with marks.marking("task"):
            return os.environ["HEADWAY_ATTEMPT"]


def work(seconds, fails, ti, number=None):
    """Spend the seconds; the first ``fails`` tries fail. Says which attempt it was."""
    with marks.marking("task") as spend:
        spend(seconds)
    if ti.try_number <= fails:
        raise ValueError(f"try {ti.try_number} is meant to fail")
    return os.environ["HEADWAY_ATTEMPT"]


def parent(seconds, **_):
    """The same with a subprocess beside it."""
    with marks.marking("task") as spend:
        process = subprocess.Popen([sys.executable, "-I", "-S", marks.__file__, str(seconds)])
        spend(seconds)
        process.wait()
    return os.environ["HEADWAY_ATTEMPT"]


def stay(seconds, **_):
    """Keep a place until everybody may go."""
    over = time.monotonic() + seconds
    with marks.marking("task") as spend:
        while not marks.released().exists() and time.monotonic() < over:
            spend(marks.TICK)
        spend(2)  # the last guest has its place before it has written its first line


def is_late(seconds, dag_run):
    """Whether so many seconds have passed since the run was made; never at the first look."""
    with marks.marking("task"):
        first = os.environ["HEADWAY_ATTEMPT"].endswith(".1")
        return not first and time.time() > dag_run.logical_date.timestamp() + seconds


CALLS = {"python": work, "parent": parent, "guest": stay}


def operator(task: shapes.Task):
    common = {
        "task_id": task.task_id,
        "pool": task.pool,
        "pool_slots": task.slots,
        "queue": task.queue,
        "retries": task.retries,
        "retry_delay": timedelta(seconds=0.5),
        "trigger_rule": task.rule,
        "max_active_tis_per_dag": task.per_dag,
        "max_active_tis_per_dagrun": task.per_run,
    }
    given = {"seconds": task.seconds, "fails": task.fails}
    if task.copies:
        partial = PythonOperator.partial(python_callable=work, **common)
        return partial.expand(op_kwargs=[{**given, "number": number} for number in range(task.copies)])
    if task.kind in CALLS:
        return PythonOperator(python_callable=CALLS[task.kind], op_kwargs=given, **common)
    if task.kind == "sensor":
        return PythonSensor(
            python_callable=is_late, op_kwargs={"seconds": task.seconds}, mode="reschedule", poke_interval=1, **common
        )
    if task.kind == "shell":
        program = Path(marks.__file__)
        return BashOperator(bash_command=SHELL.format(program, task.seconds), **common)
    return Deferring(seconds=task.seconds, own=task.kind == "own_trigger", **common)


def build(shape: shapes.Shape):
    dag = DAG(
        shape.dag_id, start_date=datetime(2026, 1, 1, tzinfo=UTC), schedule=None, catchup=False,
        max_active_tasks=shape.max_active_tasks, max_active_runs=16,
    )  # fmt: skip
    made, groups = {}, {}
    with dag:
        for task in shape.tasks:
            if task.group:
                if task.group not in groups:
                    groups[task.group] = TaskGroup(task.group)
                with groups[task.group]:
                    made[task.full_id] = operator(task)
            else:
                made[task.full_id] = operator(task)
            for upstream in task.after:
                made[upstream] >> made[task.full_id]
    return dag


for each in (*shapes.shapes(SEED), shapes.FULL_HOUSE):
    globals()[each.dag_id] = build(each)
