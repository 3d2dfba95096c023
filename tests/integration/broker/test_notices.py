"""Change notices on each broker: who speaks, who hears, and what both do when it was away."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
import redis

from headway import notices
from headway.broker.bus import Bus, open_bus
from headway.errors import BrokerUnavailable
from headway.notices import Notice
from headway.settings import load_settings
from headway_scheduler.notices import Notices
from headway_scheduler.run_news import RunNews
from headway_web.live.ear import Listener
from support.proxy import Proxy
from support.waiting import wait_for

from .conftest import Broker

NEWS = RunNews(1, "d", "r1", "success", 1, {"success": 1}, 0)
SAID = notices.of_run("d", "r1", "success", {"success": 1}, 1)


class Ear:
    """A listener, and what it has heard."""

    def __init__(self, bus: Bus) -> None:
        self.heard: queue.SimpleQueue[Notice] = queue.SimpleQueue()
        self.missed = threading.Event()
        self.listener = Listener(bus, hear=lambda found: [*map(self.heard.put, found)], missed=self.missed.set)
        self.listener.start()

    def attend(self, speaker: Bus) -> None:
        """Wait until it hears."""

        def hears() -> bool:
            try:
                notices.broadcast(speaker, [notices.of(notices.POOLS)])
                return self.next(0.2) is not None
            except BrokerUnavailable:
                return False

        wait_for(hears, 60, "the ear")
        while self.next(0.2) is not None:
            pass
        self.missed.clear()

    def next(self, seconds: float) -> Notice | None:
        """What it hears next, if anything."""
        try:
            return self.heard.get(timeout=seconds)
        except queue.Empty:
            return None


@pytest.fixture
def proxy(broker: Broker) -> Iterator[Proxy]:
    """The way to the broker that a test can close."""
    made = Proxy(broker.url)
    yield made
    made.close()


@pytest.fixture
def ear(proxy: Proxy) -> Iterator[Ear]:
    made = Ear(open_bus(load_settings(broker={"url": proxy.url}), name="ear"))
    yield made
    made.listener.stop()


@pytest.fixture
def mouth(proxy: Proxy) -> Iterator[Notices]:
    settings = load_settings(broker={"url": proxy.url})
    service = Notices(settings, open_bus(settings, name="mouth"))
    service.start()
    yield service
    service.stop()


def test_what_was_said_is_heard_and_what_was_missed_is_known(proxy: Proxy, bus: Bus, ear: Ear, mouth: Notices) -> None:
    ear.attend(bus)
    mouth.put([replace(NEWS, state="running"), NEWS])
    heard = [ear.next(60), ear.next(60)]
    assert heard == [notices.of(notices.QUEUES), SAID], "the last word alone, and that queues have changed"
    assert not ear.missed.is_set()
    proxy.take_away()
    mouth.put([NEWS])
    proxy.bring_back()
    assert ear.missed.wait(60), "what may have been said meanwhile is lost"
    mouth.say(notices.of(notices.NODES))
    wanted = (notices.of(notices.NODES), notices.of(notices.RESYNC))
    wait_for(lambda: ear.next(1) in wanted, 60, "the scheduler's word, by itself")


@pytest.mark.parametrize("broker", ["valkey"], indirect=True)
def test_a_subscription_that_breaks_in_silence_is_known(ear: Ear, broker: Broker, bus: Bus) -> None:
    """Redis' client connects again by itself; what was said in between is lost nevertheless."""
    ear.attend(bus)
    with redis.Redis.from_url(broker.url) as client:
        assert client.client_kill_filter(_type="pubsub") >= 1
    assert ear.missed.wait(60)


def test_a_scheduler_that_could_not_speak_says_so_when_it_can(open_another: Callable[[], Bus], broker: Broker) -> None:
    service = Notices(broker.settings, Mute(open_another(), times=1))  # type: ignore[arg-type]
    ear = Ear(open_another())
    ear.attend(open_another())
    service.put([NEWS])
    with pytest.raises(BrokerUnavailable):
        service.run_once()
    service.run_once()
    assert ear.next(60) == notices.of(notices.RESYNC)
    ear.listener.stop()


class Mute:
    """A bus that is away for the first broadcasts."""

    def __init__(self, bus: Bus, *, times: int) -> None:
        self._bus = bus
        self._left = times

    def broadcast(self, topic: str, data: bytes) -> None:
        if self._left:
            self._left -= 1
            raise BrokerUnavailable("away", "wait")
        self._bus.broadcast(topic, data)
