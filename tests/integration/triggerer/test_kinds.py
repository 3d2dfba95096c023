"""The kinds of triggers that come with Headway, and the operators and sensors that defer to them, on real nodes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from headway.crypto import open_vault
from headway.operations.secrets import fields_of, set_connection
from headway.operations.triggers import list_waits
from support.clusters import ACTOR, TestCluster

FILE = """
import os
from datetime import datetime, timedelta
from airflow import DAG
from airflow.operators.python import PythonOperator
from airflow.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.providers.common.sql.sensors.sql import SqlSensor
from airflow.providers.http.operators.http import HttpOperator
from airflow.providers.http.sensors.http import HttpSensor
from airflow.providers.standard.sensors.external_task import ExternalTaskSensor
from airflow.providers.standard.triggers.temporal import TimeDeltaTrigger
from airflow.models.baseoperator import BaseOperator
from airflow.sensors.date_time import DateTimeSensorAsync
from airflow.sensors.filesystem import FileSensor
from airflow.triggers.base import BaseTrigger, StartTriggerArgs, TriggerEvent

HOME = os.environ["HEADWAY_HOME"]

class Here(BaseTrigger):
    "Stands in the DAG file itself."
    def __init__(self, number):
        super().__init__()
        self.number = number
    def serialize(self):
        return f"{type(self).__module__}.{type(self).__qualname__}", {"number": self.number}
    async def run(self):
        yield TriggerEvent(self.number * 2)

class Double(BaseOperator):
    def __init__(self, *, number, **kwargs):
        super().__init__(**kwargs)
        self.number = number
    def execute(self, context):
        self.defer(trigger=Here(self.number), method_name="back")
    def back(self, context, event):
        return event

class Nap(BaseOperator):
    def execute(self, context):
        self.defer(trigger=TimeDeltaTrigger(timedelta(seconds=0.5)), method_name="awake")
    def awake(self, context, event):
        return event.year > 2000

class AtOnce(BaseOperator):
    start_from_trigger = True
    start_trigger_args = StartTriggerArgs(
        trigger_cls="waiting.Signal", trigger_kwargs={"name": "{{ run_id }}-start"}, next_method="done"
    )
    def execute(self, context):
        raise AssertionError("nothing of the task runs before its trigger has fired")
    def done(self, context, event):
        return event["name"]

arguments = {"start_date": datetime(2026, 1, 1), "schedule": None, "catchup": False}
with DAG("times", **arguments):
    Nap(task_id="nap")
    DateTimeSensorAsync(task_id="long_ago", target_time="{{ dag_run.start_date }}")
with DAG("files", **arguments):
    FileSensor(
        task_id="file", filepath=HOME + "/{{ run_id }}.csv", fs_conn_id="disk", deferrable=True, poke_interval=0.1
    )
with DAG("late", **arguments):
    FileSensor(task_id="hard", filepath=HOME + "/never", fs_conn_id="disk", deferrable=True, timeout=1, retries=3)
    FileSensor(task_id="soft", filepath=HOME + "/never", fs_conn_id="disk", deferrable=True, timeout=1, soft_fail=True)
with DAG("mill", **arguments):
    PythonOperator(task_id="grind", python_callable=lambda: None)
with DAG("baker", **arguments):
    TriggerDagRunOperator(
        task_id="start", trigger_dag_id="mill", wait_for_completion=True, deferrable=True, poke_interval=1
    )
with DAG("watches", **arguments):
    ExternalTaskSensor(
        task_id="flour", external_dag_id="mill", external_task_id="grind", deferrable=True, poll_interval=0.5,
        execution_date_fn=lambda _: datetime(2026, 2, 2),
    )
with DAG("web", **arguments):
    HttpSensor(task_id="up", endpoint="ready", http_conn_id="shop", deferrable=True, poke_interval=0.1)
    HttpOperator(task_id="get", endpoint="price", method="GET", http_conn_id="shop", deferrable=True,
                 response_filter=lambda response: response.json()["price"])
with DAG("rows", **arguments):
    SqlSensor(task_id="row", conn_id="store", sql="SELECT count(*) FROM ready", deferrable=True, poke_interval=0.1)
with DAG("mapped", **arguments):
    Double.partial(task_id="double").expand(number=[1, 2, 3])
with DAG("at_once", **arguments):
    AtOnce(task_id="start")
"""


class Shop(BaseHTTPRequestHandler):
    """Answers 404 to /ready until it is open."""

    opened = threading.Event()
    asked = threading.Event()

    def do_GET(self) -> None:
        ready = self.path != "/ready" or self.opened.is_set()
        self.asked.set()
        self.send_response(200 if ready else 404)
        self.end_headers()
        self.wfile.write(b'{"price": 42}')

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def kinds(nest: TestCluster) -> Iterator[TestCluster]:
    """The cluster with one DAG for each kind, and a web server."""
    server = HTTPServer(("127.0.0.1", 0), Shop)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    vault = open_vault(nest.settings, nest.conn)
    url = nest.settings.metastore.url.get_secret_value()
    texts = {
        "shop": f"http://127.0.0.1:{server.server_port}", "store": url.replace("postgresql://", "postgres://"),
        "disk": "fs://",
    }  # fmt: skip
    for name, text in texts.items():
        set_connection(nest.conn, vault, name, fields_of(text, name), actor=ACTOR)
    nest.write("kinds.py", FILE)
    yield nest
    server.shutdown()


def xcoms(nest: TestCluster, dag_id: str, run_id: str) -> list[str]:
    rows = nest.conn.execute(
        "SELECT x.value FROM xcom x JOIN task_instance t ON t.id = x.ti_id WHERE t.run_id = %s"
        " AND x.key = 'return_value' ORDER BY t.map_index",
        (nest.run(dag_id, run_id).key,),
    ).fetchall()
    return [row[0] for row in rows]


def outcomes(nest: TestCluster, dag_id: str, run_id: str) -> list[str]:
    rows = nest.conn.execute(
        "SELECT a.outcome FROM task_attempt a JOIN task_instance t ON t.id = a.ti_id WHERE t.run_id = %s"
        " ORDER BY t.id, a.dispatch",
        (nest.run(dag_id, run_id).key,),
    ).fetchall()
    return [row[0] for row in rows]


def await_wait(nest: TestCluster, dag_id: str) -> None:
    """Wait until a triggerer has the DAG's trigger."""
    nest.wait_until(
        lambda: [each for each in list_waits(nest.conn, [dag_id]).triggers if each.triggerer], 60, f"a wait of {dag_id}"
    )


def test_a_moment(kinds: TestCluster) -> None:
    run = kinds.run_to_end("times")
    assert outcomes(kinds, "times", run.run_id) == [
        "deferred",
        "success",
        "success",
    ]  # the sensor's first look was enough
    assert xcoms(kinds, "times", run.run_id) == ["true"]


def test_a_file(kinds: TestCluster) -> None:
    run_id = kinds.trigger("files", run_id="apples")
    await_wait(kinds, "files")
    (shown,) = list_waits(kinds.conn, ["files"]).triggers
    assert (shown.label, shown.task_id) == (f"file {kinds.home}/apples.csv", "file")
    (kinds.home / "apples.csv").touch()
    kinds.wait_run("files", run_id)
    assert outcomes(kinds, "files", run_id) == ["deferred", "success"]


def test_a_sensors_timeout_is_final_or_a_skip(kinds: TestCluster) -> None:
    run = kinds.run_to_end("late", "failed")
    assert kinds.states("late", run.run_id) == {"hard": "failed", "soft": "skipped"}
    assert kinds.tasks("late", run.run_id)["hard"].try_number == 1


def test_a_run_that_a_task_starts(kinds: TestCluster) -> None:
    kinds.await_dag("mill")
    pause_mill = "UPDATE dag SET is_paused = %s WHERE dag_id = 'mill'"
    kinds.conn.execute(pause_mill, (True,))  # its run must not be over before the task has looked
    run_id = kinds.trigger("baker")
    await_wait(kinds, "baker")
    kinds.conn.execute(pause_mill, (False,))
    kinds.wait_run("baker", run_id)
    assert outcomes(kinds, "baker", run_id) == ["deferred", "success"]


def test_a_task_of_another_dag(kinds: TestCluster) -> None:
    run_id = kinds.trigger("watches")
    await_wait(kinds, "watches")
    mill = kinds.trigger("mill", run_id="second")
    kinds.conn.execute("UPDATE dag_run SET logical_date = '2026-02-02T00:00Z' WHERE run_id = %s", (mill,))
    kinds.wait_run("watches", run_id)
    assert outcomes(kinds, "watches", run_id) == ["deferred", "success"]


def test_a_web_server(kinds: TestCluster) -> None:
    run_id = kinds.trigger("web")
    await_wait(kinds, "web")
    kinds.wait_task("web", run_id, "get", "success")
    assert Shop.asked.wait(60)
    Shop.opened.set()
    kinds.wait_run("web", run_id)
    assert xcoms(kinds, "web", run_id) == ["42"]


def test_rows_of_a_database(kinds: TestCluster) -> None:
    kinds.conn.execute("CREATE TABLE ready (number int)")
    run_id = kinds.trigger("rows")
    await_wait(kinds, "rows")
    kinds.conn.execute("INSERT INTO ready VALUES (1)")
    kinds.wait_run("rows", run_id)


def test_each_instance_of_a_mapped_task_defers_with_a_class_of_the_dag_file(kinds: TestCluster) -> None:
    run = kinds.run_to_end("mapped")
    assert xcoms(kinds, "mapped", run.run_id) == ["2", "4", "6"]


def test_a_task_that_starts_from_its_trigger(kinds: TestCluster) -> None:
    run_id = kinds.trigger("at_once", run_id="apples")
    await_wait(kinds, "at_once")
    (kinds.home / "apples-start").touch()
    kinds.wait_run("at_once", run_id)
    assert xcoms(kinds, "at_once", run_id) == ['"apples-start"']
