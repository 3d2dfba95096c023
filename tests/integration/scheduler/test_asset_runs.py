"""Runs that assets start: when everything has arrived, once, whoever looks."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from headway.authoring.results import AssetUpdate
from headway.broker.bus import open_bus
from headway.metastore.database import Connection, connection
from headway.metastore.queries import actions, asset_reads, assets, attempts
from headway.metastore.queries.attempts import Result
from headway.settings import Settings
from headway.states import Outcome
from headway_scheduler.parse.asset_rows import awaited_assets
from headway_scheduler.reconcile.asset_runs import AssetRuns
from support.structures import add_run, store_dag, structure, task

ORDERS, FILMS = AssetUpdate("orders", "s3://orders"), AssetUpdate("films", "s3://films")


def leaf(update: AssetUpdate) -> dict[str, Any]:
    return {"asset": {"name": update.name, "uri": update.uri}}


BOTH = {"all": [leaf(ORDERS), leaf(FILMS)]}

_WAY = ("queued", "running", "restarting")


class Market:
    """DAGs that wait for assets, and a task instance that updates them."""

    def __init__(self, settings: Settings, conn: Connection) -> None:
        self.settings = settings
        self.conn = conn
        store_dag(conn, structure("producer", task("make")))
        self._made = 0

    def consumer(self, dag_id: str, expression: dict[str, Any], *, style: int = 3, paused: bool = False) -> None:
        """A DAG with this schedule."""
        store_dag(self.conn, structure(dag_id, task("take")), paused=paused)
        self.conn.execute("UPDATE dag SET style = %s WHERE dag_id = %s", (style, dag_id))
        self.reschedule(dag_id, expression)

    def reschedule(self, dag_id: str, expression: dict[str, Any]) -> None:
        """Its file says another schedule."""
        schedule = {"kind": "assets", "expression": expression}
        self.conn.execute("UPDATE dag SET schedule = %s WHERE dag_id = %s", (json.dumps(schedule), dag_id))
        assets.set_consumer(self.conn, dag_id, awaited_assets(schedule))

    def update(self, *updates: AssetUpdate, outcome: Outcome = Outcome.SUCCESS, state: str = "running") -> str | None:
        """A task of a run of its own ends and says so."""
        self._made += 1
        run = add_run(self.conn, "producer", f"r{self._made}", logical_date=f"2026-01-{self._made:02}T00:00:00Z")
        row = self.conn.execute(
            "INSERT INTO task_instance (run_id, task_id, dispatch, queue, pool)"
            " VALUES (%s, 'make', 1, 'default', 'default_pool') RETURNING id",
            (run,),
        ).fetchone()
        assert row is not None
        for each in _WAY[: _WAY.index(state) + 1]:
            self.conn.execute("UPDATE task_instance SET state = %s WHERE id = %s", (each, row[0]))
        self.conn.execute(
            "INSERT INTO claim (ti_id, dispatch, nonce, node_id) VALUES (%s, 1, %s, %s)", (row[0], uuid4(), uuid4())
        )
        return attempts.finish(
            self.conn, ti=row[0], dispatch=1, hostname="here", result=Result(outcome, outlets=updates)
        )

    def service(self, me: str = "") -> AssetRuns:
        """A service of one scheduler."""
        bus = open_bus(self.settings, name="test")
        return AssetRuns(me or str(uuid4()), self.settings, bus, on_runs=lambda: None)

    def look(self) -> None:
        """One scheduler looks once."""
        service = self.service()
        service.run_once()
        service._end()

    def runs(self, dag_id: str) -> list[tuple[Any, ...]]:
        """(id, run id, logical date, interval start) of a DAG's runs, oldest first."""
        return self.conn.execute(
            "SELECT id, run_id, logical_date, data_interval_start FROM dag_run WHERE dag_id = %s ORDER BY id", (dag_id,)
        ).fetchall()

    def taken(self, run: int) -> list[str]:
        """The assets of the events that a run took, in their order."""
        return [event.name for event in asset_reads.triggering_events(self.conn, run)]


@pytest.fixture
def market(settings: Settings, conn: Connection) -> Market:
    return Market(settings, conn)


def test_a_dag_runs_when_all_of_its_assets_were_updated(market: Market) -> None:
    market.consumer("taker", BOTH)
    market.update(ORDERS)
    market.update(ORDERS)
    market.look()
    assert market.runs("taker") == []
    market.update(FILMS)
    market.look()
    [(run, name, logical_date, start)] = market.runs("taker")
    assert name.startswith("asset_triggered__")
    assert (logical_date, start) == (None, None)
    assert market.taken(run) == ["orders", "orders", "films"]
    market.look()
    market.update(ORDERS)
    market.look()
    assert len(market.runs("taker")) == 1, "the films were used up"
    market.update(FILMS)
    market.look()
    assert market.taken(market.runs("taker")[1][0]) == ["orders", "films"]


def test_a_run_of_airflow_2_has_a_date_and_the_data_of_its_sources(market: Market) -> None:
    market.consumer("taker", leaf(ORDERS), style=2)
    market.update(ORDERS)
    market.conn.execute("UPDATE dag_run SET data_interval_start = '2025-12-31Z' WHERE dag_id = 'producer'")
    market.look()
    [(_, name, logical_date, start)] = market.runs("taker")
    assert name == f"dataset_triggered__{logical_date.isoformat()}"
    assert start.isoformat() == "2025-12-31T00:00:00+00:00"


@pytest.mark.parametrize(
    ("expression", "updated"),
    [
        ({"any": [leaf(ORDERS), leaf(FILMS)]}, [FILMS]),
        ({"all": [leaf(FILMS), {"any": [leaf(ORDERS), {"asset_ref": {"uri": "s3://gone"}}]}]}, [FILMS, ORDERS]),
        ({"asset_ref": {"uri": "s3://films"}}, [FILMS]),
        ({"asset_ref": {"name": "films"}}, [AssetUpdate("", "s3://films")]),
        ({"alias": {"name": "daily"}}, [AssetUpdate("new", "s3://new", aliases=("daily",))]),
    ],
)
def test_expressions_references_and_aliases(
    market: Market, expression: dict[str, Any], updated: list[AssetUpdate]
) -> None:
    assets.declare(market.conn, [{"name": one.name, "uri": one.uri} for one in (ORDERS, FILMS)])
    market.consumer("taker", expression)
    for one in updated[:-1]:
        market.update(one)
    market.look()
    assert market.runs("taker") == []
    market.update(updated[-1])
    market.look()
    assert len(market.runs("taker")) == 1


def test_an_alias_stands_for_its_assets_also_when_they_are_updated_directly(market: Market) -> None:
    market.consumer("taker", {"alias": {"name": "daily"}})
    market.update(AssetUpdate("new", "s3://new", aliases=("daily",)))
    market.look()
    market.update(AssetUpdate("new", "s3://new"))
    market.look()
    assert len(market.runs("taker")) == 2


def test_only_an_accepted_success_updates(market: Market) -> None:
    market.consumer("taker", leaf(ORDERS))
    assert market.update(ORDERS, outcome=Outcome.FAILED) == "failed"
    assert market.update(ORDERS, state="restarting") == "scheduled"
    assert market.update(ORDERS, state="queued") is None
    market.look()
    assert market.runs("taker") == []


def test_what_happens_while_a_dag_is_paused_does_not_start_it(market: Market) -> None:
    """Airflow keeps no record of such updates either; what was recorded before the pause waits."""
    market.consumer("taker", BOTH)
    market.update(ORDERS)
    actions.set_paused(market.conn, ["taker"], True)
    market.update(FILMS)
    market.look()
    actions.set_paused(market.conn, ["taker"], False)
    market.look()
    assert market.runs("taker") == []
    market.update(FILMS)
    market.look()
    assert len(market.runs("taker")) == 1


def test_a_dag_with_all_of_its_runs_active_keeps_its_events_for_the_next_one(market: Market) -> None:
    market.consumer("taker", leaf(ORDERS))
    market.conn.execute("UPDATE dag SET max_active_runs = 1 WHERE dag_id = 'taker'")
    for _ in range(3):
        market.update(ORDERS)
        market.look()
    [(first, *_)] = market.runs("taker")
    assert len(market.taken(first)) == 1
    market.conn.execute("UPDATE dag_run SET state = 'success' WHERE id = %s", (first,))
    market.look()
    assert [len(market.taken(run)) for run, *_ in market.runs("taker")] == [1, 2]


def test_a_dag_that_no_longer_waits_for_an_asset_forgets_its_events(market: Market) -> None:
    market.consumer("taker", BOTH)
    market.update(ORDERS)
    market.reschedule("taker", leaf(FILMS))
    market.reschedule("taker", BOTH)
    market.update(FILMS)
    market.look()
    assert market.runs("taker") == []


def test_two_schedulers_at_once_make_one_run_of_each_event(market: Market) -> None:
    market.consumer("taker", leaf(ORDERS))
    market.conn.execute("UPDATE dag SET max_active_runs = 100 WHERE dag_id = 'taker'")  # none has to wait for another
    services = [market.service() for _ in range(2)]
    stop = threading.Event()

    def look(service: AssetRuns) -> None:
        while not stop.is_set():
            service.run_once()
        service._end()

    threads = [threading.Thread(target=look, args=(service,)) for service in services]
    for thread in threads:
        thread.start()
    for _ in range(25):
        market.update(ORDERS)
    stop.set()
    for thread in threads:
        thread.join(60)
    market.look()
    taken = [len(market.taken(run)) for run, *_ in market.runs("taker")]
    assert sum(taken) == 25
    assert min(taken) > 0


def test_a_scheduler_that_dies_before_its_commit_takes_nothing(market: Market) -> None:
    market.consumer("taker", leaf(ORDERS))
    market.update(ORDERS)
    with connection(market.settings.metastore) as dying:
        dying.execute("BEGIN")
        consumer = assets.locked_consumer(dying, "taker")
        assert consumer is not None
        assert assets.create_run(dying, consumer, run_id="r", now=datetime.now(UTC)) == 1
    market.look()
    assert len(market.runs("taker")) == 1


def test_a_foreign_owner_is_told(market: Market) -> None:
    owner = str(uuid4())
    market.consumer("taker", leaf(ORDERS))
    market.conn.execute("UPDATE dag SET owner_id = %s WHERE dag_id = 'taker'", (owner,))
    market.update(ORDERS)
    market.look()
    bus = open_bus(market.settings, name="owner")
    assert [b"assets updated" in data for data in bus.events(owner, 5.0)] == [True]
    bus.close()


def test_events_have_their_source_their_extra_and_one_asset_each(market: Market) -> None:
    market.update(AssetUpdate("orders", "s3://orders", "sales", {"rows": 3}), FILMS, FILMS)
    found = asset_reads.events(market.conn, asset_reads.EventQuery(name="orders"))
    assert [(one.extra, one.group, one.source_dag_id, one.source_task_id, one.source_run_id) for one in found] == [
        ({"rows": 3}, "sales", "producer", "make", "r1")
    ]
    assert found[0].source_run is not None
    assert found[0].source_run.run_id == "r1"
    assert len(asset_reads.events(market.conn, asset_reads.EventQuery(uri="s3://films"))) == 1


def test_what_one_file_leaves_open_is_kept_from_another(market: Market) -> None:
    assets.declare(market.conn, [{"name": "orders", "uri": "s3://orders", "group": "sales", "extra": {"by": "us"}}])
    assets.declare(market.conn, [{"name": "orders", "uri": "orders"}])
    assert asset_reads.asset_named(market.conn, "orders") == asset_reads.AssetFacts(
        "orders", "s3://orders", "sales", {"by": "us"}
    )


def test_old_events_go_but_those_that_wait(market: Market) -> None:
    market.consumer("taker", BOTH)
    market.update(ORDERS, AssetUpdate("nobody", "s3://nobody"))
    market.conn.execute("UPDATE asset_event SET at = now() - interval '9 days'")
    one_day = market.conn.execute("SELECT interval '1 day'").fetchone()[0]  # type: ignore[index]
    assert assets.delete_old_events(market.conn, one_day) == 1
    market.update(FILMS)
    market.look()
    assert len(market.runs("taker")) == 1
