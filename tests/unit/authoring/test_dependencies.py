from __future__ import annotations

import pytest

from headway import DAG, Label, chain, chain_linear, cross_downstream, task
from headway.authoring.dependencies import find_cycle
from headway.errors import DagFileError
from headway.operators.empty import EmptyOperator


def edges(dag: DAG) -> set[str]:
    return {f"{up.task_id}{down}" for up in dag.tasks for down in up.downstream_task_ids}


@pytest.fixture
def dag():
    with DAG("d") as made:
        yield made


@pytest.fixture
def tasks(dag):
    return [EmptyOperator(task_id=name) for name in "abcdef"]


def test_arrows_between_tasks_and_lists(dag, tasks):
    a, b, c, d, e, f = tasks
    a >> [b, c] >> d
    f << [e] << d
    assert edges(dag) == {"ab", "ac", "bd", "cd", "de", "ef"}
    assert d.upstream_list == [b, c]
    assert a.downstream_list == [b, c]
    assert d.upstream_task_ids == {"b", "c"}


def test_a_list_may_stand_on_either_side_of_both_arrows(dag, tasks):
    a, b, c, d, *_ = tasks
    [a, b] >> c
    [a, b] << d
    assert edges(dag) == {"ac", "bc", "da", "db"}


def test_arrows_return_the_other_side(tasks):
    a, b, c, *_ = tasks
    assert (a >> b) is b
    assert (a << c) is c
    assert (a >> [b, c]) == [b, c]


def test_set_upstream_and_set_downstream(dag, tasks):
    a, b, c, d, *_ = tasks
    a.set_downstream([b, c])
    a.set_upstream(d)
    assert edges(dag) == {"ab", "ac", "da"}


def test_chain_goes_over_lists_in_pairs(dag, tasks):
    a, b, c, d, e, f = tasks
    chain(a, [b, c], [d, e], f)
    assert edges(dag) == {"ab", "ac", "bd", "ce", "df", "ef"}


def test_chain_refuses_lists_of_different_lengths(tasks):
    a, b, c, d, e, _ = tasks
    with pytest.raises(DagFileError, match="a list of 2 before a list of 3") as error:
        chain([a, b], [c, d, e])
    assert "chain_linear()" in error.value.remedy


def test_chain_linear_links_all_with_all_and_passes_over_empty_items(dag, tasks):
    a, b, c, d, *_ = tasks
    chain_linear([a, b], [], None, [c, d])
    assert edges(dag) == {"ac", "ad", "bc", "bd"}


def test_cross_downstream(dag, tasks):
    a, b, c, d, *_ = tasks
    cross_downstream([a, b], [c, d])
    assert edges(dag) == {"ac", "ad", "bc", "bd"}


def test_labels_lie_on_the_edges_between_their_sides(dag, tasks):
    a, b, c, d, *_ = tasks
    a >> Label("yes") >> [b, c]
    d << Label("late") << b
    assert edges(dag) == {"ab", "ac", "bd"}
    assert dag.edge_labels == {("a", "b"): "yes", ("a", "c"): "yes", ("b", "d"): "late"}


def test_labels_in_chain_and_in_set_downstream(dag, tasks):
    a, b, c, d, *_ = tasks
    chain(a, Label("one"), b)
    c.set_downstream(d, edge_modifier=Label("two"))
    d.set_upstream(b, edge_modifier=Label("three"))
    assert dag.edge_labels == {("a", "b"): "one", ("c", "d"): "two", ("b", "d"): "three"}


def test_xcom_args_stand_for_their_tasks(dag):
    @task
    def x():
        return 1

    @task
    def y():
        return 2

    x() >> y() >> EmptyOperator(task_id="z")
    assert edges(dag) == {"xy", "yz"}


def test_a_task_without_dag_joins_that_of_its_neighbour(dag, tasks):
    loose = None

    def make():
        return EmptyOperator(task_id="loose")

    from headway.authoring.dag_stack import close_dag, open_dag

    close_dag()
    loose = make()
    assert not loose.has_dag()
    tasks[0] >> loose
    open_dag(dag)
    assert loose.dag is dag
    assert dag.get_task("loose") is loose


def test_two_loose_tasks_cannot_be_linked():
    one, two = EmptyOperator(task_id="one"), EmptyOperator(task_id="two")
    with pytest.raises(DagFileError, match="'one' and 'two' belong to no DAG yet"):
        one >> two


def test_tasks_of_two_dags_cannot_be_linked():
    with DAG("first"):
        one = EmptyOperator(task_id="one")
    with DAG("second"):
        two = EmptyOperator(task_id="two")
    with pytest.raises(DagFileError, match="'one' of DAG 'first' cannot depend on 'two' of DAG 'second'"):
        one >> two


def test_a_function_that_was_not_called_is_refused_with_a_hint(tasks):
    @task
    def extract():
        return 1

    with pytest.raises(DagFileError, match="extract> is a function, not a task") as error:
        tasks[0] >> extract
    assert "call it" in error.value.remedy


def test_what_is_no_task_is_refused(tasks):
    with pytest.raises(DagFileError, match="expected a task, a group or a list of them in a dependency, got str"):
        tasks[0] >> "b"


def test_flat_relatives_go_all_the_way(dag, tasks):
    a, b, c, d, *_ = tasks
    a >> b >> c >> d
    assert a.get_flat_relative_ids() == {"b", "c", "d"}
    assert d.get_flat_relatives(upstream=True) == [a, b, c]


def test_cycles_name_their_tasks_in_order(dag, tasks):
    a, b, c, d, e, _ = tasks
    a >> b >> c >> d >> b
    d >> e
    with pytest.raises(DagFileError, match="'d': tasks wait for each other in a cycle: b -> c -> d -> b") as error:
        dag.check()
    assert error.value.line == b.place.line
    assert "remove one" in error.value.remedy


def test_a_task_that_waits_for_itself_is_a_cycle(dag, tasks):
    tasks[0] >> tasks[0]
    with pytest.raises(DagFileError, match="a -> a"):
        dag.check()


def test_topological_order(dag, tasks):
    a, b, _, _, e, f = tasks
    f >> [a, b] >> e
    order = [one.task_id for one in dag.topological_sort()]
    assert order.index("f") < min(order.index("a"), order.index("b")) <= order.index("e")
    assert sorted(order) == list("abcdef")


def test_find_cycle_passes_over_what_only_hangs_on_one():
    graph = {"start": {"a"}, "a": {"b"}, "b": {"a", "end"}, "end": set()}
    assert find_cycle(graph) == ["a", "b", "a"]
    assert find_cycle({"a": {"b"}, "b": {"c"}, "c": set()}) == []
