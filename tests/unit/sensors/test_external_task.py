from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from headway.authoring.other_dags import Outline, tasks_of_groups
from headway.authoring.runtime import InstanceSummary
from headway.authoring.structure import describe
from headway.authoring.task_group import TaskGroup
from headway.errors import DagFileError
from headway.operators.empty import EmptyOperator
from headway.sensors.external_task import ExternalTaskMarker, ExternalTaskSensor
from headway.states import Outcome
from support.one_task import RUN, Bench, shop


def other(bench: Bench, run_state: str, /, days: int = 0, **tasks: str) -> None:
    """A run of the DAG ``mill``, ``days`` before this one's logical date."""
    assert RUN.logical_date
    date = RUN.logical_date - timedelta(days=days)
    run = replace(RUN, dag_id="mill", run_id=f"run-{days}", state=run_state, logical_date=date)
    bench.world.runs.append(run)
    bench.world.instances["mill", run.run_id] = [
        InstanceSummary(name.partition("__")[0], int(name.partition("__")[2] or -1), state, 1)
        for name, state in tasks.items()
    ]


def look(bench: Bench, **arguments: Any) -> str:
    with shop():
        task = ExternalTaskSensor(task_id="wait", external_dag_id="mill", mode="reschedule", **arguments)
    return str(bench.run(task).outcome)


def test_waits_for_a_task_of_the_same_date(bench: Bench) -> None:
    assert look(bench, external_task_id="grind") == "rescheduled"
    other(bench, "running", grind="running")
    assert look(bench, external_task_id="grind") == "rescheduled"
    bench.world.runs.pop()
    other(bench, "running", grind="success", pack="failed")
    assert look(bench, external_task_id="grind") == "success"
    assert look(bench, external_task_ids=["grind", "pack"]) == "rescheduled"
    assert look(bench, external_task_ids=["grind", "pack"], allowed_states=["success", "failed"]) == "success"
    assert look(bench, external_task_ids=["grind", "absent"]) == "rescheduled"


def test_waits_for_the_run_when_no_task_is_named(bench: Bench) -> None:
    other(bench, "running", grind="success")
    assert look(bench) == "rescheduled"
    other(bench, "failed", days=1)
    assert look(bench, execution_delta=timedelta(days=1), allowed_states=["failed"]) == "success"


def test_every_date_that_a_function_names_counts(bench: Bench) -> None:
    def two(date: Any, context: Any, ds: str) -> list[Any]:
        assert context["ds"] == ds == "2026-03-01"
        return [date - timedelta(days=1), date - timedelta(days=2)]

    other(bench, "success", days=1)
    assert look(bench, execution_date_fn=two) == "rescheduled"
    other(bench, "success", days=2)
    assert look(bench, execution_date_fn=two) == "success"


def test_a_date_without_a_zone_is_in_utc_and_anything_else_is_refused(bench: Bench) -> None:
    other(bench, "success", days=1)
    assert look(bench, execution_date_fn=lambda date: (date - timedelta(days=1)).replace(tzinfo=None)) == "success"
    assert look(bench, execution_date_fn=lambda date: None) == "failed"


def test_all_instances_of_a_mapped_task_count(bench: Bench) -> None:
    other(bench, "running", grind__0="success", grind__1="running")
    assert look(bench, external_task_id="grind") == "rescheduled"


def test_failed_and_skipped_states_end_it(bench: Bench) -> None:
    other(bench, "failed", grind="failed", pack="skipped")
    assert look(bench, external_task_id="grind", failed_states=["failed"]) == "failed"
    assert look(bench, external_task_id="grind", failed_states=["failed"], soft_fail=True) == "skipped"
    assert look(bench, external_task_id="pack", skipped_states=["skipped"]) == "skipped"
    assert look(bench, external_task_id="grind") == "rescheduled"


def test_existence_is_checked_at_once(bench: Bench) -> None:
    asked = {"check_existence": True, "external_task_id": "grind"}
    assert look(bench, **asked) == "failed"
    bench.world.around.outlines["mill"] = Outline(False, frozenset({"grind"}), {"g": ["grind"]})
    assert look(bench, **asked) == "rescheduled"
    assert look(bench, external_task_group_id="h", check_existence=True) == "failed"


def test_a_group_counts_with_all_its_tasks(bench: Bench) -> None:
    with shop() as dag, TaskGroup("outer"):
        EmptyOperator(task_id="a")
        with TaskGroup("inner"):
            EmptyOperator(task_id="b")
    groups = tasks_of_groups(describe(dag))
    assert groups == {"outer": ["outer.a", "outer.inner.b"], "outer.inner": ["outer.inner.b"]}
    bench.world.around.outlines["mill"] = Outline(False, frozenset({"outer.a", "outer.inner.b"}), groups)
    other(bench, "running", **{"outer.a": "success", "outer.inner.b": "running"})
    assert look(bench, external_task_group_id="outer") == "rescheduled"
    bench.world.runs.pop()
    other(bench, "running", **{"outer.a": "success", "outer.inner.b": "success"})
    assert look(bench, external_task_group_id="outer") == "success"


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ({"external_task_id": "a", "external_task_ids": ["b"]}, "more than one of external_task_id"),
        ({"execution_delta": timedelta(1), "execution_date_fn": print}, "both given"),
        ({"allowed_states": ["success"], "failed_states": ["success"]}, "stands in two of"),
        ({"allowed_states": ["upstream_failed"]}, "'upstream_failed' is no state of a run"),
        ({"external_task_id": "a", "allowed_states": ["done"]}, "'done' is no state of a task"),
    ],
)
def test_contradictions_are_refused(arguments: dict[str, Any], complaint: str) -> None:
    with shop(), pytest.raises(DagFileError, match=complaint):
        ExternalTaskSensor(task_id="wait", external_dag_id="mill", **arguments)


def test_a_marker_does_nothing_when_it_runs(bench: Bench) -> None:
    with shop():
        task = ExternalTaskMarker(task_id="mark", external_dag_id="mill", external_task_id="wait")
    assert bench.run(task).outcome is Outcome.SUCCESS


@pytest.mark.parametrize(
    ("date", "same"),
    [
        (None, True),
        ("{{ logical_date.isoformat() }}", True),
        ("{{execution_date}}", True),
        ("{{ ts }}", True),
        ("{{ next_ds }}", False),
        ("2026-01-01", False),
    ],
)
def test_the_structure_says_what_a_marker_marks(date: str | None, same: bool) -> None:
    with shop() as dag:
        ExternalTaskMarker(
            task_id="mark", external_dag_id="mill", external_task_id="wait", execution_date=date, recursion_depth=3
        )
        EmptyOperator(task_id="plain")
    mark, plain = describe(dag)["tasks"]
    assert mark["marks"] == {"dag_id": "mill", "task_id": "wait", "same_date": same, "depth": 3}
    assert "marks" not in plain
