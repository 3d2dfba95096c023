"""Real services for every test that asks for them; one that is missing fails the test, it never skips.

Each test process (pytest-xdist starts several) runs servers of its own, so nothing is shared but the machine.
"""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from headway.metastore import migrate
from headway.settings import load_settings
from headway.standalone.cluster import Sections
from headway.standalone.postgres import EmbeddedPostgres
from headway.standalone.valkey import EmbeddedValkey
from support import services
from support.clusters import TestCluster
from support.rabbitmq import RabbitMQ
from support.services import Databases

# No example has a deadline, for the machine may be busy. In CI every run draws the same examples: what it says is about
# the change, not about luck.
hypothesis_settings.register_profile("here", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.register_profile("ci", hypothesis_settings.get_profile("here"), derandomize=True)
hypothesis_settings.load_profile("ci" if os.environ.get("CI") else "here")


@pytest.fixture(autouse=True)
def _no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("HEADWAY_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HEADWAY_HOME", str(tmp_path / "home"))


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    """What a test leaves of the process's logging must not decide what the next one sees of it."""
    root = logging.getLogger()
    level, disabled = root.level, root.manager.disable
    yield
    root.setLevel(level)
    logging.disable(disabled)


#: Folders in the order in which their tests run: what takes long first, so that all processes end together.
ORDER = ("browser", "acceptance", "integration", "migration", "unit")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whole files go to the processes (see the Makefile), in this order."""
    here = Path(__file__).parent
    folders = {item.path: item.path.relative_to(here).parts[0] for item in items if here in item.path.parents}
    items.sort(key=lambda item: ORDER.index(folders[item.path]) if folders.get(item.path) in ORDER else len(ORDER))


def pytest_configure() -> None:
    """Programs that the tests start hear Ctrl-C, also where whoever started the tests had it ignored (``&``)."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


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


@pytest.fixture(scope="session")
def migrated(databases: Databases) -> str:
    """The name of a database with the newest schema, to make others from."""
    name = databases.create()
    settings = load_settings(metastore={"url": databases.url(name)})
    migrate.upgrade(settings)
    return name


@pytest.fixture
def metastore_url(databases: Databases, migrated: str) -> Iterator[str]:
    """The URL of an empty metastore with the newest schema."""
    name = databases.lend(migrated)
    yield databases.url(name)
    databases.give_back(name, migrated)


@pytest.fixture
def valkey_url(valkey: EmbeddedValkey) -> str:
    """The URL of an empty Valkey."""
    return services.empty(valkey)


@pytest.fixture
def make_cluster(open_folder: Path, metastore_url: str, valkey_url: str) -> Iterator[Callable[..., TestCluster]]:
    """Makes clusters (see ``support.clusters``); ``broker`` is Valkey unless named."""
    made: list[TestCluster] = []
    key = Fernet.generate_key().decode()

    def make(broker: str = valkey_url, sections: Sections | None = None) -> TestCluster:
        home = open_folder / f"home{len(made)}"
        made.append(TestCluster(home, metastore=metastore_url, broker=broker, key=key, sections=sections))
        return made[-1]

    yield make
    for each in made:
        each.stop()


@pytest.fixture
def cluster(make_cluster: Callable[..., TestCluster]) -> TestCluster:
    """A running scheduler and a worker for ``default``."""
    cluster = make_cluster()
    cluster.start()
    return cluster


@pytest.fixture
def rabbitmq_url(rabbitmq: RabbitMQ) -> str:
    """The URL of a RabbitMQ virtual host that nobody used before."""
    return rabbitmq.fresh_url()
