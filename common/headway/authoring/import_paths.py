"""Where the modules beside DAG files are found, and how they are forgotten again.

The order, each only if it exists::

    <folder>            the DAG folder:      from helpers import clean
    <root>              the project root:    from include.sql import load, from plugins.operators import X
    <root>/plugins      Airflow's plugins:   from operators import X
    <folder>/plugins    the same, when the DAG folder is the root
    <root>/src          packages of the project
    <root>/include      modules that a project shares

They stand behind everything installed, as in Airflow, so that a user's ``redis.py`` cannot take the
place of the package that a worker itself needs.
"""

from __future__ import annotations

import hashlib
import importlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

#: How the names of modules that are DAG files begin.
DAG_FILE_MODULES = "headway_dag_file_"
_DIGITS = 12
_MANGLED = re.compile(rf"\b{DAG_FILE_MODULES}[0-9a-f]{{{_DIGITS}}}_")


def dag_file_module(path: str) -> str:
    """The name of the module that a DAG file is run as: one of its own, so that two files of one name do not meet."""
    return f"{DAG_FILE_MODULES}{hashlib.sha256(path.encode()).hexdigest()[:_DIGITS]}_{Path(path).stem}"


def with_own_names(text: str) -> str:
    """``text`` with the modules of DAG files called as their authors call them: loggers and tracebacks name them."""
    return _MANGLED.sub("", text) if DAG_FILE_MODULES in text else text


def usual_folder(root: Path, path: Path) -> Path:
    """The folder of a project's DAG files, by habit: ``root/dags`` for a file inside it, else ``root``."""
    inside = path.relative_to(root).parts
    return root / "dags" if len(inside) > 1 and inside[0] == "dags" else root


def paths_for(root: Path, folder: Path) -> list[str]:
    """The entries of ``sys.path`` that the DAG files of ``folder`` need, in order; ``root`` is the bundle's."""
    candidates = [folder, root, root / "plugins", folder / "plugins", root / "src", root / "include"]
    return list(dict.fromkeys(str(one) for one in candidates if one.is_dir()))


def add_paths(root: Path, folder: Path) -> None:
    """Make the modules beside DAG files importable, until ``purge_modules(root)``."""
    sys.path.extend(one for one in paths_for(root, folder) if one not in sys.path)
    importlib.invalidate_caches()


def modules_of(root: Path) -> Iterator[tuple[str, ModuleType, Path]]:
    """The loaded modules whose files lie below ``root``, with their paths relative to it."""
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        places = [file] if isinstance(file, str) else list(getattr(module, "__path__", ()))
        place = next((Path(one) for one in places if Path(one).is_relative_to(root)), None)
        if place is not None:
            yield name, module, place.relative_to(root)


def purge_modules(root: Path) -> None:
    """Forget every module loaded from below ``root`` and every entry of ``sys.path`` there."""
    root = root.resolve()
    for name, _, _ in list(modules_of(root)):
        del sys.modules[name]
    sys.path[:] = [one for one in sys.path if not Path(one or ".").is_relative_to(root)]
    for one in [one for one in sys.path_importer_cache if Path(one).is_relative_to(root)]:
        del sys.path_importer_cache[one]
    importlib.invalidate_caches()
