"""Taking over from Airflow: what is planned is done, all or nothing, and no interval is repeated or left out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from headway.authoring.connections import Connection as AirflowConnection
from headway.authoring.value_files import PoolEntry, VariableEntry
from headway.crypto import Vault
from headway.errors import Conflict
from headway.metastore.database import Connection
from headway.metastore.queries import dag_list, pools, run_list
from headway.moving.airflow_runs import AirflowDag, AirflowRun
from headway.moving.takeover import CHANGE, CONFLICT, LEFT, NEW, SAME, Luggage, plan, take_over
from headway.operations import secrets
from headway.operations.trigger import trigger
from headway.timetables import Bounds, timetable
from support.stage import DAG, Stage
from support.structures import task

START = datetime(2026, 1, 1, tzinfo=UTC)
DAILY = {"kind": "cron", "crons": ["0 0 * * *"], "timezone": "UTC"}
DATA, TRIGGER = DAILY | {"interval": "data"}, DAILY | {"interval": "trigger"}
VALUES = Luggage(
    connections={"db": AirflowConnection("db", uri="postgres://ann:pw@h/shop?sslmode=require")},
    variables={"bucket": VariableEntry("s3://x", "where")},
    pools={"db": PoolEntry(3, "slow"), "default_pool": PoolEntry(64)},
)


def day(number: int) -> datetime:
    return START + timedelta(days=number - 1)


def last(number: int, **more: Any) -> AirflowRun:
    run = AirflowRun("scheduled__x", "success", day(number), day(number), day(number + 1))
    return replace(run, **more)


def scheduled(stage: Stage, schedule: dict[str, Any], **more: Any) -> None:
    stage.dag(task("one"), schedule=schedule, start_date=START.isoformat(), catchup=True, **more)


def outline(steps: list[Any]) -> list[tuple[str, str, str]]:
    return [(step.kind, step.name, step.what) for step in steps]


def next_start(conn: Connection) -> datetime | None:
    """The interval that the plan service would make next."""
    facts = dag_list.schedule_facts(conn, DAG)
    table = timetable(facts.schedule)
    assert table is not None
    following = table.next_run(facts.last_start, Bounds(facts.start_date, None, facts.catchup), facts.now)
    return following and following.start


def test_values_are_taken_over_once(conn: Connection, vault: Vault) -> None:
    pools.ensure_default(conn)
    first = plan(conn, vault, VALUES)
    assert outline(first) == [
        ("connection", "db", NEW), ("variable", "bucket", NEW), ("pool", "db", NEW), ("pool", "default_pool", CHANGE),
    ]  # fmt: skip
    assert secrets.list_connections(conn) == []  # a plan changes nothing
    assert take_over(conn, vault, VALUES, overwrite=False, actor="me") == first
    stored = secrets.get_connection(conn, lambda: vault, "db")
    assert (stored.login, stored.password, stored.extra) == ("ann", "pw", '{"sslmode": "require"}')
    variable = secrets.get_variable(conn, lambda: vault, "bucket")
    assert (variable.value, variable.description) == ("s3://x", "where")
    assert {pool.name: pool.slots for pool in pools.all_pools(conn)} == {"db": 3, "default_pool": 64}
    assert {what for _, _, what in outline(plan(conn, vault, VALUES))} == {SAME}


def test_what_differs_is_refused_as_a_whole(conn: Connection, vault: Vault) -> None:
    secrets.set_variable(conn, vault, "bucket", "s3://mine", actor="me")
    with pytest.raises(Conflict, match="variable bucket"):
        take_over(conn, vault, VALUES, overwrite=False, actor="me")
    assert secrets.list_connections(conn) == []
    steps = take_over(conn, vault, VALUES, overwrite=True, actor="me")
    assert ("variable", "bucket", CONFLICT) in outline(steps)
    assert secrets.get_variable(conn, lambda: vault, "bucket").value == "s3://x"


@pytest.mark.parametrize(
    ("schedule", "run", "following"),
    [
        (DATA, last(5), day(6)),
        (DATA, last(5, start=None, end=None), day(6)),  # as `dags list-runs` of Airflow 2 tells it
        (TRIGGER, last(5, start=day(5), end=day(5)), day(6)),  # dated by the moment when it is due
        (TRIGGER, last(5), day(7)),  # Airflow counted intervals, this file's schedule counts moments
        (DATA, last(5, state="failed"), day(6)),
    ],
)
def test_the_interval_after_airflows_last_is_next(
    conn: Connection, vault: Vault, stage: Stage, schedule: dict[str, Any], run: AirflowRun, following: datetime
) -> None:
    scheduled(stage, schedule)
    luggage = Luggage(dags=[AirflowDag(DAG, None, run)])
    assert outline(take_over(conn, vault, luggage, overwrite=False, actor="me")) == [("run", DAG, NEW)]
    assert next_start(conn) == following
    (entered,) = run_list.runs(conn, DAG, state=None, limit=5)
    assert (entered.state, entered.triggered_by) == (run.state, "airflow import")
    assert outline(plan(conn, vault, luggage)) == [("run", DAG, SAME)]


def test_whoever_is_ahead_counts(conn: Connection, vault: Vault, stage: Stage) -> None:
    """Both may have run for a while: an older last run of Airflow's changes nothing, a newer one goes on from there."""
    scheduled(stage, DATA)
    for number, what in ((5, NEW), (3, SAME), (9, NEW)):
        luggage = Luggage(dags=[AirflowDag(DAG, None, last(number))])
        assert outline(take_over(conn, vault, luggage, overwrite=False, actor="me")) == [("run", DAG, what)]
    assert next_start(conn) == day(10)


def test_paused_or_not_as_in_airflow(conn: Connection, vault: Vault, stage: Stage) -> None:
    scheduled(stage, DATA, paused=True)
    runs_there = [AirflowDag(DAG, False, last(5))]
    kept = plan(conn, vault, Luggage(dags=runs_there, keep_paused=True))
    assert outline(kept) == [("run", DAG, NEW), ("paused", DAG, SAME)]
    steps = take_over(conn, vault, Luggage(dags=runs_there), overwrite=False, actor="me")
    assert outline(steps)[1] == ("paused", DAG, CHANGE)
    assert not dag_list.schedule_facts(conn, DAG).is_paused
    take_over(conn, vault, Luggage(dags=[AirflowDag(DAG, True)]), overwrite=False, actor="me")
    assert dag_list.schedule_facts(conn, DAG).is_paused


def test_the_next_run_is_computed_anew(conn: Connection, vault: Vault, stage: Stage) -> None:
    scheduled(stage, DATA)
    conn.execute("UPDATE dag SET next_due = %s, next_start = %s, next_end = %s", (day(2), day(1), day(2)))
    take_over(conn, vault, Luggage(dags=[AirflowDag(DAG, None, last(5))]), overwrite=False, actor="me")
    assert conn.execute("SELECT next_due FROM dag").fetchone() == (None,)


def test_dags_that_are_left_alone(conn: Connection, vault: Vault, stage: Stage) -> None:
    scheduled(stage, DATA)
    luggage = Luggage(dags=[AirflowDag("elsewhere", False, last(5)), AirflowDag(DAG, False, last(5), ["scheduled__5"])])
    steps = take_over(conn, vault, luggage, overwrite=False, actor="me")
    assert outline(steps) == [("dag", "elsewhere", LEFT), ("dag", DAG, LEFT)]
    assert "Airflow has not ended scheduled__5" in steps[1].detail
    assert run_list.runs(conn, DAG, state=None, limit=5) == []


def test_schedules_that_time_does_not_make(conn: Connection, vault: Vault, stage: Stage) -> None:
    scheduled(stage, {"kind": "none"})
    steps = take_over(conn, vault, Luggage(dags=[AirflowDag(DAG, None, last(5))]), overwrite=False, actor="me")
    assert outline(steps) == [("run", DAG, SAME)]


def test_a_manual_run_of_that_moment_is_in_the_way(conn: Connection, vault: Vault, stage: Stage) -> None:
    scheduled(stage, DATA)
    trigger(conn, DAG, logical_date=day(5), actor="me")
    with pytest.raises(Conflict, match="that no schedule made"):
        take_over(conn, vault, Luggage(dags=[AirflowDag(DAG, None, last(5))]), overwrite=False, actor="me")
