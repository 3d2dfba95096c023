"""One cluster with a scheduler, a worker and a triggerer for all tests of a file, and DAGs that defer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from cryptography.fernet import Fernet

from headway.standalone.server import free_port
from headway.standalone.valkey import EmbeddedValkey
from support import services
from support.clusters import TestCluster
from support.services import Databases
from support.transition_guard import Moves
from support.waits import DAG_FILE, SECTIONS, WAITING


@pytest.fixture(scope="module")
def nest(databases: Databases, migrated: str, valkey: EmbeddedValkey) -> Iterator[TestCluster]:
    """Scheduler, worker and triggerer; every move of a task instance is held to the state table."""
    name = databases.create(template=migrated)
    with services.open_folder("nest") as folder:
        cluster = TestCluster(
            folder / "home",
            metastore=databases.url(name),
            broker=services.empty(valkey),
            key=Fernet.generate_key().decode(),
            sections=SECTIONS,
        )
        Moves(cluster.conn)
        cluster.write("waiting.py", WAITING)
        cluster.write("waits.py", DAG_FILE)
        cluster.start()
        cluster.sections["metrics"] = {"port": free_port()}  # of the triggerer alone
        cluster.start_node("triggerer", ["triggerer"])
        yield cluster
        cluster.stop()
    databases.drop(name)
