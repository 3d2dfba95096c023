"""Every test here runs on each broker that Headway supports."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from headway.broker.bus import Bus, open_bus
from headway.settings import Settings, load_settings


@dataclass(frozen=True)
class Broker:
    """A running broker; ``restart`` stops it without warning and starts it on the same data."""

    name: str
    url: str
    settings: Settings
    restart: Callable[[], object]


@pytest.fixture(params=["valkey", "rabbitmq"])
def broker(request: pytest.FixtureRequest) -> Broker:
    """Valkey, then RabbitMQ."""
    server = request.getfixturevalue(request.param)
    url = request.getfixturevalue(f"{request.param}_url")

    def restart() -> None:
        if request.param == "rabbitmq":
            server.restart()
        else:
            server.stop()
            server.start()

    return Broker(request.param, url, load_settings(broker={"url": url}), restart)


@pytest.fixture
def open_another(broker: Broker) -> Iterator[Callable[[], Bus]]:
    """Opens buses on the broker."""
    opened: list[Bus] = []

    def make() -> Bus:
        opened.append(open_bus(broker.settings, name=f"test {len(opened)}"))
        return opened[-1]

    yield make
    for bus in opened:
        bus.close()


@pytest.fixture
def bus(open_another: Callable[[], Bus]) -> Bus:
    """A bus on the broker."""
    return open_another()
