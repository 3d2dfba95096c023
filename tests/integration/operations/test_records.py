"""What code written against Airflow's tables reads of the metastore."""

from __future__ import annotations

from typing import Any

import pytest

from headway.authoring.records import Comparison, RecordQuery, select
from headway.errors import InvalidInput
from headway.metastore.queries.records import VIEWS, find
from headway.states import TaskState
from support.stage import DAG, RUN, Stage
from support.structures import task


@pytest.fixture
def records(stage: Stage) -> Any:
    """Ask for records of a stage with two runs."""
    stage.dag(task("extract"), task("load"), schedule={"kind": "none"})
    stage.start(RUN)
    stage.start("second")
    stage.settle("extract", TaskState.SUCCESS)
    stage.settle("load", TaskState.FAILED)

    def ask(kind: str, *tests: tuple[str, str, Any], **more: Any) -> list[dict[str, Any]]:
        return find(stage.conn, RecordQuery(kind, tuple(Comparison(*test) for test in tests), **more))

    return ask


def test_every_field_of_every_kind_can_be_read(records: Any) -> None:
    for kind, view in VIEWS.items():
        for record in records(kind, order=tuple(f"-{name}" for name in view.fields)):
            assert record.keys() == view.fields.keys()
    assert {kind: len(records(kind)) for kind in ("dag", "dag_run", "task_instance")} == {
        "dag": 1,
        "dag_run": 2,
        "task_instance": 4,
    }


@pytest.mark.parametrize(
    ("tests", "expected"),
    [
        ([("run_id", "=", RUN), ("state", "=", "failed")], ["load"]),
        ([("run_id", "=", RUN), ("state", "!=", "failed")], ["extract"]),
        ([("run_id", "=", RUN), ("state", "in", ["failed", "success"])], ["extract", "load"]),
        ([("run_id", "=", RUN), ("state", "not in", ["failed"])], ["extract"]),
        ([("run_id", "=", "second"), ("start_date", "=", None)], ["extract", "load"]),
        ([("run_id", "=", RUN), ("task_id", "like", "ex%")], ["extract"]),
        ([("run_id", "=", RUN), ("task_id", "ilike", "LO%")], ["load"]),
        ([("run_id", "=", RUN), ("map_index", "<", 0), ("task_id", ">", "k")], ["load"]),
        ([("logical_date", "<=", "1999-01-01T00:00:00+00:00")], []),
    ],
)
def test_conditions_mean_the_same_here_and_in_memory(records: Any, tests: Any, expected: list[str]) -> None:
    order = ("task_id",)
    assert [one["task_id"] for one in records("task_instance", *tests, order=order)] == expected
    query = RecordQuery("task_instance", tuple(Comparison(*test) for test in tests), order)
    assert [one["task_id"] for one in select(records("task_instance"), query)] == expected


def test_order_limit_and_offset(records: Any) -> None:
    found = records("task_instance", ("run_id", "=", RUN), order=("-task_id",), limit=1)
    assert [one["task_id"] for one in found] == ["load"]
    assert [one["task_id"] for one in records("task_instance", order=("task_id", "-run_id"), offset=3)] == ["load"]


def test_counting(records: Any) -> None:
    assert records("task_instance", count=True) == [{"count": 4}]
    assert records("task_instance", ("state", "=", "failed"), count=True) == [{"count": 1}]
    assert records("task_instance", limit=3, count=True) == [{"count": 3}]


def test_unknown_fields_and_comparisons_are_refused(records: Any) -> None:
    with pytest.raises(InvalidInput, match="a dag_run has no field 'creator'"):
        records("dag_run", ("creator", "=", 1))
    with pytest.raises(InvalidInput, match="has no field"):
        records("dag_run", order=("id; DROP TABLE dag_run",))
    with pytest.raises(InvalidInput, match="unknown comparison"):
        records("dag_run", ("state", "= 'x' OR 1 =", 1))


def test_the_dag_and_its_runs(records: Any) -> None:
    (dag,) = records("dag", ("dag_id", "=", DAG))
    assert (dag["dag_id"], dag["is_active"]) == (DAG, True)
    assert {one["run_id"] for one in records("dag_run", ("dag_id", "=", DAG))} == {RUN, "second"}
