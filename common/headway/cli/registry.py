"""Which commands there are, where they live and what they say of themselves: all without importing them."""

from __future__ import annotations

import ast
import importlib
import importlib.util
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import Any

ENTRY_POINTS = "headway.commands"

START = "Start here"
DAGS = "DAGs and tasks"
CLUSTER = "Cluster"
SECRETS = "Variables and connections"
ADMINISTRATION = "Administration"


@dataclass(frozen=True, slots=True)
class Entry:
    """A command: its name, ``module:attribute`` of its function or typer app, and the panel that shows it."""

    name: str
    target: str
    panel: str = CLUSTER

    def load(self) -> Any:
        """Import the command's function or app."""
        module, _, attribute = self.target.partition(":")
        return getattr(importlib.import_module(module), attribute)

    def help_line(self) -> str | None:
        """The first line of its docstring, read from its source; None when the module is not installed."""
        module, _, attribute = self.target.partition(":")
        source = _source_of(module)
        return None if source is None else _first_line(ast.parse(source), attribute)


BUILT_IN = (
    Entry("demo", "headway.demo:demo", START),
    Entry("standalone", "headway.standalone.cli:standalone", START),
    Entry("dags", "headway.cli.dags:app", DAGS),
    Entry("runs", "headway.cli.runs:app", DAGS),
    Entry("tasks", "headway.cli.tasks:app", DAGS),
    Entry("assets", "headway.cli.assets:app", DAGS),
    Entry("backfill", "headway.cli.backfill:app", DAGS),
    Entry("deadlines", "headway.cli.deadlines:deadlines", DAGS),
    Entry("queues", "headway.cli.queues:queues", CLUSTER),
    Entry("nodes", "headway.cli.nodes:app", CLUSTER),
    Entry("triggers", "headway.cli.triggers:app", CLUSTER),
    Entry("pools", "headway.cli.pools:app", CLUSTER),
    Entry("flower", "headway.flower:flower", CLUSTER),
    Entry("variables", "headway.cli.variables:app", SECRETS),
    Entry("connections", "headway.cli.connections:app", SECRETS),
    Entry("rotate-fernet-key", "headway.cli.rotate_key:rotate_fernet_key", SECRETS),
    Entry("users", "headway.cli.users:app", ADMINISTRATION),
    Entry("tokens", "headway.cli.tokens:app", ADMINISTRATION),
    Entry("airflow", "headway.cli.moving:app", ADMINISTRATION),
    Entry("db", "headway.cli.db:app", ADMINISTRATION),
    Entry("config", "headway.cli.config:config", ADMINISTRATION),
    Entry("info", "headway.cli.info:info", ADMINISTRATION),
    Entry("version", "headway.cli.info:version", ADMINISTRATION),
)


def find(name: str) -> Entry | None:
    """The command of that name; entry points are only looked at when Headway itself has none."""
    return next((entry for entry in _all_lazily() if entry.name == name), None)


def all_entries() -> list[Entry]:
    """Every command, in the order of the help."""
    found: dict[str, Entry] = {}
    for entry in _all_lazily():
        found.setdefault(entry.name, entry)
    order = [START, DAGS, CLUSTER, SECRETS, ADMINISTRATION]
    return sorted(found.values(), key=lambda entry: order.index(entry.panel))


def _all_lazily() -> Iterator[Entry]:
    yield from BUILT_IN
    for point in sorted(entry_points(group=ENTRY_POINTS), key=lambda point: point.name):
        yield Entry(point.name, point.value)


def _source_of(module: str) -> str | None:
    try:
        spec = importlib.util.find_spec(module)
    except ModuleNotFoundError:
        return None
    loader: Any = spec.loader if spec else None
    return loader.get_source(module) if loader else None


def _first_line(tree: ast.Module, attribute: str) -> str:
    functions = (node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == attribute)
    text = ast.get_docstring(next(functions, tree)) or ""
    return text.partition("\n")[0]
