"""HTTP hook, operator and sensor against a real server."""

from __future__ import annotations

import base64
from typing import Any

import pytest
import requests
import tenacity

from headway.authoring.exceptions import AirflowException
from headway.hooks.http import HttpHook
from headway.operators.http import HttpOperator, SimpleHttpOperator
from headway.sensors.base import PokeReturnValue
from headway.sensors.http import HttpSensor
from headway.standalone.server import free_port
from headway.states import Outcome
from support.one_task import Bench, shop
from support.web import Request, WebServer

from .conftest import Connect


def test_what_is_sent(web: WebServer, connect: Connect) -> None:
    connect("api", f"http://ann:p%40ss@127.0.0.1:{web.port}/?X-Team=books&timeout=5&verify=false")
    web.routes["/v1/films"] = (200, {"found": 2})
    answer = HttpHook("GET", "api").run("v1/films", data={"page": 3}, headers={"Accept": "text/plain"})
    assert isinstance(answer, requests.Response)
    assert answer.json() == {"found": 2}
    sent = web.requests[-1]
    assert (sent.method, sent.query, sent.headers["x-team"], sent.headers["accept"]) == (
        "GET", {"page": "3"}, "books", "text/plain",
    )  # fmt: skip
    assert sent.headers["authorization"] == "Basic " + base64.b64encode(b"ann:p@ss").decode()
    assert "timeout" not in sent.headers

    web.routes["/v1"] = (201, "made")
    assert HttpHook(http_conn_id="api").run("/v1", json={"title": "Heat"}).status_code == 201
    assert (web.requests[-1].method, web.requests[-1].json) == ("POST", {"title": "Heat"})


def test_a_host_with_its_protocol_and_path(web: WebServer, connect: Connect) -> None:
    connect("api", f'{{"conn_type": "http", "host": "http://127.0.0.1:{web.port}/base", "extra": {{"X-A": "1"}}}}')
    web.routes["/base/x"] = (200, "here")
    assert HttpHook("GET", "api").run("x").text == "here"
    assert HttpHook("GET", "api").run("/x").text == "here"


def test_an_error_of_the_server(web: WebServer) -> None:
    web.routes["/broken"] = (500, "out of paper")
    with pytest.raises(AirflowException, match=r"^500:Internal Server Error"):
        HttpHook("GET").run("broken")
    assert HttpHook("GET").run("broken", extra_options={"check_response": False}).text == "out of paper"


def test_advanced_retry(web: WebServer) -> None:
    answers = iter([(503, ""), (503, ""), (200, "at last")])
    web.routes["/busy"] = lambda _request: next(answers)
    retry = {"stop": tenacity.stop_after_attempt(3), "retry": tenacity.retry_if_exception_type(AirflowException)}
    assert HttpHook("GET").run_with_advanced_retry(retry, endpoint="busy").text == "at last"


def test_an_operator_sends_and_filters(web: WebServer, bench: Bench) -> None:
    web.routes["/films/2026-03-01"] = (200, {"results": [1, 2]})
    with shop():
        task = SimpleHttpOperator(
            task_id="get",
            endpoint="films/{{ ds }}",
            method="GET",
            data={"q": "{{ ts_nodash }}"},
            response_check=lambda response, ti: response.ok and ti.task_id == "get",
            response_filter=lambda response: response.json()["results"],
        )
    assert bench.run(task).outcome is Outcome.SUCCESS
    assert bench.xcom("get") == [1, 2]
    assert web.requests[-1].query == {"q": "20260301T000000"}


def test_a_check_refuses(web: WebServer, bench: Bench) -> None:
    web.routes["/x"] = (200, "no")
    with shop():
        task = HttpOperator(task_id="get", endpoint="x", method="GET", response_check=lambda response: False)
    result = bench.run(task)
    assert result.outcome is Outcome.FAILED
    assert "response_check refused" in str(result.error)


def test_pages(web: WebServer, bench: Bench) -> None:
    def page(request: Request) -> tuple[int, Any]:
        number = int(request.query.get("page", 1))
        return 200, {"page": number, "kind": request.query["kind"], "next": number + 1 if number < 3 else None}

    def following(response: requests.Response) -> dict[str, Any] | None:
        after = response.json()["next"]
        return {"data": {"page": after}} if after else None

    web.routes["/list"] = page
    with shop():
        task = HttpOperator(
            task_id="pages",
            endpoint="list",
            method="GET",
            data={"kind": "film"},
            pagination_function=following,
            response_filter=lambda responses: [one.json()["page"] for one in responses],
        )
    bench.run(task)
    assert bench.xcom("pages") == [1, 2, 3]
    assert {request.query["kind"] for request in web.requests} == {"film"}


def test_a_sensor_waits_while_there_is_nothing(web: WebServer, bench: Bench) -> None:
    answers = iter([(404, ""), (200, {"ready": False}), (200, {"ready": True})])
    web.routes["/report"] = lambda _request: next(answers)

    def ready(response: requests.Response) -> PokeReturnValue:
        return PokeReturnValue(response.json()["ready"], "the report")

    with shop():
        task = HttpSensor(task_id="wait", endpoint="report", poke_interval=0, response_check=ready)
    assert bench.run(task).outcome is Outcome.SUCCESS
    assert bench.xcom("wait") == "the report"
    assert len(web.requests) == 3


def test_a_sensor_does_not_wait_for_a_broken_server(web: WebServer, bench: Bench) -> None:
    web.routes["/report"] = (500, "")
    with shop():
        task = HttpSensor(task_id="wait", endpoint="report", poke_interval=0, timeout=5)
        patient = HttpSensor(
            task_id="patient",
            endpoint="report",
            poke_interval=0,
            timeout=0,
            response_error_codes_allowlist=["404", "500"],
        )
    assert "500:Internal" in str(bench.run(task).error)
    assert "its timeout is 0 s" in str(bench.run(patient).error)


@pytest.mark.parametrize(
    ("status", "works", "said"), [(200, True, "200 OK"), (405, True, "405 Method Not Allowed"), (502, False, "502 Bad")]
)
def test_a_server_that_answers_below_500_is_reached(web: WebServer, status: int, works: bool, said: str) -> None:
    web.routes["/"] = lambda request: (status if request.method == "GET" else 405, "")
    assert HttpHook().test_connection()[0] is works
    assert said in HttpHook().test_connection()[1]
    assert {request.method for request in web.requests} == {"GET"}


def test_a_server_that_is_away_is_not_reached(connect: Connect) -> None:
    connect("api", f"http://127.0.0.1:{free_port()}")
    assert not HttpHook(http_conn_id="api").test_connection()[0]
