"""What Flower shows of a running project, asked through its API as a browser would."""

from __future__ import annotations

from typing import Any
from urllib.error import HTTPError

import pytest

from support.compose import Project
from support.waiting import wait_for


def workers(project: Project) -> dict[str, Any]:
    found: dict[str, Any] = project.flower("/api/workers?refresh=1")
    return found


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
        return sorted(queue["name"] for worker in workers(project).values() for queue in worker["active_queues"])

    wait_for(lambda: queues() == expected, 60, f"queues {expected}", pause=1)
    named = {name.partition("@")[0] for name in workers(project)}
    assert named == {"default", "high_cpu"}
    depths = {queue["name"]: queue["messages"] for queue in project.flower("/api/queues/length")["active_queues"]}
    assert depths == {"default": 0, "high_cpu": 0}


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
    wait_for(lambda: expected <= set(tasks(project)), 30, "the tasks", pause=0.5)
    failed = tasks(project)["recovery.optional_source", "FAILURE"]
    assert "FileNotFoundError" in failed["exception"]
    assert "this source is gone for good" in failed["traceback"]
    assert "dags/recovery.py" in failed["traceback"]
    assert "watched" in failed["args"] + failed["kwargs"]
    assert failed["routing_key"] == "default"
    assert "the source is not up yet" in tasks(project)["recovery.fetch", "RETRY"]["exception"]


def test_nothing_is_shown_without_the_password(project: Project) -> None:
    for login in ({"password": "wrong"}, {"user": "nobody"}, {"user": "", "password": ""}):
        with pytest.raises(HTTPError, match="401"):
            project.flower("/api/workers", **login)


def test_workers_cannot_be_controlled(project: Project) -> None:
    worker = next(iter(workers(project)))
    task = next(iter(project.flower("/api/tasks")))
    for path in (f"worker/shutdown/{worker}", f"worker/pool/grow/{worker}", f"task/revoke/{task}"):
        with pytest.raises(HTTPError, match="403"):
            project.flower(f"/api/{path}", post=True)
