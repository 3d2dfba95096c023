"""The bus on RabbitMQ: the queues that Celery declares, a queue of events per scheduler, a fan-out per topic."""

from __future__ import annotations

import contextlib
import json
import socket
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar
from uuid import uuid4

from amqp.exceptions import AMQPError
from kombu.connection import Connection
from kombu.entity import Exchange, Queue
from kombu.exceptions import KombuError

from headway.broker import celery_message
from headway.broker.bus import broker_place
from headway.broker.celery_queues import task_queue
from headway.broker.silence import SILENCE
from headway.errors import BrokerUnavailable
from headway.messages import Order

_EVENTS_EXPIRE = 3600  # seconds that an unused event queue lives
_EVENTS_MAX = 1_000_000  # events kept for a scheduler that never comes
_BATCH = 1000
_AT_ONCE = 0.001  # seconds to wait for more of what the server has pushed

T = TypeVar("T")


class AmqpBus:
    """See ``headway.broker.bus.Bus``."""

    def __init__(self, url: str, *, name: str, sent_events: bool) -> None:
        self._url = url
        self._place = broker_place(url)
        self._sender = celery_message.origin(name.replace(" ", "-"))
        self._sent_events = sent_events
        self._clock = 0
        self._connection: Any = None
        self._producer: Any = None
        self._declared: set[str] = set()
        self._inboxes: dict[str, deque[bytes]] = {}
        self._id = ""  # of the present connection: the server may still hold a broken one's queues

    def publish(self, messages: Sequence[tuple[Order, str, int]]) -> None:
        """Publish every message and its task-sent event."""
        self._guard(lambda: self._publish(messages))

    def send_event(self, scheduler: str, data: bytes) -> None:
        """Publish to the scheduler's event queue."""
        self._guard(lambda: self._send(_events_queue(scheduler), data))

    def events(self, scheduler: str, timeout: float) -> list[bytes]:
        """Take what is there, or block for the first."""
        return self._guard(lambda: self._take(_events_queue(scheduler), timeout))

    def drop_events(self, scheduler: str) -> None:
        """Delete the event queue."""
        self._guard(lambda: _events_queue(scheduler)(self._channel()).delete())

    def broadcast(self, topic: str, data: bytes) -> None:
        """Publish to the topic's fan-out exchange."""
        exchange = _topic_exchange(topic)
        self._guard(
            lambda: self._ready().publish(
                data,
                exchange=exchange,
                declare=[exchange],
                content_type="application/octet-stream",
                content_encoding="binary",
                delivery_mode=1,
            )
        )

    def listen(self, topic: str, timeout: float) -> list[bytes]:
        """Read a queue of our own that is bound to the topic's exchange."""
        return self._guard(lambda: self._take(self._own_queue(topic), timeout))

    def depths(self, queues: Iterable[str]) -> dict[str, int]:
        """Ask RabbitMQ for the length of each queue; one that does not exist yet is empty."""
        return {name: self._guard(lambda name=name: self._depth(name)) for name in queues}  # type: ignore[misc]

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            with contextlib.suppress(Exception):
                self._connection.release()
        self._connection = None
        self._inboxes.clear()
        self._declared.clear()

    def _ready(self) -> Any:
        if self._connection is None:
            options = {"socket_settings": SILENCE}  # not heartbeats, which a thread that only publishes cannot send
            self._connection = Connection(self._url, connect_timeout=5, heartbeat=0, transport_options=options)
            self._connection.ensure_connection(max_retries=1, interval_start=0, interval_step=0)
            self._id = uuid4().hex
            self._producer = self._connection.Producer()
        return self._producer

    def _channel(self) -> Any:
        return self._ready().channel

    def _publish(self, messages: Sequence[tuple[Order, str, int]]) -> None:
        producer = self._ready()
        for message, queue, weight in messages:
            self._declare(task_queue(queue, priorities=True))
            producer.publish(
                celery_message.body(message),
                exchange=celery_message.EXCHANGE,
                routing_key=queue,
                headers=celery_message.headers(message, sender=self._sender),
                content_type="application/json",
                content_encoding="utf-8",
                delivery_mode=2,
                priority=celery_message.urgency(weight),
                correlation_id=message.celery_id,
            )
            if self._sent_events:
                self._publish_event(message, queue)

    def _publish_event(self, message: Order, queue: str) -> None:
        self._clock += 1
        event = celery_message.sent_event(message, queue, sender=self._sender, clock=self._clock)
        self._producer.publish(
            json.dumps(event),
            exchange=_EVENT_EXCHANGE,
            declare=[_EVENT_EXCHANGE],
            routing_key="task.sent",
            headers={"hostname": self._sender},
            content_type="application/json",
            content_encoding="utf-8",
            delivery_mode=1,
        )

    def _declare(self, queue: Queue) -> None:
        if queue.name not in self._declared:
            queue(self._channel()).declare()
            self._declared.add(queue.name)

    def _send(self, queue: Queue, data: bytes) -> None:
        self._declare(queue)
        self._ready().publish(
            data,
            routing_key=queue.name,
            content_type="application/octet-stream",
            content_encoding="binary",
            delivery_mode=1,
        )

    def _own_queue(self, topic: str) -> Queue:
        self._ready()
        name = f"headway.{topic}.{self._id}"
        return Queue(name, _topic_exchange(topic), auto_delete=True, exclusive=True, durable=False)

    def _take(self, queue: Queue, timeout: float) -> list[bytes]:
        """What the server has pushed; waits for the first and then takes what is there already."""
        inbox = self._consume(queue)
        wait = timeout
        with contextlib.suppress(socket.timeout):
            while len(inbox) < _BATCH:
                had = len(inbox)
                self._connection.drain_events(timeout=wait)
                wait = _AT_ONCE if len(inbox) > had else wait
        return [inbox.popleft() for _ in range(min(len(inbox), _BATCH))]

    def _consume(self, queue: Queue) -> deque[bytes]:
        self._ready()
        inbox = self._inboxes.get(queue.name)
        if inbox is None:
            inbox = self._inboxes[queue.name] = deque()
            consumer = self._connection.Consumer(
                queue, no_ack=True, on_message=lambda m, box=inbox: box.append(_payload(m))
            )
            consumer.consume()
        return inbox

    def _depth(self, name: str) -> int:
        self._ready()
        with self._connection.channel() as channel:  # the server closes it when there is no such queue
            try:
                return int(channel.queue_declare(name, passive=True).message_count)
            except self._connection.channel_errors:
                return 0

    def _guard(self, call: Callable[[], T]) -> T:
        try:
            return call()
        except (OSError, AMQPError, KombuError) as error:
            self.close()
            raise BrokerUnavailable(
                f"the broker at {self._place} does not answer: {error}",
                "check that RabbitMQ runs there and that broker.url has the right user, password and virtual host",
            ) from None


def _payload(message: Any) -> bytes:
    data = message.body
    return bytes(data) if not isinstance(data, str) else data.encode()


def _events_queue(scheduler: str) -> Queue:
    return Queue(
        f"headway.events.{scheduler}",
        Exchange(""),
        routing_key=f"headway.events.{scheduler}",
        durable=False,
        expires=_EVENTS_EXPIRE,
        max_length=_EVENTS_MAX,
    )


def _topic_exchange(topic: str) -> Exchange:
    return Exchange(f"headway.{topic}", type="fanout", durable=False)


_EVENT_EXCHANGE = Exchange("celeryev", type="topic")
