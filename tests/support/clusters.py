"""A cluster of real node processes on the test's own services: start, trigger, wait, kill, look.

Unlike ``headway standalone`` nothing is started again by itself: a test that kills a node sees what follows.
"""

from __future__ import annotations

import signal
import textwrap
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from headway.broker.bus import open_bus
from headway.metastore.database import Connection, connect
from headway.metastore.queries import run_list, task_list
from headway.metastore.queries.run_list import Run
from headway.metastore.queries.task_list import Instance
from headway.operations.trigger import trigger
from headway.operations.wake import wake_schedulers
from headway.settings import JOIN_FILE, Settings, load_settings
from headway.standalone.cluster import Sections, node_command
from headway.standalone.join import write_join_file
from headway.standalone.process import Process
from headway.states import FINISHED_RUNS, RunState
from headway_worker import processes
from support.waiting import wait_for

ACTOR = "test"
_TAIL = 40


def log_ends(home: Path) -> list[str]:
    """The ends of the logs of all nodes in a Headway home."""
    lines = []
    for log in sorted(set((home / "logs").glob("*.log")) - {home / "logs" / "initdb.log"}):
        lines += [f"--- {log.name}", *log.read_text(errors="replace").splitlines()[-_TAIL:]]
    return lines


class TestCluster:
    """Nodes by name, a DAG folder, and questions to the metastore.

    ``sections`` are settings for the nodes; new DAGs are not paused unless they say so.
    """

    __test__ = False

    def __init__(self, home: Path, *, metastore: str, broker: str, key: str, sections: Sections | None = None) -> None:
        self.home = home
        self.dags = home / "dags"
        self.dags.mkdir(parents=True)
        write_join_file(home / JOIN_FILE, metastore=metastore, broker=broker, key=key)
        self.sections: Sections = {"dags": {"folder": str(self.dags), "paused_at_creation": False}}
        for name, values in (sections or {}).items():
            self.sections[name] = {**self.sections.get(name, {}), **values}
        joined: Sections = {"metastore": {"url": metastore}, "broker": {"url": broker}, "security": {"key": key}}
        self.settings: Settings = load_settings(home=home, **{**self.sections, **joined})
        self.nodes: dict[str, Process] = {}
        self.conn: Connection = connect(self.settings.metastore, name="test")

    # nodes

    def start(self, workers: dict[str, int] | None = None) -> None:
        """Start a scheduler and one worker for each queue (default: ``default`` with 2 children)."""
        self.start_node("scheduler", ["scheduler"])
        for queue, concurrency in (workers or {"default": 2}).items():
            self.start_worker(queue, concurrency=concurrency)

    def start_worker(self, queues: str, *, concurrency: int = 2, name: str = "") -> Process:
        """Start a worker for some queues (separated by commas)."""
        name = name or f"worker-{queues}"
        return self.start_node(name, ["worker", "-Q", queues, "-c", str(concurrency), "--hostname", name])

    def start_node(self, name: str, arguments: Sequence[str]) -> Process:
        """Start ``headway ARGUMENTS`` as a process called ``name``."""
        process = self.nodes[name] = Process(node_command(name, arguments, self.home, self.sections))
        process.start()
        return process

    def kill(self, name: str) -> None:
        """Kill a node without warning and wait for its end; its children are left to themselves."""
        process = self.nodes.pop(name)
        process.signal(signal.SIGKILL)
        assert process.wait(60)
        process.forget()

    def kill_for_good(self, name: str) -> None:
        """Kill a node whose lease is long, let that be over now, and wait until a scheduler has declared it dead."""
        pid = self.nodes[name].pid
        self.kill(name)
        over = "UPDATE node SET lease_until = now() WHERE pid = %s AND state <> 'dead' RETURNING id"
        # more than once, for its last renewal may be under way
        self.wait_until(lambda: not self.conn.execute(over, [pid]).fetchone(), 60, f"the death of {name}")

    def freeze(self, name: str, connections: str) -> None:
        """Stop a node where it stands, but not within a transaction, for others would wait for its locks.

        ``connections`` is a pattern of LIKE for the names of its connections.
        """
        process = self.nodes[name]
        query = (
            "SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND application_name LIKE %s AND state <> 'idle'"
        )

        def frozen() -> bool:
            processes.freeze(process.pid)
            if self.conn.execute(query, [connections]).fetchone() is None:
                return True
            process.signal(signal.SIGCONT)
            return False

        self.wait_until(frozen, 60, "a moment without transaction")

    def stop_node(self, name: str, grace: float = 60) -> int:
        """Stop a node politely; returns its exit code."""
        return self.nodes.pop(name).stop(grace)

    def stop(self) -> None:
        """Kill what still runs and close the connection."""
        for process in self.nodes.values():
            process.stop(0)
        self.conn.close()

    # DAGs and runs

    def write(self, path: str, source: str) -> Path:
        """Write a file (a DAG or anything else) into the DAG folder."""
        file = self.dags / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(textwrap.dedent(source))
        return file

    def await_dag(self, dag_id: str, seconds: float = 60) -> None:
        """Wait until the scheduler has read a DAG."""
        query = "SELECT version_id FROM dag WHERE dag_id = %s AND NOT is_stale"
        self.wait_until(lambda: self.conn.execute(query, [dag_id]).fetchone(), seconds, f"DAG {dag_id}")

    def trigger(self, dag_id: str, conf: dict[str, Any] | None = None, run_id: str | None = None) -> str:
        """Start a run of a DAG (waiting for the DAG first); returns its run id."""
        self.await_dag(dag_id)
        run = trigger(self.conn, dag_id, conf=conf, run_id=run_id, actor=ACTOR)
        bus = open_bus(self.settings, name="test")
        wake_schedulers(self.conn, bus, "trigger")
        bus.close()
        return run.run_id

    def wait_run(self, dag_id: str, run_id: str, state: str = "success", seconds: float = 60) -> Run:
        """Wait for a run's end, and fail unless it ended as ``state``."""

        def ended() -> Run | None:
            found = self.run(dag_id, run_id)
            return found if RunState(found.state) in FINISHED_RUNS else None

        run = self.wait_until(ended, seconds, f"the end of {dag_id} {run_id}")
        assert run.state == state, self.story(f"{dag_id} {run_id} ended as {run.state}, not {state}", run)
        return run

    def run_to_end(self, dag_id: str, state: str = "success", seconds: float = 60, **arguments: Any) -> Run:
        """Trigger a run and wait for its end."""
        return self.wait_run(dag_id, self.trigger(dag_id, **arguments), state, seconds)

    def run(self, dag_id: str, run_id: str) -> Run:
        """A run as it stands."""
        found = run_list.run(self.conn, dag_id, run_id)
        assert found is not None, f"no run {run_id} of {dag_id}"
        return found

    def tasks(self, dag_id: str, run_id: str) -> dict[str, Instance]:
        """The task instances of a run by task id (``task[3]`` for a mapped one)."""
        found = task_list.instances(self.conn, self.run(dag_id, run_id).key)
        return {each.task_id if each.map_index < 0 else f"{each.task_id}[{each.map_index}]": each for each in found}

    def states(self, dag_id: str, run_id: str) -> dict[str, str]:
        """The states of a run's task instances."""
        return {name: each.state for name, each in self.tasks(dag_id, run_id).items()}

    def wait_task(self, dag_id: str, run_id: str, task_id: str, state: str, seconds: float = 60) -> Instance:
        """Wait until a task instance is in ``state``."""

        def there() -> Instance | None:
            found = self.tasks(dag_id, run_id).get(task_id)
            return found if found and found.state == state else None

        return self.wait_until(there, seconds, lambda: f"{task_id} in state {state}: {self.states(dag_id, run_id)}")

    def log(self, name: str) -> str:
        """The log of a node since its start."""
        return self.nodes[name].log_tail(1_000_000)

    def story(self, headline: str, run: Run | None = None) -> str:
        """What a failing test shows: the task instances and the ends of all logs."""
        lines = [headline]
        if run:
            lines += [f"  {each.task_id}: {each}" for each in task_list.instances(self.conn, run.key)]
        return "\n".join([*lines, *log_ends(self.home)])

    def wait_until(self, condition: Any, seconds: float, what: str | Callable[[], str]) -> Any:
        """The first truthy value of ``condition``; fails with the ends of all logs after ``seconds``."""
        try:
            return wait_for(condition, seconds, what)
        except AssertionError as error:
            raise AssertionError(self.story(str(error))) from None
