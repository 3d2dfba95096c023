"""Mapped tasks in tables: what they are mapped over, and many instances in a few lines."""

from __future__ import annotations

import pytest

from headway.cli.dag_page import task_tree
from headway.cli.state_lines import state_lines
from headway.operations.mapped import over_text, ranges
from headway.operations.tasks import TaskState
from support.structures import mapped, task

FILES = {"kind": "result", "task": "files", "key": "return_value"}
OTHER = {"kind": "result", "task": "files", "key": "others"}
THREE = {"kind": "known", "length": 3}


def instance(index: int, state: str = "success", **more: object) -> TaskState:
    facts: dict[str, object] = {
        "task_id": "load", "map_index": index, "name": None, "state": state, "try_number": 1, "max_tries": 0,
        "queue": "default", "pool": "default_pool", "node": "w1", "queued_at": None, "start_date": None,
        "end_date": None, "seconds": float(index), "why": "",
    }  # fmt: skip
    return TaskState(**{**facts, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("over", "text"),
    [
        (THREE, "3 elements"),
        ({"kind": "known", "length": 1}, "1 element"),
        (FILES, "files"),
        (OTHER, "files['others']"),
        ({"kind": "product", "of": [FILES, THREE]}, "files x 3 elements"),
        ({"kind": "zip", "of": [FILES, OTHER]}, "files with files['others']"),
        ({"kind": "concat", "of": [FILES, OTHER]}, "files and files['others']"),
    ],
)
def test_what_a_task_is_mapped_over(over: dict[str, object], text: str) -> None:
    assert over_text({"scope": "load", "over": over}) == text
    assert task_tree([task("load", **mapped(over, "load"))]) == [f"load <PythonOperator, mapped over {text}>"]


def test_ranges() -> None:
    assert ranges([7, 0, 2, 1, 9, 8]) == "0-2, 7-9"
    assert ranges([4]) == "4"


def test_a_few_instances_have_a_line_each_with_their_names() -> None:
    lines = state_lines([instance(0, name="spring"), instance(1, "failed", why="boom")], each=False)
    assert [(line.index, line.first.state, line.tries) for line in lines] == [
        ("0 spring", "success", "1 of 1"),
        ("1", "failed", "1 of 1"),
    ]


def test_many_that_stand_alike_are_one_line() -> None:
    found = [instance(index, "failed" if index in (5, 6) else "success", node=f"w{index % 2}") for index in range(30)]
    lines = state_lines(found, each=False)
    assert [(line.index, line.first.state, line.tries, line.node) for line in lines] == [
        ("0-4, 7-29", "success", None, "2 nodes"),
        ("5-6", "failed", None, "2 nodes"),
    ]
    assert len(state_lines(found, each=True)) == 30
