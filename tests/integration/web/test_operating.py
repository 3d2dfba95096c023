"""What people look at to keep a cluster running: home, queues, nodes, pools, faults in files, audit, settings."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from headway.metastore.queries import code, event_log
from headway.metastore.queries.code import FileError
from headway.states import Outcome
from support.stage import Stage
from support.structures import task
from support.webs import Served


@pytest.fixture(scope="module")
def shop(web: Served) -> Stage:
    """Three tasks: one has failed in an ended run, one waits where nobody consumes, one runs."""
    stage = Stage(web.conn)
    stage.dag(task("a"), task("b", queue="gpu"), task("c", queue="web-c"))
    stage.join_scheduler()
    stage.join_worker("default", "web-c")
    stage.start("manual__failed")
    stage.run_task("a", Outcome.FAILED, run_id="manual__failed")
    web.conn.execute("UPDATE task_instance SET state = 'skipped' WHERE state = 'none'")
    web.conn.execute("UPDATE dag_run SET state = 'failed', end_date = now()")
    stage.start("manual__now")
    stage.queue("a", "b", run_id="manual__now")
    stage.claim("a", run_id="manual__now")
    return stage


def test_home_tells_what_runs_and_what_failed(web: Served, shop: Stage) -> None:
    web.conn.execute("UPDATE dag SET next_due = now() - interval '5 minutes' WHERE dag_id = 'shop'")
    found = web.as_("viewer").get("/dashboard").json()
    assert found["runs"] == {"running": 1, "queued": 0, "success_24h": 0, "failed_24h": 1}
    assert found["dags"] == {"total": 1, "paused": 0}
    assert found["task_states"] == {"running": 1, "queued": 1, "none": 1}
    (failed,) = found["failed_runs"]
    assert (failed["dag_id"], failed["dag_run_id"], failed["first_failed_task"]) == ("shop", "manual__failed", "a")
    (late,) = found["late_dags"]
    assert late["dag_id"] == "shop"
    assert 300 <= late["seconds"] < 400
    assert {each["queue"]: each["wanted_workers"] for each in found["queues"]} == {"default": 1, "gpu": 1, "web-c": 1}
    assert found["nodes"] == {"up": 2, "draining": 0, "dead_1h": 0, "by_kind": {"scheduler": 1, "worker": 1}}
    assert len(found["hours"]) == 24
    assert sum(hour["failed"] for hour in found["hours"]) == 1
    web.conn.execute("UPDATE dag SET next_due = NULL")


def test_a_run_that_failed_long_ago_is_not_shown_at_home(web: Served, shop: Stage) -> None:
    web.conn.execute("UPDATE dag_run SET end_date = end_date - interval '25 hours' WHERE end_date IS NOT NULL")
    found = web.as_("viewer").get("/dashboard").json()
    assert (found["runs"]["failed_24h"], found["failed_runs"]) == (0, [])
    web.conn.execute("UPDATE dag_run SET end_date = end_date + interval '25 hours' WHERE end_date IS NOT NULL")


def test_queues_are_shown_with_what_they_want(web: Served, shop: Stage) -> None:
    found = {each["queue"]: each for each in web.as_("viewer").get("/queues").json()["queues"]}
    assert (found["default"]["running"], found["default"]["slots"], found["default"]["depth"]) == (1, 2, 0)
    gpu = found["gpu"]
    assert (gpu["outstanding"], gpu["workers"], gpu["mean_duration"], gpu["wanted_workers"]) == (1, 0, None, 1)
    assert gpu["oldest_seconds"] is not None


def test_the_history_of_a_queue(web: Served, shop: Stage) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    for minutes in (1, 2, 90):
        web.conn.execute(
            "INSERT INTO queue_sample VALUES ('gpu', %s, %s, 1, 0, 5, 0, 0, 2, 0, 0)",
            (now - timedelta(minutes=minutes), minutes),
        )
    client = web.as_("viewer")
    hour = client.get("/queues/gpu/history").json()["points"]
    assert [point["backlog"] for point in hour] == [2, 1], "the earliest first"
    assert hour[0]["wanted_workers"] == 2
    day = client.get("/queues/gpu/history", params={"minutes": 1440}).json()["points"]
    assert max(point["backlog"] for point in day) == 90
    assert client.get("/queues/default/history").json() == {"queue": "default", "points": []}
    unknown = client.get("/queues/defalt/history")
    assert (unknown.status_code, unknown.json()["remedy"]) == (404, "did you mean 'default'?")
    assert client.get("/queues/gpu/history", params={"minutes": 0}).status_code == 422
    assert client.get("/queues/gpu/history", params={"minutes": 1441}).status_code == 422


def test_nodes_and_their_drain(web: Served, shop: Stage) -> None:
    client = web.as_("operator")
    found = {each["kind"]: each for each in client.get("/nodes").json()["nodes"]}
    worker = found["worker"]
    assert (worker["running"], worker["queues"], worker["state"]) == (1, ["default", "web-c"], "up")
    assert worker["lease_until"] > worker["seen_at"]
    drained = client.post(f"/nodes/{worker['id']}/drain")
    assert drained.json() == {"name": worker["id"], "ids": [worker["id"]], "state": "draining"}
    states = {each["id"]: each["state"] for each in client.get("/nodes").json()["nodes"]}
    assert states[worker["id"]] == "draining"
    assert _last_entry(web) == ("operator", "node.drain", f"node {worker['id']}")
    missing = client.post("/nodes/nobody@nowhere/drain")
    assert (missing.status_code, missing.json()["title"]) == (404, "Not Found")
    web.conn.execute("UPDATE node SET state = 'gone' WHERE kind = 'scheduler'")
    assert {each["kind"] for each in client.get("/nodes").json()["nodes"]} == {"worker"}
    ended = client.get("/nodes", params={"ended": True}).json()["nodes"]
    assert {each["state"] for each in ended} == {"draining", "gone"}
    web.conn.execute("UPDATE node SET state = 'up'")


def test_a_pool_from_its_making_to_its_end(web: Served) -> None:
    admin = web.as_("admin")
    made = admin.post("/pools", json={"name": "tiny", "slots": 2, "description": "two at once"})
    assert made.status_code == 201
    assert made.json()["open_slots"] == 2
    assert _last_entry(web) == ("admin", "pool.set", "pool tiny")
    twice = admin.post("/pools", json={"name": "tiny", "slots": 3})
    assert (twice.status_code, twice.json()["detail"]) == (409, "there is a pool 'tiny' already")
    changed = admin.patch("/pools/tiny", json={"include_deferred": True}).json()
    assert (changed["slots"], changed["description"], changed["include_deferred"]) == (2, "two at once", True)
    assert admin.patch("/pools/tiny", json={"slots": -1}).json()["open_slots"] == -1
    assert admin.delete("/pools/tiny").status_code == 204
    assert admin.get("/pools/tiny").status_code == 404
    assert admin.patch("/pools/tiny", json={"slots": 1}).status_code == 404
    assert admin.delete("/pools/tiny").status_code == 404


@pytest.mark.parametrize(
    "body", [{"name": "a b", "slots": 1}, {"name": "x", "slots": -2}, {"name": "", "slots": 1}, {"slots": 1}]
)
def test_a_pool_that_cannot_be(web: Served, body: dict[str, Any]) -> None:
    answer = web.as_("admin").post("/pools", json=body)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")


def test_the_default_pool_stays(web: Served) -> None:
    assert web.as_("admin").delete("/pools/default_pool").status_code == 422


def test_slots_are_counted_by_what_their_tasks_do(web: Served, shop: Stage) -> None:
    pool = web.as_("viewer").get("/pools/default_pool").json()
    assert (pool["running_slots"], pool["queued_slots"], pool["occupied_slots"]) == (1, 1, 2)
    assert pool["open_slots"] == pool["slots"] - 2


def test_pools_come_in_pages(web: Served) -> None:
    admin = web.as_("admin")
    for name in ("p1", "p2", "p3"):
        admin.post("/pools", json={"name": name, "slots": 1})
    first = admin.get("/pools", params={"limit": 2}).json()
    second = admin.get("/pools", params={"limit": 2, "cursor": first["next_cursor"]}).json()
    names = [each["name"] for each in first["pools"] + second["pools"]]
    assert names == ["default_pool", "p1", "p2", "p3"]
    assert second["next_cursor"] is None


def test_files_that_cannot_be_loaded(web: Served) -> None:
    code.set_error(web.conn, "dags/broken.py", FileError(3, "NameError: x", "define it"))
    code.set_error(web.conn, "dags/worse.py", FileError(0, "too long", ""))
    client = web.as_("viewer")
    found = client.get("/importErrors", params={"limit": 1}).json()
    assert found["total_entries"] == 2
    (first,) = found["import_errors"]
    assert (first["filename"], first["line"], first["remedy"]) == ("dags/broken.py", 3, "define it")
    rest = client.get("/importErrors", params={"cursor": found["next_cursor"]}).json()
    assert [each["filename"] for each in rest["import_errors"]] == ["dags/worse.py"]
    assert client.get("/dashboard").json()["import_errors"] == 2


def test_warnings_about_dags(web: Served, shop: Stage) -> None:
    web.conn.execute("""UPDATE dag SET warnings = '[{"line": 7, "text": "an old name"}]'""")
    client = web.as_("viewer")
    (found,) = client.get("/warnings").json()["warnings"]
    assert (found["dag_id"], found["line"], found["message"]) == ("shop", 7, "an old name")
    assert client.get("/warnings", params={"dag_id": "other"}).json() == {"warnings": [], "total_entries": 0}


def test_the_audit_trail_by_who_what_and_when(web: Served) -> None:
    for actor, action, subject in (("ada", "dag.pause", "x"), ("ada", "run.mark", "x/r1"), ("bob", "dag.pause", "xy")):
        event_log.record(web.conn, actor=actor, action=action, subject=subject)
    client = web.as_("operator")

    def subjects(**filters: Any) -> list[str]:
        return [each["subject"] for each in client.get("/eventLogs", params=filters).json()["event_logs"]]

    assert subjects(actor="ada") == ["x/r1", "x"], "the newest first"
    assert subjects(action="dag", actor="bob") == ["xy"]
    assert subjects(action="dag.pause") == ["xy", "x"]
    assert subjects(action="da") == []
    assert subjects(subject="x") == ["x/r1", "x"]
    assert subjects(actor="ada", timestamp_gte="2999-01-01T00:00:00Z") == []
    assert subjects(actor="ada", timestamp_lte="2999-01-01T00:00:00Z") == ["x/r1", "x"]
    first = client.get("/eventLogs", params={"actor": "ada", "limit": 1}).json()
    assert subjects(actor="ada", limit=1, cursor=first["next_cursor"]) == ["x"]
    assert client.get("/eventLogs", params={"cursor": "nonsense"}).status_code == 422
    assert client.get("/eventLogs", params={"timestamp_gte": "yesterday"}).status_code == 422


def test_the_audit_trail_tells_no_secret(web: Served) -> None:
    event_log.record(web.conn, actor="eve", action="x", subject="y", detail={"conf": {"api_key": "abc", "day": 1}})
    (entry,) = web.as_("operator").get("/eventLogs", params={"actor": "eve"}).json()["event_logs"]
    assert entry["detail"] == {"conf": {"api_key": "***", "day": 1}}


def test_settings_hide_what_is_secret(web: Served) -> None:
    answer = web.as_("admin").get("/config")
    sections = {each["name"]: {one["key"]: one for one in each["options"]} for each in answer.json()["sections"]}
    assert sections["broker"]["broker.url"]["variable"] == "HEADWAY_BROKER__URL"
    for secret in (web.settings.security.key.get_secret_value(), _password(web.settings.metastore.url)):
        assert secret not in answer.text


def _password(url: Any) -> str:
    from urllib.parse import urlsplit

    return urlsplit(url.get_secret_value()).password or "no password in the URL"


def test_what_is_installed(web: Served) -> None:
    client = web.as_("viewer")
    own = client.get("/providers").json()["providers"][0]
    assert own["package_name"] == "headway"
    assert "postgres" in own["connection_types"]
    plugin = b"from airflow.plugins_manager import AirflowPlugin"
    web.conn.execute("INSERT INTO blob VALUES ('p', %s, %s), ('q', 1, 'x')", (len(plugin), plugin))
    manifest = '{"files": {"plugins/company.py": ["p", 1, false], "plugins/notes.py": ["q", 1, false]}}'
    web.conn.execute("INSERT INTO bundle (hash, manifest) VALUES ('newest', %s)", (manifest,))
    files = [each for each in client.get("/plugins").json()["plugins"] if each["kind"] == "file"]
    assert files == [{"name": "company", "kind": "file", "source": "plugins/company.py"}]


def _last_entry(web: Served) -> tuple[str, str, str]:
    entry = event_log.page(web.conn, limit=1)[0]
    return entry.actor, entry.action, entry.subject
