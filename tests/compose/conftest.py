"""The project that most of these tests share: three workers for ``default``, one for ``high_cpu``, on Valkey."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.compose import ROOT, Project

FILES = ("compose.yaml", "tests/compose/test.yaml")


@pytest.fixture(scope="session")
def dag_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example DAGs and those of these tests."""
    folder = tmp_path_factory.mktemp("compose") / "dags"
    shutil.copytree(ROOT / "dags", folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(Path(__file__).parent / "dags", folder, dirs_exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def compose_image(dag_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The image of this working copy."""
    Project(tmp_path_factory.mktemp("image"), FILES, HEADWAY_DAGS=str(dag_folder)).compose(
        "--progress", "plain", "build"
    )


@pytest.fixture(scope="session")
def project(compose_image: None, dag_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """Up and healthy."""
    project = Project(tmp_path_factory.mktemp("project"), FILES, HEADWAY_DAGS=str(dag_folder), HIGH_CPU_CONCURRENCY="2")
    try:
        project.up("--scale", "worker=3")
        project.parsed("fleet", "parallel_dag", "recovery", "film_ranking")
        yield project
    finally:
        project.remove()
