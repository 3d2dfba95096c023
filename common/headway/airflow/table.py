"""The table of names: what Airflow calls something, and Headway's object behind it.

It is read from the text files beside this module: ``names.txt`` and ``operators.txt`` (what works as in
Airflow), ``inside.txt`` (Airflow's own machinery, of which there are read-only views) and ``unavailable.txt``
(what a file may import and use, but which cannot run; the text at the margin says what kind of thing it is
and what to do instead).
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

#: The module whose attributes are the objects behind ``unavailable.txt``.
STAND_INS = "headway.airflow.unavailable"


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


class StandIn(NamedTuple):
    """A name that cannot run: ``kind`` is ``operator``, ``sensor``, ``class`` or ``function``."""

    kind: str
    remedy: str


@cache
def aliases() -> tuple[Alias, ...]:
    """Every row of the table, in its order."""
    return (*working(), *rows_of("inside.txt"), *map(_without_run, rows_of("unavailable.txt")))


def working() -> list[Alias]:
    """The rows of what works as in Airflow."""
    return [*rows_of("names.txt"), *rows_of("operators.txt")]


@cache
def stand_ins() -> dict[str, StandIn]:
    """The names that can be imported but not run."""
    rows = rows_of("unavailable.txt")
    return {row.name: StandIn(*(part.strip() for part in row.ours.split(":", 1))) for row in rows}


def rows_of(file: str) -> list[Alias]:
    """The rows of one of the files as they stand there."""
    return parse(Path(__file__).with_name(file).read_text(encoding="utf-8"))


def _without_run(row: Alias) -> Alias:
    remedy = row.ours.partition(":")[2].strip()
    return row._replace(ours=f"{STAND_INS}:{row.name}", note=f"cannot run: {remedy}")


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
def whole_module(module: str) -> str | None:
    """Headway's module behind all of an old one, if there is one."""
    return next((row.ours for row in aliases() if row.old == module), None)


@cache
def contents(module: str) -> dict[str, str]:
    """The names of a module and where each is: ``module:name`` or a module of ours."""
    names = _by_module().get(module, {})
    whole = whole_module(module)
    if whole is None:
        return names
    loaded = import_module(whole)
    public = getattr(loaded, "__all__", None) or [one for one in dir(loaded) if not one.startswith("_")]
    return {**{name: f"{whole}:{name}" for name in public}, **names}


def only_stand_ins(module: str) -> bool:
    """Whether a module has nothing but names that cannot run."""
    found = _by_module().get(module, {})
    return bool(found) and all(ours.startswith(STAND_INS) for ours in found.values())


def elsewhere(name: str) -> list[str]:
    """The modules from which ``name`` can be imported, newest first."""
    rows = [row for row in aliases() if row.name == name]
    return [row.module for row in sorted(rows, key=lambda row: -row.since)]
