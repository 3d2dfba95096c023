from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from headway import setup, task, task_group, teardown
from headway.authoring.dag import DAG
from headway.authoring.decorated_docker import DockerTask
from headway.authoring.structure import describe
from headway.errors import DagFileError
from headway.operators.docker import DockerOperator
from headway.operators.empty import EmptyOperator
from headway.sensors.base import PokeReturnValue
from headway.states import Outcome
from support.one_task import Bench, shop


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_every_kind_makes_a_task_under_its_own_name() -> None:
    given = {
        "virtualenv": {"requirements": ["x"], "system_site_packages": False},
        "branch_virtualenv": {"python_version": 3.12},
        "external_python": {"python": "/usr/bin/python3"},
        "branch_external_python": {"python": "/usr/bin/python3"},
        "sensor": {"mode": "reschedule", "poke_interval": 5, "timeout": 60},
        "short_circuit": {"ignore_downstream_trigger_rules": False},
        "kubernetes": {"image": "python", "namespace": "default", "in_cluster": True},
        "pyspark": {"conn_id": "spark", "config_kwargs": {"spark.x": "1"}},
    }
    with shop() as dag:
        for kind, arguments in given.items():

            def work(number: int) -> int:
                return number

            getattr(task, kind)(task_id=kind, retries=3, **arguments)(work)(1)
    made = {one["task_id"]: one for one in describe(dag)["tasks"]}
    assert {name: one["operator"] for name, one in made.items()} == {name: f"@task.{name}" for name in given}
    assert {one["retries"] for one in made.values()} == {3}
    assert (made["branch_virtualenv"]["kind"], made["branch_external_python"]["kind"]) == ("branch", "branch")


def test_a_kind_that_cannot_run_says_so(bench: Bench) -> None:
    with shop():

        @task.kubernetes(image="python")
        def work() -> None: ...

        made = work().operator
    result = bench.run(made, max_tries=3)
    assert result.outcome is Outcome.FAILED
    assert "@task.kubernetes cannot run in this version" in str(result.error)


def test_a_function_in_a_container_takes_its_call_along(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the container would run, run by this machine's Python; the engine is tested with DockerOperator."""

    def run_here(self: DockerOperator, context: Any) -> Any:
        done = subprocess.run(self.command, env=self.environment, check=True, capture_output=True, text=True)
        assert done.stdout == "in the container\n"
        return json.loads(Path(self.retrieve_output_path).read_text())

    monkeypatch.setattr(DockerOperator, "execute", run_here)
    monkeypatch.setattr(DockerTask, "call_folder", str(tmp_path / "call"))
    with shop():

        @task.docker(image="python", python_command=sys.executable, environment={"X": "{{ ds }}"})
        def work(day: Any, ds: str) -> Any:
            import os

            print("in the container")
            return {"day": day, "ds": ds, "x": os.environ["X"]}

        made = work(date(2026, 1, 1)).operator
    bench.run(made)
    assert bench.xcom("work") == {"day": date(2026, 1, 1), "ds": "2026-03-01", "x": "2026-03-01"}


def test_a_sensor_function(bench: Bench) -> None:
    with shop():

        @task.sensor(mode="reschedule")
        def ready(limit: int, ti: Any) -> Any:
            return PokeReturnValue(ti.try_number > limit, ["here"])

        waits, done = ready(1).operator, ready(0).operator
    assert bench.run(waits).outcome is Outcome.RESCHEDULED
    assert bench.run(done).outcome is Outcome.SUCCESS
    assert bench.xcom(done.task_id) == ["here"]


@pytest.mark.parametrize(
    ("condition", "message", "reason"),
    [
        (lambda context: context["ds"] == "2026-03-01", None, None),
        (lambda context: context["ds"] == "2026-03-02", None, "<lambda> is false"),
        (lambda context: False, "not today", "not today"),
        (lambda context: (False, "closed"), "not today", "closed"),
        (lambda context: (True, "closed"), None, None),
    ],
)
def test_run_if(bench: Bench, condition: Any, message: Any, reason: Any) -> None:
    seen: list[str] = []
    with shop():

        @task.run_if(condition, skip_message=message)
        @task(pre_execute=lambda context: seen.append("asked for"))
        def work() -> str:
            return "done"

        made = work().operator
    result = bench.run(made)
    if reason is None:
        assert (bench.xcom("work"), seen) == ("done", ["asked for"])
    else:
        assert (result.outcome, seen) == (Outcome.SKIPPED, [])
        assert result.error
        assert result.error.message == reason


def test_skip_if_goes_over_any_kind_and_both_may_stand_together(bench: Bench) -> None:
    with shop():

        @task.skip_if(lambda context: context["params"]["closed"])
        @task.run_if(lambda context: context["params"]["day"])
        @task.bash(params={"closed": False, "day": True})
        def work() -> str:
            return "echo open"

        made = work().operator
    assert bench.run(made).outcome is Outcome.SUCCESS
    for params in ({"closed": True, "day": True}, {"closed": False, "day": False}):
        made.params = params
        assert bench.run(made).outcome is Outcome.SKIPPED


def test_conditions_stand_over_tasks_only() -> None:
    with pytest.raises(DagFileError, match=r"@task.run_if stands over something that is no @task"):
        task.run_if(lambda context: True)(print)  # type: ignore[type-var]
    with pytest.raises(DagFileError, match=r"@task.skip_if expected a function"):
        task.skip_if("no function")  # type: ignore[arg-type]


def test_results_of_functions_are_setups_teardowns_and_scopes() -> None:
    with DAG("d") as dag:

        @task
        def make(name: str) -> str:
            return name

        before = EmptyOperator(task_id="before")
        create = make("create").as_setup()
        with make.override(task_id="delete")(create).as_teardown(setups=create) as scope:
            make.override(task_id="work")(create)
            scope.add_task(before)
    facts = {one["task_id"]: one for one in describe(dag)["tasks"]}
    assert facts["make"]["is_setup"]
    assert facts["delete"]["setups"] == ["make"]
    assert facts["delete"]["upstream"] == ["before", "make", "work"]
    assert facts["before"]["upstream"] == ["make"]


def test_decorated_setup_and_teardown_hand_values_on() -> None:
    with DAG("d") as dag:

        @setup
        @task(task_id="create")
        def first() -> str:
            return "x"

        @teardown(on_failure_fail_dagrun=True)
        def last(x: str) -> None: ...

        @task_group
        def inside(x: str) -> None:
            @task
            def work(x: str) -> None: ...

            work(x)

        created = first()
        inside(created) >> last(created)
    facts = {one["task_id"]: one for one in describe(dag)["tasks"]}
    assert facts["last"]["on_failure_fail_dagrun"]
    assert facts["last"]["upstream"] == ["create", "inside.work"]


def test_a_function_with_a_spark_session(bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package of the test's own stands for pyspark, whose Java is no part of the tests."""
    with shop():

        @task.pyspark(conn_id="spark", config_kwargs={"spark.cores.max": "2"})
        def work(rows: int, spark: Any = None, sc: Any = None) -> Any:
            return [rows, spark.settings, sc]

        made = work(3).operator
    assert "@task.pyspark needs the package pyspark" in str(bench.run(made).error)
    (tmp_path / "pyspark").mkdir()
    (tmp_path / "pyspark" / "__init__.py").touch()
    (tmp_path / "pyspark" / "sql.py").write_text(SPARK)
    monkeypatch.syspath_prepend(tmp_path)
    bench.world.connections["spark"] = {"conn_type": "spark", "host": "spark://hub.example.com", "port": 7077}
    bench.run(made)
    settings = {"app": "shop-work", "master": "spark://hub.example.com:7077", "spark.cores.max": "2"}
    assert bench.xcom("work") == [3, settings, "context"]


SPARK = """
class Builder:
    def __init__(self): self.settings = {}
    def appName(self, name): return self.config("app", name)
    def master(self, url): return self.config("master", url)
    def config(self, name, value):
        self.settings[name] = value
        return self
    def getOrCreate(self): return self
    def __enter__(self): return self
    def __exit__(self, *_): pass
    sparkContext = "context"

class SparkSession:
    builder = Builder()
"""
