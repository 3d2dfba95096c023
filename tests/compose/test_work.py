"""The work of a healthy project: on the right workers, on all of them."""

from __future__ import annotations

from support.compose import Project


def test_every_service_is_healthy(project: Project) -> None:
    health = {container["Service"]: container["Health"] for container in project.containers()}
    assert set(health) == {"postgres", "valkey", "scheduler", "triggerer", "worker", "worker-high-cpu", "web", "flower"}
    assert set(health.values()) == {"healthy"}
    assert len(project.hosts("worker")) == 3


def test_work_is_spread_over_the_workers_and_heavy_work_stays_on_its_own(project: Project) -> None:
    run = project.run("fleet", "spread")
    begun = run.begun(14)  # three workers with four places, one with two
    run.go()
    run.succeeded()
    hosts = {kind: {mark["host"] for mark in begun if mark["task"].startswith(kind)} for kind in ("light", "heavy")}
    assert hosts["light"] == project.hosts("worker")
    assert hosts["heavy"] == project.hosts("worker-high-cpu")
    queues = {(attempt["queue"], attempt["host"]) for attempt in run.attempts()}
    assert {host for queue, host in queues if queue == "high_cpu"} == project.hosts("worker-high-cpu")
    assert {host for queue, host in queues if queue == "default"} <= project.hosts("worker")


def test_the_example_dags_run(project: Project) -> None:
    for key, value in (("parallel_dag_seconds", "0.1"), ("parallel_dag_transform_seconds", "0.2")):
        project.headway("variables", "set", key, value)
    project.compose("exec", "-T", "postgres", "createdb", "-U", "headway", "films")
    url = f"postgresql://headway:{project.env['POSTGRES_PASSWORD']}@postgres/films"
    project.headway("connections", "set", "film_warehouse", stdin=url)
    runs = [project.run(dag, "example") for dag in ("parallel_dag", "film_ranking", "recovery")]
    for run in runs:
        assert run.ended() == "success", run.faults()
    (transform,) = [attempt for attempt in runs[0].attempts() if attempt["task"] == "transform"]
    assert {transform["host"]} == project.hosts("worker-high-cpu")
    recovered = [(attempt["try"], attempt["outcome"]) for attempt in runs[2].attempts() if attempt["task"] == "fetch"]
    assert recovered == [(1, "retry"), (2, "success")]
