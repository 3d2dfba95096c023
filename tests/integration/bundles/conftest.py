from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from headway.bundles.layout import Layout
from headway.bundles.manifest import Limits, Manifest, Scanner
from headway.bundles.store import store
from headway.metastore.database import Connection, connection
from headway.settings import Settings, load_settings


@pytest.fixture
def settings(metastore_url: str, tmp_path: Path) -> Settings:
    return load_settings(home=tmp_path / "home", metastore={"url": metastore_url})


@pytest.fixture
def conn(settings: Settings) -> Iterator[Connection]:
    with connection(settings.metastore) as opened:
        yield opened


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A small project."""
    root = tmp_path / "project"
    (root / "data").mkdir(parents=True)
    (root / "dag.py").write_text("from airflow import DAG\n")
    (root / "data" / "rows.csv").write_bytes(bytes(range(256)))
    (root / "run.sh").write_text("echo\n")
    (root / "run.sh").chmod(0o755)
    (root / "same.sh").write_text("echo\n")
    return root


@pytest.fixture
def save(conn: Connection, root: Path) -> Callable[[], Manifest]:
    """Stores the project as it is now."""

    def save() -> Manifest:
        manifest = Scanner(Limits(10, 200)).scan(Layout(root, ""))
        store(conn, root, manifest)
        return manifest

    return save
