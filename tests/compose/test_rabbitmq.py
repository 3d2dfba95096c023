"""The same with RabbitMQ, by the override file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.compose import Project, docker
from support.waiting import wait_for


@pytest.fixture(scope="module")
def project(dag_folder: Path, tmp_path_factory: pytest.TempPathFactory, compose_image: None) -> Iterator[Project]:
    files = ("compose.yaml", "deploy/compose/rabbitmq.yaml", "tests/compose/test.yaml")
    settings = {
        "HEADWAY_DAGS": str(dag_folder),
        "FLOWER_PORT": "5556",
        "WEB_PORT": "8081",
        "WORKERS": "2",
        "HIGH_CPU_CONCURRENCY": "2",
    }
    project = Project(tmp_path_factory.mktemp("on-rabbitmq"), files, **settings)
    try:
        project.up()
        project.parsed("fleet")
        yield project
    finally:
        project.remove()


def test_no_valkey_takes_part(project: Project) -> None:
    health = {container["Service"]: container["Health"] for container in project.containers()}
    assert set(health) == {
        "postgres",
        "rabbitmq",
        "scheduler",
        "triggerer",
        "web",
        "worker",
        "worker-high-cpu",
        "flower",
    }
    assert set(health.values()) == {"healthy"}


def test_a_run_survives_a_killed_worker_and_a_killed_broker(project: Project) -> None:
    run = project.run("fleet", "on-rabbitmq")
    begun = run.begun(10)
    assert {mark["host"] for mark in begun if mark["task"].startswith("heavy")} == project.hosts("worker-high-cpu")
    victim = sorted(project.hosts("worker"))[0]
    hit = {mark["task"] for mark in begun if mark["host"] == victim}
    docker("kill", victim)
    project.compose("kill", "rabbitmq")
    project.up()
    run.go()
    run.succeeded()
    counts = Counter(mark["task"] for mark in run.marks("begin"))
    assert {task for task, count in counts.items() if count == 2} == hit
    assert set(Counter(mark["task"] for mark in run.marks("end")).values()) == {1}


def test_flower_shows_workers_queues_and_tasks(project: Project) -> None:
    wait_for(lambda: len(project.flower("/api/workers")) >= 3, 60, "the workers", pause=0.5)
    empty = {"default": 0, "high_cpu": 0}
    wait_for(lambda: project.flower_queues() == empty, 60, "both queues, empty", pause=0.5)  # RabbitMQ counts each 5 s
    names = {task["name"] for task in project.flower("/api/tasks").values()}
    assert {"fleet.light_0", "fleet.heavy_0"} <= names
