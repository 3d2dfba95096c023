from __future__ import annotations

import ast
import os
import sys
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from headway.authoring import tagged_json
from headway.authoring.taskflow import task
from headway.errors import DagFileError
from headway.operators import elsewhere_script
from headway.operators.empty import EmptyOperator
from headway.operators.python_elsewhere import (
    BranchExternalPythonOperator,
    ExternalPythonOperator,
    PythonVirtualenvOperator,
    is_venv_installed,
)
from headway.operators.virtualenvs import Recipe, _base, _pip_settings
from headway.states import Outcome
from support.one_task import Bench, shop


def call(bench: Bench, function: Any, **arguments: Any) -> Any:
    with shop():
        made = ExternalPythonOperator(task_id="task", python=sys.executable, python_callable=function, **arguments)
    return bench.run(made)


def test_values_of_every_kind_go_there_and_back(bench: Bench) -> None:
    def work(first, *, when, amount, ds, params, logical_date):  # type: ignore[no-untyped-def]
        import os

        return {"pid": os.getpid(), "all": (first, when, amount, ds, params, logical_date)}

    when = datetime(2026, 3, 1, 5, tzinfo=UTC)
    call(bench, work, op_args=[{"a": {1}}], op_kwargs={"when": when, "amount": Decimal("1.5")}, params={"p": 1})
    found = bench.xcom("task")
    assert found["pid"] != os.getpid()
    assert found["all"][:5] == ({"a": {1}}, when, Decimal("1.5"), "2026-03-01", {"p": 1})
    assert found["all"][5].isoformat() == "2026-03-01T00:00:00+00:00"


def test_the_task_sees_no_modules_of_ours(bench: Bench) -> None:
    def work():  # type: ignore[no-untyped-def]
        import importlib.util

        return importlib.util.find_spec("elsewhere_script") is None

    call(bench, work)
    assert bench.xcom("task") is True


def test_the_whole_context_is_what_can_travel(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    def work(**context):  # type: ignore[no-untyped-def]
        return sorted(context), virtualenv_string_args  # noqa: F821

    call(bench, work, string_args=["a", 5], templates_dict={"x": "{{ ds }}"})
    names, strings = bench.xcom("task")
    assert strings == ["a", "5"]
    assert {"ds", "params", "run_id", "templates_dict", "data_interval_end"} <= set(names)
    assert not {"ti", "dag", "task", "var"} & set(names)
    assert "old name" not in caplog.text, "nobody has asked for an old key by its name"


def test_what_cannot_travel_is_named(bench: Bench) -> None:
    def wants_ti(ti):  # type: ignore[no-untyped-def]
        return ti

    def gives_object():  # type: ignore[no-untyped-def]
        return [1, object()]

    assert "cannot be given this: argument 'ti' is a TaskInstance" in str(call(bench, wants_ti).error)
    assert "the result cannot come back: the result[1] is an object" in str(call(bench, gives_object).error)
    assert call(bench, gives_object, do_xcom_push=False).outcome is Outcome.SUCCESS


def test_a_failure_keeps_its_name_and_shows_the_authors_line(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    def work():  # type: ignore[no-untyped-def]
        raise ValueError("too odd")

    with caplog.at_level("INFO"):
        result = call(bench, work)
    assert "ValueError: too odd" in str(result.error)
    line = work.__code__.co_firstlineno + 1
    assert f'File "{__file__}", line {line}, in work' in caplog.text
    assert "elsewhere_script" not in caplog.text.partition("Traceback")[2]


@pytest.mark.parametrize(("code", "outcome"), [("exit(7)", "skipped"), ("exit(8)", "failed"), ("abort()", "failed")])
def test_exit_codes(bench: Bench, code: str, outcome: str) -> None:
    def work(how):  # type: ignore[no-untyped-def]
        import os
        import sys

        sys.exit(7) if how == "exit(7)" else sys.exit(8) if how == "exit(8)" else os.abort()

    assert call(bench, work, op_args=[code], skip_on_exit_code=[7]).outcome == outcome


def test_the_environment_is_inherited_or_not(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def work():  # type: ignore[no-untyped-def]
        import os

        return os.environ.get("FROM_WORKER"), os.environ.get("MINE")

    monkeypatch.setenv("FROM_WORKER", "yes")
    call(bench, work, env_vars={"MINE": "1"})
    assert bench.xcom("task") == ("yes", "1")
    call(bench, work, env_vars={"MINE": "1"}, inherit_env=False)
    assert bench.xcom("task") == (None, "1")


def test_a_missing_interpreter_is_named(bench: Bench) -> None:
    with shop():
        made = ExternalPythonOperator(task_id="task", python="/nowhere/python", python_callable=test_exit_codes)
    assert "Python '/nowhere/python' cannot be started" in str(bench.run(made).error)


def test_only_functions_with_a_source_travel() -> None:
    with shop(), pytest.raises(DagFileError, match="only a function written with def"):
        ExternalPythonOperator(task_id="task", python=sys.executable, python_callable=lambda: 1)


def test_a_branch_is_chosen_in_the_other_python(bench: Bench) -> None:
    def choose():  # type: ignore[no-untyped-def]
        return "left"

    with shop():
        made = BranchExternalPythonOperator(
            task_id="task", python=sys.executable, python_callable=choose, do_xcom_push=False
        )
        made >> [EmptyOperator(task_id="left"), EmptyOperator(task_id="right")]
    assert bench.run(made).decision == {"followed": ["left"]}


def test_a_virtual_environment_is_made_and_kept(bench: Bench, tmp_path: Path) -> None:
    with shop():

        @task.virtualenv(venv_cache_path=str(tmp_path), multiple_outputs=True)
        async def work(number: int) -> Any:
            import sys

            import croniter  # the worker's packages are seen

            return {"prefix": sys.prefix, "double": number * 2, "croniter": bool(croniter)}

        made = work(21).operator
    bench.run(made)
    assert bench.xcom("work", "double") == 42
    prefix = Path(bench.xcom("work", "prefix"))
    assert prefix.parent == tmp_path
    stamp = (prefix / "pyvenv.cfg").stat().st_mtime_ns
    bench.run(made)
    assert (prefix / "pyvenv.cfg").stat().st_mtime_ns == stamp


def test_the_current_context_where_headway_is_installed(bench: Bench) -> None:
    def work():  # type: ignore[no-untyped-def]
        from airflow.providers.standard.operators.python import get_current_context

        return get_current_context()["ds"]

    call(bench, work, use_airflow_context=True)
    assert bench.xcom("task") == "2026-03-01"


def test_recipes_differ_by_what_is_in_the_environment() -> None:
    assert is_venv_installed()
    names = {
        recipe.name
        for recipe in (
            Recipe(None, "a", True), Recipe(None, "b", True), Recipe(None, "a", False), Recipe("3.11", "a", True),
            Recipe(None, "a", True, ("--pre",)), Recipe(None, "a", True, (), ("https://index.example.com",)),
        )
    }  # fmt: skip
    assert len(names) == 6
    assert Recipe(None, "a", True).name in names


def test_the_workers_own_python_has_several_names() -> None:
    own = ".".join(str(part) for part in sys.version_info[:3])
    names = (None, "3", own, own.rpartition(".")[0], f"python{own.rpartition('.')[0]}")
    assert {_base(name) for name in names} == {sys.executable}


def test_indexes_go_into_a_file() -> None:
    assert _pip_settings([]) == "[global]\nno-index = true\n"
    urls = ["https://a.example.com", "https://b.example.com"]
    assert _pip_settings(urls) == f"[global]\nindex-url = {urls[0]}\nextra-index-url =\n    {urls[1]}\n"


def test_a_missing_python_and_useless_arguments_are_told(bench: Bench) -> None:
    with shop():
        made = PythonVirtualenvOperator(
            task_id="task", python_callable=test_indexes_go_into_a_file, python_version="2.1", use_dill=True
        )
    assert "use_dill has no effect: arguments and results travel as JSON" in made.notices[0].text
    assert "this host has no Python 2.1" in str(bench.run(made).error)


@pytest.mark.parametrize("module", [tagged_json, elsewhere_script])
def test_what_travels_along_needs_nothing_but_an_old_python(module: Any) -> None:
    tree = ast.parse(Path(module.__file__).read_text(), feature_version=(3, 9))
    imported = [node for node in ast.walk(tree) if isinstance(node, (ast.Import, ast.ImportFrom))]
    names = {getattr(node, "module", None) or node.names[0].name for node in imported}
    optional = {"pendulum", "headway"}  # done without where they are not
    assert {name.partition(".")[0] for name in names} <= sys.stdlib_module_names | optional
