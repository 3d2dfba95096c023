"""SQL operators and the SQL sensor on PostgreSQL and SQLite."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from headway.authoring.operator import BaseOperator
from headway.hooks.postgres import PostgresHook
from headway.hooks.sqlite import SqliteHook
from headway.operators.empty import EmptyOperator
from headway.operators.generic_transfer import GenericTransfer
from headway.operators.sql import SQLExecuteQueryOperator, SQLInsertRowsOperator
from headway.operators.sql_by_database import PostgresOperator, SqliteOperator
from headway.operators.sql_checks import (
    BranchSQLOperator,
    SQLCheckOperator,
    SQLIntervalCheckOperator,
    SQLThresholdCheckOperator,
    SQLValueCheckOperator,
)
from headway.operators.sql_table_checks import SQLColumnCheckOperator, SQLTableCheckOperator
from headway.sensors.sql import SqlSensor
from headway.states import Outcome
from support.one_task import Bench, shop

SALES = [
    ("2026-02-22", "tea", 4),
    ("2026-02-22", "milk", 6),
    ("2026-03-01", "tea", 8),
    ("2026-03-01", "milk", 12),
    ("2026-03-01", None, 10),
]


@pytest.fixture
def sales(sqlite: str) -> str:
    with sqlite3.connect(sqlite) as conn:
        conn.execute("CREATE TABLE sales (ds TEXT, item TEXT, price REAL)")
        conn.executemany("INSERT INTO sales VALUES (?, ?, ?)", SALES)
    return sqlite


def ended(bench: Bench, kind: type[BaseOperator], **arguments: Any) -> str:
    """How a task ends: its outcome, or the error's first line."""
    with shop():
        task = kind(task_id="t", **arguments)
    result = bench.run(task)
    return str(result.error).splitlines()[0].partition(": ")[2] if result.error else result.outcome.name


def test_results_are_xcoms(pg: str, bench: Bench) -> None:
    with shop():
        one = PostgresOperator(task_id="one", sql="SELECT '{{ ds }}'::date, %(n)s::int", parameters={"n": 5})
        many = SQLExecuteQueryOperator(task_id="many", conn_id="postgres_default", sql=["SELECT 1", "SELECT 2"])
        last = SQLExecuteQueryOperator(
            task_id="last", conn_id="postgres_default", sql="SELECT 1; SELECT 2;", split_statements=True
        )
        named = SQLExecuteQueryOperator(
            task_id="named",
            conn_id="postgres_default",
            sql="SELECT 1 AS a, 2 AS b",
            output_processor=lambda results, descriptions: [
                [dict(zip([column[0] for column in descriptions[-1]], row, strict=True)) for row in results[-1]]
            ],
        )
        silent = SQLExecuteQueryOperator(
            task_id="silent", conn_id="postgres_default", sql="SELECT 1", do_xcom_push=False
        )
    for task in (one, many, last, named):
        assert bench.run(task).error is None
    assert [[str(value) for value in row] for row in bench.xcom("one")] == [["2026-03-01", "5"]]
    assert bench.xcom("many") == [[(1,)], [(2,)]]
    assert bench.xcom("last") == [(2,)]
    assert bench.xcom("named") == [{"a": 1, "b": 2}]
    assert bench.run(silent).xcoms == {}


def test_statements_from_files(sales: str, bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "count.sql").write_text("CREATE TABLE x (a);\nSELECT count(*) FROM sales WHERE ds = '{{ ds }}';\n")
    with shop(template_searchpath=str(tmp_path)):
        task = SqliteOperator(task_id="count", sql="count.sql")
    assert bench.run(task).error is None
    assert bench.xcom("count") == [(3,)]


def test_runtime_parameters_and_database(pg: str, bench: Bench) -> None:
    with shop():
        task = PostgresOperator(
            task_id="ask",
            sql="SELECT current_setting('statement_timeout'), current_database()",
            runtime_parameters={"statement_timeout": "3000ms"},
            database="postgres",
        )
    bench.run(task)
    assert bench.xcom("ask") == [("3s", "postgres")]


def test_what_is_no_sql_database(web: object, bench: Bench) -> None:
    assert "which is no SQL database" in ended(bench, SQLExecuteQueryOperator, conn_id="http_default", sql="SELECT 1")
    assert "names no connection" in ended(bench, SQLExecuteQueryOperator, sql="SELECT 1")


def test_rows_are_inserted(sales: str, bench: Bench) -> None:
    rows = [{"ds": "2026-03-02", "item": "rye", "price": 3, "note": "x"}]
    assert (
        ended(
            bench,
            SQLInsertRowsOperator,
            conn_id="sqlite_default",
            table_name="sales",
            rows=rows,
            ignored_columns=["note"],
            preoperator="DELETE FROM sales",
            postoperator="UPDATE sales SET price = price + 1",
        )
        == "SUCCESS"
    )
    assert SqliteHook().get_records("SELECT * FROM sales") == [("2026-03-02", "rye", 4.0)]


@pytest.mark.parametrize(
    ("sql", "how"),
    [
        ("SELECT 1, 'x'", "SUCCESS"),
        ("SELECT 1, 0", "the check failed with the row [1, 0]: SELECT 1, 0"),
        ("SELECT 1 WHERE 1 = 0", "the check returned no row: SELECT 1 WHERE 1 = 0"),
    ],
)
def test_check(sales: str, bench: Bench, sql: str, how: str) -> None:
    assert ended(bench, SQLCheckOperator, conn_id="sqlite_default", sql=sql) == how


@pytest.mark.parametrize(
    ("arguments", "passes"),
    [
        ({"pass_value": 40}, True),
        ({"pass_value": 41}, False),
        ({"pass_value": 44, "tolerance": 0.1}, True),
        ({"pass_value": 45, "tolerance": 0.1}, False),
        ({"pass_value": "forty"}, False),
    ],
)
def test_value_check(sales: str, bench: Bench, arguments: dict[str, Any], passes: bool) -> None:
    how = ended(bench, SQLValueCheckOperator, conn_id="sqlite_default", sql="SELECT sum(price) FROM sales", **arguments)
    assert (how == "SUCCESS") is passes, how


def test_threshold_check(sales: str, bench: Bench) -> None:
    given: dict[str, Any] = {"conn_id": "sqlite_default", "sql": "SELECT avg(price) FROM sales"}
    assert ended(bench, SQLThresholdCheckOperator, **given, min_threshold=8, max_threshold="SELECT 8") == "SUCCESS"
    how = ended(bench, SQLThresholdCheckOperator, **given, min_threshold=9, max_threshold=10)
    assert how.startswith("8.0 is not between 9 and 10")


def test_interval_check(sales: str, bench: Bench) -> None:
    given: dict[str, Any] = {"conn_id": "sqlite_default", "table": "sales"}
    limits = {"COUNT(*)": 2, "MAX(price)": 2.5}
    assert ended(bench, SQLIntervalCheckOperator, **given, metrics_thresholds=limits) == "SUCCESS"
    how = ended(bench, SQLIntervalCheckOperator, **given, metrics_thresholds={"MAX(price)": 2})
    assert how == "MAX(price) was 6.0 and is 12.0: max_over_min 2, expected less than 2"
    relative = {**given, "ratio_formula": "relative_diff"}
    assert ended(bench, SQLIntervalCheckOperator, **relative, metrics_thresholds={"MAX(price)": 1.1}) == "SUCCESS"
    empty = {**given, "days_back": -3}
    assert ended(bench, SQLIntervalCheckOperator, **empty, metrics_thresholds=limits) == "SUCCESS"
    strict = {**empty, "ignore_zero": False}
    assert "is undefined" in ended(bench, SQLIntervalCheckOperator, **strict, metrics_thresholds={"MAX(price)": 9})


def test_column_check(sales: str, bench: Bench) -> None:
    given: dict[str, Any] = {"conn_id": "sqlite_default", "table": "sales", "partition_clause": "ds = '2026-03-01'"}
    good = {
        "price": {"min": {"geq_to": 8}, "max": {"less_than": 12.1}, "unique_check": {"equal_to": 0}},
        "item": {"null_check": {"equal_to": 1}, "distinct_check": {"greater_than": 1, "leq_to": 2}},
    }
    assert ended(bench, SQLColumnCheckOperator, **given, column_mapping=good) == "SUCCESS"
    bad = {"item": {"null_check": {"equal_to": 0}}, "price": {"max": {"equal_to": 11, "tolerance": 0.1}}}
    assert ended(bench, SQLColumnCheckOperator, **given, column_mapping=bad) == (
        "checks of sales failed: null_check of item is 1, expected equal_to 0"
    )
    partial = {"item": {"null_check": {"equal_to": 0, "partition_clause": "price < 10"}}}
    assert ended(bench, SQLColumnCheckOperator, **given, column_mapping=partial) == "SUCCESS"


def test_table_check(sales: str, bench: Bench) -> None:
    given: dict[str, Any] = {"conn_id": "sqlite_default", "table": "sales"}
    good = {
        "rows": {"check_statement": "COUNT(*) = 5"},
        "each": {"check_statement": "price > 3"},
        "part": {"check_statement": "SUM(price) = 10", "partition_clause": "ds = '2026-02-22'"},
    }
    assert ended(bench, SQLTableCheckOperator, **given, checks=good) == "SUCCESS"
    bad = {"rows": {"check_statement": "COUNT(*) = 5"}, "cheap": {"check_statement": "price < 12"}}
    assert ended(bench, SQLTableCheckOperator, **given, checks=bad) == "checks of sales failed: cheap (price < 12)"


def test_checks_on_postgres_too(pg: str, bench: Bench) -> None:
    PostgresHook().run(
        "CREATE TABLE IF NOT EXISTS checked (a int); TRUNCATE checked; INSERT INTO checked VALUES (1), (NULL)"
    )
    given: dict[str, Any] = {"conn_id": "postgres_default", "table": "checked"}
    columns = {"a": {"null_check": {"equal_to": 1}, "max": {"equal_to": 1}}}
    assert ended(bench, SQLColumnCheckOperator, **given, column_mapping=columns) == "SUCCESS"
    rows = {"rows": {"check_statement": "COUNT(*) = 2"}}
    assert ended(bench, SQLTableCheckOperator, **given, checks=rows) == "SUCCESS"


@pytest.mark.parametrize(("value", "chosen"), [("1", "yes"), ("0", "no"), ("'on'", "yes"), ("'False'", "no")])
def test_branch(sales: str, bench: Bench, value: str, chosen: str) -> None:
    with shop():
        task = BranchSQLOperator(
            task_id="choose",
            conn_id="sqlite_default",
            sql=f"SELECT {value}",
            follow_task_ids_if_true=["yes"],
            follow_task_ids_if_false="no",
        )
        task >> [EmptyOperator(task_id="yes"), EmptyOperator(task_id="no")]
    assert bench.run(task).decision == {"followed": [chosen]}


def test_rows_move_between_databases(sales: str, pg: str, bench: Bench) -> None:
    PostgresHook().run(
        "CREATE TABLE IF NOT EXISTS sold (ds date, item text, price numeric); INSERT INTO sold VALUES (NULL)"
    )
    given: dict[str, Any] = {
        "sql": "SELECT * FROM sales WHERE price > 4 ORDER BY price;",
        "source_conn_id": "sqlite_default",
        "destination_conn_id": "postgres_default",
        "destination_table": "sold",
        "preoperator": ["TRUNCATE sold"],
    }
    for more in ({}, {"page_size": 2}):
        assert ended(bench, GenericTransfer, **given, **more) == "SUCCESS"
        assert PostgresHook().get_first("SELECT count(*), max(price), min(ds)::text FROM sold") == (4, 12, "2026-02-22")


def test_sensor(sales: str, bench: Bench) -> None:
    def waits(sql: str, **arguments: Any) -> str:
        given = {"conn_id": "sqlite_default", "poke_interval": 0, "timeout": 0, **arguments}
        how = ended(bench, SqlSensor, sql=sql, **given)
        return "waits" if "its timeout is 0 s" in how else how

    assert waits("SELECT count(*) FROM sales") == "SUCCESS"
    for nothing in ("SELECT 0", "SELECT '0'", "SELECT ''", "SELECT NULL", "SELECT 1 WHERE 1 = 0"):
        assert waits(nothing) == "waits", nothing
    assert waits("SELECT 0, 1", selector=lambda row: row[1]) == "SUCCESS"
    assert waits("SELECT 3", success=lambda value: value == 4) == "waits"
    assert waits("SELECT 3", failure=lambda value: value == 3) == "failure() recognised the value 3: SELECT 3"
    assert waits("SELECT 1 WHERE 1 = 0", fail_on_empty=True).startswith("the statement returned no row")


def test_a_failed_check_may_be_final(sales: str, bench: Bench) -> None:
    with shop():
        task = SQLCheckOperator(
            task_id="t", conn_id="sqlite_default", sql="SELECT 0", retry_on_failure=False, retries=3
        )
        again = SQLCheckOperator(task_id="u", conn_id="sqlite_default", sql="SELECT 0", retries=3)
    assert bench.run(task, max_tries=3).outcome is Outcome.FAILED
    assert bench.run(again, max_tries=3).outcome is Outcome.RETRY
