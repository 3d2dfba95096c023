"""Live updates from the broker to browsers, over real connections."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import httpx
import pytest

from headway import notices
from headway.broker.bus import Bus, open_bus
from headway.notices import Notice
from headway.standalone.valkey import EmbeddedValkey
from headway_web.security import standing
from support.sse import Stream, listening
from support.waiting import wait_for
from support.webs import Served, serve_another

MANY = 120  # browsers


def said(run_id: str, state: str = "running") -> Notice:
    return notices.of_run("d", run_id, state, {"success": 1}, 1)


@pytest.fixture
def bus(web: Served) -> Iterator[Bus]:
    opened = open_bus(web.settings, name="scheduler")
    yield opened
    opened.close()


def begin(web: Served, stream: Stream, bus: Bus) -> None:
    """Speak until the node hears: the first browser has it subscribe."""

    def heard() -> bool:
        notices.broadcast(bus, [notices.of(notices.ASSETS)])
        return notices.ASSETS in {each.kind for each in stream.events}

    wait_for(heard, 60, "the node's ear", pause=0.1)
    wait_for(lambda: stream.events[-1].kind == notices.ASSETS, 60, "the last of it")


def test_nobody_hears_anything_without_a_login(web: Served) -> None:
    assert web.as_(None).get("/events").status_code == 401


def test_what_a_scheduler_says_reaches_every_browser(web: Served, bus: Bus) -> None:
    with ExitStack() as stack:
        streams = [stack.enter_context(listening(web.as_("viewer"))) for _ in range(3)]
        assert streams[0].events[0].kind == "hello"
        begin(web, streams[0], bus)
        notices.broadcast(bus, [said("a"), notices.of_dags("d"), said("a", "success")])
        for stream in streams:
            wait_for(lambda stream=stream: stream.events[-1].kind == "run", 60, "word of the run")  # type: ignore[misc]
            assert stream.events[-1].data == {
                "dag_id": "d", "dag_run_id": "a", "state": "success", "counts": {"success": 1}, "version": 1,
            }  # fmt: skip


def test_a_browser_that_comes_back_goes_on_where_it_was(web: Served, bus: Bus) -> None:
    client = web.as_("viewer")
    with listening(client) as stream:
        begin(web, stream, bus)
        notices.broadcast(bus, [said("first")])
        wait_for(lambda: stream.events[-1].kind == "run", 60, "the first")
        place = stream.events[-1].id
        with listening(web.as_("viewer")) as other:  # so that it is heard while the first is away
            notices.broadcast(bus, [said("meanwhile")])
            other.await_kinds("hello", "run")
    with listening(client, **{"Last-Event-ID": place}) as back:
        _, event = back.await_kinds("hello", "run")
        assert event.data["dag_run_id"] == "meanwhile"
    with listening(client, **{"Last-Event-ID": "of-another-life"}) as lost:
        lost.await_kinds("hello", "resync")


def test_only_what_concerns_the_dags_that_were_asked_for(web: Served, bus: Bus) -> None:
    with (
        listening(web.as_("viewer"), "/events?dag_id=e&dag_id=d") as mine,
        listening(web.as_("viewer"), "/events?dag_id=other") as others,
    ):
        begin(web, others, bus)
        notices.broadcast(bus, [said("a"), notices.of(notices.POOLS)])
        wait_for(lambda: others.events[-1].kind == "pools", 60, "what concerns all")
        wait_for(lambda: {"run", "pools"} <= {each.kind for each in mine.events}, 60, "my run")
        assert "run" not in {each.kind for each in others.events}


def test_after_an_outage_of_the_broker_everybody_looks_anew(web: Served, bus: Bus, valkey: EmbeddedValkey) -> None:
    with listening(web.as_("viewer")) as stream:
        begin(web, stream, bus)
        before = len(stream.events)
        valkey.stop()
        valkey.start()
        wait_for(lambda: "resync" in {each.kind for each in stream.events[before:]}, 60, "the word to look anew")
        notices.broadcast(bus, [said("after")])
        wait_for(lambda: stream.events[-1].kind == "run", 60, "what comes behind it")


def test_who_is_logged_out_or_revoked_hears_no_more(web: Served, bus: Bus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standing, "EVERY", 0.0)
    leaving, staying = web.as_("viewer"), web.as_("viewer")
    made = staying.post("/tokens", json={"name": "follower", "scopes": ["read"]}).json()
    bearer = web.as_(None, headers={"Authorization": f"Bearer {made['token']}"})
    with listening(leaving) as left, listening(bearer) as revoked, listening(staying) as stream:
        assert leaving.delete("/session").status_code == 204
        assert staying.delete(f"/tokens/{made['id']}").status_code == 204
        begin(web, stream, bus)
        notices.broadcast(bus, [said("secret")])
        assert left.ended.wait(60)
        assert revoked.ended.wait(60)
        wait_for(lambda: stream.events[-1].kind == "run", 60, "word of the run")
        assert "run" not in {each.kind for each in left.events + revoked.events}


def test_many_browsers_hear_the_same_and_end_with_the_node(web: Served) -> None:
    with serve_another(web.settings) as another, ExitStack() as stack:
        client = another.as_("viewer", limits=httpx.Limits(max_connections=MANY))
        streams = [stack.enter_context(listening(client)) for _ in range(MANY)]
        speaker = open_bus(web.settings, name="scheduler")
        begin(another, streams[0], speaker)
        notices.broadcast(speaker, [said("a")])
        speaker.close()
        for stream in streams:
            wait_for(lambda stream=stream: stream.events[-1].kind == "run", 60, "word of the run")  # type: ignore[misc]
        another.app.state.web.stop()
        assert all(stream.ended.wait(60) for stream in streams)
