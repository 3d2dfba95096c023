"""Backfills over the REST API; what the scheduler makes of them is tested with the scheduler."""

from __future__ import annotations

from typing import Any

import pytest

from headway.metastore.queries import backfills as queries
from support.structures import store_dag, structure, task
from support.webs import Served

DAILY = {"kind": "cron", "crons": ["0 0 * * *"], "timezone": "UTC", "interval": "data"}
RANGE = {"from_date": "2026-03-01T00:00:00Z", "to_date": "2026-03-05T00:00:00Z"}


@pytest.fixture(scope="module")
def dag(web: Served) -> str:
    made = structure("nightly", task("t"), schedule=DAILY, start_date="2026-01-01T00:00:00+00:00")
    store_dag(web.conn, made, paused=True)
    return "nightly"


def create(web: Served, dag_id: str, **more: Any) -> dict[str, Any]:
    answer = web.as_("operator").post("/backfills", json={"dag_id": dag_id, **RANGE, **more})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def test_a_backfill_from_its_preview_to_its_end(web: Served, dag: str) -> None:
    operator = web.as_("operator")
    preview = operator.post("/backfills/dry_run", json={"dag_id": dag, **RANGE}).json()
    assert [date["outcome"] for date in preview["dates"]] == ["made"] * 5
    assert preview["left_out"] == []
    assert operator.get("/backfills").json()["backfills"] == []
    made = create(web, dag, run_backwards=True, max_active_runs=2, dag_run_conf={"a": 1})
    assert (made["dates"], made["left_out"]) == (5, [])
    assert (made["state"], made["waiting"], made["triggered_by"]) == ("running", 5, "operator")
    one = f"/backfills/{made['id']}"
    assert operator.put(f"{one}/pause").json()["is_paused"] is True
    assert operator.put(f"{one}/unpause").json()["state"] == "running"
    first = operator.get(f"{one}/dates", params={"limit": 2}).json()
    assert first["dates"][0]["logical_date"] == "2026-03-05T00:00:00Z"
    second = operator.get(f"{one}/dates", params={"limit": 3, "cursor": first["next_cursor"]}).json()
    assert [date["logical_date"][:10] for date in second["dates"]] == ["2026-03-03", "2026-03-02", "2026-03-01"]
    assert second["next_cursor"] is None
    assert operator.put(f"{one}/cancel").json()["skipped"] == 5
    assert operator.put(f"{one}/pause").status_code == 409


def test_dates_whose_runs_only_wait_for_their_turn_are_not_counted_as_running(web: Served) -> None:
    store_dag(web.conn, structure("counted", task("t"), schedule=DAILY, start_date="2026-01-01T00:00:00+00:00"))
    key = create(web, "counted", max_active_runs=1)["id"]
    progressing = queries.lock_progressing(web.conn, after=key - 1)
    assert progressing is not None
    for date in queries.waiting_dates(web.conn, key, limit=3):
        run = queries.make_run(web.conn, progressing, date, run_id=f"backfill__{date.position}")
        queries.note_outcome(web.conn, key, date, "made", run=run, reason="")
    web.conn.execute("UPDATE dag_run SET state = 'running' WHERE run_id = 'backfill__0'")
    shown = web.as_("viewer").get(f"/backfills/{key}").json()
    counts = {name: shown[name] for name in ("waiting", "active", "queued", "running")}
    assert counts == {"waiting": 2, "active": 3, "queued": 2, "running": 1}


def test_what_is_left_out_of_the_range_is_said_before_and_after(web: Served, dag: str) -> None:
    asked = {"from_date": "2025-06-01T00:00:00Z", "to_date": "2999-01-01T00:00:00Z"}
    preview = web.as_("operator").post("/backfills/dry_run", json={"dag_id": dag, **asked}).json()
    made = create(web, dag, **asked)
    web.as_("operator").put(f"/backfills/{made['id']}/cancel")
    shown = web.as_("viewer").get(f"/backfills/{made['id']}").json()
    (listed, *_) = web.as_("viewer").get("/backfills", params={"dag_id": dag}).json()["backfills"]
    for answer, first, last in (
        (preview, preview["dates"][0]["logical_date"], preview["dates"][-1]["logical_date"]),
        *((each, each["from_date"], each["to_date"]) for each in (made, shown, listed)),
    ):
        early, late = answer["left_out"]
        assert (early["reason"], early["bound"], early["limit"]) == ("start_date", first, "2026-01-01T00:00:00Z")
        assert (late["reason"], late["bound"]) == ("not_due", last)
        assert late["message"].endswith(": dates after that are not due yet")


def test_they_are_listed_the_newest_first_in_pages(web: Served, dag: str) -> None:
    client = web.as_("operator")
    keys = []
    for _ in range(3):
        keys.append(create(web, dag)["id"])
        client.put(f"/backfills/{keys[-1]}/cancel")
    page = client.get("/backfills", params={"dag_id": dag, "limit": 2}).json()
    assert [each["id"] for each in page["backfills"]] == keys[:0:-1]
    rest = client.get("/backfills", params={"dag_id": dag, "limit": 2, "cursor": page["next_cursor"]}).json()
    assert rest["backfills"][0]["id"] == keys[0]
    assert client.get("/backfills", params={"dag_id": "other"}).json()["backfills"] == []


@pytest.mark.parametrize(
    ("change", "status", "words"),
    [
        ({"dag_id": "no_such"}, 404, "there is no DAG 'no_such'"),
        ({"to_date": "2025-01-01T00:00:00Z"}, 422, "ends before it begins"),
        ({"from_date": "2998-01-01T00:00:00Z", "to_date": "2999-01-01T00:00:00Z"}, 422, "is due yet"),
        ({"from_date": "2026-03-01T00:00:00"}, 422, "from_date"),
        ({"reprocess_behavior": "all"}, 422, "reprocess_behavior"),
        ({"dag_run_conf": {"a": "x" * 70_000}}, 422, "conf takes"),
    ],
)
def test_what_cannot_be_says_so(web: Served, dag: str, change: dict[str, Any], status: int, words: str) -> None:
    answer = web.as_("operator").post("/backfills", json={"dag_id": dag, **RANGE, **change})
    assert answer.status_code == status
    assert words in answer.text


def test_a_viewer_looks_only(web: Served, dag: str) -> None:
    viewer = web.as_("viewer")
    assert viewer.get("/backfills").status_code == 200
    assert viewer.post("/backfills", json={"dag_id": dag, **RANGE}).status_code == 403
    assert viewer.get("/backfills/999999").status_code == 404
