"""A stage on the tests' own PostgreSQL and Valkey."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from support.services import Databases
from support.worker_stage import Stage

#: Leases and graces are longer than any test, as a machine that stands still must not cost a task its end in order.
SAFE: dict[str, dict[str, Any]] = {
    "lease": {"length": 300.0, "renewal": 0.5, "margin": 1.0},
    "worker": {"drain_grace": 1.0, "kill_grace": 60.0},
    "logs": {"ship_interval": 0.2},
}

#: For tests that wait for a lease's end.
SHORT_LEASE = {"length": 4.0, "renewal": 0.5, "margin": 1.0}

#: For tests that wait until three are over in an outage: time enough to hear of it, and no more than needs be.
OUTAGE_LEASE = {"length": 5.0, "renewal": 0.5, "margin": 0.5}


@pytest.fixture
def make_stage(databases: Databases, migrated: str, valkey_url: str, tmp_path: Path) -> Iterator[Callable[..., Stage]]:
    """Makes a stage; keyword arguments are settings over ``SAFE``."""
    made: list[tuple[Stage, str]] = []

    def make(broker_url: str = valkey_url, **sections: dict[str, Any]) -> Stage:
        name = databases.create(migrated)
        merged = {key: {**SAFE.get(key, {}), **sections.get(key, {})} for key in {**SAFE, **sections}}
        stage = Stage(tmp_path / "home", databases.url(name), broker_url, merged)
        made.append((stage, name))
        return stage

    yield make
    for stage, name in made:
        stage.end()
        databases.drop(name)


@pytest.fixture
def stage(make_stage: Callable[..., Stage]) -> Stage:
    """A stage with settings that let nothing die by accident."""
    return make_stage()
