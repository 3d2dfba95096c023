from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict

import pytest

from headway import DAG, Asset, XComArg, task
from headway.authoring.taskflow import returns_mapping
from headway.errors import DagFileError
from headway.operators.bash import BashOperator
from headway.operators.python import BranchPythonOperator, PythonOperator, ShortCircuitOperator

if TYPE_CHECKING:
    from decimal import Decimal


class Totals(TypedDict):
    count: int


def test_a_call_makes_a_task_and_returns_its_result():
    with DAG("d") as dag:

        @task
        def extract(day, limit=5):
            """Fetch a day."""

        result = extract("2024-01-01", limit=7)
    made = dag.get_task("extract")
    assert isinstance(result, XComArg)
    assert result.operator is made
    assert isinstance(made, PythonOperator)
    assert made.operator_name == "@task"
    assert (made.op_args, made.op_kwargs) == (("2024-01-01",), {"limit": 7})
    assert made.doc_md == "Fetch a day."
    assert made.python_callable("x") is None


def test_results_handed_on_make_dependencies():
    with DAG("d") as dag:

        @task
        def one():
            return 1

        @task
        def add(a, b):
            return a + b

        first = one()
        add(first, {"deep": [one()]})
    assert dag.get_task("add").upstream_task_ids == {"one", "one__1"}


def test_each_further_call_gets_a_number():
    with DAG("d") as dag:

        @task
        def t():
            return 1

        for _ in range(3):
            t()
    assert dag.task_ids == ["t", "t__1", "t__2"]


def test_arguments_of_the_decorator_and_override():
    with DAG("d", default_args={"retries": 1, "queue": "slow"}) as dag:

        @task(task_id="named", retries=3, queue="high_cpu")
        def t():
            return 1

        t()
        t.override(task_id="other", retries=9)()
    assert (dag.get_task("named").retries, dag.get_task("named").queue) == (3, "high_cpu")
    assert (dag.get_task("other").retries, dag.get_task("other").queue) == (9, "high_cpu")


@pytest.mark.parametrize(
    ("kind", "base", "shown"),
    [
        ("branch", BranchPythonOperator, "@task.branch"),
        ("short_circuit", ShortCircuitOperator, "@task.short_circuit"),
        ("bash", BashOperator, "@task.bash"),
    ],
)
def test_the_other_decorators(kind, base, shown):
    with DAG("d") as dag:

        @getattr(task, kind)
        def plain():
            return "x"

        @getattr(task, kind)(task_id="with_arguments", retries=2)
        def given(x):
            return "x"

        given(plain())
    for task_id in ("plain", "with_arguments"):
        assert isinstance(dag.get_task(task_id), base)
        assert dag.get_task(task_id).operator_name == shown
    assert dag.get_task("with_arguments").upstream_task_ids == {"plain"}
    assert dag.get_task("with_arguments").retries == 2


def test_arguments_of_the_operator_behind_a_decorator():
    with DAG("d") as dag:

        @task.short_circuit(ignore_downstream_trigger_rules=False)
        def check():
            return False

        @task.bash(env={"A": "1"}, append_env=True)
        def command():
            return "true"

        check() >> command()
    assert dag.get_task("check").ignore_downstream_trigger_rules is False
    assert dag.get_task("command").env == {"A": "1"}


def test_an_unknown_decorator_lists_those_there_are():
    with pytest.raises(AttributeError, match=r"Headway has no @task.teleport in this version") as error:
        task.teleport  # noqa: B018
    assert "@task.branch" in error.value.remedy
    assert not hasattr(task, "teleport")


def test_a_call_that_cannot_work_is_refused_at_its_line():
    with DAG("d"):

        @task
        def load(rows, *, table):
            return rows

        with pytest.raises(DagFileError, match="call of task 'load': missing a required argument: 'table'") as error:
            load([1])
        assert error.value.remedy == "it is load(rows, *, table)"
        with pytest.raises(DagFileError, match="unexpected keyword argument 'tabel'"):
            load([1], tabel="x")
        with pytest.raises(DagFileError, match="too many positional arguments"):
            load(1, 2)


def test_what_the_context_gives_may_be_left_out():
    with DAG("d") as dag:

        @task
        def t(rows, ti, ds, **context):
            return rows

        t([1])
        t([1], ti=None)
        with pytest.raises(DagFileError, match="missing a required argument: 'rows'"):
            t()
    assert dag.get_task("t").op_kwargs == {}


def test_multiple_outputs_follow_the_annotation():
    def plain(): ...
    def mapping() -> dict[str, int]: ...
    def bare() -> dict: ...
    def typed() -> Totals: ...
    def text() -> str: ...
    def only_for_checkers() -> Decimal: ...
    def anything() -> Any: ...

    found = {function.__name__: returns_mapping(function) for function in (plain, mapping, bare, text, anything)}
    assert found == {"plain": False, "mapping": True, "bare": True, "text": False, "anything": False}
    assert returns_mapping(typed)
    assert not returns_mapping(only_for_checkers)


def test_multiple_outputs_give_results_by_key():
    with DAG("d") as dag:

        @task
        def totals() -> dict[str, int]:
            return {"count": 1}

        @task(multiple_outputs=False)
        def whole() -> dict[str, int]:
            return {}

        @task
        def show(count):
            print(count)

        result = totals()
        show(result["count"])
        whole()
    assert dag.get_task("totals").multiple_outputs
    assert not dag.get_task("whole").multiple_outputs
    assert result["count"].key == "count"
    assert dag.get_task("show").upstream_task_ids == {"totals"}


def test_results_cannot_be_looped_over_or_indexed_by_number():
    with DAG("d"):

        @task
        def rows():
            return [1]

        result = rows()
        with pytest.raises(DagFileError, match="result of task 'rows' cannot be looped over"):
            list(result)
        with pytest.raises(DagFileError, match="expected a text as its key, got 0"):
            result[0]


def test_results_resolve_through_the_task_instance():
    class Instance:
        def xcom_pull(self, task_ids, key):
            return (task_ids, key)

    with DAG("d"):

        @task
        def t():
            return 1

        result = t()
    assert result.resolve({"ti": Instance()}) == ("t", "return_value")
    assert result["k"].resolve({"ti": Instance()}) == ("t", "k")
    assert str(result["k"]) == "{{ task_instance.xcom_pull(task_ids='t', key='k') }}"


def test_assets_in_a_signature_count_as_declared():
    orders = Asset("orders")
    with DAG("d") as dag:

        @task
        def update(outlets=[orders]):  # noqa: B006
            return 1

        @task(outlets=[Asset("other")])
        def other(outlets=[orders]):  # noqa: B006
            return 1

        update()
        other()
    assert dag.get_task("update").outlets == [orders]
    assert dag.get_task("other").outlets == [Asset("other")]


def test_a_function_stays_callable_as_it_is():
    @task
    def double(x):
        return 2 * x

    assert double.function(4) == 8
    assert double.__wrapped__(4) == 8
    assert double.__name__ == "double"
