"""Lets ``import airflow`` work in any Python process of this environment: ``python my_dag.py``, pytest, a notebook.

``headway-airflow.pth`` imports this module at the start of every Python process, so it costs next to nothing: one
finder that knows a single name. Only when somebody imports ``airflow``, and no Airflow is installed here, does
Headway take its place. ``HEADWAY_SERVE_AIRFLOW=0`` in the environment keeps it out.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType


class Doorkeeper:
    """Waits for the first import of ``airflow``, then gives way to whoever serves it."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """None for every other module, and for an Airflow that is installed."""
        if fullname != "airflow":
            return None
        sys.meta_path.remove(self)
        return _serve(fullname)


def stand_by() -> None:
    """Put the finder in place; the ``.pth`` file does that."""
    sys.meta_path.insert(0, Doorkeeper())


def _serve(fullname: str) -> ModuleSpec | None:
    import os

    if os.environ.get("HEADWAY_SERVE_AIRFLOW") == "0":
        return None
    from headway.airflow import AirflowFinder, airflow_is_installed, install
    from headway.airflow.scripts import add_paths_of_script

    if airflow_is_installed():
        return None
    install()
    add_paths_of_script()
    return AirflowFinder().find_spec(fullname, None)
