"""What a task costs the metastore: statements, commits, and updates that stay on their page."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from headway.metastore import migrate
from headway.metastore.database import Connection, connect
from headway.settings import Settings, load_settings
from headway.standalone import postgres
from headway.standalone.postgres import EmbeddedPostgres
from support import services
from support.mini_worker import MiniWorker
from support.schedulers import TestScheduler
from support.structures import add_run, mapped, store_dag, structure, task
from support.waiting import wait_for

TASKS = 500  # so many that what the sweeps add in a slow minute weighs little


@pytest.fixture(scope="module")
def counting_postgres() -> Iterator[EmbeddedPostgres]:
    """A PostgreSQL that counts statements."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(postgres.TUNING, "shared_preload_libraries", "pg_stat_statements")
        patch.setitem(postgres.TUNING, "pg_stat_statements.track", "top")
        with services.postgres() as server:
            yield server


@pytest.fixture
def settings(counting_postgres: EmbeddedPostgres, valkey_url: str) -> Settings:
    found = load_settings(metastore={"url": counting_postgres.url()}, broker={"url": valkey_url})
    migrate.upgrade(found)
    return found


@pytest.fixture
def conn(settings: Settings) -> Iterator[Connection]:
    opened = connect(settings.metastore, name="test")
    opened.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
    opened.execute("SET pg_stat_statements.track = 'none'")
    yield opened
    opened.close()


#: Many independent tasks: each written in the DAG file, or instances of one.
SHAPES = {"plain": [task(f"t{n}") for n in range(TASKS)], "mapped": [task("m", **mapped(TASKS, "m"))]}


def run_wide(settings: Settings, conn: Connection, shape: str) -> None:
    """One run of many independent tasks; when this returns, all its connections are closed and counted."""
    store_dag(conn, structure(shape, *SHAPES[shape]))
    add_run(conn, shape, "r")
    worker = MiniWorker(settings)
    worker.start()
    conn.execute("SELECT pg_stat_force_next_flush()")  # what this connection has done so far is not the run's
    conn.execute("SELECT pg_stat_statements_reset(), pg_stat_reset()")
    scheduler = TestScheduler(settings).start()
    assert scheduler.run_ended.wait(200), "the run does not end"
    scheduler.kill()
    worker.stop()
    worker.join()
    name, own = conn.info.dbname, conn.info.backend_pid
    others = f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{name}' AND pid <> {own}"
    with psycopg.connect(conn.info.dsn, password=conn.info.password, dbname="template1", autocommit=True) as beside:
        wait_for(lambda: _value(beside, others) == 0, 60, "the end of all connections")


def _value(conn: Connection, sql: str) -> float:
    row = conn.execute(sql).fetchone()
    assert row is not None
    return float(row[0])


@pytest.mark.parametrize("shape", SHAPES)
def test_statements_commits_and_hot_updates(settings: Settings, conn: Connection, shape: str) -> None:
    run_wide(settings, conn, shape)
    done = "SELECT count(*) FROM task_instance t JOIN dag_run r ON r.id = t.run_id"
    assert _value(conn, f"{done} WHERE t.state = 'success' AND r.dag_id = '{shape}'") == TASKS
    statements = _value(conn, "SELECT sum(calls) FROM pg_stat_statements WHERE toplevel") / TASKS
    commits = _value(conn, "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()") / TASKS
    updates, hot = conn.execute(
        "SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_user_tables WHERE relname = 'task_instance'"
    ).fetchone()  # type: ignore[misc]
    assert 2 <= statements <= 3, _dearest(conn)
    assert 2 <= commits <= 3
    assert updates == 3 * TASKS + (shape == "mapped")  # and the placeholder
    assert hot / updates > 0.8


def _dearest(conn: Connection) -> list[tuple[int, str]]:
    return conn.execute("SELECT calls, left(query, 60) FROM pg_stat_statements ORDER BY calls DESC LIMIT 12").fetchall()
