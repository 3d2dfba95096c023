"""DAGs that defer to a trigger of the bundle, and what their runs have come to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from headway.authoring.xcom_codec import decode
from headway.metastore.queries import logs
from support.clusters import TestCluster

SECTIONS = {
    "lease": {"length": 300.0, "renewal": 0.5, "margin": 1.0},  # a machine that stands still must cost nobody anything
    "scheduler": {"sweep_interval": 0.5},
    "triggerer": {"blocking_after": 0.5, "blocking_limit": 4.0},
    "logs": {"ship_interval": 0.1},
}

#: A trigger class that stands in a module of the bundle; it waits for a file that the test makes.
WAITING = """
import asyncio, os
from airflow.triggers.base import BaseTrigger, TaskFailedEvent, TaskSkippedEvent, TaskSuccessEvent, TriggerEvent

HOME = os.environ["HEADWAY_HOME"]

def note(name, word):
    with open(f"{HOME}/{name}.said", "a") as file:
        file.write(word + "\\n")

class Signal(BaseTrigger):
    def __init__(self, name, then="event"):
        super().__init__()
        self.name, self.then = name, then

    def serialize(self):
        return "waiting.Signal", {"name": self.name, "then": self.then}

    @property
    def waits_for(self):
        return f"signal {self.name}"

    async def run(self):
        note(self.name, "began")
        self.log.info("looking for %s", self.name)
        while not os.path.exists(f"{HOME}/{self.name}"):
            await asyncio.sleep(0.02)
        print("it is there")
        note(self.name, "seen")
        if self.then == "raise":
            raise ValueError("the signal is red")
        if self.then == "block":
            import time
            time.sleep(60)
        if self.then == "die":
            os._exit(3)
        if self.then == "success":
            yield TaskSuccessEvent(xcoms={"return_value": "by the trigger"})
        elif self.then == "skipped":
            yield TaskSkippedEvent()
        elif self.then == "failed":
            yield TaskFailedEvent()
        elif self.then != "nothing":
            yield TriggerEvent({"name": self.name, "task": self.task_instance.task_id})

    async def cleanup(self):
        note(self.name, "cleaned")

    async def on_kill(self):
        note(self.name, "killed")
"""

#: One DAG with one task that defers as its run's conf says.
DAG_FILE = """
from datetime import datetime, timedelta
from airflow import DAG
from airflow.models.baseoperator import BaseOperator
from waiting import Signal

class Wait(BaseOperator):
    def execute(self, context):
        conf = context["dag_run"].conf
        context["ti"].xcom_push(key="before", value="kept")
        print("about to defer")
        timeout = conf.get("timeout")
        self.defer(
            trigger=Signal(conf["name"], conf.get("then", "event")),
            method_name="resume",
            kwargs={"day": datetime(2026, 3, 1)},
            timeout=timedelta(seconds=timeout) if timeout is not None else None,
        )

    def resume(self, context, event, day):
        before = context["ti"].xcom_pull(task_ids=self.task_id, key="before")
        print("resumed with", event)
        if context["dag_run"].conf.get("fail"):
            raise ValueError("not today")
        return {"event": event, "before": before, "day": day.day}

with DAG("waits", start_date=datetime(2026, 1, 1), schedule=None, catchup=False, max_active_runs=50):
    Wait(task_id="w")
with DAG("waits_again", start_date=datetime(2026, 1, 1), schedule=None, catchup=False):
    Wait(task_id="w", retries=1, retry_delay=timedelta(0))
"""


class Waiting:
    """One run of a DAG of one task that waits for a signal."""

    def __init__(self, nest: TestCluster, name: str, dag_id: str = "waits", **conf: Any) -> None:
        self.nest, self.name, self.dag_id = nest, name, dag_id
        self.run_id = nest.trigger(dag_id, conf={"name": name, **conf}, run_id=name)

    def said(self) -> list[str]:
        """What the trigger has noted."""
        file = self.nest.home / f"{self.name}.said"
        return file.read_text().split() if file.exists() else []

    def await_said(self, *words: str) -> None:
        """Wait until it has noted this and no more."""
        self.nest.wait_until(
            lambda: self.said() == list(words), 60, lambda: f"{words} of {self.name}, which said {self.said()},"
        )

    def await_waiting(self) -> None:
        """Wait until the trigger runs."""
        self.nest.wait_until(lambda: "began" in self.said(), 60, f"the beginning of {self.name}")

    def time_out(self) -> None:
        """End the deferral's time now."""
        self.nest.conn.execute("UPDATE timer SET due = now() WHERE ti_id = %s", (self.ti,))

    def signal(self) -> None:
        """Let the trigger fire."""
        Path(self.nest.home / self.name).touch()

    def end(self, state: str = "success") -> None:
        """Wait for the run's end."""
        self.nest.wait_run(self.dag_id, self.run_id, state)

    @property
    def ti(self) -> int:
        return self.nest.tasks(self.dag_id, self.run_id)["w"].ti

    def xcom(self) -> Any:
        """What the task returned."""
        row = self.nest.conn.execute(
            "SELECT value FROM xcom WHERE ti_id = %s AND key = 'return_value'", (self.ti,)
        ).fetchone()
        return decode(row[0]) if row else None

    def attempts(self) -> list[tuple[str, int, str]]:
        """(outcome, try number, error) of its dispatches."""
        rows = self.nest.conn.execute(
            "SELECT outcome, try_number, coalesce(error, '') FROM task_attempt WHERE ti_id = %s ORDER BY dispatch",
            (self.ti,),
        ).fetchall()
        return [(row[0], row[1], row[2]) for row in rows]

    def log(self) -> str:
        """The logs of all dispatches."""
        found = logs.attempts_of(self.nest.conn, dag_id=self.dag_id, run_id=self.run_id, task_id="w")
        return "".join(
            chunk.text for each in found for chunk in logs.read(self.nest.conn, ti=each.ti, dispatch=each.dispatch)
        )
