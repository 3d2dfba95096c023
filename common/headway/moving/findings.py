"""What is to be said of one DAG file, as plain data: what it defines, why it fails, what to know before moving it."""

from __future__ import annotations

import ast
import importlib
import importlib.util
import inspect
import os
import re
import sys
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from headway.airflow import install
from headway.airflow.unavailable import UnavailableOperator
from headway.authoring.import_paths import add_paths
from headway.authoring.loader import LoadedFile, load_file
from headway.authoring.structure import describe
from headway.errors import DagFileError, HeadwayError
from headway.moving.imports import Imported, imports_of, is_inside, problem_of, stand_in_of
from headway.sensors.base import BaseSensorOperator

_LIBRARY = re.compile(r"""\blibrary\(\s*["']([\w.]+)["'],\s*["']([\w-]+)["']""")


def findings_of(file: str, order: Mapping[str, Any], world: Any) -> dict[str, Any]:
    """Load ``file`` below ``order["root"]`` and say what came of it.

    ``error`` (None: it loads) and ``missing`` keep it from working; ``cannot_run`` names tasks and imports that parse
    and cannot run; ``extras``, ``inside``, ``values`` and ``warnings`` are to be known.
    """
    root, began = Path(order["root"]), time.monotonic()
    os.chdir(root)
    found: dict[str, Any] = {"file": file, "style": None, "dags": [], "error": None, "cannot_run": [], "warnings": []}
    loaded: LoadedFile | None = None
    try:
        loaded = load_file(root / file, root, order["style"], order["prefer_airflow"], order["folder"])
        found |= _of_loaded(loaded)
    except HeadwayError as error:
        found["error"] = _error(error, world)
    found["seconds"] = time.monotonic() - began
    imported = _imports(root, file, order)
    broken = [(one, problem_of(one)) for one in imported]
    found["missing"] = [_missing(one, remedy) for one, remedy in broken if remedy and not one.optional]
    refused = [(one, stand_in_of(one)) for one in imported]
    found["cannot_run"] += [_line(one.line, one.what, remedy) for one, remedy in refused if remedy]
    found["cannot_run"] = _unique(found["cannot_run"])
    found["inside"] = sorted({one.what for one in imported if is_inside(one)})
    found["extras"] = _extras(imported, loaded)
    found["values"] = sorted(f"{kind} {name}" for kind, name in world.missed)
    return found


def _of_loaded(loaded: LoadedFile) -> dict[str, Any]:
    described = [describe(dag) for dag in loaded.dags]
    tasks = [task for dag in loaded.dags for task in dag.tasks]
    return {
        "style": loaded.style,
        "dags": [_dag(one) for one in described],
        "cannot_run": [
            _line(task.place.line, f"{task.operator_name} (task {task.task_id})", task.remedy)
            for task in tasks
            if isinstance(task, UnavailableOperator)
        ],
        "deferrable": sorted({task.task_id for task in tasks if _waits_by_itself(task)}),
        "warnings": _unique(one for dag in described for one in dag["warnings"]) if described else _noted(loaded),
    }


def _waits_by_itself(task: Any) -> bool:
    """Whether a sensor is to be deferred for which no trigger can wait."""
    return isinstance(task, BaseSensorOperator) and task.deferrable and not task.has_trigger()


def _dag(described: Mapping[str, Any]) -> dict[str, Any]:
    names = ("dag_id", "schedule_text", "catchup", "start_date")
    return {**{name: described[name] for name in names}, "tasks": len(described["tasks"])}


def _noted(loaded: LoadedFile) -> list[dict[str, Any]]:
    return [{"line": one.line, "text": one.text} for one in loaded.warnings]


def _error(error: HeadwayError, world: Any) -> dict[str, Any]:
    cause = error.__cause__
    remedy, kind = error.remedy, "error"
    if isinstance(cause, SyntaxError) or error.message.startswith("syntax error"):
        kind = "syntax"
    elif isinstance(cause, ImportError):
        kind = "import"
    elif world.missed:
        kind = "value"
        names = ", ".join(f"the {what} {name}" for what, name in sorted(world.missed))
        remedy = f"import {names} first, or hand over an export with --variables or --connections; else: {remedy}"
    line = error.line if isinstance(error, DagFileError) else 0
    return {"kind": kind, "line": line, "text": error.message, "remedy": remedy}


def _imports(root: Path, file: str, order: Mapping[str, Any]) -> list[Imported]:
    """The imports of a Python file; loading it may have failed before they were reached."""
    install(prefer_airflow=order["prefer_airflow"])
    add_paths(root, root / order["folder"])
    try:
        tree = ast.parse((root / file).read_bytes())
    except (SyntaxError, ValueError):
        return []
    return list(imports_of(tree))


def _missing(one: Imported, remedy: str) -> dict[str, Any]:
    when = "run" if one.at_run else "load"
    return {**_line(one.line, one.what, remedy), "kind": "airflow" if one.is_airflows else "package", "when": when}


def _line(line: int, what: str, remedy: str) -> dict[str, Any]:
    return {"line": line, "what": what, "remedy": remedy}


def _extras(imported: Iterable[Imported], loaded: LoadedFile | None) -> list[dict[str, str]]:
    """The extras of Headway whose libraries the file's hooks and operators need and that are not installed here."""
    objects = [getattr(sys.modules.get(one.module), one.name, None) for one in imported if one.is_airflows and one.name]
    objects += [type(task) for dag in (loaded.dags if loaded else ()) for task in dag.tasks]
    modules = {getattr(one, "__module__", "") or "" for one in objects if inspect.isclass(one) or callable(one)}
    needed = {pair for module in modules for pair in _libraries(module)}
    absent = {(package.partition(".")[0], extra) for package, extra in needed if not _is_here(package)}
    return [{"package": package, "extra": extra} for package, extra in sorted(absent)]


def _libraries(module: str) -> set[tuple[str, str]]:
    """What a module of ours, and the hooks that it names, import when they are used: package and extra."""
    if not module.startswith(("headway.hooks.", "headway.operators.", "headway.sensors.")):
        return set()
    source = inspect.getsource(importlib.import_module(module))
    hooks = set(re.findall(r"from (headway\.hooks\.[\w.]+) import", source)) - {"headway.hooks.library", module}
    found = set(_LIBRARY.findall(source))
    return found | {pair for hook in hooks for pair in _LIBRARY.findall(_source(hook))}


def _source(module: str) -> str:
    return inspect.getsource(importlib.import_module(module))


def _is_here(package: str) -> bool:
    try:
        return importlib.util.find_spec(package.partition(".")[0]) is not None
    except (ImportError, ValueError):
        return False


def _unique(found: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return [dict(pairs) for pairs in dict.fromkeys(tuple(one.items()) for one in found)]
