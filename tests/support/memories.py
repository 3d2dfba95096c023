"""Runs in a scheduler's memory, made without a metastore."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from headway.flow.blueprint import Blueprint, compile_blueprint
from headway.flow.run_memory import RunMemory
from headway.metastore.queries.scheduling import DagFacts
from headway_scheduler.book import Book, DagMemory
from support.structures import structure


def blueprint(dag_id: str, *tasks: dict[str, Any]) -> Blueprint:
    """A compiled version."""
    return compile_blueprint(structure(dag_id, *tasks), "d.py")


def remember(
    made: Blueprint, *, key: int = 1, states: dict[str, str] | None = None, expanded: dict[str, int] | None = None
) -> RunMemory:
    """A run of a version, all ``none`` unless ``states`` says; ``expanded`` says how many instances mapped tasks have.

    The instances have the state of their task, the placeholder in front of them is ``removed``.
    """
    found = [
        (task.task_id, index, "removed" if index < 0 and task.task_id in (expanded or {}) else None)
        for task in made.tasks
        for index in range(-1, (expanded or {}).get(task.task_id, 0))
    ]
    rows = [
        (key * 1000 + number, task_id, index, state or (states or {}).get(task_id, "none"), 0, 1)
        for number, (task_id, index, state) in enumerate(found)
    ]
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    return RunMemory(key=key, run_id=f"r{key}", version=1, bundle="", blueprint=made, run_after=moment, rows=rows)


def open_book(*runs: RunMemory, max_active_tasks: int = 10_000) -> Book:
    """A book that holds some runs."""
    book = Book()
    for run in runs:
        dag_id = run.blueprint.dag_id
        book.dags.setdefault(dag_id, DagMemory(DagFacts(dag_id, False, 16, max_active_tasks)))
        book.add(run)
    return book
