"""The three generations of Airflow that DAG files are written for, and what differs between them.

``1`` stands for Airflow 1.10, ``2`` and ``3`` for themselves. A file's style is decided, in this order, by
the argument of ``load_file``, a comment ``# headway: style=2`` in it, the modules that it imports, and the
arguments that it passes. A file that imports ``headway`` and nothing of Airflow has style 3.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class StyleDefaults:
    """The defaults of a DAG that differ by style.

    ``cron_interval`` says what a cron schedule means: "data" runs a DAG after the interval that it stands
    for has passed, and dates it by the interval's start; "trigger" runs it at, and dates it by, the moment.
    """

    label: str
    schedule: timedelta | None
    catchup: bool
    cron_interval: str


STYLES: dict[int, StyleDefaults] = {
    1: StyleDefaults("Airflow 1.10", timedelta(days=1), catchup=True, cron_interval="data"),
    2: StyleDefaults("Airflow 2", timedelta(days=1), catchup=True, cron_interval="data"),
    3: StyleDefaults("Airflow 3", None, catchup=False, cron_interval="trigger"),
}

# A module counts when it is listed or lies below a listed one.
_ONLY_IN_3 = ("airflow.sdk", "airflow.assets", "airflow.timetables.assets")
_ONLY_IN_1 = re.compile(
    r"airflow\.(contrib\b|operators\.sensors$|operators\.\w+_operator$|sensors\.\w+_sensor$|hooks\.\w+_hook$"
    r"|operators\.\w+_plugin$|macros\.\w+_plugin$|executors\.GetDefaultExecutor$)"
)
# Modules whose names look old but which Airflow 2 still had as its own.
_OLD_LOOKING_IN_2 = {"airflow.sensors.time_sensor", "airflow.sensors.date_time_sensor"}
_ARGUMENTS_ONLY_IN_1 = {"provide_context"}
_COMMENT = re.compile(r"^\s*#\s*headway:.*\bstyle\s*=\s*(1\.10|[123])\b", re.MULTILINE)


def decide_style(source: str, tree: ast.AST) -> int:
    """The style of a file, from its text and its parsed form."""
    if comment := _COMMENT.search(source):
        return int(float(comment[1]))
    modules = set(imported_modules(tree))
    if any(_below(module, _ONLY_IN_3) for module in modules):
        return 3
    if any(_ONLY_IN_1.match(module) for module in modules - _OLD_LOOKING_IN_2):
        return 1
    if any(name in _ARGUMENTS_ONLY_IN_1 for name in _argument_names(tree)):
        return 1
    native = any(_below(module, ("headway",)) for module in modules)
    return 3 if native and not any(_below(module, ("airflow",)) for module in modules) else 2


def imported_modules(tree: ast.AST) -> Iterator[str]:
    """Every module that the file names in an import; for ``from a import b`` both a and a.b, for b may be one."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _below(module: str, listed: tuple[str, ...]) -> bool:
    return any(module == one or module.startswith(one + ".") for one in listed)


def _argument_names(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg:
            yield node.arg
        elif isinstance(node, ast.Dict):
            yield from (key.value for key in node.keys if isinstance(key, ast.Constant) and isinstance(key.value, str))


def defaults_of(style: int) -> StyleDefaults:
    """The defaults of a style."""
    return STYLES[style]
