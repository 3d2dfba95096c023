"""The command line on a running cluster: follow a run, follow a log, clear what runs, drain, delete."""

from __future__ import annotations

from typing import Any

import pytest

from support.clusters import TestCluster
from support.command import Command
from support.waiting import wait_for

SOURCE = """
    import time
    from datetime import datetime, timedelta
    from pathlib import Path
    from airflow import DAG
    from airflow.operators.bash import BashOperator
    from airflow.operators.python import PythonOperator

    GATE = Path(__file__).parents[0] / "never-in-the-bundle"

    def flaky(ti):
        print("try", ti.try_number)
        if ti.try_number == 1:
            raise ValueError("not yet")

    with DAG("steps", start_date=datetime(2026, 1, 1), schedule=None):
        first = PythonOperator(
            task_id="flaky", python_callable=flaky, retries=1, retry_delay=timedelta(seconds=0.1)
        )
        first >> BashOperator(task_id="greet", bash_command="echo hello {{ dag_run.conf.get('name', '') }}")

    with DAG("broken", start_date=datetime(2026, 1, 1), schedule=None):
        BashOperator(task_id="fail", bash_command="echo oh no; exit 3") >> BashOperator(
            task_id="after", bash_command="true"
        )

    with DAG("slow", start_date=datetime(2026, 1, 1), schedule=None):
        BashOperator(task_id="wait", bash_command="echo begun; exec sleep 600")
"""


@pytest.fixture
def running(cluster: TestCluster) -> TestCluster:
    cluster.write("dags.py", SOURCE)
    for dag_id in ("steps", "broken", "slow"):
        cluster.await_dag(dag_id)
    return cluster


@pytest.fixture
def headway(running: TestCluster) -> Command:
    return Command(running.home)


def test_a_run_is_followed_to_its_end_and_tells_its_outcome(headway: Command) -> None:
    good = headway("dags", "trigger", "steps", "--conf", '{"name": "ann"}', "--wait", "-o", "json")
    assert good.status == 0
    assert (good.json["state"], good.json["tasks"]) == ("success", {"success": 2})
    log = headway("tasks", "logs", "steps", "greet", good.json["run_id"]).out
    assert "hello ann" in log

    bad = headway("dags", "trigger", "broken", "--wait")
    assert bad.status == 1
    assert bad.error.endswith("failed")
    assert "headway tasks states broken" in bad.remedy
    why = {each["task_id"]: each["why"] for each in headway("tasks", "states", "broken", "-o", "json").json["tasks"]}
    assert "3" in why["fail"]
    assert why["after"] == "upstream failed: fail"


def test_a_log_is_followed_through_a_retry_to_the_end(headway: Command) -> None:
    headway("dags", "pause", "steps")
    headway("dags", "trigger", "steps")
    following = headway.start("tasks", "logs", "steps", "flaky", "--follow")
    assert following.stderr is not None
    assert "is paused" in following.stderr.readline(), "it waits before the run begins"
    headway("dags", "unpause", "steps")
    out, _ = following.communicate(timeout=60)
    kept = [line for line in out.splitlines() if line.startswith("──") or " try " in line]
    assert [line.split(",")[0].split(" after")[0] for line in kept if line.startswith("──")] == [
        "── try 1 on " + out.split("try 1 on ")[1].split(",")[0], "── retry",
        "── try 2 on " + out.split("try 2 on ")[1].split(",")[0], "── success",
    ]  # fmt: skip
    assert "ValueError: not yet" in out


def test_a_running_task_is_stopped_by_a_clear_and_starts_anew(headway: Command, running: TestCluster) -> None:
    run_id = headway("dags", "trigger", "slow", "-o", "json").json["run_id"]
    running.wait_task("slow", run_id, "wait", "running")
    cleared = headway("tasks", "clear", "slow", "-y", "-o", "json").json
    assert cleared["stopping"] == 1
    wait_for(
        lambda: (found := running.tasks("slow", run_id)["wait"]).state == "running" and found.try_number == 2,
        60,
        "the second try",
    )
    refused = headway("dags", "delete", "slow", "-y")
    assert (refused.status, "active run" in refused.error) == (1, True)
    assert headway("dags", "delete", "slow", "-y", "--force").status == 0
    wait_for(lambda: headway("nodes", "list", "-o", "json").json[1]["held"] == 0, 60, "the worker to let go")


def test_a_running_task_is_killed_then_marked_and_its_run_goes_on(headway: Command, running: TestCluster) -> None:
    run_id = running.trigger("slow")
    running.wait_task("slow", run_id, "wait", "running")
    assert headway("tasks", "kill", "slow", "wait", "-o", "json").json["try_number"] == 1
    failed = running.wait_task("slow", run_id, "wait", "failed")
    assert (failed.error or "").startswith("stopped: killed by ")
    log = headway("tasks", "logs", "slow", "wait").out
    assert "begun" in log
    assert "Stopped from outside: killed by " in log
    refused = headway("tasks", "kill", "slow", "wait")
    assert (refused.status, "does not run: it is failed" in refused.error) == (1, True)

    assert headway("runs", "rerun", "slow", "-y", "-o", "json").json["instances"][0]["state"] == "failed"
    running.wait_task("slow", run_id, "wait", "running")
    marked = headway("tasks", "mark", "slow", "wait", "success", "-y", "-o", "json").json
    assert (marked[0]["stopping"], marked[0]["new_state"]) == (1, "success")
    running.wait_run("slow", run_id)
    attempts = "SELECT outcome, error, log_bytes > 0 FROM task_attempt ORDER BY dispatch"
    ended = running.wait_until(lambda: running.conn.execute(attempts).fetchall()[1:], 60, "the worker to let go")
    assert [(outcome, error.split(" by ")[0], logged) for outcome, error, logged in ended] == [
        ("interrupted", "stopped: marked success", True)
    ]
    assert running.tasks("slow", run_id)["wait"].state == "success", "the worker's late result is refused"


def test_queues_and_nodes_show_who_consumes_and_a_drained_worker_goes(headway: Command) -> None:
    def listed() -> dict[str, Any]:
        return {each["kind"]: each for each in headway("nodes", "list", "-o", "json").json}

    wait_for(lambda: set(listed()) == {"scheduler", "worker"}, what="both nodes")
    found = listed()
    shown = {each["queue"]: each["workers"] for each in headway("queues", "-o", "json").json}
    assert shown == {"default": 1}
    assert headway("nodes", "drain", found["worker"]["name"]).status == 0
    wait_for(
        lambda: [each["kind"] for each in headway("nodes", "list", "-o", "json").json] == ["scheduler"],
        60,
        "the worker to leave",
    )
    assert headway("queues", "-o", "json").json[0]["consumed"] is False
