"""What Flower shows of a running project, asked through its API as a browser would."""

from __future__ import annotations

from typing import Any
from urllib.error import HTTPError

import pytest

from support.compose import Project
from support.waiting import wait_for


def tasks(project: Project) -> dict[tuple[str, str], dict[str, Any]]:
    """The tasks that Flower knows, by name and state."""
    return {(task["name"], task["state"]): task for task in project.flower("/api/tasks").values()}


@pytest.fixture(scope="module")
def _recovered(project: Project) -> None:
    """A run with a task that succeeds at its second try and one that fails for good."""
    run = project.run("recovery", "watched")
    assert run.ended() == "success"
    assert run.tasks()["optional_source"] == "failed"


def test_workers_are_shown_with_their_queues(project: Project) -> None:
    expected = sorted(["default"] * 3 + ["high_cpu"])

    def queues() -> list[str]:
        shown = project.flower("/api/workers").items()
        assert all(name.startswith(worker["active_queues"][0]["name"] + "@") for name, worker in shown)
        return sorted(queue["name"] for _, worker in shown for queue in worker["active_queues"])

    wait_for(lambda: queues() == expected, 60, f"queues {expected}", pause=0.5)
    assert project.flower_queues() == {"default": 0, "high_cpu": 0}


def test_what_waits_is_shown_by_queue(project: Project) -> None:
    run = project.run("fleet", "crowded")
    run.begun(14)
    wait_for(lambda: project.flower_queues() == {"default": 0, "high_cpu": 1}, 60, "the third heavy task", pause=0.5)
    run.go()
    run.succeeded()
    assert project.flower_queues() == {"default": 0, "high_cpu": 0}


@pytest.mark.usefixtures("_recovered")
def test_tasks_have_their_dag_and_name_and_end_as_they_did(project: Project) -> None:
    expected = {
        ("recovery.fetch", "RETRY"),
        ("recovery.fetch", "SUCCESS"),
        ("recovery.optional_source", "RETRY"),
        ("recovery.optional_source", "FAILURE"),
        ("recovery.combine", "SUCCESS"),
        ("recovery.report", "SUCCESS"),
    }
    wait_for(lambda: expected <= set(tasks(project)), 60, "the tasks", pause=0.5)
    failed = tasks(project)["recovery.optional_source", "FAILURE"]
    assert "FileNotFoundError" in failed["exception"]
    assert "this source is gone for good" in failed["traceback"]
    assert "recovery.py" in failed["traceback"]
    assert "watched" in failed["args"] + failed["kwargs"]
    assert failed["routing_key"] == "default"
    assert "the source is not up yet" in tasks(project)["recovery.fetch", "RETRY"]["exception"]


def test_nothing_is_shown_without_the_password(project: Project) -> None:
    for login in ({"password": "wrong"}, {"user": "nobody"}, {"user": "", "password": ""}):
        with pytest.raises(HTTPError, match="401"):
            project.flower("/api/workers", **login)
        with pytest.raises(HTTPError, match="401"):
            project.flower("/tasks", **login)


def test_workers_cannot_be_controlled(project: Project) -> None:
    worker = next(iter(project.flower("/api/workers")))
    task = next(iter(project.flower("/api/tasks")))
    for path in (f"worker/shutdown/{worker}", f"worker/pool/grow/{worker}", f"task/revoke/{task}"):
        with pytest.raises(HTTPError, match="403"):
            project.flower(f"/api/{path}", post=True)
