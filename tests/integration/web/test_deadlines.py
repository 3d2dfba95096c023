"""Deadlines, and what deferred tasks wait for, over the REST API."""

from __future__ import annotations

from uuid import uuid4

import pytest

from headway.metastore.queries import nodes, scheduling
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


def test_triggers_say_what_waits_where_and_until_when(web: Served) -> None:
    store_dag(web.conn, structure("waits", *(task(name) for name in "abc")))
    scheduling.create_instances(web.conn, add_run(web.conn, "waits", "r0"))
    me = str(uuid4())
    nodes.register(
        web.conn, node=me, kind="triggerer", name="t@here", hostname="here", pid=1, version="0", lease=3600, capacity=9
    )
    web.conn.execute(
        "INSERT INTO trigger (ti_id, dispatch, try_number, classpath, sealed, method, label, node_id, fired_at)"
        " SELECT id, dispatch, 1, 'shop.Stock', 'sealed', 'on', CASE task_id WHEN 'a' THEN 'apples' ELSE '' END,"
        " CASE task_id WHEN 'a' THEN %s::uuid END, CASE task_id WHEN 'c' THEN now() END"
        " FROM task_instance WHERE task_id = ANY('{a,b,c}') AND state = 'none'",
        (me,),
    )
    web.conn.execute("UPDATE task_instance SET state = 'deferred' WHERE id IN (SELECT ti_id FROM trigger)")
    timer = "INSERT INTO timer (ti_id, dispatch, kind, due) SELECT ti_id, dispatch, 'deferred', now() FROM trigger"
    web.conn.execute(f"{timer} WHERE label <> ''")
    client = web.as_("viewer")
    first = client.get("/triggers", params={"dag_id": "waits", "limit": 1}).json()
    second = client.get("/triggers", params={"dag_id": "waits", "cursor": first["next_cursor"]}).json()
    assert first["triggerers"] == 1
    (apples,), (other,) = first["triggers"], second["triggers"]  # what has fired waits no more
    assert (apples["task_id"], apples["waits_for"], apples["triggerer"]) == ("a", "apples", "t@here")
    assert (other["task_id"], other["triggerer"], other["until"]) == ("b", None, None)
    assert (apples["classpath"], apples["dag_run_id"], apples["map_index"]) == ("shop.Stock", "r0", -1)
    assert apples["until"] is not None
    assert client.get("/triggers", params={"dag_id": "others"}).json()["triggers"] == []
