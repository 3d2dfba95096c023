"""Clearing a marker's task clears what it marks in other DAGs, in the run of the same date."""

from __future__ import annotations

from typing import Any

import pytest

from headway.operations.clear import Cleared, Selection
from headway.operations.clear_linked import clear_linked
from support.stage import Stage
from support.structures import add_run, task

DATE = "2026-01-01T00:00:00Z"


def marker(task_id: str, *upstream: str, dag_id: str, task: str, same_date: bool = True, depth: int = 10) -> Any:
    marks = {"dag_id": dag_id, "task_id": task, "same_date": same_date, "depth": depth}
    return globals()["task"](task_id, *upstream, marks=marks)


def finished(stage: Stage, dag_id: str, *tasks: Any, date: str = DATE) -> None:
    """A DAG and its run of ``date``, in which every task has succeeded."""
    stage.dag(*tasks, dag_id=dag_id)
    key = add_run(stage.conn, dag_id, "r", logical_date=date)
    stage.conn.execute("UPDATE dag_run SET state = 'success' WHERE id = %s", (key,))
    stage.conn.execute(
        "INSERT INTO task_instance (run_id, task_id, state, queue, pool)"
        " SELECT r.id, t.task_id, 'success', 'default', 'default_pool' FROM dag_run r"
        " JOIN version_task t ON t.version_id = r.version_id WHERE r.id = %s",
        (key,),
    )


def clear(stage: Stage, dag_id: str = "mill", pattern: str = "grind", **more: Any) -> Cleared:
    return clear_linked(stage.conn, dag_id, "r", Selection(pattern, downstream=True), actor="ann@host", **more)


def linked(cleared: Cleared) -> dict[str, list[str]]:
    return {each.dag_id: [one.task_id for one in each.instances] for each in cleared.linked}


@pytest.fixture
def chain(stage: Stage) -> Stage:
    """mill.grind → (marker) bakery.flour → bake → (marker) shop.open → (marker) mill.grind again."""
    finished(stage, "mill", task("grind"), marker("mark", "grind", dag_id="bakery", task="flour"))
    finished(
        stage, "bakery", task("heat"), task("flour"), task("bake", "flour", "heat"),
        marker("mark", "bake", dag_id="shop", task="open"),
    )  # fmt: skip
    finished(stage, "shop", task("open"), marker("mark", "open", dag_id="mill", task="grind"))
    return stage


def test_markers_are_followed_from_dag_to_dag_and_once(chain: Stage) -> None:
    cleared = clear(chain)
    assert linked(cleared) == {"bakery": ["flour", "bake", "mark"], "shop": ["open", "mark"]}
    rows = chain.conn.execute(
        "SELECT r.dag_id, t.task_id FROM task_instance t JOIN dag_run r ON r.id = t.run_id WHERE t.state = 'success'"
    ).fetchall()
    assert rows == [("bakery", "heat")]


def test_a_rehearsal_changes_nothing(chain: Stage) -> None:
    assert linked(clear(chain, dry_run=True)) == {"bakery": ["flour", "bake", "mark"], "shop": ["open", "mark"]}
    assert chain.value("SELECT count(*) FROM task_instance WHERE state <> 'success'") == 0


def test_what_is_cleared_without_a_marker_stays_alone(chain: Stage) -> None:
    assert linked(clear_linked(chain.conn, "mill", "r", Selection("grind"), actor="ann@host")) == {}


def test_the_first_marker_says_how_deep_to_go(stage: Stage) -> None:
    finished(stage, "mill", task("grind"), marker("mark", "grind", dag_id="bakery", task="flour", depth=1))
    finished(stage, "bakery", task("flour"), marker("mark", "flour", dag_id="shop", task="open"))
    finished(stage, "shop", task("open"))
    assert linked(clear(stage)) == {"bakery": ["flour", "mark"]}


def test_other_dates_and_missing_tasks_are_told(stage: Stage) -> None:
    finished(
        stage, "mill", task("grind"),
        marker("later", "grind", dag_id="bakery", task="flour", same_date=False),
        marker("absent", "grind", dag_id="bakery", task="nothing"),
        marker("nowhere", "grind", dag_id="nowhere", task="nothing"),
    )  # fmt: skip
    finished(stage, "bakery", task("flour"))
    cleared = clear(stage)
    assert cleared.linked == []
    assert len(cleared.notes) == 2
    assert "mill.later marks bakery.flour at a date made by a template" in cleared.notes[0]
    assert "no task matches 'nothing'" in cleared.notes[1]
