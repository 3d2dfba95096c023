from __future__ import annotations

from typing import Any

import pytest

from headway.settings import DagSettings
from headway_scheduler.parse.rows import dag_rows, version_fingerprint
from support.structures import structure, task

DEFAULTS = DagSettings(max_active_runs=7, max_active_tasks=8, paused_at_creation=True)
CODE = {"d.py": "1f"}
OPEN: dict[str, Any] = {
    "is_paused_upon_creation": None, "max_active_runs": None, "max_active_tasks": None, "description": None,
    "owners": ["ann"], "tags": ["t"], "start_date": None, "end_date": None, "catchup": False,
}  # fmt: skip


def described(*tasks: dict[str, Any], **more: Any) -> dict[str, Any]:
    return structure("d", *tasks, **{**OPEN, **more})


def test_what_a_dag_leaves_open_comes_from_the_settings() -> None:
    rows = dag_rows(described(), "d.py", CODE, DEFAULTS)
    assert (rows.max_active_runs, rows.max_active_tasks, rows.paused_at_creation, rows.description) == (7, 8, True, "")


def test_what_a_dag_says_wins() -> None:
    rows = dag_rows(
        described(max_active_runs=1, max_active_tasks=2, is_paused_upon_creation=False), "d.py", CODE, DEFAULTS
    )
    assert (rows.max_active_runs, rows.max_active_tasks, rows.paused_at_creation) == (1, 2, False)


@pytest.mark.parametrize(("given", "expected"), [(False, 0.0), (True, 2.0), (1.5, 1.5), (None, 0.0)])
def test_backoff_is_a_factor(given: Any, expected: float) -> None:
    rows = dag_rows(described(task("a", retry_exponential_backoff=given)), "d.py", CODE, DEFAULTS)
    assert rows.tasks[0].retry_backoff == expected


def test_tasks_keep_their_order_and_their_columns() -> None:
    rows = dag_rows(
        described(task("b"), task("a", "b", queue="q", priority_weight=5, retries=3)), "d.py", CODE, DEFAULTS
    )
    assert [(row.position, row.task_id) for row in rows.tasks] == [(0, "b"), (1, "a")]
    assert (rows.tasks[1].queue, rows.tasks[1].priority, rows.tasks[1].retries) == ("q", 5, 3)


def test_a_version_is_its_structure_its_file_and_its_code() -> None:
    before = version_fingerprint(described(task("a")), "d.py", CODE)
    assert version_fingerprint(described(task("a"), warnings=[{"line": 3, "text": "old"}]), "d.py", CODE) == before
    assert version_fingerprint(described(task("a", queue="q")), "d.py", CODE) != before
    assert version_fingerprint(described(task("a")), "moved.py", CODE) != before
    assert version_fingerprint(described(task("a")), "d.py", {"d.py": "2e"}) != before
    assert version_fingerprint(described(task("a")), "d.py", {**CODE, "helper.py": "3d"}) != before
