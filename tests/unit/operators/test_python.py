from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from headway.errors import DagFileError
from headway.operators.python import PythonOperator, get_current_context
from headway.states import Outcome
from support.one_task import Bench, shop


def run(bench: Bench, function: Any, **arguments: Any) -> Any:
    with shop():
        task = PythonOperator(task_id="task", python_callable=function, **arguments)
    return bench.run(task)


def test_arguments_are_rendered_and_passed_with_the_context(bench: Bench) -> None:
    def work(first: str, number: int, *, day: str, ti: Any, params: Any) -> Any:
        return [first, number, day, ti.task_id, params]

    run(bench, work, op_args=["{{ run_id }}", 5], op_kwargs={"day": "{{ ds }}"}, params={"a": 1})
    assert bench.xcom("task") == ["scheduled__2026-03-01", 5, "2026-03-01", "task", {"a": 1}]


def test_templates_dict_and_its_files(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "films.sql").write_text("SELECT '{{ ds }}'")

    def work(templates_dict: Any) -> Any:
        return templates_dict

    dag = shop()
    dag.fileloc = str(tmp_path / "dag.py")
    with dag:
        task = PythonOperator(
            task_id="task",
            python_callable=work,
            templates_dict={"sql": "films.sql", "day": "{{ ds }}"},
            templates_exts=[".sql"],
        )
    bench.run(task)
    assert bench.xcom("task") == {"sql": "SELECT '2026-03-01'", "day": "2026-03-01"}
    assert PythonOperator.template_ext == ()


def test_a_function_may_change_what_it_is_given(bench: Bench) -> None:
    def work(rows: list[int], options: dict[str, list[int]]) -> int:
        rows.append(1)
        options["more"].append(1)
        return len(rows) + len(options["more"])

    with shop():
        task = PythonOperator(task_id="task", python_callable=work, op_args=[[0]], op_kwargs={"options": {"more": [0]}})
    assert [bench.run(task).xcoms["return_value"] for _ in range(3)] == ["4", "4", "4"]


def test_the_current_context_is_reachable_from_helpers(bench: Bench) -> None:
    def helper() -> str:
        return str(get_current_context()["ds"])

    run(bench, lambda: helper())
    assert bench.xcom("task") == "2026-03-01"


def test_the_result_is_logged_unless_it_should_not_be(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO"):
        run(bench, lambda: "shown")
        run(bench, lambda: "hidden", show_return_value_in_logs=False)
    assert "Returned value was: shown" in caplog.text
    assert "hidden" not in caplog.text


def test_a_long_result_is_cut_in_the_log(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO"):
        run(bench, lambda: "x" * 5_000)
    assert f"was: {'x' * 2_000}… and 3,000 more characters" in caplog.text


def test_what_is_no_function_is_refused_where_it_stands() -> None:
    with pytest.raises(DagFileError, match="expected a function as python_callable, got 5") as caught, shop():
        PythonOperator(task_id="task", python_callable=5)
    assert caught.value.line > 0


def test_a_subclass_may_overwrite_execute_callable(bench: Bench) -> None:
    class Twice(PythonOperator):
        def execute_callable(self, context: Any) -> Any:
            return [super().execute_callable(context)] * 2

    with shop():
        task = Twice(task_id="task", python_callable=lambda: 1)
    assert bench.run(task).outcome is Outcome.SUCCESS
    assert bench.xcom("task") == [1, 1]
