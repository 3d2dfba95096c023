"""A stage for one worker: DAG code, runs and task instances put into the metastore by hand, messages sent by hand.

No scheduler takes part, so a test sees exactly what the worker does.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import textwrap
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from cryptography.fernet import Fernet

from headway.broker.bus import Bus, open_bus
from headway.bundles.layout import find_layout
from headway.bundles.manifest import Limits, Scanner
from headway.bundles.store import store
from headway.crypto import Vault, open_vault
from headway.messages import Dispatch, Finished, decode_event
from headway.metastore.database import connect
from headway.metastore.queries import logs, nodes, secrets
from headway.settings import JOIN_FILE, Settings, load_settings
from headway.standalone.cluster import as_environment
from headway.standalone.join import write_join_file
from headway.standalone.process import Command, Process
from support.waiting import wait_for

_HEAD = """
    from datetime import datetime, timedelta
    from airflow import DAG
    from airflow.operators.python import PythonOperator
    from airflow.operators.bash import BashOperator
"""
_RUN_WORKER = "import typer; from headway_worker.cli import command; typer.run(command)"


@dataclass(frozen=True)
class Staged:
    """A task instance on the stage."""

    id: int
    run: int
    dag_id: str
    run_id: str
    task_id: str
    file: str


@dataclass
class Stage:
    """One metastore, one broker, one home, and what a scheduler would have done."""

    home: Path
    metastore: str
    broker: str
    sections: dict[str, dict[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.dags = self.home / "dags"
        self.dags.mkdir(parents=True)
        self.key = Fernet.generate_key().decode()
        write_join_file(self.home / JOIN_FILE, metastore=self.metastore, broker=self.broker, key=self.key)
        joined = {
            "metastore": {"url": self.metastore},
            "broker": {"url": self.broker},
            "security": {"key": self.key},
            "dags": {"folder": str(self.dags)},
        }
        self.settings: Settings = load_settings(home=self.home, **{**joined, **self.sections})
        self.conn = connect(self.settings.metastore, name="stage")
        self.bus: Bus = open_bus(self.settings, name="stage")
        self.me = str(uuid4())
        self.workers: list[Process] = []
        nodes.register(
            self.conn,
            node=self.me,
            kind="scheduler",
            name="scheduler@stage",
            hostname="stage",
            pid=os.getpid(),
            version="0",
            lease=3600,
        )

    # the worker

    def worker(
        self,
        queues: str = "default",
        *,
        concurrency: int = 1,
        name: str = "w1",
        wait: bool = True,
        metastore: str = "",
        broker: str = "",
    ) -> Process:
        """Start a worker; by default wait until it takes tasks.

        ``metastore`` and ``broker`` are other URLs for it, by way of a proxy.
        """
        command = Command(
            name,
            [sys.executable, "-c", _RUN_WORKER, "-Q", queues, "-c", str(concurrency), "-n", f"{name}@here"],
            log=self.home / "logs" / f"{name}.log",
            env={
                **os.environ,
                "HEADWAY_HOME": str(self.home),
                "HEADWAY_JOIN": str(self.home / JOIN_FILE),
                **as_environment(self.sections),
                **({"HEADWAY_METASTORE__URL": metastore} if metastore else {}),
                **({"HEADWAY_BROKER__URL": broker} if broker else {}),
            },
        )
        process = Process(command)
        process.start()
        self.workers.append(process)
        if wait:
            self._until(lambda: self._is_ready(process), 60, "the worker's start")
        return process

    def _is_ready(self, process: Process) -> bool:
        log = process.log_tail(1_000_000)
        assert not process.wait(0), f"the worker has ended:\n{log}"
        return "takes tasks from" in log

    def pid(self, process: Process) -> int:
        """The process id of the worker itself."""
        row = self.conn.execute(
            "SELECT pid FROM node WHERE kind = 'worker' AND name = %s ORDER BY started_at DESC LIMIT 1",
            (f"{process.command.name}@here",),
        ).fetchone()
        assert row is not None
        return int(row[0])

    def kill(self, process: Process, number: int = signal.SIGKILL) -> None:
        """Send a signal to the worker's parent process alone."""
        os.kill(self.pid(process), number)

    def end(self) -> None:
        """Kill what still runs."""
        for process in self.workers:
            process.stop(0)
        self.bus.close()
        self.conn.close()

    # code and runs

    def task(self, code: str, *, operator: str = "", retries: int = 0, delay: float = 0, **arguments: Any) -> Staged:
        """One task ``t`` of one DAG: a PythonOperator over the function ``f`` that ``code`` defines."""
        made = operator or "PythonOperator(task_id='t', python_callable=f, ARGUMENTS)"
        given = ", ".join(f"{name}={value}" for name, value in arguments.items())
        source = textwrap.dedent(_HEAD) + textwrap.dedent(code)
        source += "\nwith DAG('d', start_date=datetime(2026, 1, 1), schedule=None) as dag:\n"
        source += f"    {made.replace('ARGUMENTS', given)}\n"
        return self.run("d.py", source, "d", {"t": {"retries": retries, "retry_delay": delay}})["t"]

    def run(self, file: str, source: str, dag_id: str, tasks: dict[str, dict[str, Any]]) -> dict[str, Staged]:
        """Store ``file``, a version of the DAG and a running run; the task instances by task id."""
        (self.dags / file).write_text(source)
        layout = find_layout(self.settings)
        bundle = store(self.conn, layout.root, Scanner(Limits(10, 200)).scan(layout))
        version = self._version(dag_id, file, tasks)
        run_id = f"run_{uuid4().hex[:8]}"
        now = datetime.now(UTC)
        run = self._one(
            "INSERT INTO dag_run (dag_id, run_id, run_type, state, logical_date, data_interval_start,"
            " data_interval_end, version_id, bundle_id, start_date)"
            " VALUES (%s, %s, 'manual', 'running', %s, %s, %s, %s, %s, now()) RETURNING id",
            (dag_id, run_id, now, now, now, version, bundle),
        )
        return {
            task_id: Staged(self._instance(run, task_id, options), run, dag_id, run_id, task_id, file)
            for task_id, options in tasks.items()
        }

    def _version(self, dag_id: str, file: str, tasks: dict[str, dict[str, Any]]) -> int:
        version = self._one(
            "INSERT INTO dag_version (dag_id, number, file, fingerprint, structure)"
            " SELECT %s, 1 + count(*), %s, %s, '{}' FROM dag_version WHERE dag_id = %s RETURNING id",
            (dag_id, file, uuid4().hex, dag_id),
        )
        for position, (task_id, options) in enumerate(tasks.items()):
            self.conn.execute(
                "INSERT INTO version_task (version_id, position, task_id, queue, pool, pool_slots, priority,"
                " retries, retry_delay, retry_backoff) VALUES (%s, %s, %s, 'default', 'p', 1, 1, %s, %s, 0)",
                (version, position, task_id, options.get("retries", 0), options.get("retry_delay", 0)),
            )
        return version

    def _instance(self, run: int, task_id: str, options: dict[str, Any]) -> int:
        return self._one(
            "INSERT INTO task_instance (run_id, task_id, queue, pool, max_tries)"
            " VALUES (%s, %s, %s, 'p', %s) RETURNING id",
            (run, task_id, options.get("queue", "default"), options.get("retries", 0)),
        )

    # messages

    def send(self, staged: Staged, queue: str = "default") -> Dispatch:
        """Queue a task instance with a new token and publish its message."""
        message = self.queue(staged)
        self.bus.publish([(message, queue, 1)])
        return message

    def queue(self, staged: Staged) -> Dispatch:
        """Queue a task instance with a new token; the message that would be published."""
        dispatch = self._one(
            "UPDATE task_instance SET state = 'queued', dispatch = dispatch + 1, queued_at = now()"
            " WHERE id = %s RETURNING dispatch",
            (staged.id,),
        )
        return Dispatch(
            staged.id, dispatch, staged.dag_id, staged.task_id, staged.run_id, -1, 1, "", staged.file, self.me
        )

    def events(self, timeout: float = 10) -> list[Any]:
        """The next events that the worker sends to the scheduler."""
        return [decode_event(data) for data in self.bus.events(self.me, timeout)]

    def await_event(self, staged: Staged, seconds: float = 60) -> Finished:
        """Wait for the finish event of a task instance."""

        def found() -> Finished | None:
            mine = [e for e in self.events(0.2) if isinstance(e, Finished) and e.ti == staged.id]
            return mine[0] if mine else None

        return self._until(found, seconds, f"the event of {staged.task_id}")

    # looking

    def state(self, staged: Staged) -> str:
        """The task instance's state."""
        return str(self._one("SELECT state FROM task_instance WHERE id = %s", (staged.id,)))

    def await_state(self, staged: Staged, state: str, seconds: float = 60) -> None:
        """Wait until the task instance is in ``state``."""
        self._until(lambda: self.state(staged) == state, seconds, f"state {state}")

    def attempt(self, staged: Staged) -> dict[str, Any]:
        """The last attempt in the history."""
        cursor = self.conn.execute(
            "SELECT * FROM task_attempt WHERE ti_id = %s ORDER BY dispatch DESC LIMIT 1", (staged.id,)
        )
        row = cursor.fetchone()
        assert row is not None, self.story("no attempt")
        assert cursor.description is not None
        return dict(zip([column.name for column in cursor.description], row, strict=True))

    def attempts(self, staged: Staged) -> int:
        """How many attempts are in the history."""
        return int(self._one("SELECT count(*) FROM task_attempt WHERE ti_id = %s", (staged.id,)))

    def xcom(self, staged: Staged, key: str = "return_value") -> Any:
        """A stored XCom; None when there is none."""
        row = self.conn.execute("SELECT value FROM xcom WHERE ti_id = %s AND key = %s", (staged.id, key)).fetchone()
        return json.loads(row[0]) if row else None

    def log(self, staged: Staged, dispatch: int = 1) -> str:
        """The shipped log of one dispatch, waited for until it is complete."""

        def whole() -> tuple[str] | None:
            chunks = logs.read(self.conn, ti=staged.id, dispatch=dispatch)
            row = self.conn.execute(
                "SELECT log_bytes FROM task_attempt WHERE ti_id = %s AND dispatch = %s", (staged.id, dispatch)
            ).fetchone()
            end = chunks[-1].end if chunks else 0
            return ("".join(chunk.text for chunk in chunks),) if row and end >= (row[0] or 0) else None

        return str(self._until(whole, 60, "the whole log")[0])

    def shipped(self, staged: Staged, dispatch: int = 1) -> str:
        """What of the log is shipped by now."""
        return "".join(c.text for c in logs.read(self.conn, ti=staged.id, dispatch=dispatch))

    def await_file(self, path: Path, seconds: float = 60) -> str:
        """Wait for a file that a task writes; its text."""
        return str(self._until(lambda: path.exists() and path.read_text(), seconds, str(path)))

    def vault(self) -> Vault:
        """The vault of this cluster."""
        return open_vault(self.settings, self.conn)

    def set_connection(self, conn_id: str, password: str) -> None:
        """Store a connection with a password."""
        secret = self.vault().encrypt(json.dumps({"password": password, "extra": None}))
        secrets.set_connection(
            self.conn,
            conn_id=conn_id,
            conn_type="generic",
            host="h",
            login="me",
            schema=None,
            port=None,
            secret=secret,
            description="",
        )

    def story(self, headline: str) -> str:
        """What a failing test shows: rows and the workers' logs."""
        lines = [headline]
        for table in ("task_instance", "claim", "task_attempt", "node"):
            lines += [f"  {table}: {row}" for row in self.conn.execute(f"SELECT * FROM {table}").fetchall()]
        for worker in self.workers:
            lines += [f"--- {worker.command.name}", worker.log_tail(60)]
        return "\n".join(lines)

    def _until(self, condition: Any, seconds: float, what: str) -> Any:
        try:
            return wait_for(condition, seconds, what)
        except AssertionError as error:
            raise AssertionError(self.story(str(error))) from None

    def _one(self, sql: str, parameters: tuple[Any, ...] = ()) -> Any:
        row = self.conn.execute(sql, parameters).fetchone()
        return row[0] if row else None
