"""Instances of mapped tasks: which arguments each gets, what it leaves, what is fetched for that."""

from __future__ import annotations

import sys
from collections.abc import Callable, Hashable, Sequence
from typing import Any

import pytest

from headway import task, task_group
from headway.authoring.context import get_current_context
from headway.authoring.dag import DAG
from headway.authoring.exceptions import AirflowSkipException
from headway.authoring.local_runtime import LocalRuntime
from headway.authoring.results import NAME_KEY, TaskResult
from headway.authoring.runtime import XComRow
from headway.authoring.xcom_codec import decode
from headway.operators.bash import BashOperator
from headway.operators.python import PythonOperator
from headway.states import Outcome
from support.one_task import Bench, shop


@task
def items() -> Any:
    return ["a", "b", "c"]


@task
def numbers() -> Any:
    return {"one": 1, "two": 2}


@task
def show(x: Any, y: Any = None) -> Any:
    return [x, y]


@task
def gather(values: Any) -> Any:
    return list(values)


@pytest.fixture
def dag() -> Any:
    with shop() as made:
        yield made


@pytest.fixture
def bench() -> Bench:
    return Bench()


def returned(result: TaskResult) -> Any:
    assert result.outcome is Outcome.SUCCESS, result.error
    return decode(result.xcoms["return_value"])


def all_of(bench: Bench, dag: DAG, task_id: str, count: int) -> list[Any]:
    return [returned(bench.run(dag.get_task(task_id), map_index=index)) for index in range(count)]


def failure(bench: Bench, dag: DAG, task_id: str, **instance: Any) -> str:
    result = bench.run(dag.get_task(task_id), **instance)
    assert result.outcome is Outcome.FAILED
    return str(result.error)


def test_every_combination_the_last_argument_turning_fastest(dag: DAG, bench: Bench) -> None:
    show.expand(x=items(), y=[1, 2])
    bench.run(dag.get_task("items"))
    assert all_of(bench, dag, "show", 6) == [["a", 1], ["a", 2], ["b", 1], ["b", 2], ["c", 1], ["c", 2]]


def test_a_dictionary_gives_pairs(dag: DAG, bench: Bench) -> None:
    show.partial(y=0).expand(x=numbers())
    bench.run(dag.get_task("numbers"))
    assert all_of(bench, dag, "show", 2) == [[("one", 1), 0], [("two", 2), 0]]


def test_dictionaries_of_arguments(dag: DAG, bench: Bench) -> None:
    show.partial(y=5).expand_kwargs(items().map(lambda one: {"x": one}))
    show.expand_kwargs([{"x": 1, "y": 2}, {"x": items()}])
    bench.run(dag.get_task("items"))
    bench.run(dag.get_task("items__1"))
    assert all_of(bench, dag, "show", 3) == [["a", 5], ["b", 5], ["c", 5]]
    assert all_of(bench, dag, "show__1", 2) == [[1, 2], [["a", "b", "c"], None]]


def test_derived_values(dag: DAG, bench: Bench) -> None:
    one, two = items(), numbers()
    show.override(task_id="zipped").expand(x=one.zip(two))
    show.override(task_id="filled").expand(x=one.zip(two, fillvalue="-"))
    show.override(task_id="joined").expand(x=one.concat(two).map(str))
    gather(one.map(str.upper))
    for task_id in ("items", "numbers"):
        bench.run(dag.get_task(task_id))
    assert [each[0] for each in all_of(bench, dag, "zipped", 2)] == [("a", ("one", 1)), ("b", ("two", 2))]
    assert all_of(bench, dag, "filled", 3)[2][0] == ("c", "-")
    assert [each[0] for each in all_of(bench, dag, "joined", 5)] == ["a", "b", "c", "('one', 1)", "('two', 2)"]
    assert returned(bench.run(dag.get_task("gather"))) == ["A", "B", "C"]


def test_a_map_function_may_skip_its_instance(dag: DAG, bench: Bench) -> None:
    def without_b(one: str) -> str:
        if one == "b":
            raise AirflowSkipException("no b")
        return one

    show.expand(x=items().map(without_b))
    bench.run(dag.get_task("items"))
    outcomes = [bench.run(dag.get_task("show"), map_index=index).outcome for index in range(3)]
    assert outcomes == [Outcome.SUCCESS, Outcome.SKIPPED, Outcome.SUCCESS]


def test_over_a_mapped_task_what_left_nothing_does_not_count(dag: DAG, bench: Bench) -> None:
    @task
    def only_b_and_c(x: str) -> str | None:
        return None if x == "a" else x

    show.expand(x=only_b_and_c.expand(x=items()))
    bench.run(dag.get_task("items"))
    for index in range(3):
        bench.run(dag.get_task("only_b_and_c"), map_index=index)
    assert all_of(bench, dag, "show", 2) == [["b", None], ["c", None]]
    assert "map index 2 is past the end" in failure(bench, dag, "show", map_index=2)


def test_what_follows_gets_all_results_in_order_with_one_fetch(dag: DAG, bench: Bench) -> None:
    @task
    def count(values: Sequence[Any]) -> Any:
        return [len(values), values[0], values[-1], values[1:], list(values), values == [["a", 0], ["b", 0]]]

    count(show.partial(y=0).expand(x=["a", "b"]))
    all_of(bench, dag, "show", 2)
    fetched: list[Any] = []

    class Counting(LocalRuntime):
        def xcom_pull(self, **wanted: Any) -> list[XComRow]:
            fetched.append(wanted)
            return super().xcom_pull(**wanted)

    execution = bench.execution(dag.get_task("count"))
    execution.runtime = Counting(bench.world, execution.run_facts, execution.instance)
    execution.context["ti"]._runtime = execution.runtime
    assert returned(execution.run()) == [2, ["a", 0], ["b", 0], [["b", 0]], [["a", 0], ["b", 0]], True]
    assert len(fetched) == 1


def test_results_travel_to_another_python_as_a_list(dag: DAG, bench: Bench) -> None:
    @task.external_python(python=sys.executable)
    def add_up(values: Any) -> int:
        return len(values) + len(values[0])

    add_up(show.partial(y=0).expand(x=["a", "b"]))
    all_of(bench, dag, "show", 2)
    assert returned(bench.run(dag.get_task("add_up"))) == 4


def test_nothing_at_all_is_an_empty_sequence(dag: DAG, bench: Bench) -> None:
    gather(show.expand(x=items()))
    assert returned(bench.run(dag.get_task("gather"))) == []


def test_pulling_by_map_indexes(dag: DAG, bench: Bench) -> None:
    @task
    def pull(ti: Any = None) -> Any:
        one = ti.xcom_pull(task_ids="show", map_indexes=1)
        some = ti.xcom_pull(task_ids="show", map_indexes=[2, 0, 9])
        both = ti.xcom_pull(task_ids=["items", "show"], map_indexes=None)
        return [one, list(some), both, ti.xcom_pull(task_ids="show", map_indexes=9, default="none")]

    show.partial(y=0).expand(x=items())
    pull()
    bench.run(dag.get_task("items"))
    all_of(bench, dag, "show", 3)
    assert returned(bench.run(dag.get_task("pull"))) == [
        ["b", 0], [["c", 0], ["a", 0]], [["a", "b", "c"], ["a", 0], ["b", 0], ["c", 0]], "none",
    ]  # fmt: skip


def test_tasks_of_a_group_see_their_own_index_and_what_follows_sees_all(dag: DAG, bench: Bench) -> None:
    @task_group
    def each(x: Any, y: Any = "default") -> Any:
        first = show(x, y)
        return gather.override(task_id="second")(first)

    gather.override(task_id="end")(each.expand_kwargs([{"x": 1}, {"x": 2, "y": 3}]))
    assert all_of(bench, dag, "each.show", 2) == [[1, "default"], [2, 3]]
    assert all_of(bench, dag, "each.second", 2) == [[1, "default"], [2, 3]]
    assert returned(bench.run(dag.get_task("end"))) == [[1, "default"], [2, 3]]


def test_a_group_says_which_argument_an_element_lacks(dag: DAG, bench: Bench) -> None:
    @task_group
    def each(x: Any) -> None:
        show(x)

    each.expand_kwargs(items().map(lambda _: {"z": 1}))
    bench.run(dag.get_task("items"))
    assert "has no 'x'" in failure(bench, dag, "each.show", map_index=0)


def test_classic_operators(dag: DAG, bench: Bench) -> None:
    BashOperator.partial(task_id="b", env={"WHO": "me"}, append_env=True).expand(
        bash_command=["echo $WHO {{ ds }} {{ ti.map_index }}", "uptime"]
    )
    PythonOperator.partial(task_id="args", python_callable=lambda *args: sum(args)).expand(op_args=[[1], [2, 3]])
    PythonOperator.partial(task_id="kwargs", python_callable=lambda a: a).expand(
        op_kwargs=[{"a": 1}, {"a": "{{ ds }}"}]
    )
    assert returned(bench.run(dag.get_task("b"), map_index=0)) == "me 2026-03-01 0"
    assert all_of(bench, dag, "args", 2) == [1, 5]
    assert all_of(bench, dag, "kwargs", 2) == [1, "2026-03-01"]


def test_results_are_never_templates(dag: DAG, bench: Bench) -> None:
    @task
    def braces() -> Any:
        return ["{{ ds }}", {"deep": "{{ ds }}"}]

    show.partial(y="{{ ds }}").expand(x=braces())
    show.expand_kwargs(braces().map(lambda one: {"x": one}))
    for task_id in ("braces", "braces__1"):
        bench.run(dag.get_task(task_id))
    assert all_of(bench, dag, "show", 2) == [["{{ ds }}", "2026-03-01"], [{"deep": "{{ ds }}"}, "2026-03-01"]]
    assert all_of(bench, dag, "show__1", 1) == [["{{ ds }}", None]]


def test_what_an_instance_does_to_its_element_no_other_sees(dag: DAG, bench: Bench) -> None:
    @task
    def dicts() -> Any:
        return [{"n": 1}]

    @task
    def spoil(x: dict[str, int]) -> dict[str, int]:
        x["n"] += 1
        return x

    spoil.expand(x=dicts())
    bench.run(dag.get_task("dicts"))
    kept: dict[Hashable, Any] = {}

    class Keeping(LocalRuntime):
        def recall(self, what: Hashable, read: Callable[[], Any]) -> Any:
            return kept.setdefault(what, read())

    for _ in range(2):
        execution = bench.execution(dag.get_task("spoil"), map_index=0)
        execution.runtime = Keeping(bench.world, execution.run_facts, execution.instance)
        assert returned(execution.run()) == {"n": 2}
    assert len(kept) == 1


def test_the_name_of_an_index(dag: DAG, bench: Bench) -> None:
    @task(map_index_template="{{ colour }} {{ task.op_kwargs['x'] }}")
    def paint(x: str) -> None:
        get_current_context()["colour"] = f"red {ti_index()}"
        if x == "b":
            raise ValueError(x)

    def ti_index() -> int:
        return int(get_current_context()["ti"].map_index)

    paint.expand(x=["a", "b"])
    results = [bench.run(dag.get_task("paint"), map_index=index) for index in range(2)]
    assert [result.outcome for result in results] == [Outcome.SUCCESS, Outcome.FAILED]
    assert [decode(result.xcoms[NAME_KEY]) for result in results] == ["red 0 a", "red 1 b"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (3, "expected a list or a dictionary, got int"),
        ("abc", "expected a list or a dictionary, got str"),
        (None, "leaves under 'return_value', and it left nothing"),
    ],
)
def test_a_task_that_others_are_mapped_over_must_leave_a_list(dag: DAG, bench: Bench, value: Any, text: str) -> None:
    @task
    def wrong() -> Any:
        return value

    show.expand(x=wrong())
    assert text in failure(bench, dag, "wrong")


def test_lengths_of_what_others_are_mapped_over(dag: DAG, bench: Bench) -> None:
    @task(multiple_outputs=True)
    def several(ti: Any = None) -> Any:
        ti.xcom_push("pushed", [1, 2, 3])
        return {"a": [1], "b": "no list"}

    made = several()
    show.expand(x=made["a"])
    show.expand(x=made["pushed"])
    assert bench.run(dag.get_task("several")).lengths == {"a": 1, "pushed": 3}
    assert bench.run(show(1).operator).lengths == {}


def test_a_list_that_is_too_long_fails_the_task_that_leaves_it(dag: DAG, bench: Bench) -> None:
    show.expand(x=items())
    execution = bench.execution(dag.get_task("items"))
    execution.context["ti"]._max_map_length = 2
    result = execution.run()
    assert "left 3 elements" in str(result.error)
    assert "dags.max_map_length" in getattr(result.error.exception if result.error else None, "remedy", "")
