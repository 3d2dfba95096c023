"""Following a log over HTTP: as it is written, from where it broke off, until nothing more will come."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from headway.metastore.queries.attempts import Claimed
from headway.states import Outcome
from headway_web.security import standing
from support.sse import listening
from support.stage import Stage
from support.structures import mapped, task
from support.waiting import wait_for
from support.webs import Served


@pytest.fixture(scope="module")
def stage(web: Served) -> Stage:
    made = Stage(web.conn)
    made.join_scheduler()
    made.join_worker()
    made.dag(task("a", retries=1), task("b", "a"), task("many", "b", **mapped(2, "many")))
    return made


@pytest.fixture
def run(request: pytest.FixtureRequest) -> str:
    """A run of the test's own."""
    name: str = request.node.name
    return name


class Events:
    """The events of a stream, one after the other."""

    def __init__(self, answer: httpx.Response) -> None:
        self._lines = answer.iter_lines()
        self.last_id = ""

    def next(self, kind: str) -> Any:
        """The data of the next event, which is of this kind; comments and waiting are passed over."""
        for name, data in self._events():
            if name == "waiting" != kind:
                continue
            assert name == kind, f"expected {kind}, got {name}: {data}"
            return data
        raise AssertionError(f"the stream ended before {kind}")

    def rest(self) -> list[tuple[str, Any]]:
        return list(self._events())

    def _events(self) -> Iterator[tuple[str, Any]]:
        found: dict[str, str] = {}
        for line in self._lines:
            name, _, value = line.partition(": ")
            if line:
                found[name] = value
            elif "event" in found:
                self.last_id = found.get("id", self.last_id)
                yield found["event"], json.loads(found["data"])
                found = {}


@contextmanager
def follow(web: Served, run: str, path: str = "a/-1/logs/1/stream", **headers: str) -> Iterator[Events]:
    client = web.as_("viewer")
    with client.stream("GET", f"/dags/shop/dagRuns/{run}/taskInstances/{path}", headers=headers) as answer:
        assert answer.status_code == 200, answer.read()
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield Events(answer)


def begin(stage: Stage, run: str) -> Claimed:
    stage.start(run)
    stage.queue("a", run_id=run)
    return stage.claim("a", run)


def test_a_log_is_told_as_it_is_written(web: Served, stage: Stage, run: str) -> None:
    claimed = begin(stage, run)
    with follow(web, run) as events:
        began = events.next("began")
        assert (began["try_number"], began["dispatch"], began["hostname"]) == (1, claimed.dispatch, "host-a")
        middle = stage.log(claimed, "één\n")
        assert events.next("text") == {"dispatch": claimed.dispatch, "offset": 0, "text": "één\n"}
        assert events.last_id == f"{claimed.dispatch}:{middle}"
        end = stage.log(claimed, "two\n", middle)
        assert events.next("text")["offset"] == middle
        stage.finish(claimed, log_bytes=end)
        ended = events.next("ended")
        assert ended.pop("duration") > 0
        assert ended == {"dispatch": claimed.dispatch, "outcome": "success", "end": "complete", "error": None}
        assert events.rest() == [("end", {"reason": "complete"})]


def test_a_stream_goes_on_where_it_broke_off(web: Served, stage: Stage, run: str) -> None:
    claimed = begin(stage, run)
    middle = stage.log(claimed, "seen\n")
    with follow(web, run) as events:
        events.next("began")
        assert events.next("text")["text"] == "seen\n"
        place = events.last_id
    end = stage.log(claimed, "unseen\n", middle)
    stage.finish(claimed, log_bytes=end)
    with follow(web, run, **{"Last-Event-ID": place}) as events:
        assert [data["text"] for kind, data in events.rest() if kind == "text"] == ["unseen\n"]
    with follow(web, run, f"a/-1/logs/1/stream?last_event_id={place}") as events:
        assert [data["text"] for kind, data in events.rest() if kind == "text"] == ["unseen\n"]
    with follow(web, run, **{"Last-Event-ID": f"{claimed.dispatch}:{end}"}) as events:
        assert [kind for kind, _ in events.rest()] == ["began", "ended", "end"]


def test_a_place_that_no_stream_gave_begins_at_the_beginning(web: Served, stage: Stage, run: str) -> None:
    claimed = begin(stage, run)
    stage.finish(claimed, log_bytes=stage.log(claimed, "all\n"))
    for place in ("nonsense", "1", "-1:-1", "99999999999999999999:1", "1:x"):
        with follow(web, run, **{"Last-Event-ID": place}) as events:
            assert [data["text"] for kind, data in events.rest() if kind == "text"] == ["all\n"]


def test_the_newest_try_is_followed_into_the_next(web: Served, stage: Stage, run: str) -> None:
    first = begin(stage, run)
    with follow(web, run, "a/-1/logs/0/stream") as events:
        assert events.next("began")["try_number"] == 1
        stage.finish(first, Outcome.RETRY, log_bytes=0)
        assert events.next("ended")["outcome"] == "retry"
        assert events.next("waiting")["state"] == "up_for_retry"
        stage.queue("a", run_id=run)
        second = stage.claim("a", run)
        assert events.next("began")["try_number"] == 2
        stage.finish(second, log_bytes=stage.log(second, "again\n"))
        assert [kind for kind, _ in events.rest()] == ["text", "ended", "end"]


def test_what_waits_says_why(web: Served, stage: Stage, run: str) -> None:
    begin(stage, run)
    with follow(web, run, "b/-1/logs/1/stream") as events:
        assert events.next("waiting") == {"state": "none", "why": "waits for a"}


def test_a_run_that_is_deleted_ends_the_stream(web: Served, stage: Stage, run: str) -> None:
    stage.start(run)
    with follow(web, run, "b/-1/logs/1/stream") as events:
        events.next("waiting")
        assert web.as_("admin").delete(f"/dags/shop/dagRuns/{run}").status_code == 200
        assert "has no run" in events.next("end")["reason"]


def test_who_is_logged_out_reads_no_further(
    web: Served, stage: Stage, run: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standing, "EVERY", 0.0)
    begin(stage, run)
    with listening(web.as_("viewer"), f"/dags/shop/dagRuns/{run}/taskInstances/a/-1/logs/1/stream") as stream:
        web.conn.execute("DELETE FROM session")
        assert stream.ended.wait(60)
        assert [each.kind for each in stream.events] == ["began"]


def test_a_browser_that_goes_away_leaves_nothing_behind(web: Served, stage: Stage, run: str) -> None:
    begin(stage, run)
    with follow(web, run) as events:
        events.next("began")
    asked = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'headway web' AND state <> 'idle'"
    pool = web.app.state.web.pool
    wait_for(lambda: pool.get_stats()["pool_available"] == pool.get_stats()["pool_size"], what="all connections back")
    wait_for(lambda: stage.value(asked) == 0, what="the end of what they asked")


def test_nothing_is_streamed_of_what_is_not_there(web: Served, stage: Stage, run: str) -> None:
    stage.start(run)
    for path in (f"{run}/taskInstances/zz/-1", f"{run}/taskInstances/a/3", "nope/taskInstances/a/-1"):
        answer = web.as_("viewer").get(f"/dags/shop/dagRuns/{path}/logs/1/stream")
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"
