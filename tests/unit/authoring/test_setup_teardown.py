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


def test_a_blocks_own_setups_and_teardowns_stay_among_themselves():
    with DAG("d") as dag:
        create, delete = EmptyOperator(task_id="create").as_setup(), EmptyOperator(task_id="delete")
        with delete.as_teardown(setups=create):
            EmptyOperator(task_id="work")
            inner = EmptyOperator(task_id="inner_create").as_setup()
            inner_delete = EmptyOperator(task_id="inner_delete").as_teardown(setups=inner)
            inner >> EmptyOperator(task_id="inner_work") >> inner_delete
    assert inner.upstream_task_ids == set()
    assert delete.upstream_task_ids == {"create", "work"}
    assert dag.get_task("inner_work").upstream_task_ids == {"inner_create"}


def test_blocks_lie_within_each_other():
    with DAG("d"):
        outer = EmptyOperator(task_id="outer").as_setup()
        outer_end = EmptyOperator(task_id="outer_end").as_teardown(setups=outer)
        inner = EmptyOperator(task_id="inner").as_setup()
        inner_end = EmptyOperator(task_id="inner_end").as_teardown(setups=inner)
        with outer_end, inner_end:
            work = EmptyOperator(task_id="work")
    assert inner.upstream_task_ids == {"outer"}
    assert work.upstream_task_ids == {"inner"}
    assert outer_end.upstream_task_ids == {"outer", "inner_end"}


def test_without_a_first_or_last_task_the_ones_made_first_and_last_take_its_place():
    with DAG("d"):
        before, after = EmptyOperator(task_id="before"), EmptyOperator(task_id="after")
        create, delete = EmptyOperator(task_id="create").as_setup(), EmptyOperator(task_id="delete")
        with delete.as_teardown(setups=create):
            one, two = EmptyOperator(task_id="one"), EmptyOperator(task_id="two")
            before >> [one, two] >> after
    assert one.upstream_task_ids == {"before", "create"}
    assert delete.upstream_task_ids == {"create", "two"}
