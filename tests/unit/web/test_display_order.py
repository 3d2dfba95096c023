"""In which order the tasks of a DAG are shown."""

from __future__ import annotations

from typing import Any

from headway.operations.display_order import rows, topological
from support.structures import mapped, structure, task


def group(group_id: str, parent: str = "", **more: Any) -> dict[str, Any]:
    label = group_id.rpartition(".")[2]
    return {"group_id": group_id, "label": label, "tooltip": "", "parent": parent, "mapped": False, **more}


def shown(*tasks: dict[str, Any], groups: list[dict[str, Any]] | None = None) -> list[str]:
    found = rows(structure("d", *tasks) | {"groups": groups or []})
    return [f"{'  ' * row.depth}{row.kind[0]} {row.id}" for row in found]


def test_what_runs_earlier_comes_first_whatever_the_order_of_definition() -> None:
    assert shown(task("c", "b"), task("a"), task("b", "a")) == ["t a", "t b", "t c"]


def test_equals_stand_as_they_were_defined() -> None:
    assert list(topological([task("z"), task("a"), task("m", "z")])) == ["z", "a", "m"]


def test_a_group_is_one_block_where_its_first_task_stands() -> None:
    tasks = [task("begin"), task("g.x", "begin", group="g"), task("mid", "g.x"), task("g.y", "mid", group="g")]
    assert shown(*tasks, groups=[group("g")]) == ["t begin", "g g", "  t g.x", "  t g.y", "t mid"]


def test_groups_lie_in_groups_and_empty_ones_are_left_out() -> None:
    groups = [group("out"), group("out.in", "out"), group("empty")]
    found = shown(task("out.in.a", group="out.in"), task("out.b", "out.in.a", group="out"), groups=groups)
    assert found == ["g out", "  g out.in", "    t out.in.a", "  t out.b"]


def test_a_row_says_what_its_task_is() -> None:
    found = rows(structure("d", task("m", trigger_rule="one_done", is_setup=True, **mapped(3, "m"))))
    assert (found[0].mapped, found[0].trigger_rule, found[0].is_setup) == (True, "one_done", True)
    assert found[0].operator == "PythonOperator"


def test_five_hundred_tasks_in_a_row_are_no_trouble() -> None:
    chain = [task("t0"), *(task(f"t{n}", f"t{n - 1}") for n in range(1, 500))]
    assert shown(*reversed(chain)) == [f"t t{n}" for n in range(500)]
