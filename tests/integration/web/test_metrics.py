"""Metrics: every node answers scrapes with just what docs/metrics.md lists, and the figures are true."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from uuid import uuid4

import pytest

from headway.errors import Conflict
from headway.metrics import Source, serve
from headway.metrics.services import of_services
from headway.settings import MetricsSettings, Settings
from headway.standalone.server import free_port
from headway_scheduler.log_mover.service import LogMover
from headway_scheduler.metrics import of_engine
from headway_scheduler.reconcile.housekeeping import Housekeeping
from headway_web.means import Web
from headway_web.metrics import Cluster
from headway_worker.parent.metrics import of_slots, of_spool
from headway_worker.slots import Attempt, Phase, SlotTable
from headway_worker.spool import Spool
from support.mini_worker import MiniWorker
from support.schedulers import TestScheduler
from support.scraping import documented, of_every_node, scrape
from support.structures import add_run, store_dag, structure, task
from support.waiting import wait_for
from support.webs import Served


@contextmanager
def served(node: str, *sources: Source) -> Iterator[int]:
    with serve(MetricsSettings(port=free_port()), node, sources) as port:
        yield port


@pytest.fixture(scope="module")
def finished(web: Served) -> Iterator[TestScheduler]:
    """A scheduler and a worker, and a run of three tasks that has ended."""
    settings = web.settings
    scheduler, worker = TestScheduler(settings).start(), MiniWorker(settings)
    worker.start()
    yield scheduler
    worker.stop()
    scheduler.kill()


def run(web: Served, scheduler: TestScheduler, dag_id: str) -> None:
    store_dag(web.conn, structure(dag_id, *(task(name) for name in "abc")))
    key = add_run(web.conn, dag_id, "r1")
    scheduler.wake()
    ended = "SELECT 1 FROM dag_run WHERE id = %s AND state = 'success' AND end_date < now() - interval '2.1 seconds'"
    wait_for(lambda: web.conn.execute(ended, (key,)).fetchone(), 60, "the run's end, some time ago")


def test_the_cluster(web: Served, finished: TestScheduler) -> None:
    means = Web.of(web.settings)
    means.open()
    try:
        with served("web", Cluster(means)) as port:
            scrape(port)  # counting begins
            run(web, finished, "counted")
            found = scrape(port)
    finally:
        means.close()
    assert of_every_node(found) == documented("Web")
    assert found["headway_task_attempts"]["success", "default"] == 3
    assert found["headway_dag_runs_ended"]["success",] == 1
    assert found["headway_task_wait_seconds"]["default",] > 0
    assert found["headway_queue_workers"]["default",] == 1
    assert found["headway_nodes"]["scheduler", "up"] == 1
    assert found["headway_pool_slots"]["default_pool",] == 128
    assert found["headway_db_statements"][()] > 10


def test_a_scheduler(web: Served, finished: TestScheduler) -> None:
    run(web, finished, "dispatched")
    services = [Housekeeping(web.settings)]
    sources: Sequence[Source] = (partial(of_engine, finished.engine), partial(of_services, services))
    with served("scheduler", *sources, LogMover(web.settings).metrics) as port:
        found = scrape(port)
    assert of_every_node(found) == documented("Scheduler")
    assert found["headway_scheduler_dispatched"]["default",] >= 3
    assert found["headway_scheduler_events"][()] >= 3
    assert found["headway_scheduler_runs"][()] == 0
    assert ("housekeeping",) in found["headway_service_looks"]


def test_a_worker(tmp_path: Path) -> None:
    table = SlotTable(3)
    table.slot(1).begin(42)
    table.slot(1).claiming(42, Attempt(7, 1), uuid4())
    table.slot(1).enter(Phase.RUNNING)
    sources: Sequence[Source] = (partial(of_slots, table, 2), partial(of_spool, Spool(tmp_path)))
    with served("worker", *sources) as port:
        found = scrape(port)
    assert of_every_node(found) == documented("Worker")
    assert found["headway_worker_slots"]["running",] == 1
    assert found["headway_worker_slots"]["idle",] == 1
    assert found["headway_worker_messages"][()] == 1


def test_a_source_that_fails_is_left_out_alone(caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    def broken() -> Iterator[object]:
        raise RuntimeError("no luck")

    with served("worker", broken, partial(of_spool, Spool(tmp_path))) as port:  # type: ignore[arg-type]
        assert "headway_worker_spooled_results" in scrape(port)
    assert "no luck" in caplog.text


def test_a_port_that_is_taken() -> None:
    with (
        served("web") as port,
        pytest.raises(Conflict, match="cannot be served"),
        serve(MetricsSettings(port=port), "web", []),
    ):
        pass


def test_without_a_port_nothing_listens(web_settings: Settings) -> None:
    with serve(web_settings.metrics, "web", []) as port:
        assert port == 0
