from __future__ import annotations

import pytest

from headway import DAG, TaskGroup, chain, task, task_group
from headway.errors import DagFileError
from headway.operators.empty import EmptyOperator


def edges(dag: DAG) -> set[str]:
    return {f"{up.task_id}->{down}" for up in dag.tasks for down in up.downstream_task_ids}


def test_ids_carry_the_groups_they_are_in():
    with DAG("d") as dag:
        with TaskGroup("outer") as outer:
            a = EmptyOperator(task_id="a")
            with TaskGroup("inner", tooltip="deep") as inner:
                b = EmptyOperator(task_id="b")
        EmptyOperator(task_id="a")
    assert dag.task_ids == ["outer.a", "outer.inner.b", "a"]
    assert (inner.group_id, inner.label, inner.parent_group) == ("outer.inner", "inner", outer)
    assert (a.label, b.label) == ("a", "b")
    assert outer.get_child_by_label("inner") is inner
    assert list(outer.iter_tasks()) == [a, b]
    assert list(dag.task_group.iter_groups()) == [outer, inner]
    assert dag.group_dict == {"outer": outer, "outer.inner": inner}


def test_prefixes_can_be_left_out():
    with DAG("d") as dag, TaskGroup("outer"), TaskGroup("inner", prefix_group_id=False):
        b = EmptyOperator(task_id="b")
        with TaskGroup("deep"):
            EmptyOperator(task_id="c")
    assert dag.task_ids == ["outer.b", "outer.deep.c"]
    assert b.label == "b"


def test_groups_in_dependencies():
    with DAG("d") as dag:
        start, end = EmptyOperator(task_id="start"), EmptyOperator(task_id="end")
        with TaskGroup("g") as group:
            a, b, c = (EmptyOperator(task_id=name) for name in "abc")
            a >> b
        with TaskGroup("h") as other:
            EmptyOperator(task_id="x")
        start >> group >> other >> end
    assert edges(dag) == {
        "g.a->g.b", "start->g.a", "start->g.c", "g.b->h.x", "g.c->h.x", "h.x->end",
    }  # fmt: skip
    assert (group.roots, group.leaves) == ([a, c], [b, c])


def test_groups_in_lists_and_chains():
    with DAG("d") as dag:
        start, end = EmptyOperator(task_id="start"), EmptyOperator(task_id="end")
        groups = []
        for name in ("g", "h"):
            with TaskGroup(name) as group:
                EmptyOperator(task_id="t")
            groups.append(group)
        chain(start, groups, end)
    assert edges(dag) == {"start->g.t", "start->h.t", "g.t->end", "h.t->end"}


def test_default_args_of_groups_go_over_those_around():
    with DAG("d", default_args={"retries": 1, "queue": "q", "owner": "dag"}):
        outer = TaskGroup("outer", default_args={"retries": 2, "queue": "outer"})
        with outer, TaskGroup("inner", default_args={"retries": 3}):
            task_ = EmptyOperator(task_id="t", default_args={"owner": "own"})
    assert (task_.retries, task_.queue, task_.owner) == (3, "outer", "own")


def test_numbers_are_counted_in_each_group():
    with DAG("d") as dag:

        @task
        def t():
            return 1

        for name in ("g", "h"):
            with TaskGroup(name):
                t()
                t()
    assert dag.task_ids == ["g.t", "g.t__1", "h.t", "h.t__1"]


def test_a_task_can_be_put_into_a_group_by_argument():
    with DAG("d") as dag:
        group = TaskGroup("g")
        made = EmptyOperator(task_id="t", task_group=group)
    assert made.task_id == "g.t"
    assert dag.get_task("g.t").task_group is group


def test_a_groups_block_is_enough_to_know_the_dag():
    dag = DAG("d")
    with TaskGroup("g", dag=dag):

        @task
        def t():
            return 1

        t()
        t()
        EmptyOperator(task_id="e")
    assert dag.task_ids == ["g.t", "g.t__1", "g.e"]


def test_groups_given_a_dag_or_parent_by_argument():
    dag = DAG("d")
    outer = TaskGroup("outer", dag=dag)
    inner = TaskGroup("inner", parent_group=outer, dag=dag)
    EmptyOperator(task_id="t", dag=dag, task_group=inner)
    assert dag.task_ids == ["outer.inner.t"]


def test_the_decorator_makes_a_group_at_each_call():
    with DAG("d") as dag:

        @task
        def double(x):
            return 2 * x

        @task_group
        def twice(x):
            """Double it two times."""
            return double(double(x))

        @task_group(group_id="named", tooltip="hint")
        def nothing():
            double(1)

        result = twice(1)
        twice(result)
        last = nothing()
        nothing.override(group_id="other")()
    assert dag.task_ids == [
        "twice.double", "twice.double__1", "twice__1.double", "twice__1.double__1", "named.double", "other.double",
    ]  # fmt: skip
    assert result.operator.task_id == "twice.double__1"
    assert dag.group_dict["twice"].tooltip == "Double it two times."
    assert isinstance(last, TaskGroup)
    assert last.tooltip == "hint"
    assert dag.get_task("twice__1.double").upstream_task_ids == {"twice.double__1"}


def test_taken_ids_are_refused_unless_numbers_are_wanted():
    with DAG("d"):
        EmptyOperator(task_id="t")
        with pytest.raises(DagFileError, match="group_id 't' is taken in DAG 'd': the task of line"):
            TaskGroup("t")
        TaskGroup("g")
        with pytest.raises(DagFileError, match="task_id 'g' is taken in DAG 'd': the group of line"):
            EmptyOperator(task_id="g")
        assert TaskGroup("g", add_suffix_on_collision=True).group_id == "g__1"


def test_bad_groups():
    with pytest.raises(DagFileError, match="group 'g' belongs to no DAG"):
        TaskGroup("g")
    with DAG("d"):
        with pytest.raises(DagFileError, match="TaskGroup: group_id: expected letters"):
            TaskGroup("a b")
        with pytest.raises(DagFileError, match="group 'g': unknown argument tooltipp") as error:
            TaskGroup("g", tooltipp="x")
    assert error.value.remedy == "did you mean tooltip?"


def test_teardowns_do_not_hold_up_what_follows_a_group():
    with DAG("d") as dag:
        end = EmptyOperator(task_id="end")
        with TaskGroup("g") as group:
            create = EmptyOperator(task_id="create").as_setup()
            work = EmptyOperator(task_id="work")
            delete = EmptyOperator(task_id="delete").as_teardown(setups=create)
            create >> work >> delete
        group >> end
    assert group.leaves == [work]
    assert dag.get_task("end").upstream_task_ids == {"g.work"}
