"""The imports of a DAG file, each tried by itself: so that all that is missing is told at once."""

from __future__ import annotations

import ast
import importlib
import importlib.util
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from headway.airflow.remedies import remedy_for
from headway.airflow.table import STAND_INS, contents, stand_ins

_INSIDE = "headway.airflow.inside"


@dataclass(frozen=True, slots=True)
class Imported:
    """One name that a file imports; ``at_run``: only inside a function, so that it is missed when a task runs.

    ``optional`` imports stand in a ``try`` block: the file does without them.
    """

    line: int
    module: str
    name: str = ""
    at_run: bool = False
    optional: bool = False

    @property
    def what(self) -> str:
        """As people write it."""
        return f"{self.module}.{self.name}" if self.name else self.module

    @property
    def is_airflows(self) -> bool:
        """Whether it is one of Airflow's names."""
        return self.module.partition(".")[0] == "airflow"


def imports_of(tree: ast.AST) -> Iterator[Imported]:
    """Every absolute import of a file; none of those for type checkers alone."""
    return _below(tree, at_run=False, optional=False)


def _below(node: ast.AST, *, at_run: bool, optional: bool) -> Iterator[Imported]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            yield from (Imported(child.lineno, one.name, "", at_run, optional) for one in child.names)
        elif isinstance(child, ast.ImportFrom) and child.module and not child.level:
            yield from (Imported(child.lineno, child.module, one.name, at_run, optional) for one in child.names)
        elif not _for_type_checkers(child):
            inside = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            yield from _below(child, at_run=at_run or inside, optional=optional or isinstance(child, ast.Try))


def _for_type_checkers(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)


def problem_of(one: Imported) -> str | None:
    """What to do when the import fails here; None when it works."""
    if one.is_airflows:
        return _airflows_problem(one)
    top = one.module.partition(".")[0]
    try:
        found = importlib.util.find_spec(top) is not None
    except (ImportError, ValueError):
        found = True  # it is there, and in a state of its own
    return None if found else f"install the package that has the module {top}, and list it in requirements.txt"


def _airflows_problem(one: Imported) -> str | None:
    try:
        module = importlib.import_module(one.module)
        if one.name and one.name != "*" and not hasattr(module, one.name):
            importlib.import_module(one.what)
    except ImportError as error:
        missing = "" if error.name is None else error.name.strip("<>")
        if missing and not missing.startswith("airflow"):
            return f"install the Python package that has the module {missing}"
        return getattr(error, "remedy", "") or remedy_for(one.what)
    except Exception as error:  # noqa: BLE001  (a provider package may do anything while it is imported)
        return f"importing it raises {type(error).__name__}: {error}"
    return None


def stand_in_of(one: Imported) -> str | None:
    """What to use instead of a name that can be imported and not be run; None for all others."""
    target = _target(one)
    return stand_ins()[one.name].remedy if target.startswith(f"{STAND_INS}:") else None


def is_inside(one: Imported) -> bool:
    """Whether it is Airflow's own machinery, of which there is only a view."""
    return _target(one).startswith(_INSIDE)


def _target(one: Imported) -> str:
    if not one.is_airflows or not one.name:
        return ""
    found: Any = contents(one.module).get(one.name, "")
    return str(found)
