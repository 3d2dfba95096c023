"""The hub: who hears what, also one that is slow, comes back, or was away while the broker was."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from headway import notices
from headway.notices import Notice
from headway_web.live.hub import KEPT, Hub, Subscription
from headway_web.live.stream import stream


def said(run_id: str, state: str = "running", dag_id: str = "d") -> Notice:
    return notices.of_run(dag_id, run_id, state, {}, 1)


def take(subscription: Subscription) -> list[Notice]:
    """What waits."""
    return [notice for _, notice in asyncio.run(subscription.take(0))]


def places(subscription: Subscription) -> list[str]:
    return [place for place, _ in asyncio.run(subscription.take(0))]


def test_everybody_hears_everything_in_order() -> None:
    hub = Hub()
    first, second = hub.subscribe(None), hub.subscribe(None)
    hub.publish([said("a"), said("b"), notices.of(notices.NODES)])
    for listener in (first, second):
        assert take(listener) == [said("a"), said("b"), notices.of(notices.NODES)]
        assert take(listener) == []


def test_one_who_asks_for_some_dags_hears_of_these_and_of_what_concerns_all() -> None:
    hub = Hub()
    listener = hub.subscribe(None, ["d"])
    hub.publish([said("a"), said("b", dag_id="e"), notices.of_dags("e"), notices.of_dags(), notices.of(notices.POOLS)])
    assert take(listener) == [said("a"), notices.of_dags(), notices.of(notices.POOLS)]


def test_a_slow_one_hears_the_last_word_on_each_subject() -> None:
    hub = Hub()
    slow = hub.subscribe(None)
    hub.publish([said("a"), said("b")])
    hub.publish([notices.of_dags("x"), said("a", "success"), notices.of_dags("y")])
    assert take(slow) == [said("b"), said("a", "success"), notices.of_dags("x", "y")]


def test_a_very_slow_one_is_told_to_look_anew_and_holds_up_nobody() -> None:
    hub = Hub()
    slow, quick = hub.subscribe(None), hub.subscribe(None)
    for number in range(2000):
        hub.publish([said(f"r{number}")])
        assert take(quick) == [said(f"r{number}")]
    assert take(slow) == [notices.of(notices.RESYNC)]
    hub.publish([said("a")])
    assert take(slow) == [said("a")]


def test_one_who_comes_back_goes_on_behind_what_it_heard_last() -> None:
    hub = Hub()
    listener = hub.subscribe(None)
    hub.publish([said("a"), said("b"), said("c")])
    heard = places(listener)
    hub.unsubscribe(listener)
    hub.publish([said("d")])
    back = hub.subscribe(heard[1])
    assert back.place == heard[1], "until it has heard more, that is where it stands"
    assert take(back) == [said("c"), said("d")]
    assert take(hub.subscribe(heard[2])) == [said("d")]


def test_one_who_heard_nothing_yet_can_come_back_too() -> None:
    hub = Hub()
    listener = hub.subscribe(None)
    hub.publish([said("a")])
    assert take(hub.subscribe(listener.place)) == [said("a")]


def test_one_who_was_away_too_long_looks_anew() -> None:
    hub = Hub()
    listener = hub.subscribe(None)
    hub.publish([said("a")])
    (place,) = places(listener)
    hub.publish([said("b")] * KEPT)
    assert take(hub.subscribe(place)) == [said("b")], "just in time"
    hub.publish([said("b")])
    assert take(hub.subscribe(place)) == [notices.of(notices.RESYNC)]


def test_a_place_that_this_node_never_gave_means_to_look_anew() -> None:
    hub = Hub()
    life = hub.subscribe(None).place.partition("-")[0]
    for unknown in (Hub().subscribe(None).place, f"{life}-7", f"{life}-", "nonsense", "-1", f"{life}-\u0661"):
        assert take(hub.subscribe(unknown)) == [notices.of(notices.RESYNC)], unknown


def test_after_an_outage_everybody_looks_anew_and_no_old_place_counts() -> None:
    hub = Hub()
    listener = hub.subscribe(None)
    hub.publish([said("a")])
    (place,) = places(listener)
    hub.start_over()
    assert take(listener) == [notices.of(notices.RESYNC)]
    assert take(hub.subscribe(place)) == [notices.of(notices.RESYNC)]
    hub.publish([said("b")])
    assert take(listener) == [said("b")]


def test_a_scheduler_that_could_not_speak_makes_everybody_look_anew() -> None:
    hub = Hub()
    listener = hub.subscribe(None)
    hub.publish([said("a"), notices.of(notices.RESYNC), said("b")])
    assert take(listener) == [notices.of(notices.RESYNC)]


def test_so_many_dags_that_it_is_any() -> None:
    many = notices.merged(notices.of_dags(f"d{number}") for number in range(150))
    assert many == [notices.of_dags()]


def test_a_message_says_what_was_put_into_it_and_leaves_out_what_is_unknown() -> None:
    assert notices.decode(b'[1, [["run", {"dag_id": "d"}], ["later", {}]]]') == [Notice("run", {"dag_id": "d"})]


async def anybody() -> bool:
    return True


async def _first(hub: Hub, subscription: Subscription, count: int) -> list[str]:
    texts: list[str] = []
    async for text in stream(hub, subscription, anybody):
        texts.append(text)
        if len(texts) == count:
            break
    return texts


def in_loop(work: Coroutine[Any, Any, list[str]]) -> list[str]:
    return asyncio.run(asyncio.wait_for(work, 20))


def test_the_stream_is_server_sent_events() -> None:
    hub = Hub()
    subscription = hub.subscribe(None)
    hub.publish([said("ä\n")])
    hello, event = in_loop(_first(hub, subscription, 2))
    assert hello.startswith("retry: 2000\nid: ")
    lines = event.splitlines()
    assert lines[1] == "event: run"
    assert lines[2].startswith('data: {"dag_id": "d", "dag_run_id": "\\u00e4\\n"'), "on one line"
    assert event.endswith("\n\n")


def test_a_stream_ends_with_the_node_and_is_forgotten() -> None:
    async def end() -> list[str]:
        hub = Hub()
        texts = []
        async for text in stream(hub, hub.subscribe(None), anybody):
            texts.append(text)
            hub.close()
        assert hub.listeners == 0
        late = [text async for text in stream(hub, hub.subscribe(None), anybody)]
        return [*texts, *late]

    assert len(in_loop(end())) == 2, "two greetings, nothing else"


def test_a_stream_does_not_last_for_ever() -> None:
    async def whole() -> list[str]:
        hub = Hub()
        return [text async for text in stream(hub, hub.subscribe(None), anybody, longest=0.01)]

    assert len(in_loop(whole())) >= 1
