"""DAGs over HTTP: lists with filters, pages, one in full, its structure, versions and code; pause and delete."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from headway.metastore.queries import bundles
from support.stage import Stage
from support.structures import add_run, mapped, task
from support.webs import Served

NAMES = ["alpha", "beta", "delta", "epsilon", "gamma", "zeta"]


@pytest.fixture(scope="module")
def stage(web: Served) -> Stage:
    """Six DAGs; what sets each apart stands in ``_APART``."""
    made = Stage(web.conn)
    for name in NAMES:
        made.dag(task("a"), task("b", "a"), dag_id=name, label=f"The {name}", timezone="Asia/Seoul", doc_md="# Hi")
    for sql, name in _APART:
        web.conn.execute(sql, (name,))
    for day in range(16):
        run(made, "beta", f"2026-01-{day + 1:02}", "failed" if day == 15 else "success")
    run(made, "gamma", "2026-03-01", "success")
    web.conn.execute("UPDATE dag_run SET state = 'running', end_date = NULL WHERE dag_id = 'gamma'")
    return made


@pytest.fixture(autouse=True)
def _only_the_six(web: Served) -> Iterator[None]:
    """What a test adds is gone after it."""
    yield
    web.conn.execute("DELETE FROM dag WHERE dag_id <> ALL(%s)", (NAMES,))


_APART = [
    ("UPDATE dag SET tags = '{sales,eu}', owners = '{ada}', description = '100%% of_it' WHERE dag_id = %s", "alpha"),
    ("UPDATE dag SET tags = '{sales}', is_paused = true WHERE dag_id = %s", "beta"),
    ("UPDATE dag SET next_due = now() - interval '1 hour' WHERE dag_id = %s", "delta"),
    ("UPDATE dag SET next_due = now() + interval '1 hour', file = 'bad.py' WHERE dag_id = %s", "epsilon"),
    ("INSERT INTO import_error (file, message) SELECT file, 'x' FROM dag WHERE dag_id = %s", "epsilon"),
    ("UPDATE dag SET is_stale = true WHERE dag_id = %s", "zeta"),
]


def run(stage: Stage, dag_id: str, day: str, state: str) -> None:
    key = add_run(stage.conn, dag_id, f"on {day}", logical_date=f"{day}T00:00:00Z")
    stage.conn.execute(
        "UPDATE dag_run SET state = %s, run_after = logical_date, start_date = logical_date,"
        " end_date = logical_date + interval '90 seconds' WHERE id = %s",
        (state, key),
    )


def listed(web: Served, **filters: Any) -> list[str]:
    answer = web.as_("viewer").get("/dags", params=filters)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["total_entries"] == len(body["dags"])
    return [dag["dag_id"] for dag in body["dags"]]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, ["alpha", "beta", "delta", "epsilon", "gamma"]),
        ({"stale": True}, NAMES),
        ({"q": "ELT"}, ["delta"]),
        ({"q": "the gam"}, ["gamma"]),
        ({"q": "100% of_"}, ["alpha"]),
        ({"q": "_"}, ["alpha"]),
        ({"tags": "sales"}, ["alpha", "beta"]),
        ({"tags": ["sales", "eu"]}, ["alpha"]),
        ({"owner": "ada"}, ["alpha"]),
        ({"paused": True}, ["beta"]),
        ({"paused": False, "tags": "sales"}, ["alpha"]),
        ({"state": "failed"}, ["beta"]),
        ({"state": ["failed", "running"]}, ["beta", "gamma"]),
        ({"late": True}, ["delta"]),
        ({"has_import_error": True}, ["epsilon"]),
        ({"has_import_error": False, "late": False, "paused": False}, ["alpha", "gamma"]),
        ({"order_by": "-dag_id"}, ["gamma", "epsilon", "delta", "beta", "alpha"]),
        ({"order_by": "-last_run"}, ["gamma", "beta", "epsilon", "delta", "alpha"]),
        ({"order_by": "next_run"}, ["delta", "epsilon", "alpha", "beta", "gamma"]),
    ],
)
def test_every_filter_and_order(web: Served, stage: Stage, filters: dict[str, Any], found: list[str]) -> None:
    assert listed(web, **filters) == found


@pytest.mark.parametrize("order", ["dag_id", "-dag_id", "last_run", "-last_run", "next_run", "-next_run"])
def test_pages_are_complete(web: Served, stage: Stage, order: str) -> None:
    client = web.as_("viewer")
    found: list[str] = []
    parameters: dict[str, Any] = {"limit": 2, "order_by": order, "stale": True}
    while True:
        page = client.get("/dags", params=parameters).json()
        found += [dag["dag_id"] for dag in page["dags"]]
        assert page["total_entries"] == len(NAMES)
        if page["next_cursor"] is None:
            break
        parameters["cursor"] = page["next_cursor"]
    assert sorted(found) == NAMES


def test_a_list_says_what_people_look_for(web: Served, stage: Stage) -> None:
    dags = {dag["dag_id"]: dag for dag in web.as_("viewer").get("/dags").json()["dags"]}
    beta = dags["beta"]
    assert (beta["label"], beta["timezone"], beta["task_count"], beta["version"]) == ("The beta", "Asia/Seoul", 2, 1)
    runs = beta["recent_runs"]
    assert [each["dag_run_id"] for each in runs] == [f"on 2026-01-{day:02}" for day in range(3, 17)]
    assert runs[-1] == {
        "dag_run_id": "on 2026-01-16",
        "state": "failed",
        "run_type": "manual",
        "run_after": "2026-01-16T00:00:00Z",
        "logical_date": "2026-01-16T00:00:00Z",
        "start_date": "2026-01-16T00:00:00Z",
        "end_date": "2026-01-16T00:01:30Z",
        "duration": 90.0,
    }
    assert (beta["active_runs"], dags["gamma"]["active_runs"]) == (0, 1)
    assert (dags["delta"]["is_late"], dags["epsilon"]["is_late"]) == (True, False)
    assert dags["epsilon"]["has_import_error"] is True
    assert dags["alpha"]["recent_runs"] == []


def test_one_dag_in_full(web: Served, stage: Stage) -> None:
    params = {
        "day": {"value": "2026-01-01", "schema": {"type": "string", "title": "Day"}, "description": "which day"},
        "shop": {"schema": {"type": "integer"}},
    }
    stage.dag(task("a"), dag_id="with_params", params=params, dagrun_timeout=60.0, fail_fast=True)
    found = web.as_("viewer").get("/dags/with_params").json()
    assert found["params_required"] is True
    assert found["params"]["day"] == {
        "value": "2026-01-01",
        "required": False,
        "schema": {"type": "string", "title": "Day"},
        "title": "Day",
        "description": "which day",
    }
    assert found["params"]["shop"]["required"] is True
    assert (found["dagrun_timeout"], found["fail_fast"], found["catchup"]) == (60.0, True, False)


def test_params_come_in_the_order_of_their_author(web: Served, stage: Stage) -> None:
    params = {name: {"schema": {}, "position": position} for position, name in enumerate(("where", "to", "from"))}
    stage.dag(task("a"), dag_id="with_order", params=params)
    assert list(web.as_("viewer").get("/dags/with_order").json()["params"]) == ["where", "to", "from"]


def test_what_is_not_there_is_told_with_what_is(web: Served, stage: Stage) -> None:
    client = web.as_("viewer")
    for path in ("", "/structure", "/tasks", "/versions", "/source", "/grid", "/durations", "/calendar", "/runs-due"):
        answer = client.get(f"/dags/alpa{path}")
        assert answer.status_code == 404, path
        assert answer.headers["content-type"] == "application/problem+json"
        assert "'alpha'" in answer.json()["remedy"], path
    for path in ("/structure?version=9", "/source?version=9", "/source/diff?from=1&to=9"):
        answer = client.get(f"/dags/alpha{path}")
        assert (answer.status_code, answer.json()["remedy"]) == (404, "it has 1"), path


@pytest.mark.parametrize(
    "query", ["state=lost", "order_by=color", "limit=0", "limit=1001", "cursor=x", "paused=perhaps"]
)
def test_what_cannot_be_understood_is_refused(web: Served, stage: Stage, query: str) -> None:
    answer = web.as_("viewer").get(f"/dags?{query}")
    assert answer.status_code == 422
    assert answer.json()["detail"]


def test_a_day_at_the_end_of_all_calendars_is_no_fault(web: Served, stage: Stage) -> None:
    for query in ("to=0001-01-01", "from=9999-12-31&to=9999-12-31"):
        assert web.as_("viewer").get(f"/dags/alpha/calendar?{query}").status_code == 422


def test_a_structure_names_what_lies_below_and_around(web: Served, stage: Stage) -> None:
    groups = [{"group_id": "g", "label": "g", "tooltip": "T", "parent": "", "mapped": False, "prefix_group_id": True}]
    stage.dag(
        task("a"),
        task("g.m", "a", group="g", **mapped("a", "g.m")),
        dag_id="shaped",
        groups=groups,
        edge_labels=[{"from": "a", "to": "g.m", "label": "then"}],
    )
    found = web.as_("viewer").get("/dags/shaped/structure?version=1").json()
    first, second = found["tasks"]
    assert (first["upstream"], first["downstream"], first["mapped"]) == ([], ["g.m"], False)
    assert (second["group"], second["mapped"], second["mapped_over"]) == ("g", True, "a")
    assert found["groups"][0]["group_id"] == "g"
    assert found["edge_labels"] == [{"from": "a", "to": "g.m", "label": "then"}]
    assert web.as_("viewer").get("/dags/shaped/tasks").json()["total_entries"] == 2


def test_code_comes_from_the_bundle_of_the_version_or_of_the_run(web: Served, stage: Stage) -> None:
    conn = stage.conn
    stage.dag(task("a"), dag_id="coded")
    old, new = (store(stage, "coded.py", f"print({text!r})\n") for text in ("old", "new"))
    conn.execute("UPDATE dag_version SET file = 'coded.py', bundle_id = %s WHERE dag_id = 'coded'", (old,))
    conn.execute(
        "INSERT INTO dag_version (dag_id, number, file, fingerprint, structure, bundle_id)"
        " SELECT dag_id, 2, file, 'y', jsonb_set(structure, '{tasks,0,retries}', '3'), %s FROM dag_version"
        " WHERE dag_id = 'coded'",
        (new,),
    )
    add_run(conn, "coded", "first")
    conn.execute("UPDATE dag_run SET bundle_id = %s WHERE dag_id = 'coded'", (old,))
    conn.execute(
        "UPDATE dag SET bundle_id = %s,"
        " version_id = (SELECT id FROM dag_version WHERE dag_id = 'coded' AND number = 2) WHERE dag_id = 'coded'",
        (new,),
    )
    client = web.as_("viewer")
    assert client.get("/dags/coded/source").json()["content"] == "print('new')\n"
    assert client.get("/dags/coded/source?version=1").json()["content"] == "print('old')\n"
    assert client.get("/dags/coded/source?dag_run_id=first").json()["content"] == "print('old')\n"
    diff = client.get("/dags/coded/source/diff?from=1&to=2").json()
    assert "-print('old')\n+print('new')\n" in diff["unified"]
    assert diff["structure"] == {
        "added": [], "removed": [], "changed": [{"task_id": "a", "fields": ["retries"]}], "dag": []
    }  # fmt: skip
    versions = client.get("/dags/coded/versions?limit=1").json()
    assert [(each["number"], each["is_current"], each["run_count"]) for each in versions["versions"]] == [(2, True, 0)]
    older = client.get("/dags/coded/versions", params={"cursor": versions["next_cursor"]}).json()
    assert [(each["number"], each["is_current"], each["run_count"]) for each in older["versions"]] == [(1, False, 1)]


def test_modules_belong_to_a_version_and_are_compared(web: Served, stage: Stage) -> None:
    conn = stage.conn
    stage.dag(task("a"), dag_id="modular")
    for n, texts in enumerate([{"lib.py": "N = 1\n", "old.py": ""}, {"lib.py": "N = 2\n", "new.py": "M = 1"}], 1):
        texts["dag.py"] = "import lib\n"
        bundle = store(stage, "dag.py", "import lib\n")
        bundles.add_blobs(conn, [(f"hash of {text}", text.encode()) for text in texts.values()])
        files = json.dumps({path: f"hash of {text}" for path, text in texts.items()})
        if n == 1:
            conn.execute("DELETE FROM dag_version WHERE dag_id = 'modular'")
        conn.execute(
            "INSERT INTO dag_version (dag_id, number, file, fingerprint, structure, bundle_id, files)"
            " VALUES ('modular', %s, 'dag.py', %s, %s, %s, %s)",
            (n, n, json.dumps({"tasks": [], "groups": []}), bundle, files),
        )
    client = web.as_("viewer")
    assert client.get("/dags/modular/source?version=2").json()["files"] == ["dag.py", "lib.py", "new.py"]
    assert client.get("/dags/modular/source?version=1&file=lib.py").json()["content"] == "N = 1\n"
    refused = client.get("/dags/modular/source?version=1&file=../lib.py")
    assert (refused.status_code, refused.json()["remedy"]) == (404, "it has dag.py, lib.py, old.py")
    diff = client.get("/dags/modular/source/diff?from=1&to=2").json()
    assert [(each["file"], each["change"]) for each in diff["files"]] == [
        ("lib.py", "changed"), ("new.py", "added"), ("old.py", "removed")
    ]  # fmt: skip
    assert "-N = 1\n+N = 2\n" in diff["files"][0]["unified"]
    assert diff["unified"].startswith("--- lib.py (version 1)")


def test_code_that_was_cleaned_away_is_said_to_be_gone(web: Served, stage: Stage) -> None:
    answer = web.as_("viewer").get("/dags/alpha/source")
    assert answer.status_code == 404
    assert "not stored any more" in answer.json()["detail"]
    diff = web.as_("viewer").get("/dags/alpha/source/diff?from=1&to=1").json()
    assert (diff["missing"], diff["unified"], diff["structure"]["changed"]) == ([1], "", [])


def store(stage: Stage, path: str, text: str) -> int:
    bundles.add_blobs(stage.conn, [(f"hash of {text}", text.encode())])
    manifest = {"v": 1, "dag_folder": "", "files": {path: [f"hash of {text}", len(text), False]}}
    return bundles.add_bundle(stage.conn, f"bundle of {text}", "", manifest)


def test_tags_and_owners_are_counted(web: Served, stage: Stage) -> None:
    client = web.as_("viewer")
    assert client.get("/tags").json() == {"tags": [{"name": "eu", "count": 1}, {"name": "sales", "count": 2}]}
    assert {"name": "ada", "count": 1} in client.get("/owners").json()["owners"]


def test_pausing_one_and_several_leaves_traces(web: Served, stage: Stage) -> None:
    client = web.as_("operator")
    for name in ("p1", "p2"):
        stage.dag(task("a"), dag_id=name)
    assert client.patch("/dags/p1", json={"is_paused": True}).json()["is_paused"] is True
    pause = client.get("/dags/p1").json()["pause"]
    assert (pause["actor"], pause["reason"]) == ("operator", "")
    several = client.patch("/dags", json={"dag_ids": ["p1", "p2"], "is_paused": False}).json()
    assert [dag["is_paused"] for dag in several["dags"]] == [False, False]
    assert client.get("/dags/p1").json()["pause"] is None
    assert several["unpaused"] == [{"dag_id": "p1", "runs_due": 0}]
    assert client.patch("/dags", json={"dag_ids": ["p1", "nope"], "is_paused": True}).status_code == 404
    assert client.patch("/dags/p1", json={"is_paused": "x"}).json()["errors"][0]["field"] == "is_paused"
    traces = stage.conn.execute("SELECT actor, action FROM event_log WHERE subject = 'p1' ORDER BY id").fetchall()
    assert traces == [("operator", "dag.pause"), ("operator", "dag.unpause")]


def test_a_dag_is_deleted_when_nothing_runs_or_by_force(web: Served, stage: Stage) -> None:
    client = web.as_("admin")
    stage.dag(task("a"), dag_id="doomed")
    stage.start("doomed run", "doomed")
    refused = client.delete("/dags/doomed")
    assert (refused.status_code, "active run" in refused.json()["detail"]) == (409, True)
    gone = client.delete("/dags/doomed?force=true").json()
    assert (gone["runs"], gone["task_instances"]) == (1, 1)
    assert client.get("/dags/doomed").status_code == 404
