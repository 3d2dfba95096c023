from __future__ import annotations

import os

import pytest

from headway_worker.child.surroundings import Surroundings, hide_settings


def test_settings_leave_the_environment_but_values_for_tasks_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "HEADWAY_METASTORE__URL",
        "HEADWAY_SECURITY__KEY",
        "HEADWAY_JOIN",
        "HEADWAY_CONN_SHOP",
        "HEADWAY_VAR_X",
    ):
        monkeypatch.setenv(name, "x")
    hide_settings()
    left = {name for name in os.environ if name.startswith("HEADWAY_")}
    assert left == {"HEADWAY_HOME", "HEADWAY_CONN_SHOP", "HEADWAY_VAR_X"}


def test_the_environment_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEPT", "before")
    surroundings = Surroundings()
    os.environ["KEPT"] = "after"
    os.environ["ADDED"] = "x"
    surroundings.restore()
    assert os.environ["KEPT"] == "before"
    assert "ADDED" not in os.environ
