"""The web node of a running project: its UI, its login, and a run that is triggered through it."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from support.compose import Project
from support.waiting import wait_for


@pytest.fixture
def browser(project: Project) -> Iterator[httpx.Client]:
    """Somebody who has not logged in yet."""
    url = f"http://{project.address}:{project.env.get('WEB_PORT', '8080')}"
    with httpx.Client(base_url=url, trust_env=False, timeout=20) as client:
        yield client


def test_the_ui_is_in_the_image(browser: httpx.Client) -> None:
    page = browser.get("/dags")
    assert page.status_code == 200
    assert '<div id="root">' in page.text


def test_a_run_is_triggered_and_watched(project: Project, browser: httpx.Client) -> None:
    assert browser.get("/api/v1/dags").status_code == 401
    login = {"username": "admin", "password": project.secrets["ADMIN_PASSWORD"]}
    session = browser.post("/api/v1/session", json=login).json()
    browser.headers["X-CSRF-Token"] = session["csrf_token"]
    path = "/api/v1/dags/film_ranking"
    assert browser.patch(path, json={"is_paused": False}).status_code == 200
    run = browser.post(f"{path}/dagRuns", json={"dag_run_id": "by-web"})
    assert run.status_code == 201, run.text
    wait_for(
        lambda: browser.get(f"{path}/dagRuns/by-web").json()["state"] in ("running", "success", "failed"),
        60,
        "the run's start",
        pause=0.5,
    )
