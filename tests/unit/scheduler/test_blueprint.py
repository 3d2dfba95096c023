from __future__ import annotations

from typing import Any

from headway.flow.blueprint import Blueprint, compile_blueprint
from support.structures import structure, task


def compiled(*tasks: dict[str, Any], **more: Any) -> Blueprint:
    return compile_blueprint(structure("d", *tasks, **more), "d.py")


def ids(blueprint: Blueprint, positions: list[int]) -> list[str]:
    return [blueprint.tasks[position].task_id for position in positions]


def test_edges_go_both_ways_whatever_the_order_of_definition() -> None:
    made = compiled(task("last", "left", "right"), task("left", "first"), task("right", "first"), task("first"))
    first, last = made.tasks[made.position["first"]], made.tasks[made.position["last"]]
    assert ids(made, first.downstream) == ["left", "right"]
    assert ids(made, last.upstream) == ["left", "right"]
    assert ids(made, made.roots) == ["first"]
    assert ids(made, made.deciding_leaves) == ["last"]


def test_waiting_for_downstream_is_also_depending_on_the_past() -> None:
    made = compiled(task("t", wait_for_downstream=True))
    assert made.tasks[0].depends_on_past


def test_a_teardown_does_not_decide_the_run() -> None:
    made = compiled(task("work"), task("clean", "work", is_teardown=True))
    assert ids(made, made.deciding_leaves) == ["work"]


def test_a_teardown_decides_where_it_asks_to() -> None:
    made = compiled(task("work"), task("clean", "work", is_teardown=True, on_failure_fail_dagrun=True))
    assert ids(made, made.deciding_leaves) == ["clean"]


def test_a_run_of_nothing_but_teardowns_is_decided_by_them() -> None:
    made = compiled(task("a", is_teardown=True), task("b", is_teardown=True))
    assert ids(made, made.deciding_leaves) == ["a", "b"]


def test_the_limits_of_a_task_are_kept() -> None:
    made = compiled(task("t", pool="p", pool_slots=3, priority_weight=7, max_active_tis_per_dag=2, queue="q"))
    found = made.tasks[0]
    assert (found.pool, found.pool_slots, found.priority, found.per_dag, found.per_run, found.queue) == (
        "p", 3, 7, 2, None, "q",
    )  # fmt: skip
