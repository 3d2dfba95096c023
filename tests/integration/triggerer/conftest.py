"""One cluster with a scheduler, a worker and a triggerer for all tests of a file, and DAGs that defer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from cryptography.fernet import Fernet

from headway.standalone.valkey import EmbeddedValkey
from support import services
from support.clusters import TestCluster
from support.services import Databases
from support.transition_guard import Moves

SECTIONS = {
    "lease": {"length": 4.0, "renewal": 0.5, "margin": 1.0},
    "scheduler": {"sweep_interval": 0.5},
    "triggerer": {"blocking_after": 0.3, "blocking_limit": 1.5},
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


@pytest.fixture(scope="module")
def nest(databases: Databases, migrated: str, valkey: EmbeddedValkey) -> Iterator[TestCluster]:
    """Scheduler, worker and triggerer; every move of a task instance is held to the state table."""
    name = databases.create(template=migrated)
    with services.open_folder("nest") as folder:
        cluster = TestCluster(
            folder / "home",
            metastore=databases.url(name),
            broker=services.empty(valkey),
            key=Fernet.generate_key().decode(),
            sections=SECTIONS,
        )
        Moves(cluster.conn)
        cluster.write("waiting.py", WAITING)
        cluster.write("waits.py", DAG_FILE)
        cluster.start()
        cluster.start_node("triggerer", ["triggerer"])
        yield cluster
        cluster.stop()
    databases.drop(name)
