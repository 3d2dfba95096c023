"""A web node on an empty metastore, one for each module of tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from headway.settings import Settings, load_settings
from headway.standalone.valkey import EmbeddedValkey
from support import services
from support.services import Databases
from support.stage import Stage
from support.structures import mapped, task
from support.webs import Served, serve


@pytest.fixture(scope="module")
def web_settings(
    databases: Databases, migrated: str, valkey: EmbeddedValkey, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Settings]:
    """Settings of a cluster that nobody else uses while the module's tests run."""
    name = databases.create(template=migrated)
    home: Path = tmp_path_factory.mktemp("home")
    yield load_settings(
        home=home,
        metastore={"url": databases.url(name)},
        broker={"url": services.empty(valkey)},
        security={"key": Fernet.generate_key().decode()},
    )
    databases.drop(name)


@pytest.fixture(scope="module")
def web(web_settings: Settings) -> Iterator[Served]:
    """A web node; its tests share the metastore, so each makes things of its own."""
    with serve(web_settings) as served:
        yield served


@pytest.fixture(scope="module")
def stage(web: Served) -> Stage:
    """A small DAG, for modules that have none of their own."""
    made = Stage(web.conn)
    made.join_scheduler()
    made.join_worker()
    groups = [{"group_id": "g", "label": "g", "tooltip": "", "parent": "", "mapped": False}]
    made.dag(
        task("a"), task("b", "a", retries=2, group="g"), task("many", "a", **mapped("a", "many")), task("end", "b"),
        groups=groups,
    )  # fmt: skip
    return made


@pytest.fixture
def run(request: pytest.FixtureRequest, stage: Stage) -> Iterator[str]:
    """The id of a run that has begun; gone after the test."""
    name: str = request.node.name
    stage.start(name)
    yield name
    stage.conn.execute("DELETE FROM dag_run")
