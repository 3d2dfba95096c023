"""What every broker must do for Headway: one suite for all."""

from __future__ import annotations

import contextlib
import itertools
import json
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from celery import Celery
from celery.contrib.testing.worker import start_worker
from kombu import Consumer

from headway.broker.amqp_bus import AmqpBus
from headway.broker.bus import Bus, open_bus
from headway.broker.celery_app import make_app
from headway.broker.celery_queues import task_queue
from headway.errors import BrokerUnavailable, SettingsError
from headway.messages import EXECUTE_TASK, Dispatch
from headway.settings import load_settings
from support.waiting import wait_for

from .conftest import Broker

QUEUE = "high_cpu"


def dispatch(number: int = 1, token: int = 1, **more: Any) -> Dispatch:
    facts = {
        "dag_id": "shop", "task_id": f"task_{number}", "run_id": "manual__1", "map_index": -1, "try_number": 1,
        "bundle": "b" * 64, "file": "shop.py", "reply_to": "scheduler-1", **more,
    }  # fmt: skip
    return Dispatch(ti=number, dispatch=token, **facts)


class CeleryWorker:
    """The part of a Celery worker that takes messages: its queues, its transport, its decoding."""

    def __init__(self, app: Celery, broker: Broker, *queues: str) -> None:
        self.connection = app.connection_for_read()
        self.received: list[Any] = []
        priorities = broker.name == "rabbitmq"
        self._consumer = Consumer(
            self.connection.default_channel,
            [task_queue(name, priorities=priorities) for name in queues],
            on_message=self._receive,
            accept=["json"],
            prefetch_count=1,
        )
        self._consumer.qos(prefetch_count=1)
        self._consumer.consume()

    def _receive(self, message: Any) -> None:
        self.received.append((message.headers, message.decode(), message))
        message.ack()

    def take(self, count: int, seconds: float = 60) -> list[Any]:
        """Take so many messages, one at a time."""

        def enough() -> bool:
            with contextlib.suppress(TimeoutError):
                self.connection.drain_events(timeout=0.2)
            return len(self.received) >= count

        wait_for(enough, seconds, f"{count} messages")
        return self.received

    def close(self) -> None:
        """Go away."""
        self.connection.release()


@pytest.fixture
def app(broker: Broker) -> Celery:
    return make_app(broker.settings, queues=[QUEUE])


@pytest.fixture
def worker(app: Celery, broker: Broker) -> Any:
    made = CeleryWorker(app, broker, QUEUE)
    yield made
    made.close()


def task_ids(received: list[Any]) -> list[str]:
    return [body[0][0]["task_id"] for _, body, _ in received]


def test_celery_reads_what_is_published(bus: Bus, worker: CeleryWorker) -> None:
    sent = dispatch(7, 3, try_number=2, map_index=4)
    bus.publish([(sent, QUEUE, 1)])
    ((headers, body, message),) = worker.take(1)
    args, kwargs, embedded = body
    assert Dispatch.from_json(args[0]) == sent
    assert kwargs == {}
    assert set(embedded.values()) == {None}
    assert (headers["task"], headers["id"], headers["root_id"]) == (EXECUTE_TASK, "7-3", "7-3")
    assert (headers["shadow"], headers["argsrepr"]) == ("shop.task_7", "(manual__1 [4], try 2)")
    assert message.properties["correlation_id"] == "7-3"
    assert message.delivery_info["routing_key"] == QUEUE


def test_celery_runs_what_is_published(bus: Bus, app: Celery, broker: Broker) -> None:
    """Through Celery's own strategy and request, not only through kombu."""
    ran: list[tuple[str, dict[str, Any]]] = []

    @app.task(name=EXECUTE_TASK, bind=True, shared=False)
    def execute(self: Any, message: dict[str, Any]) -> None:
        ran.append((self.request.id, message))

    app.conf.broker_heartbeat = 2  # its loop looks only so often whether it shall end
    with start_worker(app, pool="solo", perform_ping_check=False, shutdown_timeout=20):
        bus.publish([(dispatch(1), QUEUE, 1), (dispatch(2), QUEUE, 1)])
        wait_for(lambda: len(ran) == 2, 60, "two tasks")
    assert [(task_id, Dispatch.from_json(message).task_id) for task_id, message in ran] == [
        ("1-1", "task_1"), ("2-1", "task_2"),
    ]  # fmt: skip


def test_what_nobody_consumes_yet_waits(bus: Bus, app: Celery, broker: Broker) -> None:
    bus.publish([(dispatch(1), QUEUE, 1)])
    assert bus.depths([QUEUE]) == {QUEUE: 1}
    late = CeleryWorker(app, broker, QUEUE)
    assert task_ids(late.take(1)) == ["task_1"]
    late.close()


def test_queues_are_apart(bus: Bus, app: Celery, broker: Broker) -> None:
    bus.publish([(dispatch(1), QUEUE, 1), (dispatch(2), "default", 1)])
    for queue, expected in ((QUEUE, "task_1"), ("default", "task_2")):
        one = CeleryWorker(app, broker, queue)
        assert task_ids(one.take(1)) == [expected]
        one.close()


def test_urgent_messages_come_first_and_equals_in_order(bus: Bus, app: Celery, broker: Broker) -> None:
    weights = [1, 1, 10, 5000, 100, 2, 1000, 99]
    bus.publish([(dispatch(number), QUEUE, weight) for number, weight in enumerate(weights)])
    late = CeleryWorker(app, broker, QUEUE)
    assert task_ids(late.take(8)) == [f"task_{n}" for n in (3, 6, 4, 2, 7, 0, 1, 5)]
    late.close()


class Flower:
    """The part of Flower that hears events, in a thread."""

    def __init__(self, app: Celery) -> None:
        self.heard: list[dict[str, Any]] = []
        self._connection = app.connection_for_read()
        self._receiver = app.events.Receiver(self._connection, handlers={"*": self.heard.append})
        self._thread = threading.Thread(
            target=lambda: self._receiver.capture(limit=None, timeout=None, wakeup=False), daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """Stop listening."""
        self._receiver.should_stop = True
        self._thread.join(60)
        self._connection.release()


@pytest.fixture
def flower(app: Celery) -> Iterator[Flower]:
    made = Flower(app)
    yield made
    made.close()


def test_flower_hears_where_each_message_went(bus: Bus, flower: Flower) -> None:
    tokens = itertools.count(1)

    def publish() -> bool:
        bus.publish([(dispatch(5, next(tokens)), QUEUE, 1)])
        return bool(flower.heard)

    wait_for(publish, 60, "an event")
    event = flower.heard[0]
    assert (event["type"], event["queue"], event["routing_key"]) == ("task-sent", QUEUE, QUEUE)
    assert event["uuid"].startswith("5-")
    assert (event["name"], event["args"]) == ("shop.task_5", "(manual__1, try 1)")


def test_no_events_are_sent_where_nobody_wants_them(bus: Bus, broker: Broker, flower: Flower) -> None:
    quiet = open_bus(load_settings(broker={"url": broker.url}, worker={"task_events": False}))

    def loud() -> bool:
        quiet.publish([(dispatch(1), QUEUE, 1)])
        bus.publish([(dispatch(2), QUEUE, 1)])
        return len(flower.heard) > 5

    wait_for(loud, 60, "events of the other bus")
    assert {event["name"] for event in flower.heard} == {"shop.task_2"}
    quiet.close()


def all_events(bus: Bus, scheduler: str, count: int) -> list[bytes]:
    found: list[bytes] = []
    wait_for(lambda: found.extend(bus.events(scheduler, 0.5)) or len(found) >= count, 60, f"{count} events")
    return found


def test_events_come_in_the_order_in_which_they_were_sent(bus: Bus, open_another: Callable[[], Bus]) -> None:
    sender = open_another()
    sent = [json.dumps(number).encode() for number in range(2500)]
    for data in sent:
        sender.send_event("s1", data)
    assert all_events(bus, "s1", 2500) == sent
    assert bus.events("s1", 0.05) == []


def test_several_events_are_taken_at_once(bus: Bus, open_another: Callable[[], Bus]) -> None:
    """A scheduler that took them one by one could not keep up."""
    sender = open_another()
    bus.events("s1", 0.05)
    for number in range(500):
        sender.send_event("s1", b"%d" % number)
    looks = 0
    found: list[bytes] = []
    while len(found) < 500:
        looks += 1
        found += bus.events("s1", 2)
    assert looks < 100


def test_an_event_wakes_its_scheduler_at_once(bus: Bus, open_another: Callable[[], Bus]) -> None:
    other, seen = open_another(), []
    bus.events("s1", 0.05)
    waiting = threading.Thread(target=lambda: seen.append(bus.events("s1", 600)), daemon=True)
    waiting.start()
    other.send_event("s1", b"x")
    waiting.join(60)
    assert seen == [[b"x"]], "long before its time is over"


def test_each_scheduler_gets_its_own_events(bus: Bus) -> None:
    bus.send_event("s1", b"one")
    bus.send_event("s2", b"two")
    assert all_events(bus, "s2", 1) == [b"two"]
    assert all_events(bus, "s1", 1) == [b"one"]


def test_the_kernel_watches_over_connections_to_rabbitmq(rabbitmq_url: str) -> None:
    """A half-open connection must not hold a thread for minutes."""
    bus = AmqpBus(rabbitmq_url, name="test", sent_events=False)
    bus.depths(["q"])
    watched = bus._connection.connection.transport.sock
    assert watched.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
    assert watched.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == 3
    assert watched.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 7000
    bus.close()


def test_dropped_events_are_gone(bus: Bus, open_another: Callable[[], Bus]) -> None:
    sender = open_another()
    sender.send_event("s1", b"x")
    sender.drop_events("s1")
    assert bus.events("s1", 0.2) == []
    sender.drop_events("nobody")


def test_broadcasts_reach_all_who_listen(bus: Bus, open_another: Callable[[], Bus]) -> None:
    one, two = open_another(), open_another()
    for listener in (one, two):
        assert listener.listen("beats", 0.2) == []
    bus.broadcast("beats", b"a")
    bus.broadcast("other", b"not for them")
    bus.broadcast("beats", b"b")
    for listener in (one, two):
        found: list[bytes] = []
        wait_for(lambda f=found, each=listener: f.extend(each.listen("beats", 0.3)) or len(f) >= 2, 60, "both beats")
        assert found == [b"a", b"b"]


def test_one_bus_may_listen_to_several_topics(bus: Bus, open_another: Callable[[], Bus]) -> None:
    listener = open_another()
    for topic in ("beats", "stops"):
        listener.listen(topic, 0.2)
    bus.broadcast("stops", b"s")
    bus.broadcast("beats", b"b")
    wait_for(lambda: listener.listen("beats", 0.3) == [b"b"], 60, "the beat")
    wait_for(lambda: listener.listen("stops", 0.3) == [b"s"], 60, "the stop")


def test_depths_count_what_waits(bus: Bus) -> None:
    assert bus.depths([]) == {}
    bus.publish([(dispatch(n), QUEUE, weight) for n, weight in enumerate((1, 10, 100, 1000, 1))])
    wait_for(lambda: bus.depths([QUEUE, "never_declared"]) == {QUEUE: 5, "never_declared": 0}, 60, "five")
    bus.send_event("s1", b"still works")


def test_publishing_nothing_is_harmless(bus: Bus) -> None:
    bus.publish([])


def test_after_a_restart_of_the_broker_the_next_call_connects_anew(
    bus: Bus, open_another: Callable[[], Bus], broker: Broker
) -> None:
    listener = open_another()
    bus.publish([(dispatch(1), QUEUE, 1)])
    bus.events("s1", 0.1)
    listener.listen("beats", 0.1)
    broker.restart()
    wait_for(lambda: _works(lambda: bus.publish([(dispatch(2), QUEUE, 1)])), 60, "publishing")
    wait_for(lambda: _works(lambda: bus.send_event("s1", b"x")), 60, "sending")
    wait_for(lambda: _works(lambda: listener.events("s1", 0.1)), 60, "receiving")
    heard: list[bytes] = []

    def beat() -> bool:
        bus.broadcast("beats", b"b")
        heard.extend(listener.listen("beats", 0.1))
        return bool(heard)

    wait_for(lambda: _works(beat), 60, "a beat")
    assert bus.depths([QUEUE])[QUEUE] >= 1


def _works(call: Callable[[], object]) -> bool:
    try:
        return call() is not False
    except BrokerUnavailable:
        return False


CALLS: list[Callable[[Bus], object]] = [
    lambda bus: bus.publish([(dispatch(), QUEUE, 1)]),
    lambda bus: bus.send_event("s", b"x"),
    lambda bus: bus.events("s", 0.1),
    lambda bus: bus.drop_events("s"),
    lambda bus: bus.broadcast("beats", b"x"),
    lambda bus: bus.listen("beats", 0.1),
    lambda bus: bus.depths([QUEUE]),
]


@pytest.mark.parametrize("scheme", ["redis://:", "amqp://headway:"])
@pytest.mark.parametrize("call", CALLS)
def test_a_broker_that_is_not_there_is_named_without_its_password(scheme: str, call: Callable[[Bus], object]) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    bus = open_bus(load_settings(broker={"url": f"{scheme}secret@127.0.0.1:{port}/0"}))
    with pytest.raises(BrokerUnavailable, match=f"127.0.0.1:{port} does not answer") as caught:
        call(bus)
    assert "secret" not in str(caught.value)
    assert caught.value.remedy
    bus.close()


def test_a_wrong_password_is_named_without_it(broker: Broker) -> None:
    head, _, place = broker.url.rpartition("@")
    account = head.rpartition(":")[0]
    bus = open_bus(load_settings(broker={"url": f"{account}:wrongsecret@{place}"}))
    with pytest.raises(BrokerUnavailable) as caught:
        bus.send_event("s", b"x")
    assert "wrongsecret" not in str(caught.value)
    bus.close()


@pytest.mark.parametrize("url", ["", "http://x", "kafka://x", "localhost:6379"])
def test_an_url_that_is_no_broker_is_a_wrong_setting(url: str) -> None:
    with pytest.raises(SettingsError, match="broker"):
        open_bus(load_settings(broker={"url": url}))
