"""The pytest plugin: fixtures for tests of DAGs, loaded through the entry point ``pytest11``.

The folder is ``headway_dag_folder`` in pytest's configuration (relative to it), else ``dags`` beside it::

    # pyproject.toml
    [tool.pytest.ini_options]
    headway_dag_folder = "airflow/dags"
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest

from headway.serve_airflow import Doorkeeper, stand_by

if TYPE_CHECKING:
    from headway.local.results import RunReport
    from headway.testing.folder import DagFolder


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take the name of the DAG folder from pytest's configuration."""
    parser.addini("headway_dag_folder", "folder of DAG files for the fixture headway_dags", default="dags")


def pytest_configure(config: pytest.Config) -> None:
    """Let tests import ``airflow``, also where no ``.pth`` file was installed."""
    if not any(isinstance(one, Doorkeeper) for one in sys.meta_path):
        stand_by()


@pytest.fixture(scope="session")
def headway_dags(request: pytest.FixtureRequest) -> DagFolder:
    """The project's DAGs, loaded once for all tests."""
    from headway.testing.folder import DagFolder

    return DagFolder(request.config.rootpath / request.config.getini("headway_dag_folder"))


@pytest.fixture
def headway_run(headway_dags: DagFolder) -> Any:
    """A function that runs one of the project's DAGs: ``headway_run("sales", "2026-01-31", conf={...})``."""

    def run(dag_id: str, date: Any = None, **more: Any) -> RunReport:
        return headway_dags.run(dag_id, date, **more)

    return run
