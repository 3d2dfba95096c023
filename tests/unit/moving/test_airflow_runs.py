"""What Airflow says of its DAGs, as its commands print it and as its databases hold it from 1.10 to 3."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from headway.errors import HeadwayError, InvalidInput
from headway.moving.airflow_runs import AirflowDag, AirflowRun, of_command_line, of_database

DAY = datetime(2026, 1, 5, tzinfo=UTC)
AT = "T00:00:00+00:00"
NEXT = datetime(2026, 1, 6, tzinfo=UTC)


def test_the_output_of_commands(tmp_path: Path) -> None:
    dags, two, three = tmp_path / "dags.json", tmp_path / "2.json", tmp_path / "3.json"
    listed = [{"dag_id": "a", "is_paused": "True"}, {"dag_id": "b", "paused": "False"}, {"dag_id": "c"}]
    dags.write_text("[2026-01-06T00:00:00] {cli.py:1} WARNING - something\n" + json.dumps(listed) + "\nbye\n")
    of_two = {"dag_id": "a", "start_date": "", "end_date": ""}
    two.write_text(
        json.dumps([
            {**of_two, "run_id": "scheduled__2026-01-05", "state": "success", "execution_date": f"2026-01-05{AT}"},
            {**of_two, "run_id": "scheduled__2026-01-04", "state": "failed", "execution_date": f"2026-01-04{AT}"},
            {**of_two, "run_id": "manual__x", "state": "success", "execution_date": f"2026-01-09{AT}"},
        ])
    )  # fmt: skip
    of_three = {"dag_id": "b", "run_after": "2026-01-06T00:00:00+00:00", "logical_date": "2026-01-05T00:00:00+00:00"}
    three.write_text(
        json.dumps([
            {**of_three, "run_id": "scheduled__2026-01-05", "state": "running"},
            {**of_three, "run_id": "asset_triggered__x", "state": "success", "logical_date": None},
        ])
    )  # fmt: skip
    assert of_command_line(dags, [two, three]) == [
        AirflowDag("a", True, AirflowRun("scheduled__2026-01-05", "success", DAY)),
        AirflowDag(
            "b", False, AirflowRun("scheduled__2026-01-05", "running", DAY, None, NEXT), ["scheduled__2026-01-05"]
        ),
        AirflowDag("c", None),
    ]


@pytest.mark.parametrize(("text", "message"), [("no list", "no JSON list"), ('[{"id": 1}]', "have no dag_id")])
def test_files_that_are_something_else(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "dags.json"
    path.write_text(text)
    with pytest.raises(InvalidInput, match=message):
        of_command_line(path, [])


DAG_1 = "CREATE TABLE dag (dag_id TEXT, is_paused BOOLEAN, is_subdag BOOLEAN, is_active BOOLEAN)"
DAG_3 = "CREATE TABLE dag (dag_id TEXT, is_paused BOOLEAN, is_stale BOOLEAN)"
RUN_1 = "CREATE TABLE dag_run (dag_id TEXT, run_id TEXT, state TEXT, execution_date DATETIME, external_trigger BOOLEAN)"
RUN_2 = (
    "CREATE TABLE dag_run (dag_id TEXT, run_id TEXT, state TEXT, execution_date DATETIME, run_type TEXT,"
    " data_interval_start DATETIME, data_interval_end DATETIME)"
)
RUN_3 = RUN_2.replace("execution_date", "logical_date")
D4, D5, D6 = (f"2026-01-0{day} 00:00:00.000000" for day in (4, 5, 6))


def database(path: Path, tables: list[str], dags: list[tuple[object, ...]], runs: list[tuple[object, ...]]) -> str:
    with sqlite3.connect(path) as conn:
        for table in tables:
            conn.execute(table)
        conn.executemany(f"INSERT INTO dag VALUES ({', '.join('?' * len(dags[0]))})", dags)
        conn.executemany(f"INSERT INTO dag_run VALUES ({', '.join('?' * len(runs[0]))})", runs)
    return f"sqlite:///{path}"


def test_the_database_of_1_10(tmp_path: Path) -> None:
    dags = [("a", 0, 0, 1), ("a.sub", 0, 1, 1), ("gone", 0, 0, 0)]
    runs = [
        ("a", "scheduled__4", "success", D4, 0),
        ("a", "scheduled__5", "success", D5, 0),
        ("a", "manual__6", "running", D6, 1),
    ]
    url = database(tmp_path / "1.db", [DAG_1, RUN_1], dags, runs)
    assert of_database(url) == [AirflowDag("a", False, AirflowRun("scheduled__5", "success", DAY))]


def test_the_database_of_2(tmp_path: Path) -> None:
    runs = [
        ("a", "scheduled__4", "running", D4, "scheduled", D4, D5),
        ("a", "backfill__5", "failed", D5, "backfill", D5, D6),
        ("a", "manual__6", "success", D6, "manual", D6, D6),
    ]
    url = database(tmp_path / "2.db", [DAG_1, RUN_2], [("a", 1, 0, 1)], runs)
    last = AirflowRun("backfill__5", "failed", DAY, DAY, NEXT)
    assert of_database(url) == [AirflowDag("a", True, last, ["scheduled__4"])]


def test_the_database_of_3(tmp_path: Path) -> None:
    runs = [
        ("a", "scheduled__5", "success", D5, "scheduled", D5, D5),
        ("a", "asset_triggered__x", "success", None, "asset_triggered", None, None),
    ]
    url = database(tmp_path / "3.db", [DAG_3, RUN_3], [("a", 0, 0), ("old", 0, 1)], runs)
    assert of_database(url) == [AirflowDag("a", False, AirflowRun("scheduled__5", "success", DAY, DAY, DAY))]


def test_a_database_that_is_none_does_not_tell_its_password() -> None:
    with pytest.raises(HeadwayError) as raised:
        of_database("postgresql://airflow:s3cret@127.0.0.1:1/airflow")
    assert "cannot be read" in str(raised.value)
    assert "s3cret" not in str(raised.value)
