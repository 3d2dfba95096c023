"""Containers are killed, restarted, drained and removed while tasks run: nothing is lost, nothing counts twice."""

from __future__ import annotations

import json
import subprocess
from collections import Counter

import pytest

from support.compose import Project, Run, docker
from support.waiting import wait_for

HISTORY = "SELECT dag_id, r.run_id, task_id, outcome FROM task_attempt a JOIN task_instance i ON i.id = a.ti_id \
    JOIN dag_run r ON r.id = i.run_id WHERE r.state = 'success' ORDER BY r.id, started_at"
PLACES_OF_ONE = 4
PLACES = 14  # of three workers with four each, and one with two


@pytest.fixture(autouse=True)
def _three_workers(project: Project) -> None:
    project.up("--scale", "worker=3", "--no-recreate")


def started(project: Project, run_id: str) -> Run:
    """A run whose tasks fill every worker and wait."""
    run = project.run("fleet", run_id)
    run.begun(PLACES)
    return run


def beginnings(run: Run) -> Counter[str]:
    return Counter(mark["task"] for mark in run.marks("begin"))


def lost(run: Run) -> list[tuple[str, str]]:
    """Tasks whose host was lost, each with that host."""
    return [(attempt["task"], attempt["host"]) for attempt in run.attempts() if attempt["outcome"] == "lost"]


def test_tasks_of_a_killed_worker_run_elsewhere(project: Project) -> None:
    run = started(project, "killed")
    victim = sorted(project.hosts("worker"))[0]
    hit = {mark["task"] for mark in run.marks("begin") if mark["host"] == victim}
    assert len(hit) == PLACES_OF_ONE
    docker("kill", victim)
    run.go()
    run.succeeded()
    assert {task for task, count in beginnings(run).items() if count == 2} == hit
    assert sorted(lost(run)) == sorted((task, victim) for task in hit)


def test_a_worker_that_is_cut_off_ends_its_tasks_before_they_run_elsewhere(project: Project) -> None:
    run = started(project, "cut-off")
    victim = sorted(project.hosts("worker"))[0]
    network = f"{project.name}_default"
    docker("network", "disconnect", network, victim)
    try:
        wait_for(lambda: len(lost(run)) == PLACES_OF_ONE, 60, "the end of its lease", pause=0.5)
        run.go()  # those on the victim would hear this, were they alive
        run.succeeded()
    finally:
        docker("network", "connect", network, victim)
    assert victim not in {mark["host"] for mark in run.marks("end")}
    assert {host for _, host in lost(run)} == {victim}
    back = f"SELECT name FROM node WHERE hostname = '{victim}' AND state = 'up'"
    wait_for(lambda: project.rows(back), 60, "the worker's return", pause=0.5)


def test_a_broker_that_is_killed_costs_nothing(project: Project) -> None:
    run = started(project, "broker-killed")
    project.compose("kill", "valkey")
    run.go()
    wait_for(lambda: len(run.marks("end")) == PLACES, 60, "the end of what ran")
    project.up("--scale", "worker=3", "--no-recreate")
    run.succeeded()
    each_ran_once(run)


def test_results_wait_while_the_metastore_is_away(project: Project) -> None:
    run = started(project, "metastore-killed")
    project.compose("kill", "postgres")
    run.go()
    workers = project.hosts("worker") | project.hosts("worker-high-cpu")
    wait_for(lambda: sum(map(spooled, workers)) == PLACES, 90, "results on disk", pause=0.5)
    project.up("--scale", "worker=3", "--no-recreate")
    run.succeeded()
    each_ran_once(run)


def spooled(host: str) -> int:
    """How many results wait in a worker's spool."""
    return len(docker("exec", host, "ls", "/var/lib/headway/spool").split())


def each_ran_once(run: Run) -> None:
    assert set(beginnings(run).values()) == {1}
    assert Counter(mark["task"] for mark in run.marks("end")) == beginnings(run)


def test_a_scheduler_that_crashes_is_started_again_and_goes_on(project: Project) -> None:
    run = started(project, "scheduler-crashed")
    (before,) = project.containers("scheduler")
    project.compose("exec", "-T", "scheduler", "sh", "-c", "kill -KILL -1")
    run.go()
    run.succeeded()
    each_ran_once(run)
    (after,) = project.containers("scheduler")
    assert after["ID"] == before["ID"]
    assert json.loads(docker("inspect", after["ID"]))[0]["RestartCount"] == 1


def test_workers_that_are_scaled_away_hand_their_tasks_on(project: Project) -> None:
    run = started(project, "scaled-down")
    before = project.hosts("worker")
    project.compose("up", "--detach", "--no-recreate", "--scale", "worker=1")
    (left,) = project.hosts("worker")
    run.go()
    run.succeeded()
    interrupted = [attempt for attempt in run.attempts() if attempt["outcome"] == "interrupted"]
    assert {attempt["host"] for attempt in interrupted} == before - {left}
    assert len(interrupted) == 2 * PLACES_OF_ONE


def test_a_worker_that_is_stopped_lets_its_tasks_finish(project: Project) -> None:
    run = started(project, "stopped")
    victim = sorted(project.hosts("worker"))[0]
    with subprocess.Popen(["docker", "stop", "--time", "90", victim], stdout=subprocess.DEVNULL):
        draining = f"SELECT name FROM node WHERE hostname = '{victim}' AND state = 'draining'"
        wait_for(lambda: project.rows(draining), 60, "the drain")
        run.go()
        run.succeeded()
    each_ran_once(run)


def test_nothing_is_lost_when_all_of_it_goes_down(project: Project) -> None:
    run = started(project, "down-and-up")
    kept = project.rows(HISTORY)
    project.compose("down", "--timeout", "30")
    assert project.containers() == []
    project.up("--scale", "worker=3")
    run.go()
    run.succeeded()
    assert project.rows(HISTORY)[: len(kept)] == kept
