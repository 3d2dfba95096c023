"""Which files of a root are read: Python files of the DAG folder that no ``.airflowignore`` hides, and plugins."""

from __future__ import annotations

from collections.abc import Callable, Collection

from headway.authoring.loader import may_hold_dags
from headway.authoring.plugins import may_hold_plugins
from headway.bundles.ignore import IgnoreRules, IgnoreTree
from headway.bundles.layout import Layout, files_of
from headway.bundles.manifest import read_file

_IGNORE_FILE = ".airflowignore"

PLUGINS = "plugins/"

#: The content of a file of the root, by its path.
Read = Callable[[str], bytes]


def unhidden_files(paths: Collection[str], dag_folder: str, read: Read) -> list[str]:
    """Those of ``paths`` (relative to the root) that are read for DAGs or plugins, if they speak of any at all."""
    ignored = _ignore_tree(paths, dag_folder, read)
    folder = f"{dag_folder}/" if dag_folder else ""
    return [
        path
        for path in paths
        if path.startswith((folder, PLUGINS)) and path.endswith((".py", ".zip")) and not ignored.hides(path)
    ]


def is_read(path: str, source: bytes, dag_folder: str) -> bool:
    """Whether a file could define DAGs, or plugins where those are looked for."""
    inside = not dag_folder or path.startswith(f"{dag_folder}/")
    if inside and may_hold_dags(source):
        return True
    return path.startswith((PLUGINS, f"{dag_folder}/{PLUGINS}")) and may_hold_plugins(source)


def dag_files(layout: Layout) -> list[str]:
    """Files of a root on disk that may hold DAGs or plugins, by path; raises ``BundleError`` if one is unreadable."""
    places = {found.path: found.place for found in files_of(layout)}

    def read(path: str) -> bytes:
        return read_file(places[path], path) or b""

    unhidden = unhidden_files(places, layout.dag_folder, read)
    return sorted(path for path in unhidden if is_read(path, read(path), layout.dag_folder))


def _ignore_tree(paths: Collection[str], dag_folder: str, read: Read) -> IgnoreTree:
    """The ignore files of the DAG folder and below: one above it is another folder's."""
    tree = IgnoreTree()
    inside = f"{dag_folder}/" if dag_folder else ""
    for path in paths:
        folder, _, name = path.rpartition("/")
        if name == _IGNORE_FILE and f"{folder}/".startswith(inside):
            tree.add(folder, IgnoreRules.airflow(read(path).decode("utf-8", "replace"), path))
    return tree
