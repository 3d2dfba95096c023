from __future__ import annotations

import os
import signal
import subprocess
import sys

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


_EARLY_END = """
import os, signal
from headway_worker.child.surroundings import Surroundings

os.register_at_fork(after_in_child=lambda: os.kill(os.getpid(), signal.SIGTERM))  # as early as can be
signal.signal(signal.SIGTERM, lambda *_: os._exit(3))
Surroundings().keep_from_forks()
pid = os.fork()
if pid == 0:
    os._exit(4)
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), signal.pthread_sigmask(signal.SIG_BLOCK, ()))
"""


def test_a_signal_ends_a_forked_process_however_early_it_comes() -> None:
    seen = subprocess.run([sys.executable, "-c", _EARLY_END], capture_output=True, text=True, check=True, timeout=60)
    assert seen.stdout == f"{-signal.SIGTERM} set()\n"
