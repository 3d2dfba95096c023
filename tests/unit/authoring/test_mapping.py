"""Mapped tasks and groups in a DAG file: what becomes of them in the DAG's structure, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from headway import DAG, task, task_group
from headway.authoring.setup_teardown import setup, teardown
from headway.authoring.structure import describe
from headway.authoring.task_group import TaskGroup
from headway.errors import DagFileError
from headway.operators.bash import BashOperator
from headway.operators.python import PythonOperator


@task
def make() -> Any:
    return [1, 2]


@task
def add(x: Any, y: Any = 1) -> Any:
    return x + y


def described(dag: DAG) -> dict[str, dict[str, Any]]:
    return {each["task_id"]: each for each in describe(dag)["tasks"]}


def known(length: int) -> dict[str, Any]:
    return {"kind": "known", "length": length}


def result(task_id: str, key: str = "return_value") -> dict[str, Any]:
    return {"kind": "result", "task": task_id, "key": key}


def test_a_literal_is_known_by_its_length_alone() -> None:
    with DAG("d") as dag:
        add.expand(x=list(range(10_000)))
    assert described(dag)["add"]["mapped"] == {"scope": "add", "over": known(10_000)}


def test_over_a_result_the_task_waits_for_it() -> None:
    with DAG("d") as dag:
        made = make()
        add.partial(y=made["other"]).expand(x=made)
    assert described(dag)["add"]["mapped"]["over"] == result("make")
    assert described(dag)["add"]["upstream"] == ["make"]


def test_several_arguments_multiply() -> None:
    with DAG("d") as dag:
        add.expand(x=make(), y={"a": 1, "b": 2})
    assert described(dag)["add"]["mapped"]["over"] == {"kind": "product", "of": [result("make"), known(2)]}


def test_derived_values_keep_or_combine_lengths() -> None:
    with DAG("d") as dag:
        one, two = make(), make()
        add.override(task_id="mapped").expand(x=one.map(str))
        add.override(task_id="zipped").expand(x=one.zip(two))
        add.override(task_id="filled").expand(x=one.zip(two, fillvalue=None))
        add.override(task_id="joined").expand(x=one.concat(two["k"]))
    found = {name: each["mapped"]["over"] for name, each in described(dag).items() if each["mapped"]}
    both = [result("make"), result("make__1")]
    assert found == {
        "mapped": result("make"),
        "zipped": {"kind": "zip", "of": both},
        "filled": {"kind": "zip_longest", "of": both},
        "joined": {"kind": "concat", "of": [result("make"), result("make__1", "k")]},
    }
    assert described(dag)["joined"]["upstream"] == ["make", "make__1"]


def test_dictionaries_of_arguments() -> None:
    with DAG("d") as dag:
        add.expand_kwargs([{"x": 1}, {"x": 2, "y": 3}])
        add.expand_kwargs(make())
    assert [each["mapped"]["over"] for each in described(dag).values() if each["mapped"]] == [known(2), result("make")]


def test_classic_operators_keep_their_common_arguments() -> None:
    with DAG("d", default_args={"retries": 2}) as dag:
        mapped = BashOperator.partial(task_id="b", queue="heavy").expand(bash_command=["date", "uptime"])
        calls = PythonOperator.partial(task_id="p", python_callable=print).expand(op_args=[[1], [2]])
        mapped >> calls
    found = described(dag)
    assert (found["b"]["queue"], found["b"]["retries"], found["b"]["operator"]) == ("heavy", 2, "BashOperator")
    assert found["p"]["upstream"] == ["b"]
    assert isinstance(mapped, BashOperator)
    assert mapped.is_mapped


def test_tasks_of_a_mapped_group_share_its_scope() -> None:
    @task_group
    def each(x: int, y: int = 0) -> Any:
        with TaskGroup("inner"):
            first = add(x)
        return add.override(task_id="last")(first, y)

    with DAG("d") as dag:
        last = each.partial(y=5).expand(x=make())
        add.override(task_id="after").expand(x=last)
    found = described(dag)
    scope = {"scope": "each", "over": result("make")}
    assert found["each.inner.add"]["mapped"] == found["each.last"]["mapped"] == scope
    assert (found["each.inner.add"]["upstream"], found["each.last"]["upstream"]) == (["make"], ["each.inner.add"])
    assert found["after"]["mapped"] == {"scope": "after", "over": result("each.last")}
    assert [(group["group_id"], group["mapped"]) for group in describe(dag)["groups"]] == [
        ("each", True),
        ("each.inner", False),
    ]


def test_a_group_over_dictionaries() -> None:
    @task_group
    def each(x: int, y: int = 7) -> None:
        add(x, y)

    with DAG("d") as dag:
        each.expand_kwargs(make())
    assert described(dag)["each.add"]["upstream"] == ["make"]


def test_setups_and_teardowns_can_be_mapped() -> None:
    with DAG("d") as dag:
        begin = setup(add).override(task_id="begin").expand(x=[1, 2])
        end = teardown(add).override(task_id="end").expand(x=[1, 2])
        begin >> add.expand(x=[3]) >> end
    found = described(dag)
    assert (found["begin"]["is_setup"], found["end"]["is_teardown"]) == (True, True)
    assert found["end"]["trigger_rule"] == "all_done_setup_success"


def nested_task() -> None:
    @task_group
    def each(x: int) -> None:
        add.expand(x=[x])

    each.expand(x=[1])


def nested_group() -> None:
    @task_group
    def inner(x: int) -> None:
        add(x)

    @task_group
    def outer(x: int) -> None:
        inner.expand(x=[1])

    outer.expand(x=[1])


def mapped_argument() -> None:
    @task_group
    def each(x: Any) -> None:
        add.expand(x=x)

    each.expand(x=[1])


NUMBER: Any = 3

WRONG: dict[str, tuple[Any, str]] = {
    "nothing": (lambda: add.expand(), r"add\.expand\(\) got nothing to map over"),
    "unknown": (lambda: add.expand(z=[1]), r"add\.expand\(\): the function takes no argument z"),
    "unknown in partial": (lambda: add.partial(z=1), r"add\.partial\(\): the function takes no argument z"),
    "twice": (lambda: add.partial(x=1).expand(x=[1]), r"x was given to partial\(\) already"),
    "missing": (lambda: add.expand(y=[1]), "missing a required argument: 'x'"),
    "number": (lambda: add.expand(x=3), r"add\.expand\(x=\.\.\.\) expected a list.*got int"),
    "text": (lambda: add.expand(x="abc"), "expected a list, a dictionary or the output of a task, got str"),
    "no dictionaries": (lambda: add.expand_kwargs([1]), "element 0 is int, not a dictionary"),
    "no list": (lambda: add.expand_kwargs({"x": 1}), "expected a list of dictionaries .* got dict"),
    "no task_id": (lambda: BashOperator.partial(bash_command="date"), r"BashOperator\.partial\(\) needs task_id"),
    "unknown of a class": (
        lambda: BashOperator.partial(task_id="b").expand(bash_comand=["date"]),
        r"BashOperator\.expand\(\): unknown argument bash_comand",
    ),
    "common": (
        lambda: BashOperator.partial(task_id="b", bash_command="date").expand(queue=["a", "b"]),
        r"queue is the same for all instances",
    ),
    "task_id": (
        lambda: BashOperator.partial(task_id="b").expand(task_id=["a"], bash_command=["date"]),
        r"task_id is the same for all instances",
    ),
    "twice in a class": (
        lambda: BashOperator.partial(task_id="b", bash_command="date").expand(bash_command=["date"]),
        "bash_command was given to partial",
    ),
    "a task as map's function": (lambda: make().map(add), r"map\(\) expected a plain function"),
    "a number in zip": (lambda: make().zip(NUMBER), "expected the outputs of tasks, got int"),
    "mapped in mapped": (nested_task, "task 'each.add' is mapped inside the mapped group 'each'"),
    "group in group": (nested_group, "mapped group 'inner' lies inside another mapped group"),
    "mapped argument": (mapped_argument, "cannot be mapped over again"),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_uses_are_refused(name: str) -> None:
    call, text = WRONG[name]
    with DAG("d"), pytest.raises(DagFileError, match=text) as error:
        call()
    assert error.value.remedy
