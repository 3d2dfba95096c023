"""No page asks the metastore row by row, and none has to read a big table from end to end."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from headway.metastore.database import Connection, connection
from headway.metastore.queries import bundles
from headway.states import Outcome
from support.stage import DAG, Stage
from support.structures import mapped, task
from support.webs import Served

from .roles import ROLES
from .statements import LIMITS, NOT_COUNTED, OVER_MANY

BIG = {"dag_run", "task_instance", "task_attempt", "task_log", "xcom", "event_log", "asset_event", "queue_sample"}
Statement = tuple[str, Any]

DAGS = [DAG, "second", "third", "fourth"]
XCOM = "return_value"

#: What stands for the parameters of routes.
EXAMPLES = {
    "{task_id}/listMapped": "many/listMapped", "{dag_id}": DAG, "{dag_run_id}": "run_1", "{task_id}": "b",
    "{map_index}": "-1", "{try_number}": "1", "{key}": XCOM, "{asset_id}": "1", "{backfill_id}": "1",
    "{connection_id}": "c1", "{name}": "p1", "{queue}": "default", "{username}": "viewer",
}  # fmt: skip


@pytest.fixture(scope="module")
def world(web: Served) -> Served:
    """Several of everything."""
    stage = Stage(web.conn)
    stage.join_scheduler()
    stage.join_worker()
    manifest = {"v": 1, "dag_folder": "", "files": {"f.py": ["content", 3, False]}}
    bundles.add_blobs(web.conn, [("content", b"a\n")])
    bundle = bundles.add_bundle(web.conn, "code", "", manifest)
    for dag_id in DAGS:
        stage.dag(task("a"), task("b", "a"), task("many", "a", **mapped(3, "many")), dag_id=dag_id)
    web.conn.execute("UPDATE dag SET bundle_id = %s", (bundle,))
    web.conn.execute("UPDATE dag_version SET bundle_id = %s", (bundle,))
    for number in range(4):
        _run(stage, f"run_{number}", failed=number == 1)
        for dag_id in DAGS[1:]:
            stage.start(f"{dag_id} {number}", dag_id)
    web.conn.execute(_MORE)
    client = web.as_("admin")
    for number in range(3):
        for path, body in _things(number):
            answer = client.post(path, json=body)
            assert answer.status_code < 300, answer.text
    return web


def _run(stage: Stage, run_id: str, *, failed: bool) -> None:
    stage.start(run_id)
    values = {"return_value": "1", "more": "2"}
    claimed = stage.run_task("a", run_id=run_id, xcoms=values, log_bytes=2)
    stage.log(claimed, "x\n")
    outcome = Outcome.FAILED if failed else Outcome.SUCCESS
    claimed = stage.run_task("b", outcome, run_id=run_id, xcoms=values, log_bytes=2)
    stage.log(claimed, "x\n")


def _things(number: int) -> Iterator[tuple[str, dict[str, Any]]]:
    yield "/variables", {"key": f"{XCOM}{number or ''}", "value": "x"}
    yield "/connections", {"connection_id": f"c{number}", "conn_type": "http", "password": "x"}
    yield "/pools", {"name": f"p{number}", "slots": 3}
    yield "/tokens", {"name": f"t{number}", "scopes": ["read"]}


_MORE = """
UPDATE task_instance SET state = 'up_for_retry' WHERE state = 'failed';
UPDATE task_instance SET state = 'deferred' WHERE task_id = 'b' AND state = 'none';
UPDATE dag SET is_paused = true WHERE dag_id IN ('third', 'fourth');
UPDATE task_instance SET state = 'removed' WHERE task_id = 'many';
INSERT INTO task_instance (run_id, task_id, map_index, state, queue, pool)
SELECT run_id, task_id, n, 'success', queue, pool FROM task_instance, generate_series(0, 2) AS n
WHERE task_id = 'many';
INSERT INTO asset (name, uri) SELECT 'asset_' || n, 's3://bucket/' || n FROM generate_series(1, 4) AS n;
INSERT INTO asset_consumer (dag_id, kind, value) SELECT dag_id, 'name', name FROM dag, asset;
INSERT INTO asset_event (asset_id, source_dag_id, source_task_id, source_run_id)
SELECT id, 'shop', 'a', 'run_1' FROM asset, generate_series(1, 3);
INSERT INTO import_error (file, message) SELECT 'bad_' || n || '.py', 'x' FROM generate_series(1, 4) AS n;
INSERT INTO backfill (dag_id, from_date, to_date, actor) SELECT dag_id, now(), now(), 'x' FROM dag;
INSERT INTO backfill_run (backfill_id, position, logical_date, data_interval_start, data_interval_end, run_after)
SELECT id, n, now(), now(), now(), now() FROM backfill, generate_series(1, 3) AS n;
INSERT INTO queue_sample (queue, at, backlog, outstanding, running, workers, slots, wanted_workers, finished,
                          busy_seconds)
SELECT 'default', now() - n * interval '10 s', 1, 1, 1, 1, 1, 1, 1, 1 FROM generate_series(1, 9) AS n;
INSERT INTO hold (dag_id, run_id, task_id, actor) SELECT dag_id, 0, 'a', 'x' FROM dag;
INSERT INTO hold (dag_id, run_id, actor) SELECT dag_id, id, 'x' FROM dag_run;
INSERT INTO note (run_id, text, actor) SELECT id, 'x', 'x' FROM dag_run;
INSERT INTO event_log (actor, action, subject) SELECT 'x', 'y', 'z' FROM generate_series(1, 5);
INSERT INTO node (id, kind, name, hostname, pid, version, lease_until)
SELECT gen_random_uuid(), 'worker', 'w' || n, 'h', 1, '1', now() + interval '1 h' FROM generate_series(1, 4) AS n;
"""


@pytest.fixture(scope="module")
def heard() -> Iterator[list[Statement]]:
    """Every statement that the web node sends, with its parameters."""
    told: list[Statement] = []
    execute = psycopg.Cursor.execute

    def tell(cursor: Any, query: Any, params: Any = None, **more: Any) -> Any:
        if query and cursor.connection.info.parameter_status("application_name") == "headway web":
            told.append((str(query), params))
        return execute(cursor, query, params, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(psycopg.Cursor, "execute", tell)
        yield told


#: Lists over everything, and lists cut down in other ways: their looks need indexes, too.
WIDE = [
    "/dags?state=failed&order_by=-last_run",
    "/dags/~/dagRuns",
    "/dags/~/dagRuns?state=failed",
    "/dags/~/dagRuns?state=running",
    "/dags/~/dagRuns?run_after_gte=2026-01-01T00:00:00Z&order_by=run_after",
    f"/dags/{DAG}/dagRuns?order_by=-logical_date",
    *OVER_MANY,
    "/dags/~/dagRuns/~/taskInstances?state=running&hostname=worker-1",
    f"/dags/{DAG}/grid?state=failed&limit=100",
    f"/dags/{DAG}/dagRuns/run_1/gantt?expand=many",
    "/eventLogs?subject=z",
]


def example(route: str) -> str:
    """The path of a route, with what it must be asked for."""
    path = route.removeprefix("GET ")
    for name, value in EXAMPLES.items():
        path = path.replace(name, value)
    return path + ("?from=1&to=1" if path.endswith("/diff") else "")


@pytest.fixture(scope="module")
def asked(world: Served, heard: list[Statement]) -> dict[str, list[Statement]]:
    """The statements of each route's example."""
    client = world.as_("admin")
    found: dict[str, list[Statement]] = {}
    examples = {route: example(route) for route in LIMITS} | {path: path for path in WIDE}
    for route, path in examples.items():
        client.get(path)  # what is asked once in the life of a node is no matter
        heard.clear()
        answer = client.get(path)
        assert answer.status_code == 200, f"{path}: {answer.text}"
        found[route] = list(heard)
    return found


def test_every_route_that_reads_has_a_limit() -> None:
    reading = {route for route in ROLES if route.startswith("GET ")}
    assert reading - NOT_COUNTED == set(LIMITS)


def test_every_route_takes_as_many_statements_as_the_table_says(asked: dict[str, list[Statement]]) -> None:
    assert {route: len(asked[route]) for route in LIMITS} == LIMITS


def test_a_list_over_many_dags_takes_as_many_statements_as_the_table_says(asked: dict[str, list[Statement]]) -> None:
    assert {path: len(asked[path]) for path in OVER_MANY} == OVER_MANY


def test_an_index_serves_every_look_at_a_big_table(world: Served, asked: dict[str, list[Statement]]) -> None:
    with connection(world.settings.metastore, name="test") as conn:
        conn.execute("SET enable_seqscan = off")  # what is read from end to end now has no index that could help
        read = {
            (route, table)
            for route, statements in asked.items()
            for text, parameters in statements
            for table in _read_whole(conn, text, parameters)
        }
    assert read == set()


def _read_whole(conn: Connection, text: str, parameters: Any) -> set[str]:
    if not re.match(r"\s*(SELECT|WITH)\b", text):
        return set()
    row = conn.execute(f"EXPLAIN (FORMAT JSON) {text}", parameters).fetchone()
    assert row is not None
    plan = row[0] if isinstance(row[0], list) else json.loads(row[0])
    return {table for node in _nodes(plan[0]["Plan"]) if (table := _scanned(node)) in BIG}


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from _nodes(below)


def _scanned(node: dict[str, Any]) -> str:
    """The table that a step reads from end to end; a partition counts as its table."""
    name = node["Relation Name"] if node["Node Type"] == "Seq Scan" else ""
    return re.sub(r"_(p\d{8}|default)$", "", name)
