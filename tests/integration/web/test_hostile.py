"""A cluster full of hostile text and planted secrets: GET routes hand out the first as data, the last never."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from headway.crypto import open_vault
from headway.operations import notes, secrets
from headway.operations.trigger import MAX_CONF_BYTES
from headway.settings import Settings
from headway.states import Outcome
from support.stage import DAG, RUN, Stage
from support.structures import task
from support.webs import Served, serve

from .roles import ROLES

MARK = "alert(20261)"
HOSTILE = f"<script>{MARK}</script><img src=x onerror={MARK}>\"'`${{7*7}}{{{{7*7}}}}\x1b[31m"
SECRET = "planted-secret-9f3"
TRAVERSALS = ("../../../../etc/passwd", "..%2f..%2f..%2fetc%2fpasswd", "/etc/passwd", "file:///etc/passwd")
_STREAMS = re.compile(r"/events$|/stream$")
_GETS = [operation.removeprefix("GET ") for operation in ROLES if operation.startswith("GET ")]
_PATHS = [path for path in _GETS if not _STREAMS.search(path)]


@pytest.fixture(scope="module")
def served(web_settings: Settings) -> Iterator[Served]:
    """A node whose settings hold secrets, too."""
    hidden = {
        "web": web_settings.web.model_copy(update={"admin_password": SECRET}),
        "oidc": web_settings.oidc.model_copy(update={"client_secret": SECRET}),
        "flower": web_settings.flower.model_copy(update={"password": SECRET}),
    }
    changed = Settings.model_validate({**web_settings.model_dump(), **{k: v.model_dump() for k, v in hidden.items()}})
    with serve(changed) as running:
        yield running


@pytest.fixture(scope="module")
def stage(served: Served) -> Stage:
    """A run that has failed and left traces everywhere."""
    stage = Stage(served.conn)
    stage.dag(
        task("first", doc_md=HOSTILE, owner=HOSTILE),
        doc_md=HOSTILE,
        tags=[HOSTILE],
        description=HOSTILE,
        owners=[HOSTILE],
        label=HOSTILE,
        params={"text": {"value": HOSTILE, "schema": {"type": "string", "title": HOSTILE}}},
    )
    served.conn.execute("UPDATE dag SET tags = %s, owners = %s", ([HOSTILE], [HOSTILE]))
    stage.join_scheduler()
    stage.join_worker()
    stage.start()
    stage.queue("first")
    claimed = stage.claim("first")
    stage.log(claimed, f"a line\n{HOSTILE}\n")
    stage.finish(claimed, Outcome.FAILED, error=HOSTILE)
    vault = open_vault(served.settings, served.conn)
    secrets.set_variable(served.conn, vault, "api_password", SECRET, description=HOSTILE, actor="test")
    fields = secrets.fields_of(f"postgresql://reader:{SECRET}@db/x?api_key={SECRET}", "warehouse")
    secrets.set_connection(served.conn, vault, "warehouse", fields, actor="test")
    notes.set_run_note(served.conn, DAG, RUN, HOSTILE, actor=HOSTILE)
    served.conn.execute("UPDATE account SET password = %s, display_name = %s", (SECRET, HOSTILE))
    served.conn.execute(
        "INSERT INTO api_token (account_id, name, hash, scopes) SELECT id, %s, %s, '{read}' FROM account LIMIT 1",
        (HOSTILE, SECRET),
    )
    return stage


def known(path: str) -> str:
    """The path with the names of what is there."""
    names = {
        "dag_id": DAG, "dag_run_id": RUN, "task_id": "first", "map_index": "-1", "connection_id": "warehouse",
        "username": "admin", "queue": "default", "name": "default_pool",
        "key": "api_password" if "/variables" in path else "return_value",
    }  # fmt: skip
    return re.sub(r"\{(\w+)\}", lambda found: names.get(found[1], "1"), path)


def test_every_route_is_asked(stage: Stage) -> None:
    assert len(_PATHS) > 40
    assert stage.run().state


def test_hostile_text_is_data_and_secrets_stay_inside(served: Served, stage: Stage) -> None:
    client = served.as_("admin")
    hidden = (SECRET, served.settings.security.key.get_secret_value())
    for path in _PATHS:
        answer = client.get(known(path), params=_parameters(path))
        kind = answer.headers.get("content-type", "").partition(";")[0]
        assert answer.status_code < 500, (path, answer.text)
        assert kind in ("application/json", "application/problem+json", "text/plain", ""), (path, kind)
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert not [secret for secret in hidden if secret in answer.text], path
        assert MARK not in str(answer.headers), path


def test_the_hostile_text_is_really_there(served: Served, stage: Stage) -> None:
    client = served.as_("viewer")
    dag = client.get(f"/dags/{DAG}").json()
    assert (dag["doc_md"], dag["tags"]) == (HOSTILE, [HOSTILE])
    assert client.get(f"/dags/{DAG}/dagRuns/{RUN}").json()["note"] == HOSTILE


@pytest.mark.parametrize("payload", TRAVERSALS)
def test_names_never_become_paths(served: Served, stage: Stage, payload: str) -> None:
    client = served.as_("admin")
    for path in [path for path in _PATHS if "{" in path]:
        address = re.sub(r"\{[^}]*\}", quote(payload, safe="%"), path)
        answer = client.get(address, params=_parameters(path))
        assert answer.status_code in (200, 304, 400, 404, 405, 422), (path, answer.status_code)
        assert "root:" not in answer.text


def test_a_conf_beyond_64_kb_is_refused_before_anything_is_made(served: Served, stage: Stage) -> None:
    client = served.as_("operator")
    before = stage.value("SELECT count(*) FROM dag_run")
    body = {"conf": {"text": "x" * MAX_CONF_BYTES}}
    answer = client.post(f"/dags/{DAG}/dagRuns", json=body)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert stage.value("SELECT count(*) FROM dag_run") == before


def test_templates_in_a_conf_stay_text(served: Served, stage: Stage) -> None:
    conf = {"text": "{{ 7 * 7 }} {% import os %} ${7*7} {{ conn.warehouse.password }}"}
    answer = served.as_("operator").post(f"/dags/{DAG}/dagRuns", json={"conf": conf, "dag_run_id": "templated"})
    assert answer.status_code == 201, answer.text
    assert served.as_("viewer").get(f"/dags/{DAG}/dagRuns/templated").json()["conf"] == conf


def _parameters(path: str) -> dict[str, Any]:
    return {"version": 1, "from": 1, "to": 1} if "diff" in path or "calendar" in path else {}
