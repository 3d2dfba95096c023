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
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType
from typing import Any

from headway.airflow.table import contents, elsewhere, module_names
from headway.authoring.arguments import closest

ROOT = "airflow"
VERSION = "3.3.2"


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
        if target is None:
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        value = self.__dict__[name] = load(target)
        return value

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


class AirflowFinder(MetaPathFinder, Loader):
    """Finds and makes the modules."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The spec of an ``airflow`` module; None for every other one."""
        if fullname != ROOT and not fullname.startswith(ROOT + "."):
            return None
        if fullname in module_names():
            spec = ModuleSpec(fullname, self, is_package=True)
            spec.submodule_search_locations = _real_folders(fullname, path)
            return spec
        real = PathFinder.find_spec(fullname, path)
        if real is None:
            raise NotInHeadwayError(fullname, _remedy(fullname))
        return real

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """An empty module."""
        return AliasModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Give the module the names that ``import *`` takes, and the top one its version."""
        module.__dict__["__all__"] = sorted(contents(module.__name__))
        if module.__name__ == ROOT:
            module.__dict__["__version__"] = VERSION


def _real_folders(fullname: str, path: Sequence[str] | None) -> list[str]:
    """Where installed packages hold further modules of this name."""
    last = fullname.rpartition(".")[2]
    parents = [Path(one) for one in path or ()]
    if fullname == f"{ROOT}.providers":
        parents += [Path(entry, ROOT) for entry in sys.path]
    return [str(parent / last) for parent in parents if (parent / last).is_dir()]


def _remedy(wanted: str) -> str:
    module, _, name = wanted.rpartition(".")
    if others := elsewhere(name):
        return f"{name} is imported from {others[0]}"
    if hint := closest(name, contents(module)):
        return f"did you mean {module}.{hint}?"
    if wanted.startswith(f"{ROOT}.providers."):
        provider = wanted.split(".")[2]
        return f"it is no part of this version; keep tasks that need the provider {provider!r} in another file"
    return "it is no part of this version; use Headway's own operators, or call what you need in a @task function"
