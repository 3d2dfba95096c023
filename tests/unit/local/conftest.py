from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _no_cluster(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A home without settings: no metastore is anywhere near."""
    monkeypatch.setenv("HEADWAY_HOME", str(tmp_path_factory.mktemp("home")))
