from __future__ import annotations

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from headway import airflow
from headway.authoring.loader import LoadedFile, load_file, purge_modules

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    """A DAG root; what was loaded from it is forgotten afterwards, Airflow's names included."""
    folder = tmp_path / "project"
    folder.mkdir()
    yield folder
    purge_modules(folder)
    airflow.uninstall()


@pytest.fixture
def write(root: Path) -> Callable[[str, str], Path]:
    """Write a file below the root; its first line is line 1 of the text."""

    def write_file(name: str, text: str) -> Path:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text).lstrip("\n"), encoding="utf-8")
        return path

    return write_file


@pytest.fixture
def load(root: Path, write: Callable[[str, str], Path]) -> Callable[..., LoadedFile]:
    """Write and load a DAG file."""

    def load_text(text: str, name: str = "example.py", style: int | None = None) -> LoadedFile:
        return load_file(write(name, text), root, style=style)

    return load_text
