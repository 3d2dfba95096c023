"""The metastore or the broker goes away and comes back while runs are in progress."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
import redis

from headway.metastore import migrate
from headway.metastore.database import connect
from headway.settings import Settings, load_settings
from headway.standalone.postgres import EmbeddedPostgres
from headway.standalone.valkey import EmbeddedValkey
from support import services
from support.mini_worker import Gate
from support.structures import task
from support.waiting import wait_for

from .conftest import FAST, Yard

CHAIN = [task("t0"), *(task(f"t{n}", f"t{n - 1}") for n in range(1, 12))]


@pytest.fixture
def own_valkey() -> Iterator[EmbeddedValkey]:
    """A Valkey that a test may stop."""
    with services.valkey() as server:
        yield server


@pytest.fixture
def own_postgres() -> Iterator[EmbeddedPostgres]:
    """A PostgreSQL that a test may stop."""
    with services.postgres() as server:
        yield server


def with_broker(yard: Yard, server: EmbeddedValkey) -> Settings:
    return load_settings(metastore={"url": yard.settings.metastore.url}, broker={"url": server.url()}, scheduler=FAST)


def test_connections_that_are_cut_again_and_again(yard: Yard) -> None:
    yard.dag("d", *CHAIN, *(task(f"w{n}", "t0") for n in range(30)))
    yard.scheduler()
    yard.worker()
    run = yard.run()
    cut = (
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name LIKE 'headway%%'"
    )
    for n in range(4):
        wait_for(lambda n=n: yard.states(run).get(f"t{2 * n}") == "success", 60, f"task {2 * n}")
        wait_for(lambda: yard.value(cut) > 0, 60, "a connection to cut")
    assert yard.await_end(run) == ["success"]
    ended = yard.conn.execute("SELECT ti_id FROM task_attempt WHERE outcome = 'success'").fetchall()
    assert len(ended) == len(set(ended)) == 42


def test_a_metastore_that_restarts(own_postgres: EmbeddedPostgres, valkey_url: str) -> None:
    settings = load_settings(metastore={"url": own_postgres.url()}, broker={"url": valkey_url}, scheduler=FAST)
    migrate.upgrade(settings)
    gate = Gate()
    yard = Yard(settings, connect(settings.metastore))
    try:
        yard.dag("d", task("a"), task("b", "a"))
        scheduler = yard.scheduler(judge=True)
        yard.worker(gate)
        run = yard.run()
        gate.await_held(1)
        own_postgres.stop()
        wait_for(lambda: not yard.conn.closed and _broken(yard), 60, "the outage")
        own_postgres.start()
        yard.conn = connect(settings.metastore)
        gate.open()
        assert yard.await_end(run) == ["success"]
        assert scheduler.alive
        assert yard.value("SELECT count(*) FROM task_attempt") == 2
    finally:
        yard.end()
        yard.conn.close()


def _broken(yard: Yard) -> bool:
    try:
        yard.value("SELECT 1")
    except psycopg.OperationalError:
        return True
    return False


def test_a_broker_that_is_away_for_a_while(yard: Yard, own_valkey: EmbeddedValkey) -> None:
    """Tasks finish meanwhile, new runs start, and nothing that is queued is forgotten."""
    gate = Gate()
    yard.settings = with_broker(yard, own_valkey)
    yard.dag("d", task("a"), task("b", "a"), task("c", "b"))
    yard.dag("new", task("x"))
    scheduler = yard.scheduler()
    yard.worker(gate)
    run = yard.run()
    gate.await_held(1)
    own_valkey.stop()
    gate.open()
    yard.await_states(run, a="success", b="queued")
    new = yard.run("new")
    yard.await_states(new, x="queued")
    old = "SELECT min(now() - queued_at) > interval '1.2 s' FROM task_instance WHERE state = 'queued'"
    wait_for(lambda: yard.value(old), 60, "an age at which messages count as lost")
    assert scheduler.alive
    own_valkey.start()
    assert yard.await_end(run, new) == ["success", "success"]
    assert yard.value("SELECT count(*) FROM task_attempt") == 4


def test_a_broker_that_forgets_everything(yard: Yard, own_valkey: EmbeddedValkey) -> None:
    yard.settings = with_broker(yard, own_valkey)
    yard.dag("d", *(task(f"t{n}") for n in range(40)), task("end", *(f"t{n}" for n in range(40))))
    yard.scheduler()
    yard.worker()
    run = yard.run()
    client = redis.Redis.from_url(own_valkey.url())

    def goes_on() -> bool:
        client.flushall()
        return list(yard.states(run).values()).count("success") > 10

    wait_for(goes_on, 60, "some progress")
    assert yard.await_end(run) == ["success"]
    assert yard.value("SELECT count(*) FROM task_attempt") == 41


def test_a_scheduler_that_starts_before_its_broker(yard: Yard, own_valkey: EmbeddedValkey) -> None:
    yard.settings = with_broker(yard, own_valkey)
    own_valkey.stop()
    yard.dag("d", task("a"))
    yard.scheduler()
    run = yard.run()
    yard.await_states(run, a="queued")
    own_valkey.start()
    yard.worker()
    assert yard.await_end(run) == ["success"]
