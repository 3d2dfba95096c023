"""Which task instances of a run a person means, and which runs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from headway.errors import InvalidInput, NotFound
from headway.metastore.database import Connection
from headway.metastore.queries import repair
from headway.metastore.queries.actions import LockedInstance
from headway.operations.lookup import find_dag, find_run
from headway.operations.nearest import nearest
from headway.states import TaskState

#: Runs that one action takes at most.
MOST_RUNS = 1000

Named = tuple[str, int | None]


@dataclass(frozen=True, slots=True)
class Selection:
    """Which tasks of a run: those whose id is ``pattern`` or matches it as a regular expression (None: all).

    ``instances`` names several tasks instead, (task id, map index) each; index None stands for all of a task.
    ``upstream`` and ``downstream`` add everything before and after them; ``only_failed`` leaves out what
    did not fail. ``map_index`` takes that instance alone of mapped tasks, and of those in a mapped group with
    them; without it all instances are meant, and a clear starts a mapped task from the beginning, with as many
    instances as there are elements then.
    """

    pattern: str | None = None
    upstream: bool = False
    downstream: bool = False
    only_failed: bool = False
    map_index: int | None = None
    instances: tuple[Named, ...] = ()


@dataclass(frozen=True, slots=True)
class RunChoice:
    """Which runs of a DAG: the one called ``run_id`` (None: the newest), or all of a range of dates.

    ``past`` and ``future`` add the runs before and after that one. ``since`` and ``until`` (both included) choose by
    logical date instead, by the planned start for runs that have none.
    """

    run_id: str | None = None
    past: bool = False
    future: bool = False
    since: datetime | None = None
    until: datetime | None = None

    @property
    def is_range(self) -> bool:
        """Whether dates choose, and no run is named."""
        return self.since is not None or self.until is not None


def choose_runs(conn: Connection, dag_id: str, choice: RunChoice) -> list[str]:
    """The ids of the chosen runs, oldest first; of several, those that have begun.

    Raises ``NotFound``, and ``InvalidInput`` for contradictions and for more than 1000 runs.
    """
    if choice.is_range:
        found = _runs_between(conn, dag_id, choice)
    else:
        run = find_run(conn, dag_id, choice.run_id)
        if not (choice.past or choice.future):
            return [run.run_id]
        found = repair.runs_around(conn, run.key, past=choice.past, future=choice.future, limit=MOST_RUNS + 1)
    if len(found) > MOST_RUNS:
        raise InvalidInput(f"that is more than {MOST_RUNS} runs of DAG {dag_id!r}", "choose a shorter range of dates")
    return found


def _runs_between(conn: Connection, dag_id: str, choice: RunChoice) -> list[str]:
    find_dag(conn, dag_id)
    if choice.run_id is not None or choice.past or choice.future:
        raise InvalidInput("dates and a run were both given", "choose runs by dates, or name one")
    found = repair.runs_between(conn, dag_id, since=choice.since, until=choice.until, limit=MOST_RUNS + 1)
    if not found:
        raise NotFound(f"DAG {dag_id!r} has no run that has begun in that range", f"see `headway dags runs {dag_id}`")
    return found


@dataclass(frozen=True, slots=True)
class Chosen:
    """The tasks that are meant, in definition order; of those in ``indexes`` only these map indexes.

    ``mapped`` tasks have a placeholder (see ``headway.flow.run_memory``).
    """

    task_ids: Sequence[str]
    indexes: Mapping[str, frozenset[int]]
    mapped: frozenset[str]

    def includes(self, instance: LockedInstance) -> bool:
        """Whether this instance of a chosen task is meant."""
        only = self.indexes.get(instance.task_id)
        return only is None or instance.map_index in only

    def was_expanded(self, instance: LockedInstance) -> bool:
        """Whether it is the placeholder of a task that has its instances: nothing that people know of."""
        is_placeholder = instance.task_id in self.mapped and instance.map_index < 0
        return is_placeholder and instance.state == TaskState.REMOVED


def choose(tasks: Sequence[dict[str, Any]], selection: Selection) -> Chosen:
    """What a selection means among the tasks of a version; raises ``NotFound`` and ``InvalidInput``."""
    scopes = {task["task_id"]: task["mapped"]["scope"] for task in tasks if task["mapped"]}
    named = _named([task["task_id"] for task in tasks], scopes, selection)
    wanted = {task_id for task_id, _ in named}
    upstream = {task["task_id"]: task["upstream"] for task in tasks}
    start = list(wanted)
    if selection.upstream:
        wanted |= closure(start, upstream)
    if selection.downstream:
        wanted |= closure(start, reversed_edges(upstream))
    of_scope = _indexes(named, scopes)
    indexes = {each: of_scope[scopes[each]] for each in wanted & scopes.keys() if scopes[each] in of_scope}
    return Chosen([each for each in upstream if each in wanted], indexes, frozenset(scopes))


def _named(ids: list[str], scopes: Mapping[str, str], selection: Selection) -> list[Named]:
    if selection.instances:
        return [_checked(ids, scopes, each) for each in selection.instances]
    found = _matching(ids, selection.pattern)
    index = _index(selection.map_index)
    if index is None:
        return [(task_id, None) for task_id in found]
    if not any(task_id in scopes for task_id in found):
        raise InvalidInput("a map index was given, and none of these tasks is mapped", "leave it out")
    return [(task_id, index if task_id in scopes else None) for task_id in found]


def _checked(ids: list[str], scopes: Mapping[str, str], named: Named) -> Named:
    task_id, index = named[0], _index(named[1])
    if task_id not in ids:
        raise NotFound(f"there is no task {task_id!r}", nearest(task_id, ids) or f"the tasks are {_listed(ids)}")
    if index is not None and task_id not in scopes:
        raise InvalidInput(f"task {task_id!r} is not mapped: it has no map index {index}", "leave the index out")
    return task_id, index


def _index(given: int | None) -> int | None:
    """A map index of -1 is how an unmapped task is written in many places."""
    return None if given is None or given < 0 else given


def _indexes(named: Iterable[Named], scopes: Mapping[str, str]) -> dict[str, frozenset[int]]:
    """The map indexes that are meant by mapped scope; a scope that is meant as a whole is not in the answer."""
    found: dict[str, set[int]] = {}
    whole = set()
    for task_id, index in named:
        if task_id in scopes and index is None:
            whole.add(scopes[task_id])
        elif index is not None:
            found.setdefault(scopes[task_id], set()).add(index)
    return {scope: frozenset(indexes) for scope, indexes in found.items() if scope not in whole}


def _matching(ids: list[str], pattern: str | None) -> list[str]:
    if pattern is None:
        return ids
    if pattern in ids:
        return [pattern]
    try:
        found = [task_id for task_id in ids if re.search(pattern, task_id)]
    except re.error as error:
        raise InvalidInput(
            f"{pattern!r} is not a regular expression: {error}", "name one task, or quote the pattern"
        ) from None
    if not found:
        raise NotFound(f"no task matches {pattern!r}", nearest(pattern, ids) or f"the tasks are {_listed(ids)}")
    return found


def _listed(ids: list[str]) -> str:
    return ", ".join(ids[:20])


def closure(start: Iterable[str], edges: Mapping[str, list[str]]) -> set[str]:
    """Everything that can be reached from ``start``, without ``start`` itself unless it is reached."""
    found: set[str] = set()
    look = list(start)
    while look:
        for task_id in edges.get(look.pop(), ()):
            if task_id not in found:
                found.add(task_id)
                look.append(task_id)
    return found


def reversed_edges(edges: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """The same edges the other way round: from upstream lists to downstream lists."""
    turned: dict[str, list[str]] = {}
    for task_id, others in edges.items():
        for other in others:
            turned.setdefault(other, []).append(task_id)
    return turned
