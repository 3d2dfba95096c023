"""Tests of connections on a real worker: what answers, what does not, what hangs, and what must not be told."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from headway.crypto import open_vault
from headway.errors import Conflict, NotFound
from headway.metastore.queries import event_log
from headway.operations.connection_tests import Answer, ask_worker, queue_for_test, record_test, seal_for_test
from headway.operations.secrets import ConnectionFields, get_connection, set_connection
from headway.operations.shown_secrets import typed_connection
from headway.standalone.server import free_port
from support.web import web_server
from support.worker_stage import Stage

SECRET = "k1-Geheim+ß"


@pytest.fixture
def stage(make_stage: Callable[..., Stage], request: pytest.FixtureRequest) -> Stage:
    broker = request.getfixturevalue(getattr(request, "param", "valkey_url"))
    return make_stage(broker, worker={"connection_test_limit": 60.0})


def asked(stage: Stage, conn_id: str, **fields: object) -> Answer:
    """Store a connection and have it tested."""
    made = ConnectionFields(**fields)  # type: ignore[arg-type]
    set_connection(stage.conn, open_vault(stage.settings, stage.conn), conn_id, made, actor="test")
    answer = ask_worker(stage.settings, queue_for_test(stage.conn, conn_id), conn_id)
    record_test(stage.conn, conn_id, answer, actor="ada")
    return answer


@pytest.mark.parametrize("stage", ["valkey_url", "rabbitmq_url"], indirect=True)
def test_a_worker_says_what_it_found(stage: Stage) -> None:
    stage.worker()
    with web_server() as server:
        server.routes["/"] = (200, "hello")
        found = asked(stage, "up", conn_type="http", host="http://127.0.0.1", port=server.port)
        assert (found.ok, found.worker) == (True, "w1@here"), found.message
        server.routes["/"] = lambda request: (503, f"who is {request.headers['authorization']}? not {SECRET}!")
        refused = asked(
            stage, "refused", conn_type="http", host=f"http://me:{SECRET}@127.0.0.1", port=server.port,
            login="me", password=SECRET,
        )  # fmt: skip
        assert not refused.ok
        assert "503" in refused.message
        assert SECRET not in refused.message
    (entry,) = event_log.page(stage.conn, limit=1, action="connection.test")
    assert (entry.actor, entry.subject, entry.detail["ok"]) == ("ada", "connection refused", False)
    assert (entry.detail["worker"], entry.detail["message"]) == ("w1@here", refused.message)


def test_a_system_that_hangs_is_given_up_and_the_worker_goes_on(make_stage: Callable[..., Stage]) -> None:
    stage = make_stage(worker={"connection_test_limit": 3.0})
    stage.worker()
    released = threading.Event()
    with web_server() as server:
        server.routes["/"] = lambda _request: (200, str(released.wait(110)))
        hung = asked(stage, "hung", conn_type="http", host="http://127.0.0.1", port=server.port)
        released.set()
        assert (hung.ok, hung.message) == (False, "there was no answer within 3 s")
        assert asked(stage, "up", conn_type="http", host="http://127.0.0.1", port=server.port).ok


def test_values_that_are_not_stored_are_tried_and_leave_nothing_behind(stage: Stage) -> None:
    stage.worker()
    vault = open_vault(stage.settings, stage.conn)
    with web_server() as server:
        server.routes["/"] = lambda request: (503, f"who is {request.headers['authorization']}? not {SECRET}!")
        asked(stage, "one", conn_type="http", host="http://127.0.0.1", port=free_port(), login="me", password=SECRET)
        typed = typed_connection(stage.conn, lambda: vault, "one", {"port": server.port})
        queue, sealed = seal_for_test(stage.conn, vault, "one", typed)
        assert SECRET not in sealed
        answer = ask_worker(stage.settings, queue, "one", sealed=sealed)
    assert (answer.ok, answer.worker) == (False, "w1@here")
    assert "503" in answer.message
    assert SECRET not in answer.message
    assert get_connection(stage.conn, lambda: vault, "one").port != server.port


def test_what_cannot_be_tested_says_why(stage: Stage) -> None:
    stage.worker()
    unknown = asked(stage, "odd", conn_type="teleport")
    assert not unknown.ok
    assert "which no hook serves" in unknown.message
    away = asked(stage, "away", conn_type="postgres", host="127.0.0.1", port=free_port(), password=SECRET)
    assert not away.ok
    assert SECRET not in away.message


def test_nobody_is_there_to_test_it(stage: Stage) -> None:
    with pytest.raises(NotFound):
        queue_for_test(stage.conn, "nothing")
    set_connection(stage.conn, open_vault(stage.settings, stage.conn), "c", ConnectionFields("http"), actor="test")
    with pytest.raises(Conflict, match="no worker is running"):
        queue_for_test(stage.conn, "c")
