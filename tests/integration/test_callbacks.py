"""Callbacks that cannot run in the task's own process, and runs that are cut short: scheduler and worker together."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet

from headway.crypto import open_vault
from headway.operations.secrets import ConnectionFields, set_connection
from headway.standalone.valkey import EmbeddedValkey
from support import services
from support.clusters import TestCluster
from support.services import Databases
from support.waiting import wait_for
from support.web import WebServer, web_server

FILE = """
import json, os, signal, time
from datetime import datetime, timedelta
from airflow import DAG
from airflow.operators.bash import BashOperator
from airflow.operators.python import PythonOperator
HOME = os.environ["HEADWAY_HOME"]

def tell(what):
    def callback(context):
        ti = context["ti"]
        seen = [what, ti.task_id, ti.try_number, str(context.get("reason")), context["dag_run"].state, os.getpid()]
        seen += [ti.state, ti.log_url]
        with open(f"{HOME}/{ti.dag_id}.calls", "a") as file:
            file.write(json.dumps(seen) + "\\n")
        print("called", what)
    return callback

def die():
    os.kill(os.getpid(), signal.SIGKILL)

def fail():
    raise ValueError("no luck")

def wait():
    time.sleep(600)

with DAG("killed", start_date=datetime(2026, 1, 1), schedule=None):
    PythonOperator(
        task_id="t", python_callable=die, retries=1, retry_delay=timedelta(0),
        on_retry_callback=tell("retry"), on_failure_callback=[tell("failure"), tell("failure too")],
        on_success_callback=tell("success"),
    )

for dag_id, call in (("good", "true"), ("bad", "exit 1")):
    with DAG(dag_id, start_date=datetime(2026, 1, 1), schedule=None,
             on_success_callback=tell("dag success"), on_failure_callback=tell("dag failure")):
        BashOperator(task_id="a", bash_command="true") >> BashOperator(task_id="b", bash_command=call)

with DAG("late", start_date=datetime(2026, 1, 1), schedule=None, dagrun_timeout=timedelta(hours=1),
         on_failure_callback=tell("dag failure")):
    PythonOperator(task_id="runs", python_callable=wait) >> PythonOperator(task_id="waits", python_callable=wait)

from airflow.providers.http.notifications import HttpNotifier
from airflow.sdk.definitions.deadline import AsyncCallback, DeadlineAlert, DeadlineReference

async def alarm(text, context):
    tell(text)(context)

def missed(dag, task_list, blocking_task_list, slas, blocking_tis):
    with open(f"{HOME}/{dag.dag_id}.calls", "a") as file:
        seen = ["sla", slas[0].task_id, task_list, blocking_task_list, [ti.task_id for ti in blocking_tis]]
        file.write(json.dumps(seen) + "\\n")

with DAG("slow", start_date=datetime(2026, 1, 1), schedule=None, sla_miss_callback=missed,
         deadline=DeadlineAlert(reference=DeadlineReference.DAGRUN_QUEUED_AT, interval=timedelta(seconds=0.5),
                                callback=[AsyncCallback(alarm, kwargs={"text": "too late"}),
                                          AsyncCallback(HttpNotifier, kwargs={"http_conn_id": "alarm"})])):
    until_slow = f"while [ ! -e {HOME}/slow.go ]; do sleep 0.05; done"
    BashOperator(task_id="a", bash_command="true") >> BashOperator(task_id="b", bash_command=until_slow,
                                                                   sla=timedelta(seconds=1))

with DAG("fast", start_date=datetime(2026, 1, 1), schedule=None, fail_fast=True):
    made = BashOperator(task_id="make", bash_command="true").as_setup()
    runs = PythonOperator(task_id="runs", python_callable=wait, retries=3)
    until_runs = f"while [ ! -e {HOME}/fast.go ]; do sleep 0.05; done; exit 1"
    fails = BashOperator(task_id="fails", bash_command=until_runs)
    later = BashOperator(task_id="later", bash_command="true")
    gone = BashOperator(task_id="unmake", bash_command="true").as_teardown(setups=made)
    made >> [runs, fails] >> gone
    runs >> later >> gone
"""


@pytest.fixture(scope="module")
def cluster(databases: Databases, migrated: str, valkey: EmbeddedValkey) -> Iterator[TestCluster]:
    name = databases.create(template=migrated)
    with services.open_folder("callbacks") as folder:
        made = TestCluster(
            folder / "home",
            metastore=databases.url(name),
            broker=services.empty(valkey),
            key=Fernet.generate_key().decode(),
            sections={"scheduler": {"sweep_interval": 0.3}, "worker": {"kill_grace": 1}},
        )
        made.write("all.py", FILE)
        made.start({"default": 3})
        yield made
        made.stop()
    databases.drop(name)


def calls(cluster: TestCluster, dag_id: str, count: int) -> list[list[Any]]:
    """What the callbacks of a DAG have noted, once there are so many."""
    path = Path(cluster.home / f"{dag_id}.calls")

    def found() -> list[str] | None:
        lines = path.read_text().splitlines() if path.exists() else []
        return lines if len(lines) >= count else None

    return [json.loads(line) for line in cluster.wait_until(found, 60, f"{count} calls of {dag_id}")]


def nothing_waits(cluster: TestCluster) -> None:
    query = "SELECT count(*) FROM callback"
    wait_for(lambda: cluster.conn.execute(query).fetchone() == (0,), 60, "an empty table")


def test_callbacks_of_a_task_whose_process_was_killed(cluster: TestCluster) -> None:
    run = cluster.run_to_end("killed", "failed")
    seen = calls(cluster, "killed", 3)
    told = sorted((what, number, state) for what, _task, number, _, _, _, state, _ in seen)
    assert told == [("failure", 2, "failed"), ("failure too", 2, "failed"), ("retry", 1, "up_for_retry")]
    assert all("killed by SIGKILL" in reason for _, _, _, reason, *_ in seen)
    nothing_waits(cluster)
    for dispatch, words in zip(dispatches(cluster, run.key), (["retry"], ["failure", "failure too"]), strict=True):
        lines = log_lines(cluster, run.key, dispatch, words[-1])
        reason = next(said for what, _, _, said, *_ in seen if what == words[0])
        assert lines[-1 - len(words) :] == [reason, *(f"called {word}" for word in words)]


def dispatches(cluster: TestCluster, run: int) -> list[int]:
    """The dispatches of a run's attempts, the oldest first; one that was published again has a gap before it."""
    query = (
        "SELECT a.dispatch FROM task_attempt a JOIN task_instance t ON t.id = a.ti_id WHERE t.run_id = %s"
        " ORDER BY a.dispatch"
    )
    return [row[0] for row in cluster.conn.execute(query, (run,)).fetchall()]


def log_lines(cluster: TestCluster, run: int, dispatch: int, last: str) -> list[str]:
    """The log of one dispatch without stamps and labels, once it ends as it should."""
    query = (
        "SELECT string_agg(text, '' ORDER BY byte_offset) FROM task_log l JOIN task_instance t ON t.id = l.ti_id"
        " WHERE t.run_id = %s AND l.dispatch = %s"
    )

    def text() -> str:
        row = cluster.conn.execute(query, (run, dispatch)).fetchone()
        return str(row[0]) if row else ""

    end = f"called {last}\n"
    cluster.wait_until(lambda: text().endswith(end), 60, lambda: f"{end!r} as the end of {text()!r}")
    return [line.split(" ", 2)[2] for line in text().splitlines()]


@pytest.mark.parametrize(
    ("dag_id", "state", "reason"), [("good", "success", "success"), ("bad", "failed", "task_failure")]
)
def test_callbacks_of_a_dag(cluster: TestCluster, dag_id: str, state: str, reason: str) -> None:
    cluster.run_to_end(dag_id, state)
    [(what, task_id, _, said, run_state, _, task_state, page)] = calls(cluster, dag_id, 1)
    expected = "dag success" if state == "success" else "dag failure"
    assert (what, task_id, said, run_state, task_state) == (expected, "b", reason, state, state)
    assert re.fullmatch(rf"http://127\.0\.0\.1:8080/dags/{dag_id}/runs/manual__[^/]+%2B00%3A00/tasks/b\?tab=logs", page)
    nothing_waits(cluster)


def test_a_run_that_lasts_too_long_is_stopped(cluster: TestCluster) -> None:
    run_id = cluster.trigger("late")
    cluster.wait_task("late", run_id, "runs", "running")
    cluster.conn.execute("UPDATE dag_run SET start_date = start_date - interval '2 hours' WHERE run_id = %s", (run_id,))
    run = cluster.wait_run("late", run_id, "failed")
    assert cluster.states("late", run.run_id) == {"runs": "skipped", "waits": "skipped"}
    [(_, _, _, reason, *_)] = calls(cluster, "late", 1)
    assert reason == "timed_out"
    error = "SELECT error FROM task_attempt a JOIN task_instance t ON t.id = a.ti_id WHERE t.run_id = %s"
    assert cluster.conn.execute(error, (run.key,)).fetchall() == [
        ("stopped: the run has reached its dagrun_timeout of 3600 s",)
    ]


def test_a_dag_that_fails_fast_skips_the_rest_and_cleans_up(cluster: TestCluster) -> None:
    run_id = cluster.trigger("fast")
    cluster.wait_task("fast", run_id, "runs", "running")
    (cluster.home / "fast.go").touch()
    cluster.wait_run("fast", run_id, "failed")
    assert cluster.states("fast", run_id) == {
        "make": "success", "runs": "failed", "fails": "failed", "later": "skipped", "unmake": "success",
    }  # fmt: skip


@pytest.fixture
def webhook(cluster: TestCluster) -> Iterator[WebServer]:
    """A server that takes everything, which the connection ``alarm`` leads to."""
    with web_server() as server:
        server.routes["/"] = (204, b"")
        made = ConnectionFields(conn_type="http", host="127.0.0.1", port=server.port, extra='{"X-Key": "1"}')
        set_connection(cluster.conn, open_vault(cluster.settings, cluster.conn), "alarm", made, actor="test")
        yield server


def test_a_run_that_is_late_is_told_while_it_runs(cluster: TestCluster, webhook: WebServer) -> None:
    cluster.conn.execute("UPDATE dag SET is_paused = false WHERE dag_id = 'slow'")
    cluster.conn.execute(
        "INSERT INTO dag_run (dag_id, run_id, run_type, logical_date, data_interval_start, data_interval_end,"
        " version_id, bundle_id) SELECT dag_id, 'r1', 'scheduled', '2026-03-01+00', '2026-03-01+00', now(),"
        " version_id, bundle_id FROM dag WHERE dag_id = 'slow'"
    )
    by_kind = {seen[0]: seen for seen in calls(cluster, "slow", 2)}
    what, task_id, _, reason, run_state, *_ = by_kind["too late"]
    assert what == "too late"
    assert run_state in ("queued", "running"), "it is told before the run is over"
    assert task_id in ("a", "b")
    assert reason.startswith("the run was not over at 20")
    _, late, task_list, blocking, unfinished = by_kind["sla"]
    assert late == "b"
    assert task_list == "b on 2026-03-01T00:00:00+00:00"
    assert "b" in unfinished
    assert "b on 2026-03-01" in blocking
    (posted,) = wait_for(lambda: webhook.requests, 60, "the post of the webhook")
    assert (posted.headers["x-key"], posted.json["dag_id"], posted.json["run_state"]) == ("1", "slow", "running")
    assert posted.json["reason"] == reason
    (cluster.home / "slow.go").touch()
    cluster.wait_run("slow", "r1", "success")
    nothing_waits(cluster)
    states = cluster.conn.execute("SELECT task_id, state FROM deadline ORDER BY position").fetchall()
    assert states == [("", "missed"), ("b", "missed")]
