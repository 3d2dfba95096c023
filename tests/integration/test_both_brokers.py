"""The same DAG over real node processes, on Valkey and on RabbitMQ: named queues, retries, a killed worker."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from support.clusters import TestCluster

TWO_QUEUES = """
    from datetime import datetime, timedelta
    from pathlib import Path
    from airflow import DAG
    from airflow.decorators import task
    from airflow.operators.bash import BashOperator

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
    sections = {"lease": {"length": 3.0, "renewal": 0.5, "margin": 0.5}}
    cluster = make_cluster(broker=request.getfixturevalue(request.param), sections=sections)
    cluster.write("two_queues.py", TWO_QUEUES)
    cluster.start(workers={"default": 2, "high_cpu": 1})
    return cluster


def test_each_task_runs_on_its_queue(cluster: TestCluster) -> None:
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


def test_a_killed_workers_task_runs_again_without_costing_a_retry(cluster: TestCluster) -> None:
    mark = cluster.home / "mark"
    run_id = cluster.trigger("holding", conf={"mark": str(mark)})
    cluster.wait_until(mark.exists, 30, "the task")
    cluster.kill("worker-default")
    cluster.start_worker("default", name="second")
    cluster.wait_run("holding", run_id)
    (hold,) = cluster.tasks("holding", run_id).values()
    assert hold.try_number == 1
    outcomes = cluster.conn.execute("SELECT outcome FROM task_attempt WHERE ti_id = %s ORDER BY dispatch", [hold.ti])
    assert outcomes.fetchall() == [("lost",), ("success",)]
