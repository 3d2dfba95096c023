"""The same DAG over real node processes, on Valkey and on RabbitMQ: named queues, retries, a killed worker."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from headway.broker.bus import open_bus
from support.clusters import TestCluster
from support.waiting import wait_for

TWO_QUEUES = """
    from datetime import datetime, timedelta
    from pathlib import Path
    from airflow import DAG
    from airflow.decorators import task
    from airflow.operators.bash import BashOperator
    from airflow.sensors.time_delta import TimeDeltaSensorAsync

    with DAG("waits", start_date=datetime(2022, 1, 1), schedule=None):
        TimeDeltaSensorAsync(task_id="w", delta=timedelta(seconds=0.5))

    with DAG("two_queues", start_date=datetime(2022, 1, 1), schedule=None):
        extract = BashOperator(task_id="extract", bash_command="echo 7")
        transform = BashOperator(
            task_id="transform", queue="high_cpu", bash_command="echo {{ ti.xcom_pull('extract') }}0"
        )

        @task(retries=1, retry_delay=timedelta(seconds=0.1))
        def load(ti=None):
            if ti.try_number == 1:
                raise ConnectionError("not yet")
            return int(ti.xcom_pull(task_ids="transform")) + 1

        extract >> transform >> load()

    for dag_id, count, weight in (("patient", 3, 1), ("urgent", 1, 1000)):
        with DAG(dag_id, start_date=datetime(2022, 1, 1), schedule=None):
            for number in range(count):
                BashOperator(task_id=f"t{number}", queue="narrow", priority_weight=weight, bash_command="true")

    with DAG("holding", start_date=datetime(2022, 1, 1), schedule=None):
        @task
        def hold(ti=None, params=None):
            import time
            mark = Path(params["mark"])
            if not mark.exists():
                mark.write_text("held")
                time.sleep(120)
            return "ran again"

        hold()
"""


@pytest.fixture(params=["valkey_url", "rabbitmq_url"])
def cluster(request: pytest.FixtureRequest, make_cluster: Callable[..., TestCluster]) -> TestCluster:
    sections = {"lease": {"length": 3.0, "renewal": 0.5, "margin": 0.5}}  # of the scheduler, which judges after one
    cluster = make_cluster(broker=request.getfixturevalue(request.param), sections=sections)
    cluster.write("two_queues.py", TWO_QUEUES)
    cluster.start_node("scheduler", ["scheduler"])
    cluster.sections["lease"] = {**sections["lease"], "length": 300.0}  # else a busy machine could cost tries
    cluster.start_worker("default")
    cluster.start_worker("high_cpu", concurrency=1)
    return cluster


def test_tasks_run_on_their_queues_wait_without_a_slot_and_the_urgent_go_first(
    cluster: TestCluster,
) -> None:
    run = cluster.run_to_end("two_queues")
    tasks = cluster.tasks("two_queues", run.run_id)
    assert {name: (each.state, each.queue) for name, each in tasks.items()} == {
        "extract": ("success", "default"),
        "transform": ("success", "high_cpu"),
        "load": ("success", "default"),
    }
    assert tasks["load"].try_number == 2
    value = cluster.conn.execute("SELECT value FROM xcom WHERE ti_id = %s", [tasks["load"].ti]).fetchone()
    assert value == ("71",)

    # In the same cluster, for a start of it takes seconds: the waiting of a deferred task is done elsewhere.
    cluster.start_node("triggerer", ["triggerer"])
    waited = cluster.run_to_end("waits")
    ti = cluster.tasks("waits", waited.run_id)["w"].ti
    outcomes = cluster.conn.execute("SELECT outcome FROM task_attempt WHERE ti_id = %s ORDER BY dispatch", [ti])
    assert outcomes.fetchall() == [("deferred",), ("success",)]

    # In the same cluster: what was published last and weighs more is taken first.
    bus = open_bus(cluster.settings, name="test")
    patient = cluster.trigger("patient")
    wait_for(lambda: bus.depths(["narrow"])["narrow"] == 3, 60, "the patient tasks in the broker")
    urgent = cluster.trigger("urgent")
    wait_for(lambda: bus.depths(["narrow"])["narrow"] == 4, 60, "the urgent task behind them")
    bus.close()
    cluster.start_worker("narrow", concurrency=1)
    for dag_id, run_id in (("patient", patient), ("urgent", urgent)):
        cluster.wait_run(dag_id, run_id)
    began = cluster.conn.execute(
        "SELECT r.dag_id FROM task_attempt a JOIN task_instance t ON t.id = a.ti_id JOIN dag_run r ON r.id = t.run_id"
        " WHERE t.queue = 'narrow' ORDER BY a.started_at"
    ).fetchall()
    assert began == [("urgent",), *[("patient",)] * 3]


def test_a_killed_workers_task_runs_again_without_costing_a_retry(cluster: TestCluster) -> None:
    mark = cluster.home / "mark"
    run_id = cluster.trigger("holding", conf={"mark": str(mark)})
    cluster.wait_until(mark.exists, 60, "the task")
    cluster.kill_for_good("worker-default")
    cluster.start_worker("default", name="second")
    cluster.wait_run("holding", run_id)
    (hold,) = cluster.tasks("holding", run_id).values()
    assert hold.try_number == 1
    outcomes = cluster.conn.execute("SELECT outcome FROM task_attempt WHERE ti_id = %s ORDER BY dispatch", [hold.ti])
    assert outcomes.fetchall() == [("lost",), ("success",)]
