"""``DockerOperator`` on a real engine: output, results, files, limits, failures, stopping."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from datetime import date
from typing import Any

import docker
import pytest

from headway.authoring.results import TaskResult
from headway.authoring.taskflow import task
from headway.operators.docker import DockerOperator
from headway.states import Outcome
from support.one_task import Bench, shop
from support.waiting import wait_for

IMAGE = "python:3.11-slim"
LABEL = f"headway-test-{os.getpid()}"


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.fixture
def engine() -> Iterator[docker.APIClient]:
    """The engine; containers of these tests are removed afterwards."""
    client = docker.APIClient(base_url=os.environ.get("DOCKER_HOST"), version="auto")
    yield client
    for container in ours(client):
        client.remove_container(container, force=True)
    client.close()


def ours(client: docker.APIClient) -> list[str]:
    return [one["Id"] for one in client.containers(all=True, filters={"label": LABEL})]


def operator(**arguments: Any) -> DockerOperator:
    given = {"docker_url": os.environ.get("DOCKER_HOST"), "image": IMAGE, "labels": [LABEL], "network_mode": "none"}
    with shop():
        return DockerOperator(task_id="contain", **{**given, **arguments})


def ended(bench: Bench, **arguments: Any) -> TaskResult:
    return bench.run(operator(**arguments))


def test_output_environment_and_result(
    engine: docker.APIClient, bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("INFO"):
        result = ended(
            bench,
            command=["sh", "-c", "echo $GREETING $SECRET; echo 'for {{ ds }}'"],
            environment={"GREETING": "hello"},
            private_environment={"SECRET": "s3cret"},
            auto_remove="success",
        )
    assert result.error is None
    assert bench.xcom("contain") == "for 2026-03-01"
    assert "hello s3cret" in caplog.text
    assert "s3cret" in bench.world.masked
    assert ours(engine) == []
    ended(bench, command="sh -c 'echo one; echo two'", xcom_all=True)
    assert bench.xcom("contain") == ["one", "two"]
    assert len(ours(engine)) == 1


def test_files_come_back(engine: docker.APIClient, bench: Bench) -> None:
    write = "import json, os; json.dump({'rows': 3}, open(os.environ['AIRFLOW_TMP_DIR'] + '/x.json', 'w'))"
    result = ended(
        bench,
        command=["python3", "-c", write],
        retrieve_output=True,
        retrieve_output_path="/tmp/airflow/x.json",
        user=0,
    )
    assert result.error is None
    assert bench.xcom("contain") == {"rows": 3}


@pytest.mark.parametrize(
    ("arguments", "outcome"),
    [
        ({"command": "sh -c 'exit 3'"}, Outcome.FAILED),
        ({"command": "sh -c 'exit 3'", "skip_on_exit_code": 3}, Outcome.SKIPPED),
        ({"command": "sh -c 'exit 3'", "skip_on_exit_code": [4, 3]}, Outcome.SKIPPED),
        ({"command": "sh -c 'pwd; test $(pwd) = /usr'", "working_dir": "/usr"}, Outcome.SUCCESS),
        ({"command": "sh -c 'test $(hostname) = books'", "hostname": "books"}, Outcome.SUCCESS),
    ],
)
def test_codes(engine: docker.APIClient, bench: Bench, arguments: dict[str, Any], outcome: Outcome) -> None:
    result = ended(bench, **arguments, auto_remove="force", mount_tmp_dir=False)
    assert result.outcome is outcome, result.error
    assert ours(engine) == []


def test_an_image_that_nobody_has(engine: docker.APIClient, bench: Bench) -> None:
    error = ended(bench, image="127.0.0.1:1/no-such-image:1").error
    assert error is not None
    assert "no-such-image" in str(error)


def test_an_engine_that_is_away(bench: Bench) -> None:
    error = ended(bench, docker_url="unix:///no/such/docker.sock").error
    assert "no Docker engine answers" in str(error)


def test_stopping_the_task_stops_the_container(engine: docker.APIClient, bench: Bench) -> None:
    execution = bench.execution(operator(command="sleep 1000", mount_tmp_dir=False))
    results: list[TaskResult] = []
    thread = threading.Thread(target=lambda: results.append(execution.run()))
    thread.start()
    wait_for(lambda: engine.containers(filters={"label": LABEL, "status": "running"}), 60, "the container")
    execution.on_kill()
    thread.join(60)
    assert results[0].outcome is Outcome.FAILED
    assert engine.containers(filters={"label": LABEL, "status": "running"}) == []


def test_a_function_in_a_container(engine: docker.APIClient, bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    with shop():

        @task.docker(
            docker_url=os.environ.get("DOCKER_HOST"),
            image=IMAGE,
            labels=[LABEL],
            network_mode="none",
            auto_remove="force",
            mount_tmp_dir=False,
        )
        def work(day: date, params: Any, *, fail: bool = False) -> Any:
            import os

            if fail:
                raise ValueError("as it was told")
            print(f"process {os.getpid()}")
            return {"day": day, "params": params, "set": {1, 2}}

        good, bad = work(date(2026, 1, 1)).operator, work(date(2026, 1, 1), fail=True).operator
    good.params = {"a": 1}
    with caplog.at_level("INFO"):
        assert bench.run(good).error is None
        assert bench.run(bad).outcome is Outcome.FAILED
    assert bench.xcom("work") == {"day": date(2026, 1, 1), "params": {"a": 1}, "set": {1, 2}}
    assert "process 1" in caplog.text
    assert "ValueError: as it was told" in caplog.text
