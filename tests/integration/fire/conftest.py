"""A cluster to shoot at: two schedulers and three workers as processes, servers of its own, PgBouncer between."""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Iterator

import pytest
from cryptography.fernet import Fernet

from headway.errors import MetastoreUnavailable
from headway.metastore import migrate
from headway.metastore.database import Connection, connect
from headway.settings import load_settings
from headway.standalone.postgres import EmbeddedPostgres
from headway.standalone.valkey import EmbeddedValkey
from support import services
from support.clusters import TestCluster
from support.pgbouncer import PgBouncer
from support.transition_guard import Moves
from support.waiting import wait_for

SECTIONS = {
    "lease": {"length": 8.0, "renewal": 0.5, "margin": 1.0},
    "scheduler": {"sweep_interval": 0.3, "lost_message_after": 1.0},
    "worker": {"drain_grace": 0.5, "kill_grace": 1.0},
    "dags": {"max_active_tasks": 100},
}

FILE = """
import os, time
from datetime import datetime
from airflow import DAG
from airflow.operators.python import PythonOperator
HOME = os.environ["HEADWAY_HOME"]

def note(ti):
    with open(f"{HOME}/{ti.dag_id}.ran", "a") as file:
        file.write(f"{ti.task_id} {os.getpid()}\\n")

def work(ti):
    note(ti)
    time.sleep(0.02)

def hold(ti):
    note(ti)
    while not os.path.exists(f"{HOME}/{ti.dag_id}.go"):
        time.sleep(0.02)

def hold_once(ti):
    first = not os.path.exists(f"{HOME}/{ti.dag_id}.{ti.task_id}")
    open(f"{HOME}/{ti.dag_id}.{ti.task_id}", "w").close()
    note(ti)
    time.sleep(600 if first else 0)

def tasks(name, call, count, **more):
    return [PythonOperator(task_id=f"{name}{n}", python_callable=call, **more) for n in range(count)]

def dag(dag_id):
    return DAG(dag_id, start_date=datetime(2026, 1, 1), schedule=None)

for number in range(4):
    with dag(f"siege{number}"):
        few = tasks("pool", work, 10, pool="three") + tasks("limited", work, 10, max_active_tis_per_dag=2)
        few >> PythonOperator(task_id="end", python_callable=work)
with dag("stale"):
    tasks("a", hold, 1) >> tasks("b", work, 1)[0]
with dag("hosts"):
    tasks("t", hold, 2)
for dag_id in ("twice", "flushed"):
    with dag(dag_id):
        tasks("hold", hold, 3, priority_weight=9) >> PythonOperator(task_id="end", python_callable=work)
        tasks("t", work, 10)
with dag("drained"):
    tasks("long", hold_once, 1, priority_weight=9)
    tasks("t", work, 30)
with dag("restart"):
    first = tasks("hold", hold, 1)
    first >> PythonOperator(task_id="end", python_callable=work)
    tasks("t", work, 30)
"""


class Siege:
    """The cluster, its servers, and what its tasks and its metastore say of what happened."""

    def __init__(self, cluster: TestCluster, postgres: EmbeddedPostgres, valkey: EmbeddedValkey) -> None:
        self.cluster = cluster
        self.postgres = postgres
        self.valkey = valkey
        self.moves = Moves(cluster.conn)

    def reconnect(self) -> None:
        """After the metastore was away."""
        self.cluster.conn.close()
        self.cluster.conn = wait_for(self._connect, 60, "the metastore")

    def _connect(self) -> Connection | None:
        try:
            return connect(self.cluster.settings.metastore, name="test")
        except MetastoreUnavailable:
            return None

    def go(self, dag_id: str) -> None:
        """Let the held tasks of a DAG end."""
        (self.cluster.home / f"{dag_id}.go").touch()

    def ran(self, dag_id: str) -> Counter[str]:
        """How often the code of each task has begun."""
        return Counter(line.split()[0] for line in self._lines(dag_id))

    def pids(self, dag_id: str) -> list[int]:
        """The processes in which tasks have begun, in order."""
        return [int(line.split()[1]) for line in self._lines(dag_id)]

    def _lines(self, dag_id: str) -> list[str]:
        path = self.cluster.home / f"{dag_id}.ran"
        return path.read_text().splitlines() if path.exists() else []

    def await_ran(self, dag_id: str, count: int) -> None:
        """Wait until tasks of a DAG have begun so many times in all."""
        self.cluster.wait_until(lambda: len(self._lines(dag_id)) >= count, 60, f"{count} starts in {dag_id}")

    def outcomes(self, dag_id: str) -> dict[str, list[str]]:
        """The outcomes of each task's attempts, in order."""
        found: dict[str, list[str]] = {}
        for task_id, outcome in self.cluster.conn.execute(
            "SELECT t.task_id, a.outcome FROM task_attempt a JOIN task_instance t ON t.id = a.ti_id"
            " JOIN dag_run r ON r.id = t.run_id WHERE r.dag_id = %s ORDER BY a.dispatch",
            (dag_id,),
        ).fetchall():
            found.setdefault(task_id, []).append(outcome)
        return found

    def each_once(self, dag_id: str, run_id: str) -> None:
        """Every task of a run ran once, in one try, with one outcome."""
        instances = self.cluster.tasks(dag_id, run_id)
        assert self.outcomes(dag_id) == {task_id: ["success"] for task_id in instances}
        assert self.ran(dag_id) == Counter(dict.fromkeys(instances, 1))
        assert {each.try_number for each in instances.values()} == {1}
        assert not [name for name in self.cluster.nodes if "forbidden move" in self.cluster.log(name)]

    def node_of(self, kind: str, where: str, *parameters: object) -> str:
        """The name of the process that is the live node of a kind which an SQL condition names."""
        query = f"SELECT n.pid FROM node n WHERE n.kind = %s AND n.state = 'up' AND {where} LIMIT 1"
        row = self.cluster.conn.execute(query, (kind, *parameters)).fetchone()
        assert row is not None, self.cluster.story(f"no {kind} where {where}")
        return next(name for name, process in self.cluster.nodes.items() if process.pid == row[0])

    def owner(self, dag_id: str) -> str:
        """The scheduler that owns a DAG, by its node's name."""
        return self.node_of("scheduler", "n.id = (SELECT owner_id FROM dag WHERE dag_id = %s)", dag_id)

    def send(self, name: str, number: signal.Signals) -> None:
        """Signal the process of a node alone."""
        os.kill(self.cluster.nodes[name].pid, number)

    def kill(self, name: str) -> None:
        """SIGKILL a node and start it again under the same name."""
        self.cluster.kill(name)
        self.start(name)

    def start(self, name: str) -> None:
        """Start a node."""
        if name.startswith("scheduler"):
            self.cluster.start_node(name, ["scheduler"])
        else:
            self.cluster.start_worker("default", concurrency=1, name=name)


@pytest.fixture(scope="module")
def siege() -> Iterator[Siege]:
    with services.postgres() as postgres, services.valkey() as valkey, services.open_folder("fire") as folder:
        pooler = PgBouncer(folder, postgres.url())
        pooler.start()
        url = pooler.url(postgres.url())
        migrate.upgrade(load_settings(metastore={"url": url}))
        cluster = TestCluster(
            folder / "home",
            metastore=url,
            broker=valkey.url(),
            key=Fernet.generate_key().decode(),
            sections=SECTIONS,
        )
        try:
            cluster.conn.execute("INSERT INTO pool (name, slots) VALUES ('three', 3)")
            made = Siege(cluster, postgres, valkey)
            cluster.write("fire.py", FILE)
            for name in ("scheduler1", "scheduler2", "w1", "w2", "w3"):
                made.start(name)
            cluster.await_dag("restart")
            yield made
        finally:
            cluster.stop()
            pooler.stop()
