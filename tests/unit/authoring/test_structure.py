# headway: style=3
# ruff: noqa: DTZ001  (authors of DAGs write datetimes without a zone)
from __future__ import annotations

import json
from datetime import date, datetime, timedelta

import pytest

from headway import DAG, Asset, BaseOperator, Label, Param, TaskGroup, task
from headway.authoring.priorities import effective_priorities
from headway.authoring.structure import describe
from headway.errors import DagFileError
from headway.operators.bash import BashOperator
from headway.operators.empty import EmptyOperator


def by_id(dag: DAG) -> dict[str, dict]:
    structure = describe(dag)
    assert json.loads(json.dumps(structure)) == structure
    return {one["task_id"]: one for one in structure["tasks"]}


def test_every_key_of_a_dag():
    with DAG(
        "nightly",
        "what it does",
        "@daily",
        datetime(2024, 1, 1),
        tags=["b", "a"],
        catchup=True,
        max_active_runs=2,
        concurrency=4,
        dagrun_timeout=timedelta(hours=2),
        doc_md="""
            # Title
            text
        """,
        params={"n": Param(1, type="integer"), "day": date(2024, 1, 1), "must": Param("x", type="string")},
        on_failure_callback=print,
        fail_fast=True,
    ) as dag:
        EmptyOperator(task_id="t", owner="zoe")
        EmptyOperator(task_id="u", owner="adam")
    found = describe(dag)
    line = found.pop("warnings")[0]["line"]
    assert line == dag.place.line
    assert [one["task_id"] for one in found.pop("tasks")] == ["t", "u"]
    assert found == {
        "v": 1,
        "dag_id": "nightly",
        "label": "nightly",
        "style": 3,
        "description": "what it does",
        "doc_md": "# Title\ntext",
        "tags": ["b", "a"],
        "owners": ["adam", "zoe"],
        "start_date": "2024-01-01T00:00:00+00:00",
        "end_date": None,
        "timezone": "UTC",
        "catchup": True,
        "schedule": {"kind": "cron", "crons": ["0 0 * * *"], "interval": "trigger", "timezone": "UTC"},
        "schedule_text": "@daily",
        "max_active_runs": 2,
        "max_active_tasks": 4,
        "max_consecutive_failed_dag_runs": 0,
        "dagrun_timeout": 7200.0,
        "deadlines": [],
        "fail_fast": True,
        "params": {
            "n": {"value": 1, "schema": {"type": "integer"}, "position": 0},
            "day": {"value": "2024-01-01", "schema": {}, "position": 1},
            "must": {"value": "x", "schema": {"type": "string"}, "position": 2},
        },
        "is_paused_upon_creation": None,
        "render_template_as_native_obj": False,
        "has_callbacks": ["on_failure_callback"],
        "groups": [],
        "edge_labels": [],
    }


def test_every_key_of_a_task():
    orders = Asset(name="orders", uri="s3://orders")
    with DAG("d") as dag, TaskGroup("g"):
        up = EmptyOperator(task_id="up")
        up >> BashOperator(
            task_id="t",
            bash_command="true",
            retries=2,
            retry_delay=30,
            retry_exponential_backoff=1.5,
            max_retry_delay=600,
            execution_timeout=timedelta(minutes=5),
            queue="high_cpu",
            pool="p",
            pool_slots=2,
            priority_weight=5,
            trigger_rule="all_done",
            start_date=datetime(2024, 1, 1),
            outlets=[orders],
            inlets=orders,
            doc_md="  why",
            on_retry_callback=print,
            isolation="fork",
            max_active_tis_per_dag=1,
        )
    assert by_id(dag)["g.t"] == {
        "task_id": "g.t",
        "operator": "BashOperator",
        "kind": "task",
        "owner": "airflow",
        "group": "g",
        "label": "t",
        "upstream": ["g.up"],
        "trigger_rule": "all_done",
        "retries": 2,
        "retry_delay": 30.0,
        "retry_exponential_backoff": 1.5,
        "max_retry_delay": 600.0,
        "retry_on_lost": True,
        "execution_timeout": 300.0,
        "queue": "high_cpu",
        "pool": "p",
        "pool_slots": 2,
        "priority_weight": 5,
        "weight_rule": "downstream",
        "isolation": "fork",
        "depends_on_past": False,
        "ignore_first_depends_on_past": True,
        "wait_for_downstream": False,
        "start_date": "2024-01-01T00:00:00+00:00",
        "end_date": None,
        "max_active_tis_per_dag": 1,
        "max_active_tis_per_dagrun": None,
        "is_setup": False,
        "is_teardown": False,
        "on_failure_fail_dagrun": False,
        "setups": [],
        "ignore_downstream_trigger_rules": False,
        "outlets": [{"name": "orders", "uri": "s3://orders"}],
        "inlets": [{"name": "orders", "uri": "s3://orders"}],
        "do_xcom_push": True,
        "template_fields": ["bash_command", "env", "cwd"],
        "mapped": None,
        "doc_md": "why",
        "has_callbacks": ["on_retry_callback"],
        "ui_color": "#f0ede4",
        "ui_fgcolor": "#000",
    }
    assert by_id(dag)["g.up"]["priority_weight"] == 6


def test_groups_and_labels():
    with DAG("d") as dag:
        a = EmptyOperator(task_id="a")
        with TaskGroup("g", tooltip="hint"), TaskGroup("h", prefix_group_id=False):
            b = EmptyOperator(task_id="b")
        a >> Label("go") >> b
    found = describe(dag)
    assert [(one["group_id"], one["label"], one["parent"], one["prefix_group_id"]) for one in found["groups"]] == [
        ("g", "g", "", True),
        ("g.h", "h", "g", False),
    ]
    assert found["groups"][0]["tooltip"] == "hint"
    assert found["edge_labels"] == [{"from": "a", "to": "g.b", "label": "go"}]


def test_what_was_assigned_after_the_task_was_made():
    with DAG("d") as dag:
        late = EmptyOperator(task_id="t")
    late.trigger_rule = "dummy"
    late.doc_md = "  later"
    dag.doc_md = "of the DAG"
    assert by_id(dag)["t"]["trigger_rule"] == "always"
    assert by_id(dag)["t"]["doc_md"] == "later"
    assert describe(dag)["doc_md"] == "of the DAG"


def test_kinds():
    class Louder(EmptyOperator):
        def execute(self, context):
            print("!")

    class Renamed(EmptyOperator):
        ui_color = "#000"

    with DAG("d") as dag:
        EmptyOperator(task_id="empty")
        Renamed(task_id="renamed")
        Louder(task_id="louder")
        EmptyOperator(task_id="callback", on_success_callback=print)
        EmptyOperator(task_id="outlet", outlets=[Asset("a")])
        EmptyOperator(task_id="hook", pre_execute=print)

        @task.branch
        def branch():
            return None

        @task.short_circuit
        def short():
            return True

        branch()
        short()
    assert {name: one["kind"] for name, one in by_id(dag).items()} == {
        "empty": "empty",
        "renamed": "empty",
        "louder": "task",
        "callback": "task",
        "outlet": "task",
        "hook": "task",
        "branch": "branch",
        "short": "short_circuit",
    }
    assert by_id(dag)["short"]["ignore_downstream_trigger_rules"] is True


def test_effective_priorities():
    def diamond(rule):
        with DAG("d") as dag:
            a, b, c, d = (
                EmptyOperator(task_id=name, weight_rule=rule, priority_weight=weight)
                for name, weight in (("a", 1), ("b", 10), ("c", 100), ("d", 1000))
            )
            a >> [b, c] >> d
        return effective_priorities(dag.task_dict)

    assert diamond("downstream") == {"a": 1111, "b": 1010, "c": 1100, "d": 1000}
    assert diamond("upstream") == {"a": 1, "b": 11, "c": 101, "d": 1111}
    assert diamond("absolute") == {"a": 1, "b": 10, "c": 100, "d": 1000}


def test_priorities_fit_their_column():
    with DAG("d") as dag:
        big = EmptyOperator(task_id="big", priority_weight=2**31 - 1)
        big >> EmptyOperator(task_id="more", priority_weight=2**31 - 1)
        EmptyOperator(task_id="low", priority_weight=-(2**40))
    assert effective_priorities(dag.task_dict) == {"big": 2**31 - 1, "more": 2**31 - 1, "low": -(2**31)}


def test_priorities_equal_their_definition_on_a_large_graph():
    with DAG("d") as dag:
        tasks = [EmptyOperator(task_id=f"t{number}", priority_weight=number % 5) for number in range(120)]
        for number, one in enumerate(tasks):
            for step in (1, 7, 30):
                if number + step < len(tasks) and number % step == 0:
                    one >> tasks[number + step]
    expected = {
        one.task_id: one.priority_weight + sum(other.priority_weight for other in one.get_flat_relatives())
        for one in tasks
    }
    assert effective_priorities(dag.task_dict) == expected


def test_a_params_value_must_fit_json():
    dag = DAG("d", params={"bad": object()})
    with pytest.raises(DagFileError, match="DAG 'd': param 'bad': expected a value that JSON can hold"):
        describe(dag)


@pytest.mark.parametrize("part", ["params", "asset", "schedule"])
def test_what_others_could_not_follow_is_refused(part):
    deep = {}
    for _ in range(150):
        deep = {"deep": deep}
    condition = Asset("a")
    for number in range(150):
        condition = (condition | Asset(f"b{number}")) & Asset(f"c{number}")
    dag = DAG("d", params={"p": deep} if part == "params" else {}, schedule=condition if part == "schedule" else None)
    with dag:
        EmptyOperator(task_id="t", outlets=[Asset("out", extra=deep)] if part == "asset" else [])
    with pytest.raises(DagFileError, match="nested more than 100 deep"):
        describe(dag)


def test_start_date_comes_from_the_tasks_when_the_dag_has_none():
    with DAG("d") as dag:
        EmptyOperator(task_id="late", start_date=datetime(2024, 5, 1))
        EmptyOperator(task_id="early", start_date=datetime(2024, 4, 1))
    assert describe(dag)["start_date"] == "2024-04-01T00:00:00+00:00"


def test_documentation_from_a_file_beside_the_dag(load, write):
    write("doc.md", "# From a file\n")
    loaded = load("from headway import DAG\ndag = DAG('d', doc_md='doc.md')\nother = DAG('e', doc_md='gone.md')\n")
    assert [describe(dag)["doc_md"] for dag in loaded.dags] == ["# From a file\n", "gone.md"]


def test_warnings_of_dag_and_tasks_by_line():
    with DAG("d", concurrency=2) as dag:
        EmptyOperator(task_id="t", provide_context=True)
    found = describe(dag)["warnings"]
    assert [one["text"].split(" ")[0] for one in found] == ["DAG", "task"]
    assert [one["line"] for one in found] == [dag.place.line, dag.place.line + 1]


def test_a_cycle_is_refused():
    with DAG("d") as dag:
        a, b = EmptyOperator(task_id="a"), EmptyOperator(task_id="b")
        a >> b >> a
    with pytest.raises(DagFileError, match="a -> b -> a"):
        describe(dag)


def test_a_users_operator():
    class Load(BaseOperator):
        template_fields = ("table",)
        ui_color = "#123456"

        def __init__(self, *, table, **kwargs):
            super().__init__(**kwargs)
            self.table = table

        def execute(self, context):
            return self.table

    with DAG("d") as dag:
        Load(task_id="t", table="x")
    found = by_id(dag)["t"]
    assert (found["operator"], found["template_fields"], found["ui_color"]) == ("Load", ["table"], "#123456")


def test_a_warning_of_many_tasks_is_one_line():
    with DAG("d", schedule_interval=None) as dag:
        for name in "abc":
            EmptyOperator(task_id=name, run_as_user="etl")
        EmptyOperator(task_id="other", adhoc=True)
    texts = [one["text"] for one in describe(dag)["warnings"]]
    assert [text.partition(":")[0] for text in texts] == ["DAG 'd'", "task 'a' and 2 more tasks", "task 'other'"]
    assert "run_as_user has no effect" in texts[1]
