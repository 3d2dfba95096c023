"""Webhooks: what a notifier sends to a real server, when it tries again, and what it keeps to itself."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from headway.authoring.dag import DAG
from headway.authoring.deadlines import AsyncCallback, DeadlineAlert, DeadlineReference
from headway.hooks import http_notifier
from headway.hooks.http_notifier import HttpNotifier
from headway.operators.python import PythonOperator
from headway.standalone.server import free_port
from support.one_task import Bench, shop
from support.waiting import wait_for
from support.web import Request, WebServer

from .conftest import Connect

KEY = "k3y-of-the-hook"


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_notifier, "_PAUSE", 0.0)


@pytest.fixture
def hook(web: WebServer, connect: Connect) -> WebServer:
    """A server that takes everything at ``/hook``, and the connection ``alarm`` to it."""
    connect("alarm", f"http://ann:{KEY}@127.0.0.1:{web.port}/?X-Team=books&Authorization-Key={KEY}")
    web.routes["/hook"] = (204, "")
    return web


def fail(bench: Bench, notifier: HttpNotifier) -> None:
    """A task that fails, and what its callback does about it."""
    with shop():
        task = PythonOperator(task_id="count", python_callable=lambda: 1 / 0, on_failure_callback=notifier)
    execution = bench.execution(task)
    execution.run_callbacks(execution.run())


def test_a_failure_is_posted_as_json_with_the_headers_of_the_connection(hook: WebServer, bench: Bench) -> None:
    fail(bench, HttpNotifier(http_conn_id="alarm", endpoint="hook"))
    (sent,) = hook.requests
    assert (sent.method, sent.headers["content-type"], sent.headers["x-team"]) == ("POST", "application/json", "books")
    assert sent.headers["authorization"].startswith("Basic ")
    assert {key: sent.json[key] for key in ("dag_id", "task_id", "map_index", "try_number", "deadline", "reason")} == {
        "dag_id": "shop", "task_id": "count", "map_index": "-1", "try_number": "1", "deadline": "",
        "reason": "ZeroDivisionError: division by zero",
    }  # fmt: skip


def test_the_body_is_a_template_of_any_shape(hook: WebServer, bench: Bench) -> None:
    body = {"text": "{{ ti.task_id }} of {{ ds }}", "more": [{"why": "{{ reason }}"}, 3]}
    fail(bench, HttpNotifier(http_conn_id="alarm", endpoint="hook", json=body, headers={"X-Run": "{{ run_id }}"}))
    (sent,) = hook.requests
    assert sent.json == {"text": "count of 2026-03-01", "more": [{"why": "ZeroDivisionError: division by zero"}, 3]}
    assert sent.headers["x-run"] == bench.run_facts.run_id
    fail(bench, HttpNotifier(http_conn_id="alarm", endpoint="hook", method="PUT", data="{{ ti.task_id }} failed"))
    assert (hook.requests[-1].method, hook.requests[-1].body) == ("PUT", b"count failed")


def test_a_server_that_is_not_ready_is_asked_again_and_one_that_refuses_is_not(
    hook: WebServer, bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    answers = iter([503, 429, 200])
    hook.routes["/hook"] = lambda _request: (next(answers), "")
    fail(bench, HttpNotifier(http_conn_id="alarm", endpoint="hook"))
    assert len(hook.requests) == 3
    assert "HttpNotifier failed" not in caplog.text
    hook.routes["/hook"] = (401, "who are you?")
    fail(bench, HttpNotifier(http_conn_id="alarm", endpoint="hook"))
    assert len(hook.requests) == 4
    assert "on_failure_callback HttpNotifier failed" in caplog.text
    assert "401" in caplog.text


def test_tries_are_bounded(hook: WebServer, bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    hook.routes["/hook"] = (503, "later")
    fail(bench, HttpNotifier(http_conn_id="alarm", endpoint="hook"))
    assert len(hook.requests) == 3
    assert "the server of connection 'alarm' was not told in 3 tries (it answers 503)" in caplog.text


@pytest.fixture
def hanging(hook: WebServer) -> Iterator[list[Request]]:
    """What a server was asked that answers only when the test is over."""
    over = threading.Event()

    def hang(_request: Request) -> Any:
        over.wait(110)
        return 204, ""

    hook.routes["/hook"] = hang
    yield hook.requests
    over.set()


def test_a_server_that_hangs_is_given_up(
    hanging: list[Request], bench: Bench, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(http_notifier, "_TIMEOUT", 0.1)
    fail(bench, HttpNotifier(http_conn_id="alarm", endpoint="hook"))
    wait_for(lambda: len(hanging) == 3, 60, "three requests")
    assert "was not told in 3 tries (ReadTimeout)" in caplog.text


def test_what_is_secret_in_an_address_is_not_told(
    connect: Connect, bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    connect("alarm", f"http://127.0.0.1:{free_port()}")
    fail(bench, HttpNotifier(http_conn_id="alarm", endpoint=f"hook?key={KEY}"))
    assert "was not told in 3 tries (ConnectionError)" in caplog.text
    assert KEY not in caplog.text


def test_a_missed_deadline_is_told(hook: WebServer, bench: Bench) -> None:
    alert = DeadlineAlert(
        reference=DeadlineReference.DAGRUN_QUEUED_AT,
        interval=timedelta(minutes=1),
        callback=AsyncCallback(HttpNotifier, kwargs={"http_conn_id": "alarm", "endpoint": "hook"}),
        name="in a minute",
    )
    with DAG("shop", start_date=datetime(2026, 1, 1, tzinfo=UTC), deadline=alert):
        task = PythonOperator(task_id="count", python_callable=lambda: None)
    missed = {"id": 1, "position": 0, "due": "2026-03-01T00:01:00+00:00", "tasks": []}
    bench.execution(task).run_deadline_callbacks(missed)
    (sent,) = hook.requests
    assert sent.json["deadline"] == "2026-03-01T00:01:00+00:00"
    assert sent.json["reason"] == "the run was not over at 2026-03-01T00:01:00+00:00"
