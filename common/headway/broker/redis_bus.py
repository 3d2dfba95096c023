"""The bus on Redis or Valkey: lists for messages and events, pub/sub for broadcasts."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit
from uuid import uuid4

import redis
from redis.backoff import NoBackoff
from redis.exceptions import AuthenticationError, RedisError
from redis.retry import Retry

from headway.broker import celery_message
from headway.broker.bus import broker_place
from headway.broker.redis_pusher import Pusher
from headway.errors import BrokerUnavailable
from headway.messages import Order

#: kombu's names for the lists of one queue, most urgent first: urgency 9 is kombu's priority 0.
PRIORITY_STEPS = (0, 3, 6, 9)
_SEPARATOR = "\x06\x16"
_EVENTS_EXPIRE = 3600  # seconds that events wait for a scheduler that never comes
_BATCH = 1000  # events taken at once

T = TypeVar("T")


class RedisBus:
    """See ``headway.broker.bus.Bus``."""

    def __init__(self, url: str, *, name: str, sent_events: bool) -> None:
        self._place = broker_place(url)
        self._client = _client(url, name, retries=1)  # one that broke while idle; outages are the caller's to wait for
        self._subscriber = _client(url, name, retries=0)  # what a broken subscription has missed must not go unsaid
        self._sender = celery_message.origin(name.replace(" ", "-"))
        self._sent_events = sent_events
        self._fanout = f"/{urlsplit(url).path.strip('/') or '0'}."
        self._pusher = Pusher(self._client)
        self._topics: dict[str, Any] = {}
        self._clock = 0

    def publish(self, messages: Sequence[tuple[Order, str, int]]) -> None:
        """Push every message and its task-sent event in one pipeline."""
        pipe = self._client.pipeline(transaction=False)
        for message, queue, weight in messages:
            priority = celery_message.MAX_PRIORITY - celery_message.urgency(weight)
            pipe.lpush(list_name(queue, priority), self._envelope(message, queue, priority))
            if self._sent_events:
                pipe.publish(f"{self._fanout}celeryev/task.sent", self._event(message, queue))
        self._guard(pipe.execute)

    def send_event(self, scheduler: str, data: bytes) -> None:
        """Push an event; the list forgets itself when its scheduler never comes back.

        Every task sends one: a connection of its own and no pool, which costs half as much.
        """
        key = _events_key(scheduler)
        self._guard(lambda: self._pusher.send(("RPUSH", key, data), ("EXPIRE", key, _EVENTS_EXPIRE)))

    def events(self, scheduler: str, timeout: float) -> list[bytes]:
        """Pop what is there, or block for the first."""
        reply = self._guard(
            lambda: self._client.blmpop(timeout, 1, _events_key(scheduler), direction="LEFT", count=_BATCH)
        )
        return cast("list[bytes]", reply[1]) if reply else []

    def drop_events(self, scheduler: str) -> None:
        """Delete the event list."""
        self._guard(lambda: self._client.delete(_events_key(scheduler)))

    def broadcast(self, topic: str, data: bytes) -> None:
        """Publish on a channel."""
        self._guard(lambda: self._client.publish(f"headway.{topic}", data))

    def listen(self, topic: str, timeout: float) -> list[bytes]:
        """Read the channel; a lost connection subscribes anew at the next call."""
        try:
            return self._guard(lambda: self._read(topic, timeout))
        except BrokerUnavailable:
            broken = self._topics.pop(topic, None)
            if broken is not None:
                broken.close()
            raise

    def depths(self, queues: Iterable[str]) -> dict[str, int]:
        """Sum the lists of each queue."""
        names = list(queues)
        pipe = self._client.pipeline(transaction=False)
        for name in names:
            for priority in PRIORITY_STEPS:
                pipe.llen(list_name(name, priority))
        lengths = self._guard(pipe.execute) if names else []
        step = len(PRIORITY_STEPS)
        return {name: sum(lengths[i * step : (i + 1) * step]) for i, name in enumerate(names)}

    def close(self) -> None:
        """Close subscriptions and the connection."""
        for subscription in self._topics.values():
            subscription.close()
        self._pusher.close()
        self._subscriber.close()
        self._client.close()

    def _read(self, topic: str, timeout: float) -> list[bytes]:
        subscription = self._topics.get(topic)
        if subscription is None:
            subscription = self._topics[topic] = self._subscriber.pubsub(ignore_subscribe_messages=True)  # type: ignore[no-untyped-call]
            subscription.subscribe(f"headway.{topic}")
            subscription.get_message(timeout=1)
        found = []
        message = subscription.get_message(timeout=timeout)
        while message is not None:
            found.append(message["data"])
            message = subscription.get_message(timeout=0)
        return found

    def _envelope(self, message: Order, queue: str, priority: int) -> str:
        return json.dumps(
            {
                "body": celery_message.body(message),
                "content-encoding": "utf-8",
                "content-type": "application/json",
                "headers": celery_message.headers(message, sender=self._sender),
                "properties": {
                    "correlation_id": message.celery_id,
                    "delivery_mode": 2,
                    "delivery_info": {"exchange": celery_message.EXCHANGE, "routing_key": queue},
                    "priority": priority,
                    "delivery_tag": str(uuid4()),
                },
            }
        )

    def _event(self, message: Order, queue: str) -> str:
        self._clock += 1
        event = celery_message.sent_event(message, queue, sender=self._sender, clock=self._clock)
        return json.dumps(
            {
                "body": json.dumps(event),
                "content-encoding": "utf-8",
                "content-type": "application/json",
                "headers": {"hostname": self._sender},
                "properties": {
                    "delivery_mode": 1,
                    "delivery_info": {"exchange": "celeryev", "routing_key": "task.sent"},
                    "priority": 0,
                    "delivery_tag": str(uuid4()),
                },
            }
        )

    def _guard(self, call: Callable[[], T]) -> T:
        try:
            return call()
        except AuthenticationError:
            raise BrokerUnavailable(f"the broker at {self._place} refused the password", "correct broker.url") from None
        except (RedisError, OSError) as error:
            raise BrokerUnavailable(
                f"the broker at {self._place} does not answer: {error}",
                "check that Redis or Valkey runs there and that broker.url is right",
            ) from None


def _client(url: str, name: str, *, retries: int) -> redis.Redis:
    return redis.Redis.from_url(
        url,
        client_name=name.replace(" ", "-"),
        socket_timeout=60,
        socket_connect_timeout=5,
        health_check_interval=30,
        retry=Retry(NoBackoff(), retries),
    )


def list_name(queue: str, priority: int) -> str:
    """kombu's list for one queue and priority (0 goes first)."""
    return f"{queue}{_SEPARATOR}{priority}" if priority else queue


def _events_key(scheduler: str) -> str:
    return f"headway.events.{scheduler}"
