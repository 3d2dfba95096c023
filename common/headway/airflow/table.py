"""The table of names, read from ``names.txt``: what Airflow calls something, and Headway's object behind it."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path
from typing import NamedTuple


class Alias(NamedTuple):
    """One name of Airflow's.

    ``old`` and ``ours`` are ``module:name``, or a whole module without a colon. ``since`` is the first style
    that had the name: 1 (Airflow 1.10), 2 or 3.
    """

    old: str
    ours: str
    since: int
    note: str = ""

    @property
    def module(self) -> str:
        """The old module."""
        return self.old.partition(":")[0]

    @property
    def name(self) -> str:
        """The old name in its module; empty for a whole module."""
        return self.old.partition(":")[2]


@cache
def aliases() -> tuple[Alias, ...]:
    """Every row of the table, in its order."""
    return tuple(parse(Path(__file__).with_name("names.txt").read_text(encoding="utf-8")))


def parse(text: str) -> list[Alias]:
    """The rows of a table in the form that the head of ``names.txt`` describes."""
    rows: list[Alias] = []
    ours = ""
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        if not line.startswith(" "):
            ours = line.strip()
            continue
        row, _, note = line.partition(";")
        since, old = row.split()
        rows.append(Alias(old, ours, int(since), note.strip()))
    return rows


@cache
def _by_module() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for row in aliases():
        names = found.setdefault(row.module, {})
        if row.name:
            names[row.name] = row.ours
    return found


@cache
def module_names() -> frozenset[str]:
    """Every module of the table and every package above one."""
    found: set[str] = set()
    for module in _by_module():
        parts = module.split(".")
        found.update(".".join(parts[:end]) for end in range(1, len(parts) + 1))
    return frozenset(found)


@cache
def contents(module: str) -> dict[str, str]:
    """The names of a module and where each is: ``module:name`` or a module of ours."""
    names = _by_module().get(module, {})
    whole = next((row.ours for row in aliases() if row.old == module), None)
    if whole is None:
        return names
    loaded = import_module(whole)
    public = getattr(loaded, "__all__", None) or [one for one in dir(loaded) if not one.startswith("_")]
    return {**{name: f"{whole}:{name}" for name in public}, **names}


def elsewhere(name: str) -> list[str]:
    """The modules from which ``name`` can be imported, newest first."""
    rows = [row for row in aliases() if row.name == name]
    return [row.module for row in sorted(rows, key=lambda row: -row.since)]
