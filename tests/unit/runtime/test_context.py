from __future__ import annotations

import logging
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pendulum
import pytest

from headway.authoring import macros
from headway.authoring.assets import Asset
from headway.authoring.context import Context, get_current_context, use_context
from headway.authoring.context_keys import COSTLY, INSTEAD, OLD, WITH_DATE
from headway.authoring.exceptions import OutsideTaskError
from headway.authoring.later import Later
from headway.authoring.params import Param
from headway.authoring.runtime import RunFacts
from headway.operators.empty import EmptyOperator
from headway.operators.python import get_current_context as the_same_function
from support.one_task import RUN, Bench, shop


def context_of(bench: Bench, **dag_arguments: Any) -> Context:
    with shop(**dag_arguments):
        return bench.context(EmptyOperator(task_id="task"))


def earlier(day: int, state: str, **changes: Any) -> RunFacts:
    date = datetime(2026, 2, day, tzinfo=UTC)
    return replace(
        RUN,
        id=day,
        run_id=f"scheduled__2026-02-{day}",
        state=state,
        logical_date=date,
        data_interval_start=date,
        data_interval_end=date + timedelta(days=1),
        start_date=date + timedelta(days=1, seconds=3),
        end_date=date + timedelta(days=1, minutes=4),
        **changes,
    )


def test_dates_as_airflow_documents_them(bench: Bench) -> None:
    context = context_of(bench)
    assert {key: context[key] for key in ("ds", "ds_nodash", "ts", "ts_nodash", "ts_nodash_with_tz")} == {
        "ds": "2026-03-01",
        "ds_nodash": "20260301",
        "ts": "2026-03-01T00:00:00+00:00",
        "ts_nodash": "20260301T000000",
        "ts_nodash_with_tz": "20260301T000000+0000",
    }
    for key in ("logical_date", "data_interval_start", "data_interval_end", "start_date"):
        assert isinstance(context[key], pendulum.DateTime), key
    assert context["data_interval_end"] == datetime(2026, 3, 2, tzinfo=UTC)
    assert context["task_instance_key_str"] == "shop__task__20260301"


def test_objects(bench: Bench) -> None:
    bench.run_facts = replace(RUN, conf={"who": "ann"})
    context = context_of(bench)
    assert context["ti"] is context["task_instance"]
    assert context["ti"].task is context["task"]
    assert context["dag"].dag_id == context["dag_run"].dag_id == "shop"
    assert context["dag_run"].conf == {"who": "ann"}
    assert context["run_id"] == context["dag_run"].run_id == "scheduled__2026-03-01"
    assert context["macros"] is macros
    assert context["test_mode"] is False
    assert context["try_number"] == 1
    assert context["conf"].getint("core", "parallelism") == 32


def test_old_keys_follow_the_schedule(bench: Bench) -> None:
    weekly = context_of(bench, schedule="@weekly")
    # 1 March 2026 is a Sunday, when @weekly strikes.
    assert (weekly["prev_ds"], weekly["next_ds"]) == ("2026-02-22", "2026-03-08")
    assert weekly["prev_execution_date"] == datetime(2026, 2, 22, tzinfo=UTC)
    assert weekly["next_execution_date"] == datetime(2026, 3, 8, tzinfo=UTC)
    assert (weekly["yesterday_ds"], weekly["tomorrow_ds_nodash"]) == ("2026-02-28", "20260302")
    monthly = context_of(bench, schedule="@monthly")
    assert (monthly["prev_ds_nodash"], monthly["next_ds_nodash"]) == ("20260201", "20260401")
    every_six_hours = context_of(bench, schedule=timedelta(hours=6))
    assert str(every_six_hours["next_execution_date"]) == str(pendulum.datetime(2026, 3, 1, 6))


def test_a_run_by_hand_has_no_neighbours(bench: Bench) -> None:
    bench.run_facts = replace(RUN, run_type="manual")
    context = context_of(bench)
    assert context["prev_ds"] == context["next_ds"] == context["ds"]


def test_old_keys_warn_once_and_say_what_to_write(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    context = context_of(bench)
    with caplog.at_level(logging.WARNING, "headway.task"):
        for _ in range(3):
            assert context["execution_date"] == context["logical_date"]
    assert caplog.messages == ["context key 'execution_date' is an old name of Airflow; write logical_date"]
    assert set(INSTEAD) >= set(OLD)


def test_the_last_success_is_looked_up_once_and_only_when_asked_for(bench: Bench) -> None:
    bench.world.runs += [earlier(20, "success"), earlier(25, "failed"), earlier(10, "success")]
    asked = []
    context = context_of(bench)
    runtime = context._facts.runtime
    look_up = runtime.previous_run
    runtime.previous_run = lambda state=None: asked.append(state) or look_up(state)  # type: ignore[method-assign]
    assert (context["ds"], asked) == ("2026-03-01", [])
    assert context["prev_data_interval_start_success"] == datetime(2026, 2, 20, tzinfo=UTC)
    assert context["prev_data_interval_end_success"] == datetime(2026, 2, 21, tzinfo=UTC)
    assert context["prev_start_date_success"] == datetime(2026, 2, 21, 0, 0, 3, tzinfo=UTC)
    assert context["prev_end_date_success"] == datetime(2026, 2, 21, 0, 4, tzinfo=UTC)
    assert context["prev_execution_date_success"] == datetime(2026, 2, 20, tzinfo=UTC)
    assert asked == ["success"]


def test_the_first_run_has_no_last_success(bench: Bench) -> None:
    assert context_of(bench)["prev_start_date_success"] is None


def test_params_are_the_dags_then_the_tasks_then_the_runs(bench: Bench) -> None:
    bench.run_facts = replace(RUN, conf={"c": "conf", "more": "{{ ds }}"})
    with shop(params={"a": "dag", "b": Param("dag", type="string"), "c": "dag", "rows": [1]}) as dag:
        task = EmptyOperator(task_id="task", params={"b": "task"})
    params = bench.context(task)["params"]
    assert params == {"a": "dag", "b": "task", "c": "conf", "rows": [1], "more": "{{ ds }}"}
    params["rows"].append(2)
    assert bench.context(task)["params"]["rows"] == [1]
    assert dag.params["rows"] == [1]


def test_inlets_and_outlets(bench: Bench) -> None:
    with shop():
        task = EmptyOperator(task_id="task", outlets=[Asset("s3://films")])
    assert [asset.uri for asset in bench.context(task)["outlets"]] == ["s3://films"]
    assert bench.context(task)["inlets"] == []


def test_without_a_logical_date_its_keys_are_missing(bench: Bench) -> None:
    bench.run_facts = replace(RUN, logical_date=None, data_interval_start=None, data_interval_end=None)
    context = context_of(bench)
    assert "ds" not in context
    assert context.get("ts") is None
    with pytest.raises(KeyError):
        context["logical_date"]
    assert context["data_interval_start"] is None
    assert context["task_instance_key_str"] == "shop__task__20260302"
    assert {**context}["run_id"] == RUN.run_id


def test_it_behaves_like_a_dict(bench: Bench) -> None:
    context = context_of(bench)
    context["mine"] = 1
    other = context.copy()
    other["mine"] = 2
    assert (context["mine"], other["mine"], other["ds"]) == (1, 2, "2026-03-01")
    assert context.pop("mine") == 1
    del context["ds"]
    assert "mine" not in context
    assert "ds" not in context
    assert "ds" in other
    assert len(context) == len(list(context)) == len(WITH_DATE) - 1
    with pytest.raises(KeyError):
        del context["nothing"]


def test_spreading_looks_nothing_up_and_warns_of_nothing(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    bench.world.runs.append(earlier(20, "success"))
    context = context_of(bench)
    runtime = context._facts.runtime
    look_up = runtime.previous_run
    asked = []
    runtime.previous_run = lambda state=None: asked.append(state) or look_up(state)  # type: ignore[method-assign]
    with caplog.at_level(logging.WARNING):
        spread = dict(**context)
    assert (asked, caplog.messages) == ([], [])
    assert set(spread) == set(WITH_DATE)
    assert {key for key, value in spread.items() if type(value) is Later} == COSTLY
    assert spread["prev_start_date_success"] == datetime(2026, 2, 21, 0, 0, 3, tzinfo=UTC)
    assert spread["prev_start_date_success"].to_date_string() == "2026-02-21"
    assert spread["logical_date"] - spread["prev_data_interval_start_success"] == timedelta(days=9)
    assert f"{spread['prev_ds']}" == "2026-02-28"
    assert isinstance(spread["prev_ds"], str)
    assert asked == ["success"]


def test_get_current_context(bench: Bench) -> None:
    context = context_of(bench)
    with pytest.raises(OutsideTaskError, match="no task is running"):
        get_current_context()
    with use_context(context):
        assert the_same_function() is context


def test_building_a_context_imports_neither_pendulum_nor_jinja() -> None:
    code = """
import sys
from support.one_task import Bench, shop
from headway.operators.python import PythonOperator
with shop(schedule=None):
    task = PythonOperator(task_id="task", python_callable=lambda ds: ds, op_args=[])
assert Bench().run(task).outcome == "success"
loaded = {"pendulum", "jinja2", "croniter", "sqlalchemy", "celery", "pydantic"} & set(sys.modules)
print(sorted(loaded))
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, env={"PYTHONPATH": "tests"}
    )
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


def test_contexts_in_use_lie_one_inside_the_other_without_being_computed(bench: Bench) -> None:
    outer, inner = context_of(bench), context_of(bench)
    with use_context(outer):
        with use_context(inner):
            assert get_current_context() is inner
        assert get_current_context() is outer
    assert outer._values == inner._values == {}
