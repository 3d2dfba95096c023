"""The OpenAPI file is the code's, and no request that it allows or forbids makes the web node fail."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.generation.modes import GenerationMode

from headway.operations.tokens import create_token
from headway.settings import load_settings
from headway_web.app import create_app
from headway_web.openapi import text
from support.stage import DAG, RUN, Stage
from support.structures import task
from support.webs import Served

from .roles import ROLES

FILE = Path(__file__).parents[3] / "web" / "openapi.json"
#: Streams do not end; hashing a password takes 50 ms, and users that go take the token along.
_LEFT_OUT = ("/events", "/stream", "POST /session", "POST /users", "PATCH /users/{username}", "DELETE /dags/{dag_id}")
#: What there is, for every other request: names that nobody has only lead to 404.
_THERE = {"dag_id": DAG, "dag_run_id": RUN, "task_id": "a", "map_index": -1, "try_number": 1, "name": "default_pool"}


@dataclass(frozen=True)
class Target:
    """Where to send what, and as whom."""

    url: str
    session: requests.Session


def test_the_checked_in_file_is_the_codes() -> None:
    current = text(create_app(load_settings(metastore={"url": "postgresql://nowhere/"})))
    assert FILE.read_text() == current, "run `make openapi`"


def test_every_operation_says_who_may_and_what_it_does() -> None:
    for path, operations in json.loads(FILE.read_text())["paths"].items():
        for method, operation in operations.items():
            assert operation["description"], path
            assert operation["x-role"] == ROLES[f"{method.upper()} {path.removeprefix('/api/v1')}"]
            assert (operation["security"] == []) == (operation["x-role"] == "public")


@pytest.fixture(scope="module")
def token(web: Served) -> str:
    """An admin's token, on a cluster with a run that has begun."""
    stage = Stage(web.conn)
    stage.dag(task("a"), task("b", "a"))
    stage.join_scheduler()
    stage.join_worker()
    stage.start()
    web.conn.execute("UPDATE node SET queues = '{}'")  # nobody would answer those who ask a worker
    _, made = create_token(web.conn, "admin", "schemathesis", scopes=["admin"], expires_at=None, actor="test")
    return made


def test_nothing_makes_the_web_node_fail(web: Served, token: str) -> None:
    """Schemathesis sends what the description allows and what it forbids, the same at every run of this test."""
    schema = schemathesis.openapi.from_dict(json.loads(FILE.read_text()))
    schema.config.generation.update(modes=[GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
    failures: list[str] = []
    session = requests.Session()
    session.trust_env = False
    session.headers["Authorization"] = f"Bearer {token}"
    for found in schema.get_all_operations():
        operation = found.ok()
        name = f"{operation.method.upper()} {operation.path.removeprefix('/api/v1')}"
        if not name.endswith(_LEFT_OUT):
            _try(operation, Target(web.url, session), failures)
    assert failures == []


def _try(operation: Any, target: Target, failures: list[str]) -> None:
    @settings(
        max_examples=5,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(), there=st.booleans())
    def check(case: schemathesis.Case, there: bool) -> None:
        if there:
            case.path_parameters.update({name: _THERE[name] for name in case.path_parameters if name in _THERE})
        answer = case.call(base_url=target.url, session=target.session)
        if answer.status_code >= 500:
            failures.append(f"{answer.status_code}: {case.as_curl_command()} -> {answer.text[:200]}")

    check()
