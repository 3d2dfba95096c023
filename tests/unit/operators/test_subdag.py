"""SubDagOperator as a group."""

from __future__ import annotations

import headway
from headway import DAG, TaskGroup
from headway.authoring.structure import describe
from headway.operators.empty import EmptyOperator
from headway.operators.subdag import SubDagOperator


def inner(name: str) -> DAG:
    with DAG(name, schedule="@daily") as dag:
        first, last = EmptyOperator(task_id="first"), EmptyOperator(task_id="last")
        with TaskGroup("deep"):
            middle = EmptyOperator(task_id="middle")
        first >> headway.Label("go") >> middle >> last
    return dag


def test_its_tasks_and_edges_become_the_outer_dags_own():
    with DAG("outer") as dag:
        start, end = EmptyOperator(task_id="start"), EmptyOperator(task_id="end")
        sub = SubDagOperator(task_id="part", subdag=inner("outer.part"))
        start >> sub >> end
    found = {task["task_id"]: (task["upstream"], task["group"]) for task in describe(dag)["tasks"]}
    assert found == {
        "start": ([], ""),
        "end": (["part.last"], ""),
        "part.first": (["start"], "part"),
        "part.deep.middle": (["part.first"], "part.deep"),
        "part.last": (["part.deep.middle"], "part"),
    }
    assert dag.edge_labels == {("part.first", "part.deep.middle"): "go"}
    assert [group["parent"] for group in describe(dag)["groups"]] == ["", "part"]
    assert sub.task_id == "part"
    assert any("runs as a group" in one.text for one in dag.notices)


def test_arguments_of_a_task_have_no_effect_and_say_so():
    with DAG("outer") as dag:
        SubDagOperator(task_id="part", subdag=inner("outer.part"), propagate_skipped_state=None, pool="p")
    assert [one.text for one in dag.notices if "no effect" in one.text] == [
        "group 'part': pool has no effect on a group",
        "group 'part': propagate_skipped_state has no effect on a group",
    ]


def test_a_task_that_joins_the_inner_dag_later_joins_the_group():
    with DAG("outer") as dag:
        subdag = DAG("outer.part")
        SubDagOperator(task_id="part", subdag=subdag)
    EmptyOperator(task_id="late", dag=subdag)
    assert dag.task_ids == ["part.late"]
