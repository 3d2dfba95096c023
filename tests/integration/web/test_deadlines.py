"""Deadlines over the REST API."""

from __future__ import annotations

import pytest

from support.structures import add_run, store_dag, structure, task
from support.webs import Served


@pytest.fixture(scope="module")
def runs(web: Served) -> list[int]:
    """Two runs with three deadlines each: one missed, one met, one to come."""
    store_dag(web.conn, structure("late", task("t")))
    keys = [add_run(web.conn, "late", f"r{number}") for number in range(2)]
    for key in keys:
        web.conn.execute(
            "INSERT INTO deadline (run_id, position, task_id, name, due, state) VALUES"
            " (%(run)s, 0, '', 'soon', now() - interval '1 hour', 'missed'), (%(run)s, 1, 't', 'sla', now(), 'met'),"
            " (%(run)s, 2, '', 'later', now() + interval '1 hour', 'waiting'), (%(run)s, 3, '', 'x', NULL, 'unknown')",
            {"run": key},
        )
    return keys


def test_missed_ones_are_shown_the_latest_first_in_pages(web: Served, runs: list[int]) -> None:
    client = web.as_("viewer")
    first = client.get("/deadlines", params={"limit": 1}).json()
    second = client.get("/deadlines", params={"limit": 1, "cursor": first["next_cursor"]}).json()
    assert [page["deadlines"][0]["dag_run_id"] for page in (first, second)] == ["r1", "r0"]
    assert second["next_cursor"] is None
    assert first["deadlines"][0]["name"] == "soon"
    assert first["deadlines"][0]["task_id"] is None


@pytest.mark.parametrize(("state", "names"), [("met", ["sla", "sla"]), ("waiting", ["later", "later"])])
def test_by_state_and_dag(web: Served, runs: list[int], state: str, names: list[str]) -> None:
    client = web.as_("viewer")
    found = client.get("/deadlines", params={"state": state, "dag_id": "late"}).json()["deadlines"]
    assert [each["name"] for each in found] == names
    assert client.get("/deadlines", params={"state": state, "dag_id": "other"}).json()["deadlines"] == []
    assert client.get("/deadlines", params={"state": "odd"}).status_code == 422
