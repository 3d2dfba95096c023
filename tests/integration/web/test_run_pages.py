"""Runs, task instances, logs and XComs over HTTP; the Grid and the charts, against runs that are made by hand."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from headway.metastore.queries import instance_pages, nodes, rendered
from headway.metastore.queries.rendered import Rendered
from headway.states import Outcome, TaskState
from support.stage import DAG, Stage
from support.structures import add_run, task
from support.webs import Served

from .runs_by_hand import RUNS, every, get

BEGIN = datetime(2026, 1, 1, 12, tzinfo=UTC)


# What people do to runs.


def test_a_run_is_started_once(web: Served, stage: Stage, run: str) -> None:
    client = web.as_("operator")
    made = client.post(RUNS, json={"dag_run_id": "mine", "conf": {"day": "x"}, "note": "for the report"})
    assert made.status_code == 201
    body = made.json()
    assert (body["dag_run_id"], body["state"], body["conf"], body["note"]) == (
        "mine", "queued", {"day": "x"}, "for the report",
    )  # fmt: skip
    again = client.post(RUNS, json={"dag_run_id": "mine"})
    assert (again.status_code, bool(again.json()["remedy"])) == (409, True)
    audit = stage.conn.execute("SELECT actor FROM event_log WHERE action = 'dag.trigger' ORDER BY id DESC LIMIT 1")
    assert audit.fetchone() == ("operator",)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"conf": {"big": "x" * 70_000}}, 422),
        ({"conf": [1]}, 422),
        ({"conf": {"deep": json.loads("[" * 200 + "]" * 200)}}, 422),
        ({"logical_date": "0001-01-01T00:00:00+23:59"}, 422),
        ({"logical_date": "9999-12-31T23:59:59Z"}, 422),
        ({"dag_run_id": "a/b"}, 422),
        ({"logical_date": "2026-01-01T00:00:00"}, 422),
        ({"surprise": 1}, 422),
        ({"note": "x" * 1001}, 422),
    ],
)
def test_runs_that_cannot_be_are_refused(web: Served, stage: Stage, body: dict[str, Any], status: int) -> None:
    answer = web.as_("operator").post(RUNS, json=body)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_failed_run_is_cleared_from_what_failed(web: Served, stage: Stage, run: str) -> None:
    client = web.as_("operator")
    stage.run_task("a", run_id=run)
    stage.run_task("b", Outcome.FAILED, run_id=run, error="Boom")
    dry = client.post(f"{RUNS}/{run}/clear", json={"only_failed": True}).json()
    assert dry["dry_run"] is True
    assert [(each["task_id"], each["state"]) for each in dry["task_instances"]] == [("b", "failed")]
    assert stage.states(run)["b"] == "failed"
    client.post(f"{RUNS}/{run}/clear", json={"only_failed": True, "dry_run": False})
    assert stage.states(run)["b"] == "none"
    wanted = {"dag_run_id": run, "task_ids": ["a"], "include_downstream": True, "dry_run": False}
    cleared = client.post(f"/dags/{DAG}/clearTaskInstances", json={**wanted, "version": "latest"}).json()
    assert cleared["code"] == [{"dag_run_id": run, "version": 1, "added": [], "removed": []}]
    assert [each["task_id"] for each in cleared["task_instances"]] == ["a"]
    assert client.post(f"/dags/{DAG}/clearTaskInstances", json={**wanted, "task_ids": ["zz"]}).status_code == 404


def test_a_run_is_marked_noted_and_deleted(web: Served, stage: Stage, run: str) -> None:
    client = web.as_("operator")
    noted = client.patch(f"{RUNS}/{run}", json={"note": "look"}).json()
    assert (noted["note"], noted["note_by"]) == ("look", "operator")
    assert datetime.now(UTC) - datetime.fromisoformat(noted["note_at"]) < timedelta(minutes=5)
    assert client.patch(f"{RUNS}/{run}", json={"state": "failed"}).json()["state"] == "failed"
    assert get(web, f"/dags/{DAG}/grid")["runs"][0]["note"] is True
    assert client.patch(f"{RUNS}/{run}", json={"note": None}).json()["note"] is None
    assert client.patch(f"{RUNS}/{run}", json={"state": "queued"}).json()["state"] == "running"
    assert client.patch(f"{RUNS}/{run}", json={"state": "running"}).status_code == 422
    gone = web.as_("admin").delete(f"{RUNS}/{run}").json()
    assert gone["task_instances"] == 4
    assert client.get(f"{RUNS}/{run}").status_code == 404


# Task instances.


def test_task_instances_say_how_they_stand_and_why(web: Served, stage: Stage, run: str) -> None:
    stage.run_task("a", run_id=run)
    stage.run_task("b", Outcome.RETRY, run_id=run, error="ValueError: no\nmore", due=BEGIN)
    found = {each["task_id"]: each for each in get(web, f"{RUNS}/{run}/taskInstances")["task_instances"]}
    assert list(found) == ["a", "b", "end", "many"]
    assert (found["a"]["state"], found["a"]["why"], found["a"]["hostname"]) == ("success", "", "worker-1")
    b = found["b"]
    assert (b["state"], b["next_retry"], b["max_tries"]) == ("up_for_retry", "2026-01-01T12:00:00Z", 2)
    assert b["why"] == "retry due at 2026-01-01 12:00:00Z, after: ValueError: no"
    assert b["error"] == "ValueError: no\nmore"
    assert found["end"]["why"] == "waits for b"
    assert found["end"]["operator"] == "PythonOperator"
    one = f"{RUNS}/{run}/taskInstances/b"
    assert get(web, f"{one}/-1")["why"] == get(web, one)["why"] == b["why"]
    assert get(web, f"{one}/-1/dependencies") == {"why": [b["why"]]}


def test_a_run_that_has_not_started_shows_what_it_will_have(web: Served, stage: Stage, run: str) -> None:
    add_run(stage.conn, DAG, "soon")
    found = get(web, f"{RUNS}/soon/taskInstances/b")
    assert (found["id"], found["state"], found["why"]) == (0, "none", "about to start")
    assert get(web, f"{RUNS}/soon/taskInstances/b/-1/logs/0")["waiting"] == "about to start"
    assert get(web, f"{RUNS}/soon/gantt")["tasks"] == []


def expand(stage: Stage, run: str, count: int) -> None:
    """As if the mapped task had been expanded."""
    stage.conn.execute(
        "INSERT INTO task_instance (run_id, task_id, map_index, state, queue, pool)"
        " SELECT run_id, task_id, n, CASE WHEN n = 3 THEN 'failed' ELSE 'success' END, 'q' || n %% 2, pool"
        " FROM task_instance, generate_series(0, %s - 1) AS n WHERE task_id = 'many' AND run_id = %s",
        (count, stage.run(run).key),
    )
    stage.conn.execute(
        "UPDATE task_instance SET state = 'removed' WHERE task_id = 'many' AND map_index < 0 AND run_id = %s",
        (stage.run(run).key,),
    )


def test_mapped_instances_are_listed_by_index(web: Served, stage: Stage, run: str) -> None:
    expand(stage, run, 12)
    path = f"{RUNS}/{run}/taskInstances/many"
    found = every(web, f"{path}/listMapped", "task_instances", limit=5)
    assert [each["map_index"] for each in found] == list(range(12))
    failed = every(web, f"{path}/listMapped", "task_instances", state="failed")
    assert [each["map_index"] for each in failed] == [3]
    assert get(web, f"{path}/7")["map_index"] == 7
    assert get(web, path)["map_index"] == 0
    answer = web.as_("viewer").get(f"{path}/12")
    assert (answer.status_code, answer.json()["remedy"]) == (404, "its indexes are 0 to 11")
    assert len(every(web, f"{RUNS}/{run}/taskInstances", "task_instances", limit=4)) == 15
    only = {"queue": "q1", "map_index": 5, "task_id": ["many", "a"], "pool": "default_pool"}
    assert [each["map_index"] for each in get(web, f"{RUNS}/{run}/taskInstances", **only)["task_instances"]] == [5]


@pytest.mark.parametrize("at_once", [2, 2000])
def test_lists_over_many_runs_are_complete_however_few_they_look_at_for_a_page(
    web: Served, stage: Stage, run: str, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(instance_pages, "RUNS_AT_ONCE", at_once)
    for number in range(5):
        stage.start(f"more {number}")
    for failed in (1, 4):
        stage.run_task("a", Outcome.FAILED, run_id=f"more {failed}")
    expected = [(f"more {n}", name) for n in (4, 3, 2, 1, 0) for name in ("a", "b", "end", "many")]
    expected += [(run, name) for name in ("a", "b", "end", "many")]
    for dag in (DAG, "~"):
        found = every(web, f"/dags/{dag}/dagRuns/~/taskInstances", "task_instances", limit=3)
        assert [(each["dag_run_id"], each["task_id"]) for each in found] == expected
        failed = every(web, f"/dags/{dag}/dagRuns/~/taskInstances", "task_instances", state="failed")
        assert [each["dag_run_id"] for each in failed] == ["more 4", "more 1"]
    assert every(web, "/dags/~/dagRuns/~/taskInstances", "task_instances", state="queued") == []


def test_a_list_over_many_runs_says_why_as_the_page_of_each_run_does(web: Served, stage: Stage, run: str) -> None:
    stage.run_task("a", Outcome.FAILED, run_id=run, error="ValueError: no rows")
    stage.start("held")
    stage.dag(task("lonely", queue="lonely"), task("last", "lonely", "poor"), task("poor", pool="x"), dag_id="other")
    stage.start("r1", "other")
    stage.dag(task("a"), dag_id="shut", paused=True)
    stage.start("r1", "shut")
    assert web.as_("operator").put(f"{RUNS}/held/taskInstances/a/hold", json={}).status_code == 200
    found = get(web, "/dags/~/dagRuns/~/taskInstances", limit=100)["task_instances"]
    whys = {(each["dag_id"], each["dag_run_id"], each["task_id"]): each["why"] for each in found}
    for dag_id, run_id in {key[:2] for key in whys}:
        of_run = get(web, f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances")["task_instances"]
        assert {key[2]: why for key, why in whys.items() if key[:2] == (dag_id, run_id)} == {
            each["task_id"]: each["why"] for each in of_run
        }
    assert whys[DAG, run, "a"] == "ValueError: no rows"
    assert re.fullmatch(
        rf"the task is held by operator since [\d-]+ [\d:]+Z: headway tasks release {DAG} a held",
        whys[DAG, "held", "a"],
    )
    assert whys[DAG, "held", "b"] == "waits for a"
    assert whys["other", "r1", "lonely"] == "nobody consumes queue 'lonely': headway worker -Q lonely"
    assert whys["other", "r1", "last"] == "waits for lonely, poor"
    assert whys["other", "r1", "poor"] == "pool 'x' does not exist: headway pools set x SLOTS"
    assert whys["shut", "r1", "a"] == "the DAG is paused: headway dags unpause shut"
    stage.conn.execute("DELETE FROM hold")


def test_task_instances_of_a_worker(web: Served, stage: Stage, run: str) -> None:
    stage.queue("a", run_id=run)
    stage.claim("a", run)
    for name in ("worker-1", "host-a"):
        found = get(web, "/dags/~/dagRuns/~/taskInstances", hostname=name, state="running")["task_instances"]
        assert [each["task_id"] for each in found] == ["a"]
    assert get(web, "/dags/~/dagRuns/~/taskInstances", hostname="nobody")["task_instances"] == []


def test_every_filter_of_lists_over_many_runs(web: Served, stage: Stage, run: str) -> None:
    for number in (1, 2):
        stage.start(f"More {number}")
    stage.conn.execute("UPDATE dag_run SET run_type = 'backfill', logical_date = %s WHERE run_id = 'More 2'", (BEGIN,))

    def found(**query: Any) -> list[str]:
        rows = every(web, "/dags/~/dagRuns/~/taskInstances", "task_instances", **query)
        return [f"{each['dag_run_id']} {each['task_id']}" for each in rows]

    assert found(task_id_part="A", dag_run_id_part="more") == ["More 2 a", "More 2 many", "More 1 a", "More 1 many"]
    assert found(task_id="a", run_type="backfill") == ["More 2 a"]
    assert found(task_id="a", run_state="success") == []
    assert found(task_id="b", run_state=["queued", "running"], state="none", run_type="backfill") == ["More 2 b"]
    assert found(task_id="a", logical_date_lte=BEGIN.isoformat()) == ["More 2 a"]
    assert found(task_id="a", logical_date_gte="2026-01-01T12:00:01Z") == []


def test_tasks_are_marked_and_killed(web: Served, stage: Stage, run: str) -> None:
    client = web.as_("operator")
    path = f"{RUNS}/{run}/taskInstances"
    dry = client.patch(f"{path}/a", json={"new_state": "success", "include_downstream": True}).json()
    assert (dry["dry_run"], {each["task_id"] for each in dry["task_instances"]}) == (True, {"a", "b", "many", "end"})
    done = client.patch(f"{path}/a/-1", json={"new_state": "success", "dry_run": False, "note": "by hand"}).json()
    assert [each["state"] for each in done["task_instances"]] == ["none"]
    shown = get(web, f"{path}/a")
    assert (shown["state"], shown["note"], shown["note_by"]) == ("success", "by hand", "operator")
    assert shown["note_at"]
    assert client.patch(f"{path}/a", json={"new_state": "running"}).status_code == 422
    stage.queue("b", run_id=run)
    stage.claim("b", run)
    killed = client.post(f"{path}/b/kill")
    assert (killed.status_code, killed.json()["hostname"]) == (202, "worker-1")
    assert get(web, f"{path}/b")["stopping"]
    refused = client.post(f"{path}/end/-1/kill")
    assert (refused.status_code, bool(refused.json()["remedy"])) == (409, True)


def test_every_attempt_is_listed(web: Served, stage: Stage, run: str) -> None:
    stage.run_task("a", run_id=run)
    stage.run_task("b", Outcome.RETRY, run_id=run, error="no", exit_signal=9, peak_rss=1000, cpu_seconds=0.5)
    stage.queue("b", run_id=run)
    stage.claim("b", run)
    first, second = get(web, f"{RUNS}/{run}/taskInstances/b/-1/tries")["tries"]
    assert (first["try_number"], first["outcome"], first["state"], first["error"]) == (1, "retry", "up_for_retry", "no")
    assert (first["exit_signal"], first["peak_rss"], first["cpu_seconds"]) == (9, 1000, 0.5)
    assert (second["try_number"], second["outcome"], second["state"]) == (2, None, "running")
    assert second["hostname"] == "host-a"


def test_an_attempt_whose_worker_died_is_called_lost(web: Served, stage: Stage, run: str) -> None:
    stage.queue("a", run_id=run)
    stage.claim("a", run)
    workers = "UPDATE node SET state = %s WHERE kind = 'worker'"
    stage.conn.execute(workers, ("gone",))  # what its successor on that host says of it
    nodes.end_lost(stage.conn, max_lost=3)
    stage.conn.execute(workers, ("up",))
    (lost,) = get(web, f"{RUNS}/{run}/taskInstances/a/-1/tries")["tries"]
    assert (lost["outcome"], lost["state"], lost["log_bytes"]) == ("lost", "lost", None)
    assert lost["error"].startswith("the worker was lost: its process ended before the task did")


def test_what_was_rendered_is_shown_try_by_try(web: Served, stage: Stage, run: str) -> None:
    for n, outcome in enumerate((Outcome.RETRY, Outcome.SUCCESS), 1):
        claimed = stage.run_task("b", outcome, run_id=run)
        day = claimed.started_at.date()
        rendered.insert(web.conn, [Rendered(claimed.ti, claimed.dispatch, day, n, {"sql": f"SELECT {n}"})])
    path = f"{RUNS}/{run}/taskInstances/b/-1/renderedFields"
    assert (get(web, path)["rendered_fields"], get(web, path)["try_number"]) == ({"sql": "SELECT 2"}, 2)
    assert get(web, path, try_number=1)["rendered_fields"] == {"sql": "SELECT 1"}
    assert (get(web, path, try_number=3)["rendered_fields"], get(web, path, try_number=3)["try_number"]) == ({}, None)
    web.as_("admin").delete(f"{RUNS}/{run}?force=true")
    assert rendered.of_try(web.conn, claimed.ti) is None
    stage.start(run)


def test_a_task_is_shown_as_the_version_of_a_run_has_it(web: Served, stage: Stage, run: str) -> None:
    found = get(web, f"/dags/{DAG}/tasks/b", dag_run_id=run)
    assert (found["version"], found["upstream"], found["downstream"]) == (1, ["a"], ["end"])
    assert (found["retries"], found["trigger_rule"], found["pool"]) == (2, "all_success", "default_pool")
    missing = web.as_("viewer").get(f"/dags/{DAG}/tasks/bb")
    assert (missing.status_code, "'b'" in missing.json()["remedy"]) == (404, True)
    assert web.as_("viewer").get(f"/dags/{DAG}/tasks/b?version=9").status_code == 404


# XComs and logs.


def test_xcoms_are_shown_as_plain_json_and_cut_when_large(web: Served, stage: Stage, run: str) -> None:
    moment = '{"__headway__":"datetime","value":["2026-01-01T00:00:00+00:00",null,0,"datetime"]}'
    xcoms = {"return_value": f'{{"at":{moment}}}', "big": f'"{"x" * 70_000}"', "rendered_map_index": '"n"'}
    stage.run_task("a", run_id=run, xcoms=xcoms, lengths={"return_value": 1})
    path = f"{RUNS}/{run}/taskInstances/a/-1/xcomEntries"
    entries = get(web, path)
    assert [(each["key"], each["length"]) for each in entries["xcom_entries"]] == [("big", None), ("return_value", 1)]
    value = get(web, f"{path}/return_value")
    assert (value["value"], value["type"], value["truncated"]) == (
        {"at": "2026-01-01T00:00:00+00:00"}, "dict", False,
    )  # fmt: skip
    big = get(web, f"{path}/big")
    assert (len(big["value"]), big["type"], big["truncated"], big["size"]) == (65_536, "str", True, 70_002)
    assert get(web, f"{path}/big", max_size=100_000)["value"] == "x" * 70_000
    answer = web.as_("viewer").get(f"{path}/retrun_value")
    assert (answer.status_code, "'return_value'" in answer.json()["remedy"]) == (404, True)


def test_a_log_is_read_in_pieces_whole_and_as_a_file(web: Served, stage: Stage, run: str) -> None:
    stage.queue("a", run_id=run)
    claimed = stage.claim("a", run)
    end = stage.log(claimed, "two\n", stage.log(claimed, "<script>é\x1b[31m\n"))
    path = f"{RUNS}/{run}/taskInstances/a/-1/logs"
    running = get(web, f"{path}/1")
    assert (running["complete"], running["parts"][0]["end"]) == (False, "running")
    stage.finish(claimed, log_bytes=end)
    whole = get(web, f"{path}/0")
    assert (whole["complete"], whole["tries"], whole["try_number"]) == (True, [1], 1)
    assert whole["parts"][0]["text"] == "<script>é\x1b[31m\ntwo\n"
    first = get(web, f"{path}/1", max_bytes=1)["parts"][0]
    assert (first["truncated"], first["end"]) == (True, None)
    rest = get(web, f"{path}/1", offset=first["next_offset"], dispatch=first["dispatch"])["parts"][0]
    assert (rest["text"], rest["end"]) == ("two\n", "complete")
    client = web.as_("viewer")
    plain = client.get(f"{path}/1", headers={"Accept": "text/plain"})
    assert (plain.text, plain.headers["content-type"]) == (whole["parts"][0]["text"], "text/plain; charset=utf-8")
    file = client.get(f"{path}/1", params={"download": True})
    assert file.text == plain.text
    assert file.headers["content-disposition"].startswith('attachment; filename="shop.a.-1.test_a_log')


def test_a_log_of_several_attempts_and_a_lost_one(web: Served, stage: Stage, run: str) -> None:
    stage.queue("a", run_id=run)
    first = stage.claim("a", run)
    stage.log(first, "first\n")
    stage.finish(first, Outcome.INTERRUPTED, log_bytes=None)
    stage.queue("a", run_id=run)
    second = stage.claim("a", run)
    stage.finish(second, log_bytes=stage.log(second, "second\n"))
    log = get(web, f"{RUNS}/{run}/taskInstances/a/-1/logs/1")
    assert [(part["text"], part["end"]) for part in log["parts"]] == [("first\n", "lost"), ("second\n", "complete")]
    assert (log["host_lost"], log["complete"]) == (True, True)
    text = web.as_("viewer").get(f"{RUNS}/{run}/taskInstances/a/-1/logs/1", headers={"Accept": "text/plain"}).text
    assert text == "first\nsecond\n"


# The Grid and the charts.


def by_hand(stage: Stage, run: str, times: dict[str, tuple[float, float, float]]) -> None:
    """Give each task of a run the times (seconds since the beginning) at which it was queued, started, ended."""
    key = stage.run(run).key
    stage.conn.execute(
        "UPDATE dag_run SET run_after = %(at)s, queued_at = %(at)s, start_date = %(at)s, state = 'success',"
        " end_date = %(at)s + interval '60 seconds' WHERE id = %(run)s",
        {"at": BEGIN, "run": key},
    )
    for task_id, seconds in times.items():
        moments = [BEGIN + timedelta(seconds=second) for second in seconds]
        row = stage.conn.execute(
            "UPDATE task_instance SET state = 'success', queued_at = %s, start_date = %s, end_date = %s"
            " WHERE run_id = %s AND task_id = %s AND map_index < 0 RETURNING id",
            (*moments, key, task_id),
        ).fetchone()
        assert row is not None
        stage.conn.execute(
            "INSERT INTO task_attempt (ti_id, dispatch, try_number, outcome, queue, queued_at, started_at, ended_at)"
            " VALUES (%s, 1, 1, 'success', 'default', %s, %s, %s)",
            (row[0], *moments),
        )


TIMES = {"a": (0.0, 1.0, 5.0), "b": (5.0, 7.0, 30.0), "many": (5.0, 6.0, 8.0), "end": (30.0, 31.0, 33.0)}


def test_the_grid_has_a_cell_for_each_task_of_each_run(web: Served, stage: Stage, run: str) -> None:
    by_hand(stage, run, TIMES)
    stage.start("second")
    expand(stage, "second", 5)
    stage.run_task("a", Outcome.FAILED, run_id="second")
    stage.conn.execute(
        "UPDATE task_instance SET task_id = 'old' WHERE task_id = 'end' AND run_id = %s", (stage.run(run).key,)
    )
    grid = get(web, f"/dags/{DAG}/grid")
    assert [(row["id"], row["kind"], row["depth"], row["mapped"], row["removed"]) for row in grid["rows"]] == [
        ("a", "task", 0, False, False),
        ("g", "group", 0, False, False),
        ("b", "task", 1, False, False),
        ("many", "task", 0, True, False),
        ("end", "task", 0, False, False),
        ("old", "task", 0, False, True),
    ]
    newest, oldest = grid["runs"]
    assert newest["cells"] == ["failed", None, "none", {"counts": {"success": 4, "failed": 1}}, "none", None]
    assert oldest["cells"] == ["success", None, "success", {"counts": {"success": 1}}, None, "success"]
    assert (oldest["duration"], oldest["queued_duration"]) == (60.0, 0.0)
    page = get(web, f"/dags/{DAG}/grid", limit=1)
    older = get(web, f"/dags/{DAG}/grid", limit=1, before=page["next_cursor"])
    assert [each["dag_run_id"] for each in page["runs"] + older["runs"]] == ["second", run]
    assert older["next_cursor"] is None
    for only in ({"state": "success"}, {"run_ids": run}):
        assert [each["dag_run_id"] for each in get(web, f"/dags/{DAG}/grid", **only)["runs"]] == [run]
    assert get(web, f"/dags/{DAG}/grid", run_type="backfill")["runs"] == []


def test_the_gantt_tells_when_something_was_held(web: Served, stage: Stage, run: str) -> None:
    client = web.as_("operator")
    assert client.put(f"{RUNS}/{run}/hold", json={"reason": "wait"}).status_code == 200
    held = {each["task_id"]: each["held"] for each in get(web, f"{RUNS}/{run}/gantt")["tasks"]}
    assert len(held["a"]) == len(held["b"]) == 1, "so far"
    assert client.delete(f"{RUNS}/{run}/hold").status_code == 204
    stage.run_task("a", run_id=run)
    held = {each["task_id"]: each["held"] for each in get(web, f"{RUNS}/{run}/gantt")["tasks"]}
    assert [each["start_date"] < each["end_date"] for each in held["a"]] == [True]


def test_the_gantt_tells_waiting_from_running_and_marks_the_critical_path(web: Served, stage: Stage, run: str) -> None:
    by_hand(stage, run, TIMES)
    gantt = get(web, f"{RUNS}/{run}/gantt")
    assert [bar["task_id"] for bar in gantt["tasks"]] == ["a", "many", "b", "end"]
    assert [step["task_id"] for step in gantt["critical_path"]] == ["a", "b", "end"]
    b = next(bar for bar in gantt["tasks"] if bar["task_id"] == "b")
    assert (b["group"], b["critical"]) == ("g", True)
    assert (b["attempts"][0]["queued_at"], b["attempts"][0]["start_date"], b["attempts"][0]["end_date"]) == (
        "2026-01-01T12:00:05Z", "2026-01-01T12:00:07Z", "2026-01-01T12:00:30Z",
    )  # fmt: skip
    assert next(bar for bar in gantt["tasks"] if bar["task_id"] == "many")["critical"] is False


def test_many_instances_make_one_bar_unless_asked_for(web: Served, stage: Stage, run: str) -> None:
    by_hand(stage, run, TIMES)
    expand(stage, run, 60)
    stage.conn.execute(
        "UPDATE task_instance SET start_date = %s, end_date = %s WHERE map_index >= 0",
        (BEGIN + timedelta(seconds=5), BEGIN + timedelta(seconds=9)),
    )
    bar = next(bar for bar in get(web, f"{RUNS}/{run}/gantt")["tasks"] if bar["task_id"] == "many")
    assert (bar["instances"], bar["state"], len(bar["attempts"])) == (60, "failed", 1)
    bars = [bar for bar in get(web, f"{RUNS}/{run}/gantt", expand="many")["tasks"] if bar["task_id"] == "many"]
    assert len(bars) == 60


def test_durations_are_columns_with_medians(web: Served, stage: Stage, run: str) -> None:
    by_hand(stage, run, TIMES)
    stage.start("slower")
    by_hand(stage, "slower", {**TIMES, "b": (5.0, 9.0, 49.0)})
    stage.conn.execute("UPDATE dag_run SET run_after = run_after + interval '1 day' WHERE run_id = 'slower'")
    found = get(web, f"/dags/{DAG}/durations")
    assert [each["dag_run_id"] for each in found["runs"]] == [run, "slower"]
    by_task = dict(zip(found["tasks"], found["values"], strict=True))
    assert by_task == {"a": [4.0, 4.0], "b": [23.0, 40.0], "many": [2.0, 2.0], "end": [2.0, 2.0]}
    assert dict(zip(found["tasks"], found["median"], strict=True))["b"] == 31.5
    assert dict(zip(found["tasks"], found["queued"], strict=True))["b"] == [2.0, 4.0]


def test_the_graph_is_that_of_the_runs_own_version(web: Served, stage: Stage, run: str) -> None:
    expand(stage, run, 5)
    stage.settle("end", TaskState.SKIPPED, run)
    graph = get(web, f"{RUNS}/{run}/graph")
    assert (graph["structure"]["version"], graph["version"]) == (1, 1)
    assert get(web, f"{RUNS}/{run}/graph", structure=False) == {**graph, "structure": None}
    assert graph["states"] == {
        "a": "none", "b": "none", "end": "skipped", "many": {"counts": {"success": 4, "failed": 1}},
    }  # fmt: skip


def test_what_is_not_there_is_told_with_what_is(web: Served, stage: Stage, run: str) -> None:
    client = web.as_("viewer")
    for path in ("", "/gantt", "/graph", "/taskInstances", "/taskInstances/a", "/taskInstances/a/-1/logs/1"):
        answer = client.get(f"{RUNS}/{run[:-1]}{path}")
        assert answer.status_code == 404, path
        assert repr(run) in answer.json()["remedy"], path
    wrong = client.get(f"{RUNS}/{run}/taskInstances/mani")
    assert (wrong.status_code, "'many'" in wrong.json()["remedy"]) == (404, True)


def test_a_dag_a_run_and_a_task_are_held_and_released(web: Served, stage: Stage, run: str) -> None:
    client = web.as_("operator")
    places = [f"/dags/{DAG}", f"/dags/{DAG}/tasks/b", f"{RUNS}/{run}", f"{RUNS}/{run}/taskInstances/a"]
    for place in places:
        held = client.put(f"{place}/hold", json={"reason": "late file"})
        assert (held.status_code, held.json()["reason"]) == (200, "late file")
    assert len(get(web, "/holds")["holds"]) == get(web, "/dashboard")["held"] == 4
    assert len(get(web, "/holds", dag_id=DAG)["holds"]) == 4
    assert get(web, "/holds", dag_id="another") == {"holds": []}
    assert get(web, f"/dags/{DAG}")["hold"]["actor"] == "operator"
    assert get(web, f"{RUNS}/{run}")["hold"]["reason"] == "late file"
    assert get(web, f"{RUNS}/{run}/taskInstances/a")["hold"]["reason"] == "late file"
    assert get(web, f"{RUNS}/{run}/taskInstances/a")["hold"]["every_run"] is False
    assert get(web, f"{RUNS}/{run}/taskInstances/b")["hold"]["every_run"] is True
    assert "held by operator" in get(web, f"{RUNS}/{run}/taskInstances/a")["why"]
    assert get(web, f"/dags/{DAG}/grid")["runs"][0]["hold"] is True
    for place in places:
        assert client.delete(f"{place}/hold").status_code == 204
    assert get(web, "/holds") == {"holds": []}
    assert client.put(f"/dags/{DAG}/tasks/zz/hold", json={}).status_code == 404
    assert client.put(f"/dags/{DAG}/hold", json={"reason": "x" * 1001}).status_code == 422
