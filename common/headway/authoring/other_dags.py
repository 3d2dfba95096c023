"""The part of a task's way to the outside that concerns other DAGs: looking at their runs, starting some."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class RunSeen:
    """A run of another DAG with its state; ``tasks`` has (task id, map index, state) of those asked for."""

    run_id: str
    logical_date: datetime
    state: str
    tasks: Sequence[tuple[str, int, str]] = ()


@dataclass(frozen=True, slots=True)
class Outline:
    """What another DAG consists of: its task ids, and for each of its groups the tasks inside at any depth."""

    is_paused: bool
    task_ids: frozenset[str]
    groups: Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class StartedRun:
    """A run that a task asked for; ``is_own`` is False when another one has its id or logical date already."""

    run_id: str
    logical_date: datetime
    is_own: bool


@dataclass(frozen=True, slots=True)
class RunsAsked:
    """Which runs of a DAG somebody looks at, by id or by logical date, and which of their tasks."""

    dag_id: str
    run_ids: tuple[str, ...] = ()
    logical_dates: tuple[datetime, ...] = ()
    task_ids: tuple[str, ...] = ()


class OtherDags(Protocol):
    """What a running task may ask of other DAGs."""

    def runs_of(self, asked: RunsAsked) -> Sequence[RunSeen]:
        """The runs that are asked for and exist, each with the named tasks that it has."""

    def outline(self, dag_id: str) -> Outline | None:
        """What a DAG consists of in its present version; None when there is no such DAG."""

    def trigger(
        self, dag_id: str, *, run_id: str | None, logical_date: datetime | None, conf: Mapping[str, Any]
    ) -> StartedRun:
        """Start a run, once a try: asked again by the same try of this task, it answers with the run it made.

        Raises ``HeadwayError`` for an unknown DAG, a malformed run id or a conf that is no JSON.
        """

    def reset(self, dag_id: str, run_id: str) -> None:
        """Have every task of a run start anew."""

    def run_state(self, dag_id: str, run_id: str) -> str | None:
        """The state of a run; None when there is no such run."""


def tasks_of_groups(structure: Mapping[str, Any]) -> dict[str, list[str]]:
    """The tasks inside each group of a described DAG, at any depth."""
    parents = {group["group_id"]: group["parent"] for group in structure["groups"]}
    found: dict[str, list[str]] = {group_id: [] for group_id in parents}
    for task in structure["tasks"]:
        group = task["group"]
        while group:
            found[group].append(task["task_id"])
            group = parents[group]
    return found
