"""What Headway needs of a broker, and the choice of the implementation by URL."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol
from urllib.parse import urlsplit

from headway.errors import NotConfigured, SettingsError
from headway.messages import Order
from headway.settings import Settings
from headway.urls import has_readable_port

#: Broadcast topics.
BEATS = "beats"  # schedulers say whether they reach the metastore
STOPS = "stops"  # a hint to workers and triggerers: look for stop requests now
WAITS = "waits"  # a hint to triggerers: a task was deferred
NOTICES = "notices"  # what has changed, for those who show it (``headway.notices``)


class Bus(Protocol):
    """One connection to the broker; belongs to one thread.

    Every method raises ``BrokerUnavailable`` when the broker cannot be reached; the next call tries anew.
    """

    def publish(self, messages: Sequence[tuple[Order, str, int]]) -> None:
        """Send messages to workers: (message, queue name, priority weight) each, in one round trip."""

    def send_event(self, scheduler: str, data: bytes) -> None:
        """Put an event on a scheduler's queue; it expires when nobody takes it."""

    def events(self, scheduler: str, timeout: float) -> list[bytes]:
        """Take events off a scheduler's queue; waits up to ``timeout`` seconds for the first."""

    def drop_events(self, scheduler: str) -> None:
        """Delete a scheduler's event queue."""

    def broadcast(self, topic: str, data: bytes) -> None:
        """Send to everybody who listens at this moment."""

    def listen(self, topic: str, timeout: float) -> list[bytes]:
        """Broadcasts since the last call (the first call subscribes); waits up to ``timeout`` for one.

        ``BrokerUnavailable`` also says that the subscription broke: what was sent until the next call is lost.
        """

    def depths(self, queues: Iterable[str]) -> dict[str, int]:
        """Messages that wait in each queue, not counting those that workers have taken."""

    def close(self) -> None:
        """Close the connection."""


def open_bus(settings: Settings, *, name: str = "headway") -> Bus:
    """A bus for the broker that the settings name; connects at the first call.

    Raises ``SettingsError`` for a missing or unknown URL.
    """
    url = broker_url(settings)
    if urlsplit(url).scheme.startswith("amqp"):
        from headway.broker.amqp_bus import AmqpBus

        return AmqpBus(url, name=name, sent_events=settings.worker.task_events)
    from headway.broker.redis_bus import RedisBus

    return RedisBus(url, name=name, sent_events=settings.worker.task_events)


def broker_url(settings: Settings) -> str:
    """The broker's URL as kombu knows it (``valkey://`` becomes ``redis://``)."""
    url = settings.broker.url.get_secret_value()
    if not url:
        raise NotConfigured("broker", _FORM)
    scheme, separator, rest = url.partition("://")
    scheme = {"valkey": "redis", "valkeys": "rediss"}.get(scheme, scheme)
    if not separator or not has_readable_port(url):
        raise SettingsError("broker.url is not a URL with a port number", _FORM)
    if scheme not in ("redis", "rediss", "amqp", "amqps"):
        raise SettingsError(f"broker.url: {scheme}:// is not a broker that Headway knows", _FORM)
    return f"{scheme}://{rest}"


def broker_place(url: str) -> str:
    """Scheme, host and port of a broker URL, without its secrets."""
    parts = urlsplit(url)
    port = parts.port or (5672 if parts.scheme.startswith("amqp") else 6379)
    return f"{parts.scheme}://{parts.hostname or 'localhost'}:{port}"


_FORM = "expected form: redis://:password@host:6379/0, valkey://… or amqp://user:password@host:5672//"
