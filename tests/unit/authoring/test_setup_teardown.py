from __future__ import annotations

import pytest

from headway import DAG, setup, task, task_group, teardown
from headway.authoring.structure import describe
from headway.errors import DagFileError
from headway.operators.empty import EmptyOperator


def facts(dag: DAG) -> dict[str, tuple]:
    keys = ("is_setup", "is_teardown", "setups", "upstream", "trigger_rule")
    return {one["task_id"]: tuple(one[key] for key in keys) for one in describe(dag)["tasks"]}


def test_marks_stand_in_the_structure():
    with DAG("d") as dag:
        create = EmptyOperator(task_id="create")
        work = EmptyOperator(task_id="work")
        delete = EmptyOperator(task_id="delete")
        create >> work >> delete.as_teardown(setups=create, on_failure_fail_dagrun=True)
    assert facts(dag) == {
        "create": (True, False, [], [], "all_success"),
        "work": (False, False, [], ["create"], "all_success"),
        "delete": (False, True, ["create"], ["create", "work"], "all_done_setup_success"),
    }
    assert delete.on_failure_fail_dagrun


@pytest.mark.parametrize("marked", ["teardown", "setup"])
def test_a_block_lies_between_setup_and_teardown(marked):
    with DAG("d") as dag:
        create, delete = EmptyOperator(task_id="create"), EmptyOperator(task_id="delete")
        opened = delete.as_teardown(setups=create)
        with opened if marked == "teardown" else create:
            EmptyOperator(task_id="one") >> EmptyOperator(task_id="two")
    assert dag.get_task("one").upstream_task_ids == {"create"}
    assert delete.upstream_task_ids == {"create", "two"}


def test_only_setups_and_teardowns_open_a_block():
    with DAG("d"):
        plain = EmptyOperator(task_id="plain")
        with pytest.raises(DagFileError, match="neither a setup nor a teardown"), plain:
            pass


def test_the_decorators():
    with DAG("d") as dag:

        @setup
        def create():
            return 1

        @teardown(on_failure_fail_dagrun=True)
        def delete(x):
            return x

        @setup
        @task(task_id="named")
        def other():
            return 1

        delete(create())
        other()
    assert dag.get_task("create").is_setup
    assert dag.get_task("named").is_setup
    assert dag.get_task("delete").is_teardown
    assert dag.get_task("delete").on_failure_fail_dagrun
    assert facts(dag)["delete"][2] == ["create"]


def test_what_cannot_be_marked():
    @task_group
    def g():
        return None

    with pytest.raises(DagFileError, match="task group 'g' cannot be a setup or teardown"):
        setup(g)
    with DAG("d"), pytest.raises(DagFileError, match="task 't' is a setup already"):
        EmptyOperator(task_id="t").as_setup().as_teardown()
