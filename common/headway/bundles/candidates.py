"""Which files of a root may hold DAGs: Python files of the DAG folder that no ``.airflowignore`` hides."""

from __future__ import annotations

from collections.abc import Callable, Collection

from headway.authoring.loader import may_hold_dags
from headway.bundles.ignore import IgnoreRules, IgnoreTree
from headway.bundles.layout import Layout, files_of
from headway.bundles.manifest import read_file

_IGNORE_FILE = ".airflowignore"

#: The content of a file of the root, by its path.
Read = Callable[[str], bytes]


def unhidden_files(paths: Collection[str], dag_folder: str, read: Read) -> list[str]:
    """Those of ``paths`` (relative to the root) that are read for DAGs, if they speak of DAGs at all."""
    ignored = _ignore_tree(paths, dag_folder, read)
    folder = f"{dag_folder}/" if dag_folder else ""
    return [path for path in paths if path.startswith(folder) and path.endswith((".py", ".zip")) and not ignored.hides(path)]


def dag_files(layout: Layout) -> list[str]:
    """The files of a root on disk that may hold DAGs, sorted; raises ``BundleError`` for what cannot be read."""
    places = {found.path: found.place for found in files_of(layout.root)}

    def read(path: str) -> bytes:
        return read_file(places[path], path) or b""

    return sorted(path for path in unhidden_files(places, layout.dag_folder, read) if may_hold_dags(read(path)))


def _ignore_tree(paths: Collection[str], dag_folder: str, read: Read) -> IgnoreTree:
    """The ignore files of the DAG folder and below: one above it is another folder's."""
    tree = IgnoreTree()
    inside = f"{dag_folder}/" if dag_folder else ""
    for path in paths:
        folder, _, name = path.rpartition("/")
        if name == _IGNORE_FILE and f"{folder}/".startswith(inside):
            tree.add(folder, IgnoreRules.airflow(read(path).decode("utf-8", "replace"), path))
    return tree
