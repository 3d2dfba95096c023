"""The import hook: modules named ``airflow…`` whose contents come from the table.

A module that the table names, or that lies above one it names, is an ``AliasModule``; each name in it is
loaded when it is first used. What the table does not have is looked for along ``airflow.__path__`` and,
below ``airflow.providers``, in provider packages that are installed; else the import fails with an error
that names it and says what to do.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType
from typing import Any

from headway.airflow.remedies import is_family, remedy_for
from headway.airflow.table import contents, module_names, only_stand_ins, whole_module
from headway.authoring import plugins
from headway.authoring.current_file import current_scope

ROOT = "airflow"
VERSION = "3.3.2"
#: The package of Airflow's own example DAGs; a copy of them imports its helpers from there.
EXAMPLES = (f"{ROOT}.example_dags", f"{ROOT}.contrib.example_dags")


class NotInHeadwayError(ModuleNotFoundError):
    """An import of Airflow's that Headway does not have; ``remedy`` says what to do about it."""

    def __init__(self, wanted: str, remedy: str) -> None:
        # A `name` equal to what the import system asked for would make it hide this error behind its own.
        super().__init__(f"Headway has no {wanted}", name=f"<{wanted}>")
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.msg}: {self.remedy}"


class AliasModule(ModuleType):
    """A module of Airflow whose names are Headway's objects."""

    def __getattr__(self, name: str) -> Any:
        target = contents(self.__name__).get(name)
        if target is not None:
            value = self.__dict__[name] = load(target)
            return value
        if f"{self.__name__}.{name}" in module_names():  # `import airflow` alone reaches airflow.utils.dates
            return import_module(f"{self.__name__}.{name}")
        if (ours := whole_module(self.__name__)) and not name.startswith("__"):
            return getattr(import_module(ours), name)  # not kept: what a folder is changes from file to file
        if (brought := plugins.active().brought(self.__name__, name)) is not None:
            return brought
        raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")

    def __setattr__(self, name: str, value: Any) -> None:
        # An imported submodule is set on its package; a name of the table (decorators.task_group) goes before it.
        if not isinstance(value, AliasModule) or name not in contents(self.__name__):
            super().__setattr__(name, value)

    def __dir__(self) -> list[str]:
        return sorted({*self.__dict__, *contents(self.__name__)})


def load(target: str) -> Any:
    """The object that a row of the table points to: ``module:name``, or a whole module."""
    module, _, name = target.partition(":")
    loaded = import_module(module)
    return getattr(loaded, name) if name else loaded


class AirflowFinder:
    """Finds and makes the modules: what ``importlib.abc`` calls a finder and a loader, whose import takes 15 ms."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The spec of an ``airflow`` module; None for every other one."""
        loader: Any = self
        if fullname != ROOT and not fullname.startswith(ROOT + "."):
            return None
        if fullname in EXAMPLES:
            return _example_folders(ModuleSpec(fullname, loader, is_package=True))
        if only_stand_ins(fullname) and (real := PathFinder.find_spec(fullname, path)):
            return real  # a provider package that is installed does what a stand-in cannot
        if fullname in module_names() or is_family(fullname):
            spec = ModuleSpec(fullname, loader, is_package=True)
            spec.submodule_search_locations = _real_folders(fullname, path)
            return spec
        if fullname in plugins.active().modules:
            return ModuleSpec(fullname, loader)
        real = PathFinder.find_spec(fullname, path)
        if real is None:
            raise NotInHeadwayError(fullname, remedy_for(fullname))
        return real

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """An empty module."""
        return AliasModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Give the module the names that ``import *`` takes, and the top one its version."""
        brought = plugins.active().modules.get(module.__name__)
        if brought is not None:
            module.__dict__.update(brought)
            return
        module.__dict__["__all__"] = sorted(contents(module.__name__))
        if module.__name__ == ROOT:
            module.__dict__["__version__"] = VERSION


def _example_folders(spec: ModuleSpec) -> ModuleSpec:
    """Have the package stand for the folder of the file being loaded, and for the one above it."""
    scope = current_scope()
    own = Path(scope.path).parent if scope else Path.cwd()
    root = Path(scope.root) if scope else own
    folders = (own, own.parent, root, root / "example_dags")
    spec.submodule_search_locations = [str(one) for one in dict.fromkeys(folders) if one.is_relative_to(root)]
    return spec


def _real_folders(fullname: str, path: Sequence[str] | None) -> list[str]:
    """Where installed packages hold further modules of this name."""
    last = fullname.rpartition(".")[2]
    parents = [Path(one) for one in path or ()]
    if fullname == f"{ROOT}.providers":
        parents += [Path(entry, ROOT) for entry in sys.path]
    return [str(parent / last) for parent in parents if (parent / last).is_dir()]
