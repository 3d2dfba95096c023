"""DAG files that are run by hand: ``python dags/etl.py``."""

from __future__ import annotations

import sys
from pathlib import Path

from headway.authoring.import_paths import add_paths


def add_paths_of_script() -> None:
    """Let the script that runs here import what it could import as a DAG file: its project's modules, plugins/, src/.

    Only where the script lies in a folder called ``dags``: others find what lies beside them anyway.
    """
    file = getattr(sys.modules.get("__main__"), "__file__", None)
    folder = next((above for above in Path(file).resolve().parents if above.name == "dags"), None) if file else None
    if folder is not None:
        add_paths(folder.parent, folder)
