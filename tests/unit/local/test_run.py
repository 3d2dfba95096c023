"""A run in one process: what follows what, tries, waits, callbacks and what it leaves behind."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar

import pytest

from headway import DAG, Asset, BaseOperator, Param, TriggerRule, task
from headway.authoring.exceptions import AirflowSkipException
from headway.authoring.local_runtime import LocalWorld
from headway.errors import InvalidInput
from headway.local.options import Options
from headway.local.session import run_dag as run_with_options
from headway.operators.empty import EmptyOperator
from headway.operators.python import BranchPythonOperator, PythonOperator, ShortCircuitOperator
from headway.sensors.python import PythonSensor
from headway.testing import run_dag, run_task
from headway.triggers.base import BaseTrigger, TriggerEvent


def shop(**arguments: Any) -> DAG:
    return DAG("shop", start_date=datetime(2026, 1, 1, tzinfo=UTC), **arguments)


def fail() -> None:
    raise ValueError("sold out")


def test_rules_branches_and_skips_as_on_a_cluster() -> None:
    with shop() as dag:
        choose = BranchPythonOperator(task_id="choose", python_callable=lambda: "left")
        left, right = EmptyOperator(task_id="left"), EmptyOperator(task_id="right")
        join = EmptyOperator(task_id="join", trigger_rule=TriggerRule.NONE_FAILED_MIN_ONE_SUCCESS)
        stop = ShortCircuitOperator(task_id="stop", python_callable=lambda: False)
        never = EmptyOperator(task_id="never")
        broken = PythonOperator(task_id="broken", python_callable=fail)
        behind = EmptyOperator(task_id="behind")
        cleanup = EmptyOperator(task_id="cleanup", trigger_rule="all_done")
        choose >> [left, right] >> join >> stop >> never
        broken >> behind >> cleanup
    run = run_dag(dag)
    assert run.states == {
        "choose": "success", "left": "success", "right": "skipped", "join": "success", "stop": "success",
        "never": "skipped", "broken": "failed", "behind": "upstream_failed", "cleanup": "success",
    }  # fmt: skip
    assert run.state == "success"  # its leaves decide
    assert run.task("broken").error == "ValueError: sold out"
    assert run.task("right").error == "left out by choose"


def test_a_failed_leaf_fails_the_run() -> None:
    with shop() as dag:
        PythonOperator(task_id="broken", python_callable=fail)
        EmptyOperator(task_id="fine")
    assert not run_dag(dag).succeeded


def test_teardowns_run_and_do_not_hide_a_failure() -> None:
    with shop() as dag:
        up, down = EmptyOperator(task_id="up"), EmptyOperator(task_id="down")
        work = PythonOperator(task_id="work", python_callable=fail)
        up >> work >> down.as_teardown(setups=up)
    run = run_dag(dag)
    assert (run.state, run.states) == ("failed", {"up": "success", "work": "failed", "down": "success"})


def test_a_failed_try_is_repeated_at_once_and_its_xcoms_are_gone() -> None:
    seen = []

    def flaky(ti: Any) -> str:
        seen.append((ti.try_number, ti.xcom_pull(task_ids="flaky", key="left")))
        ti.xcom_push("left", "over")
        if ti.try_number < 3:
            fail()
        return "done"

    with shop() as dag:
        PythonOperator(task_id="flaky", python_callable=flaky, retries=2, retry_delay=timedelta(hours=1))
    run = run_dag(dag)
    assert seen == [(1, None), (2, None), (3, None)]
    assert (run.task("flaky").tries, run.xcom("flaky"), run.xcom("flaky", "left")) == (3, "done", "over")


def test_delays_are_kept_on_request() -> None:
    moments = []

    def flaky(ti: Any) -> None:
        moments.append(time.monotonic())
        if ti.try_number == 1:
            fail()

    with shop() as dag:
        PythonOperator(task_id="flaky", python_callable=flaky, retries=1, retry_delay=timedelta(seconds=0.2))
    run_with_options(dag, LocalWorld(), options=Options(keep_delays=True))
    assert moments[1] - moments[0] >= 0.2


def test_sensors_wait_in_both_modes() -> None:
    looks: dict[str, int] = {"poke": 0, "reschedule": 0}

    def look(mode: str) -> bool:
        looks[mode] += 1
        return looks[mode] == 3

    with shop() as dag:
        for mode in looks:
            PythonSensor(task_id=mode, mode=mode, poke_interval=0.01, python_callable=look, op_args=[mode])
        PythonSensor(task_id="late", poke_interval=0.01, timeout=0.02, soft_fail=True, python_callable=lambda: False)
    run = run_dag(dag)
    assert run.states == {"poke": "success", "reschedule": "success", "late": "skipped"}
    assert looks == {"poke": 3, "reschedule": 3}
    assert run.task("reschedule").tries == 1


def test_tasks_of_a_pattern_are_taken_for_successful() -> None:
    with shop() as dag:
        wait = PythonSensor(task_id="wait_for_ever", python_callable=fail)
        wait >> EmptyOperator(task_id="then")
    run = run_dag(dag, mark_success="wait_.*")
    assert run.states == {"wait_for_ever": "success", "then": "success"}
    assert run.task("wait_for_ever").tries == 0
    with pytest.raises(InvalidInput, match="regular expression"):
        run_dag(dag, mark_success="(")


def test_mapped_tasks_have_an_instance_for_each_item() -> None:
    with shop() as dag:

        @task
        def numbers() -> list[int]:
            return [1, 2, 3]

        @task
        def double(number: int) -> int:
            return 2 * number

        @task
        def total(all_of_them: list[int]) -> int:
            return sum(all_of_them)

        @task
        def none_of(number: int) -> None:
            raise AssertionError(number)

        total(double.expand(number=numbers()))
        none_of.expand(number=[])
    run = run_dag(dag)
    assert run.states == {"numbers": "success", "double": ["success"] * 3, "total": "success", "none_of": "skipped"}
    assert (run.xcom("total"), run.xcom("double", map_index=2)) == (12, 6)


def test_the_moment_the_conf_and_the_params_of_a_run() -> None:
    seen: dict[str, Any] = {}

    def look(ds: str, params: dict[str, Any], data_interval_start: Any, dag_run: Any, run_id: str) -> None:
        seen.update(ds=ds, params=params, start=data_interval_start, conf=dag_run.conf, run_id=run_id)

    with shop(schedule="0 6 * * *", params={"rows": 3, "name": "x"}) as dag:
        dag.schedule.spec["interval"] = "data"
        PythonOperator(task_id="look", python_callable=look)
    run_dag(dag, "2026-02-03T06:00", conf={"rows": 5})
    assert seen == {
        "ds": "2026-02-03",
        "params": {"rows": 5, "name": "x"},
        "start": datetime(2026, 2, 2, 6, tzinfo=UTC),
        "conf": {"rows": 5},
        "run_id": "manual__2026-02-03T06:00:00+00:00",
    }
    with pytest.raises(InvalidInput, match="conf is not JSON"):
        run_dag(dag, conf={"x": object()})


def test_a_conf_that_does_not_fit_the_params_is_refused() -> None:
    with shop(params={"rows": Param(3, type="integer", minimum=1), "day": Param(type="string")}) as dag:
        EmptyOperator(task_id="one")
    with pytest.raises(InvalidInput, match=r"day.*rows|rows.*day"):
        run_dag(dag, conf={"rows": 0})
    assert run_dag(dag, conf={"rows": 1, "day": "Monday"}).succeeded


def test_an_earlier_run_in_the_same_world_is_the_previous_one() -> None:
    with shop() as dag:

        @task
        def count(ti: Any = None) -> int:
            return (ti.xcom_pull(task_ids="count", include_prior_dates=True) or 0) + 1

        count()
    first = run_dag(dag, "2026-01-01")
    second = run_dag(dag, "2026-01-02", world=first.world)
    assert (first.xcom("count"), second.xcom("count")) == (1, 2)


def test_callbacks_of_tasks_and_of_the_dag() -> None:
    heard: list[str] = []

    def hear(word: str) -> Any:
        return lambda context: heard.append(f"{word} {context['ti'].task_id} {context.get('exception')}")

    with shop(on_failure_callback=hear("run"), on_success_callback=hear("never")) as dag:
        PythonOperator(
            task_id="broken", python_callable=fail, retries=1,
            on_retry_callback=hear("retry"), on_failure_callback=hear("failure"),
        )  # fmt: skip
    run_dag(dag)
    assert heard == ["retry broken sold out", "failure broken sold out", "run broken sold out"]


def test_assets_that_were_updated_are_named() -> None:
    with shop() as dag:
        PythonOperator(task_id="write", python_callable=lambda: None, outlets=[Asset("orders")])
        PythonOperator(task_id="broken", python_callable=fail, outlets=[Asset("lost")])
    run = run_dag(dag)
    assert (run.task("write").outlets, run.task("broken").outlets) == (["orders"], [])


def test_rendered_fields_are_those_of_the_last_try() -> None:
    with shop() as dag:
        PythonOperator(task_id="work", python_callable=print, op_args=["{{ ds }} {{ ti.try_number }}"])
    assert run_dag(dag, "2026-03-04").rendered("work")["op_args"] == ["2026-03-04 1"]


class Egg(BaseTrigger):
    """Fires once its task ``feed`` has run, which a run does meanwhile."""

    fed: ClassVar[list[str]] = []

    def __init__(self, word: str) -> None:
        super().__init__()
        self.word = word

    def serialize(self) -> tuple[str, dict[str, Any]]:
        return f"{__name__}.Egg", {"word": self.word}

    async def run(self) -> AsyncIterator[TriggerEvent]:
        while not self.fed:
            await asyncio.sleep(0.005)
        assert self.task_instance is not None
        yield TriggerEvent({"of": self.task_instance.task_id, "word": self.word})


class Hatching(BaseOperator):
    def execute(self, context: Any) -> None:
        context["ti"].xcom_push("before", 1)
        self.defer(trigger=Egg("crack"), method_name="hatch", kwargs={"day": date(2026, 3, 1)})

    def hatch(self, context: Any, event: Any, day: date) -> dict[str, Any]:
        return {**event, "day": day, "before": context["ti"].xcom_pull("egg", key="before")}


@pytest.fixture
def eggs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, __name__, sys.modules[Egg.__module__])
    monkeypatch.setattr(Egg, "fed", [])


@pytest.mark.usefixtures("eggs")
def test_a_deferred_task_waits_while_others_run_and_goes_on_with_the_event() -> None:
    with shop() as dag:
        Hatching(task_id="egg", priority_weight=100)
        PythonOperator(task_id="feed", python_callable=lambda: Egg.fed.append("corn"))
    run = run_dag(dag)
    assert run.state == "success"
    assert run.xcom("egg") == {"of": "egg", "word": "crack", "day": date(2026, 3, 1), "before": 1}
    assert run.task("egg").tries == 1


@pytest.mark.usefixtures("eggs")
def test_a_deferral_ends_with_its_time() -> None:
    class Impatient(BaseOperator):
        def execute(self, context: Any) -> None:
            self.defer(trigger=Egg("never"), method_name="execute", timeout=0.05)

    with shop() as dag:
        Impatient(task_id="egg")
    assert "TaskDeferralTimeout" in str(run_dag(dag).task("egg").error)
    with shop() as dag:
        Impatient(task_id="egg", execution_timeout=timedelta(milliseconds=1), retries=1, retry_delay=0)
    run = run_dag(dag)
    assert (run.state, run.task("egg").tries) == ("failed", 2)


@pytest.mark.usefixtures("eggs")
def test_one_task_by_itself_waits_for_its_trigger() -> None:
    Egg.fed.append("corn")
    with shop() as dag:
        Hatching(task_id="egg")
    report = run_task(dag, "egg")
    assert report.state == "success"


def test_ctrl_c_ends_the_running_task_and_the_run() -> None:
    ended = []

    class Long(BaseOperator):
        def execute(self, context: Any) -> None:
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(30)

        def on_kill(self) -> None:
            ended.append(self.task_id)

    with shop() as dag:
        Long(task_id="long") >> PythonOperator(task_id="then", python_callable=lambda: ended.append("then"))
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        run_dag(dag)
    assert ended == ["long"]
    assert signal.getsignal(signal.SIGINT) is before


def test_skip_exceptions_say_why() -> None:
    def skip() -> None:
        raise AirflowSkipException("no orders today")

    with shop() as dag:
        PythonOperator(task_id="skip", python_callable=skip)
    run = run_dag(dag)
    assert (run.states, run.state) == ({"skip": "skipped"}, "success")
    assert "no orders today" in str(run.task("skip").error)


def test_a_task_sees_the_run_as_it_stands() -> None:
    with shop() as dag:

        @task
        def look(dag_run: Any = None) -> dict[str, str]:
            return {one.task_id: one.state for one in dag_run.get_task_instances()}

        EmptyOperator(task_id="before") >> look() >> EmptyOperator(task_id="after")
    assert run_dag(dag).xcom("look") == {"before": "success", "look": "running", "after": "none"}
