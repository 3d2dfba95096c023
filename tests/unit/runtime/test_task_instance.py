from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pendulum
import pytest

from headway.authoring.local_runtime import LocalRuntime
from headway.authoring.runtime import InstanceSummary
from headway.authoring.task_instance import TaskInstance
from headway.authoring.xcom_codec import encode
from headway.errors import XComError
from headway.operators.empty import EmptyOperator
from support.one_task import INSTANCE, RUN, Bench, shop

YESTERDAY = replace(
    RUN, id=6, run_id="scheduled__2026-02-28", state="success", logical_date=datetime(2026, 2, 28, tzinfo=UTC)
)


def ti_of(bench: Bench, style: int = 3) -> TaskInstance:
    dag = shop()
    dag.style = style
    with dag:
        task = EmptyOperator(task_id="reader")
    found = bench.context(task)["ti"]
    assert isinstance(found, TaskInstance)
    return found


def left(
    bench: Bench, task_id: str, value: Any, key: str = "return_value", map_index: int = -1, run: Any = RUN
) -> None:
    instance = replace(INSTANCE, task_id=task_id, map_index=map_index)
    LocalRuntime(bench.world, run, instance).xcom_push(key, encode(value))


def test_push_is_seen_at_once_and_what_goes_with_the_result_is_not(bench: Bench) -> None:
    ti = ti_of(bench)
    ti.xcom_push("count", 5)
    ti.xcom_push(key="later", value={1, 2})
    ti.xcom_push_with_result("held", 1)
    assert ti.xcom_pull(task_ids="reader", key="count") == 5
    assert ti.xcom_pull(task_ids="reader", key="later") == {1, 2}
    assert ti.xcom_pull(task_ids="reader", key="held") is None
    assert ti.outgoing == {"held": "1"}


def test_push_names_task_and_key_of_what_cannot_be_stored(bench: Bench) -> None:
    with pytest.raises(XComError, match="XCom 'films' of task 'reader'"):
        ti_of(bench).xcom_push("films", object())


def test_one_task_id_gives_one_value(bench: Bench) -> None:
    left(bench, "a", [1, 2])
    ti = ti_of(bench)
    assert ti.xcom_pull("a") == [1, 2]
    assert ti.xcom_pull("nobody") is None
    assert ti.xcom_pull("nobody", default=7) == 7
    assert ti.xcom_pull("a", key="other") is None


@pytest.mark.parametrize(("style", "expected"), [(1, [1, None, 3]), (2, [1, 3]), (3, [1, None, 3])])
def test_several_task_ids_give_a_list_in_their_order(bench: Bench, style: int, expected: list[Any]) -> None:
    left(bench, "c", 3)
    left(bench, "a", 1)
    assert ti_of(bench, style).xcom_pull(task_ids=["a", "b", "c"]) == expected
    assert ti_of(bench, style).xcom_pull(task_ids=("c", "a")) == [3, 1]
    assert ti_of(bench, style).xcom_pull(task_ids=["a"]) == [1]


@pytest.mark.parametrize(("style", "expected"), [(1, "last"), (2, "last"), (3, "own")])
def test_no_task_id_means_any_task_or_in_style_3_the_task_itself(bench: Bench, style: int, expected: str) -> None:
    left(bench, "reader", "own")
    left(bench, "a", "last")
    assert ti_of(bench, style).xcom_pull() == expected
    assert ti_of(bench, style).xcom_pull(key="nothing", default="-") == "-"


def test_a_mapped_task_is_the_list_of_its_values(bench: Bench) -> None:
    for index in (2, 0, 1):
        left(bench, "mapped", index * 10, map_index=index)
    left(bench, "a", "x")
    ti = ti_of(bench)
    assert ti.xcom_pull("mapped") == [0, 10, 20]
    assert ti.xcom_pull("mapped", map_indexes=1) == 10
    assert ti.xcom_pull("mapped", map_indexes=[0, 2]) == [0, 20]
    assert ti.xcom_pull(["a", "mapped"]) == ["x", 0, 10, 20]


def test_prior_dates_fall_back_to_the_latest_earlier_run(bench: Bench) -> None:
    bench.world.runs.append(YESTERDAY)
    left(bench, "a", "yesterday", run=YESTERDAY)
    ti = ti_of(bench)
    assert ti.xcom_pull("a") is None
    assert ti.xcom_pull("a", include_prior_dates=True) == "yesterday"
    left(bench, "a", "today")
    assert ti.xcom_pull("a", include_prior_dates=True) == "today"
    assert ti.xcom_pull(["a"], include_prior_dates=True) == ["today"]


def test_other_runs_and_other_dags(bench: Bench) -> None:
    other = replace(RUN, dag_id="other", run_id="manual")
    left(bench, "a", "there", run=other)
    left(bench, "a", "before", run=YESTERDAY)
    ti = ti_of(bench)
    assert ti.xcom_pull("a", dag_id="other", run_id="manual") == "there"
    assert ti.xcom_pull("a", run_id=YESTERDAY.run_id) == "before"


def test_any_key_of_old_files(bench: Bench) -> None:
    left(bench, "a", 1, key="x")
    left(bench, "a", 2, key="y")
    assert ti_of(bench, 1).xcom_pull("a", key=None) == 2


def test_attributes(bench: Bench) -> None:
    ti = ti_of(bench)
    assert (ti.dag_id, ti.task_id, ti.run_id, ti.map_index) == ("shop", "reader", RUN.run_id, -1)
    assert (ti.try_number, ti.max_tries, ti.hostname, ti.queue, ti.pool) == (1, 0, "host-a", "default", "default_pool")
    assert ti.operator == "EmptyOperator"
    assert isinstance(ti.start_date, pendulum.DateTime)
    assert ti.execution_date == ti.logical_date == RUN.logical_date
    assert ti.duration > 0
    assert ti.get_template_context()["ti"] is ti
    assert repr(ti) == "<TaskInstance shop.reader scheduled__2026-03-01 [running]>"


def test_dag_run(bench: Bench) -> None:
    bench.world.runs += [
        YESTERDAY,
        replace(YESTERDAY, run_id="failed", state="failed", logical_date=YESTERDAY.logical_date + timedelta(hours=1)),
    ]
    bench.world.instances["shop", RUN.run_id] = [
        InstanceSummary("a", -1, "success", 1, RUN.run_after, RUN.run_after + timedelta(seconds=5)),
        InstanceSummary("b", 0, "failed", 2),
    ]
    run = ti_of(bench).get_dagrun()
    assert (run.run_type, run.external_trigger, run.is_backfill, run.get_state()) == (
        "scheduled",
        False,
        False,
        "running",
    )
    assert isinstance(run.logical_date, pendulum.DateTime)
    assert run.execution_date == run.data_interval_start == RUN.logical_date
    assert [one.task_id for one in run.get_task_instances()] == ["a", "b"]
    assert [one.task_id for one in run.get_task_instances(state="failed")] == ["b"]
    assert [one.task_id for one in run.get_task_instances(state=["failed", "success"])] == ["a", "b"]
    found = run.get_task_instance("a")
    assert found is not None
    assert found.duration == 5
    assert run.get_task_instance("b") is None
    assert run.get_task_instance("b", map_index=0) is not None
    previous = run.get_previous_dagrun()
    assert previous is not None
    assert previous.run_id == "failed"
    succeeded = run.get_previous_dagrun("success")
    assert succeeded is not None
    assert succeeded.run_id == YESTERDAY.run_id


def test_what_ti_knows_of_other_tries_runs_and_tasks(bench: Bench) -> None:
    before = replace(YESTERDAY, id=5, run_id="earlier", logical_date=YESTERDAY.logical_date - timedelta(days=1))
    other = replace(YESTERDAY, id=4, dag_id="other", run_id="o1")
    bench.world.runs += [before, YESTERDAY, other]
    bench.world.instances["shop", YESTERDAY.run_id] = [InstanceSummary("reader", -1, "success", 3)]
    bench.world.instances["other", "o1"] = [
        InstanceSummary("a", -1, "success", 1),
        InstanceSummary("m", 0, "failed", 1),
        InstanceSummary("m", 1, "success", 1),
    ]
    ti = ti_of(bench)
    assert ti.previous_ti is not None
    assert (ti.previous_ti.try_number, ti.previous_ti.run_id) == (3, YESTERDAY.run_id)
    assert ti.previous_ti_success == ti.previous_ti
    assert ti.get_previous_ti("failed") is None
    assert ti.previous_start_date_success == YESTERDAY.start_date
    assert (ti.next_try_number, ti.is_eligible_to_retry(), ti.note) == (2, False, None)
    assert ti.get_dagrun_state("other", "o1") == "success"
    assert ti.get_dagrun_state("other", "o2") is None
    assert ti.get_dr_count("shop", states=["success"]) == 2
    assert ti.get_dr_count("shop", logical_dates=[YESTERDAY.logical_date]) == 1
    assert ti.get_ti_count("other", task_ids=["m"]) == 2
    assert ti.get_ti_count("other", map_index=1, states=["success"]) == 1
    assert ti.get_task_states("other") == {"o1": {"a": "success", "m_0": "failed", "m_1": "success"}}
    first = ti.dag_run.get_previous_dagrun()
    assert first is not None
    second = first.get_previous_dagrun()
    assert second is not None
    assert second.run_id == "earlier"
    assert second.logical_date == before.logical_date
    assert second.get_previous_dagrun() is None


def test_the_number_of_instances_of_a_mapped_task(bench: Bench) -> None:
    bench.world.instances["shop", RUN.run_id] = [
        InstanceSummary("task", -1, "removed", 1),
        InstanceSummary("task", 0, "running", 1),
        InstanceSummary("task", 1, "none", 1),
        InstanceSummary("other", 0, "none", 1),
    ]
    with shop():
        task = EmptyOperator(task_id="task")
    assert bench.context(task, map_index=0)["expanded_ti_count"] == 2
    assert bench.context(task)["expanded_ti_count"] is None
