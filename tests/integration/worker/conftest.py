"""A stage on the tests' own PostgreSQL and Valkey."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from support.services import Databases
from support.worker_stage import Stage

#: Leases short enough for tests, long enough for a busy machine.
QUICK: dict[str, dict[str, Any]] = {
    "lease": {"length": 4.0, "renewal": 0.5, "margin": 1.0},
    "worker": {"drain_grace": 1.0, "kill_grace": 2.0},
    "logs": {"ship_interval": 0.2},
}


@pytest.fixture
def make_stage(databases: Databases, migrated: str, valkey_url: str, tmp_path: Path) -> Iterator[Callable[..., Stage]]:
    """Makes a stage; keyword arguments are settings over ``QUICK``."""
    made: list[tuple[Stage, str]] = []

    def make(broker_url: str = valkey_url, **sections: dict[str, Any]) -> Stage:
        name = databases.create(migrated)
        merged = {key: {**QUICK.get(key, {}), **sections.get(key, {})} for key in {**QUICK, **sections}}
        stage = Stage(tmp_path / "home", databases.url(name), broker_url, merged)
        made.append((stage, name))
        return stage

    yield make
    for stage, name in made:
        stage.end()
        databases.drop(name)


@pytest.fixture
def stage(make_stage: Callable[..., Stage]) -> Stage:
    """A stage with quick settings."""
    return make_stage()
