"""The names of Airflow, served from Headway's own objects in processes that load DAG files.

``install()`` puts an import hook in place; from then on ``import airflow`` and everything below it comes
from the tables beside this file. The rest of Headway never imports ``airflow``.
"""

from __future__ import annotations

import sys
from importlib.machinery import PathFinder

from headway.airflow.hook import AirflowFinder, AliasModule
from headway.airflow.table import aliases
from headway.errors import Conflict
from headway.serve_airflow import Doorkeeper

__all__ = ["AirflowFinder", "airflow_is_installed", "aliases", "install", "uninstall"]


def install(prefer_airflow: bool = False) -> bool:
    """Serve ``airflow`` from Headway; says whether it does.

    With ``prefer_airflow`` an Airflow that is installed here keeps its names. Raises ``Conflict`` when the
    real one was imported before: two of them in one process would not know each other's DAGs.
    """
    if prefer_airflow and airflow_is_installed():
        uninstall()
        return False
    if "airflow" in sys.modules and not isinstance(sys.modules["airflow"], AliasModule):
        raise Conflict(
            "the installed Airflow was imported before Headway could stand in for it",
            "import headway first, or choose to prefer the installed Airflow",
        )
    if not any(isinstance(one, AirflowFinder) for one in sys.meta_path):
        sys.meta_path.insert(0, AirflowFinder())
    return True


def uninstall() -> None:
    """Take the import hook and every module that it made away."""
    sys.meta_path[:] = [one for one in sys.meta_path if not isinstance(one, AirflowFinder | Doorkeeper)]
    if isinstance(sys.modules.get("airflow"), AliasModule):
        for name in [one for one in sys.modules if one == "airflow" or one.startswith("airflow.")]:
            del sys.modules[name]


def airflow_is_installed() -> bool:
    """Whether a real Airflow could be imported here; provider packages alone are none."""
    spec = PathFinder.find_spec("airflow")
    return spec is not None and spec.origin is not None
