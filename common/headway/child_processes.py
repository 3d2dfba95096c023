"""Processes for users' code that a node starts: their environment, and their end with the node."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
from collections.abc import Mapping

_FOR_USERS = ("HEADWAY_HOME", "HEADWAY_VAR_", "HEADWAY_CONN_")
_PR_SET_PDEATHSIG = 1


def clean_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment without Headway's settings: addresses and keys are no business of users' code.

    Variables and connections that were put into the environment for DAG files and tasks stay.
    """
    return {
        name: value
        for name, value in environment.items()
        if not name.startswith("HEADWAY_") or name.startswith(_FOR_USERS)
    }


def die_with_parent(parent: int) -> None:
    """Have the kernel kill this process when the thread that started it ends; at once if ``parent`` is gone."""
    with contextlib.suppress(OSError, AttributeError):  # elsewhere than on Linux
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(0)
