"""A metastore with the transition guard, schedulers and mini workers in threads, runs made without DAG files."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest

from headway.metastore.database import Connection, connection
from headway.settings import Settings, load_settings
from headway.states import FINISHED_RUNS
from support.mini_worker import Behaviour, MiniWorker, succeed
from support.schedulers import TestScheduler
from support.services import Databases
from support.structures import add_run, store_dag, structure
from support.transition_guard import Moves
from support.waiting import wait_for

FAST = {"sweep_interval": 0.2, "lost_message_after": 1.0}


class Yard:
    """Everything that a scheduler test plays with; ``end`` stops it and looks for errors that nobody expected."""

    def __init__(self, settings: Settings, conn: Connection) -> None:
        self.settings = settings
        self.conn = conn
        self.moves = Moves(conn)
        self.schedulers: list[TestScheduler] = []
        self.workers: list[MiniWorker] = []

    def dag(self, dag_id: str, *tasks: dict[str, Any], **more: Any) -> None:
        """Store a DAG; ``paused``, ``max_active_runs`` and ``max_active_tasks`` are the row's."""
        kept = {name: more.pop(name) for name in ("paused", "max_active_runs", "max_active_tasks") if name in more}
        store_dag(self.conn, structure(dag_id, *tasks, **more), **kept)

    def run(self, dag_id: str = "d", run_id: str = "r1", logical_date: str | None = None) -> int:
        """Make a run and wake the schedulers."""
        key = add_run(self.conn, dag_id, run_id, logical_date=logical_date)
        for scheduler in self.schedulers:
            scheduler.wake("trigger")
        return key

    def scheduler(self, *, judge: bool = False, **more: Any) -> TestScheduler:
        """Start one."""
        self.schedulers.append(TestScheduler(self.settings, **more).start(judge=judge))
        return self.schedulers[-1]

    def worker(self, behave: Behaviour = succeed, *, wake: bool = True, **more: Any) -> MiniWorker:
        """Start one and tell the schedulers."""
        self.workers.append(MiniWorker(self.settings, behave, **more))
        self.workers[-1].start()
        for scheduler in self.schedulers if wake else ():
            scheduler.wake("worker")
        return self.workers[-1]

    def value(self, sql: str, *parameters: Any) -> Any:
        """The first column of the first row."""
        row = self.conn.execute(sql, parameters).fetchone()
        return row[0] if row else None

    def states(self, run: int) -> dict[str, str]:
        """The states of a run's task instances."""
        return dict(self.conn.execute("SELECT task_id, state FROM task_instance WHERE run_id = %s", (run,)).fetchall())

    def await_states(self, run: int, seconds: float = 60.0, **wanted: str) -> None:
        """Wait until task instances of a run are in these states."""
        wait_for(lambda: wanted.items() <= self.states(run).items() or None, seconds, f"{wanted} in {run}")

    def await_end(self, *runs: int, seconds: float = 60.0) -> list[str]:
        """Wait until runs have ended; returns their states."""

        def ended() -> list[str] | None:
            found = dict(
                self.conn.execute("SELECT id, state FROM dag_run WHERE id = ANY(%s)", (list(runs),)).fetchall()
            )
            states = [found[key] for key in runs]
            return states if all(state in FINISHED_RUNS for state in states) else None

        try:
            return wait_for(ended, seconds, "the end of the runs")
        except AssertionError as error:
            raise AssertionError(f"{error}\n{[self.states(key) for key in runs]}") from None

    def end(self) -> None:
        """Stop everything."""
        for worker in self.workers:
            worker.stop()
        for scheduler in self.schedulers:
            if scheduler.alive:
                scheduler.kill()


@pytest.fixture(scope="session")
def migrated(databases: Databases, migrated: str) -> str:
    """Metastores are made from one that has the guard of moves already."""
    name = databases.create(template=migrated)
    with connection(load_settings(metastore={"url": databases.url(name)}).metastore) as conn:
        Moves(conn)
    return name


@pytest.fixture
def settings(metastore_url: str, valkey_url: str) -> Settings:
    return load_settings(metastore={"url": metastore_url}, broker={"url": valkey_url}, scheduler=FAST)


@pytest.fixture
def conn(settings: Settings) -> Iterator[Connection]:
    with connection(settings.metastore, name="test") as opened:
        yield opened


@pytest.fixture
def yard(settings: Settings, conn: Connection, caplog: pytest.LogCaptureFixture) -> Iterator[Yard]:
    made = Yard(settings, conn)
    yield made
    made.end()
    broken = [record for record in caplog.get_records("call") if record.exc_info and record.levelno >= logging.ERROR]
    assert [record.getMessage() + "\n" + str(record.exc_info) for record in broken] == []
