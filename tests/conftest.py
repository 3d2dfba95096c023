"""Real services for every test that asks for them; one that is missing fails the test, it never skips.

Each test process (pytest-xdist starts several) runs servers of its own, so nothing is shared but the machine.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from support import services
from support.rabbitmq import RabbitMQ
from support.services import Databases

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from headway.standalone.postgres import EmbeddedPostgres
    from headway.standalone.valkey import EmbeddedValkey


@pytest.fixture(autouse=True)
def _no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("HEADWAY_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HEADWAY_HOME", str(tmp_path / "home"))


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A temporary folder that unprivileged accounts can enter."""
    with services.open_folder("test") as folder:
        yield folder


@pytest.fixture(scope="session")
def postgres() -> Iterator[EmbeddedPostgres]:
    """One PostgreSQL for all tests of this process."""
    with services.postgres() as server:
        yield server


@pytest.fixture(scope="session")
def valkey() -> Iterator[EmbeddedValkey]:
    """One Valkey for all tests of this process."""
    with services.valkey() as server:
        yield server


@pytest.fixture(scope="session")
def rabbitmq() -> Iterator[RabbitMQ]:
    """One RabbitMQ for all tests of this process."""
    with services.open_folder("rabbitmq") as folder:
        server = RabbitMQ(folder)
        server.start()
        try:
            yield server
        finally:
            server.stop()


@pytest.fixture(scope="session")
def databases(postgres: EmbeddedPostgres) -> Iterator[Databases]:
    """Makes databases on the shared PostgreSQL."""
    made = Databases(postgres)
    yield made
    made.close()


@pytest.fixture
def empty_database_url(databases: Databases) -> Iterator[str]:
    """The URL of a database without any table."""
    name = databases.create()
    yield databases.url(name)
    databases.drop(name)


@pytest.fixture
def valkey_url(valkey: EmbeddedValkey) -> str:
    """The URL of an empty Valkey."""
    return services.empty(valkey)


@pytest.fixture
def rabbitmq_url(rabbitmq: RabbitMQ) -> str:
    """The URL of a RabbitMQ virtual host that nobody used before."""
    return rabbitmq.fresh_url()
