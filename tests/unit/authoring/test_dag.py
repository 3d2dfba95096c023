# ruff: noqa: DTZ001  (authors of DAGs write datetimes without a zone)
from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from headway import DAG, Param, dag
from headway.authoring.params import DagParam
from headway.errors import DagFileError
from headway.operators.empty import EmptyOperator


def test_defaults():
    made = DAG("d")
    assert (made.max_active_runs, made.max_active_tasks, made.catchup) == (16, 16, False)
    assert made.schedule.spec == {"kind": "none"}
    assert (made.start_date, made.end_date, made.is_paused_upon_creation) == (None, None, None)
    assert made.fileloc == __file__


def test_the_first_arguments_may_be_positional():
    made = DAG("d", "what it does", "@daily", datetime(2024, 1, 1), datetime(2024, 2, 1))
    assert made.description == "what it does"
    assert made.schedule.text == "@daily"
    assert made.start_date == datetime(2024, 1, 1, tzinfo=UTC)
    assert made.end_date == datetime(2024, 2, 1, tzinfo=UTC)


def test_start_and_end_come_from_default_args_too():
    made = DAG("d", default_args={"start_date": datetime(2024, 1, 1), "end_date": "2024-02-01"})
    assert made.start_date == datetime(2024, 1, 1, tzinfo=UTC)
    assert made.end_date == datetime(2024, 2, 1, tzinfo=UTC)


def test_tasks_are_kept_in_order_and_found():
    with DAG("d") as made:
        b, a = EmptyOperator(task_id="b"), EmptyOperator(task_id="a")
        b >> a
    assert made.tasks == [b, a]
    assert made.task_ids == ["b", "a"]
    assert made.get_task("a") is a
    assert made.has_task("b")
    assert "b" in made
    assert (made.roots, made.leaves) == ([b], [a])
    assert made.task_dict == {"b": b, "a": a}
    made.set_dependency("b", "a")
    with pytest.raises(DagFileError, match="DAG 'd' has no task 'aa'") as error:
        made.get_task("aa")
    assert error.value.remedy == "did you mean 'a'?"


def test_nested_blocks_and_dag_argument():
    with DAG("outer") as outer:
        with DAG("inner") as inner:
            in_inner = EmptyOperator(task_id="t")
        in_outer = EmptyOperator(task_id="t")
        elsewhere = EmptyOperator(task_id="u", dag=inner)
    assert in_inner.dag is inner
    assert in_outer.dag is outer
    assert elsewhere.dag is inner


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("max_active_runs", 0, "a whole number of at least 1"),
        ("max_active_tasks", "many", "a whole number of at least 1"),
        ("dagrun_timeout", "1h", "a timedelta of zero or more"),
        ("catchup", "yes", "True or False"),
        ("tags", [1], "a list of texts"),
        ("tags", ["x" * 101], "tags of 1 to 100 characters"),
        ("params", "x", "a dictionary"),
        ("start_date", "soon", "a datetime or an ISO 8601 text"),
        ("default_args", [1], "a dictionary"),
        ("on_failure_callback", "alert", "a function"),
        ("description", 5, "a text"),
    ],
)
def test_bad_values_are_refused_by_name(name, value, expected):
    with pytest.raises(DagFileError) as error:
        DAG("d", **{name: value})
    assert error.value.message.startswith(f"DAG 'd': {name}: expected {expected}")
    assert error.value.line


@pytest.mark.parametrize("dag_id", ["", "a b", None, "x" * 251])
def test_bad_dag_ids(dag_id):
    with pytest.raises(DagFileError, match="a DAG: dag_id: expected"):
        DAG(dag_id)


def test_unknown_arguments_are_refused_with_the_closest_name():
    with pytest.raises(DagFileError, match="DAG 'd': unknown argument shedule") as error:
        DAG("d", shedule="@daily")
    assert error.value.remedy == "did you mean schedule?"
    with pytest.raises(DagFileError, match="unknown argument xyzzy") as error:
        DAG("d", xyzzy=1)
    assert "remove xyzzy" in error.value.remedy


def test_old_names_keep_their_meaning():
    made = DAG("d", concurrency=3, fail_stop=True, default_view="graph", orientation="LR", access_control=None)
    assert (made.max_active_tasks, made.concurrency, made.fail_fast) == (3, 3, True)
    assert [one.text for one in made.notices] == [
        "DAG 'd': concurrency is an old name, write max_active_tasks",
        "DAG 'd': fail_stop is an old name, write fail_fast",
        "DAG 'd': default_view has no effect: the web UI has one view of its own for each DAG",
        "DAG 'd': orientation has no effect: the graph is laid out from left to right",
    ]
    assert {one.line for one in made.notices} == {made.place.line}


def test_default_args_that_do_nothing_are_warned_of():
    made = DAG("d", default_args={"catchup": False, "depend_on_past": True, "sql": "select 1", "retries": 1})
    assert [one.text for one in made.notices] == [
        "DAG 'd': catchup in default_args has no effect; pass it to the DAG itself",
        "DAG 'd': depend_on_past in default_args is unknown; did you mean depends_on_past?",
    ]


def test_params():
    given = {"plain": 1, "full": Param(5, type="integer", minimum=1, description="how many")}
    made = DAG("d", params=given, default_args={"params": {"plain": 0, "base": 2}})
    assert dict(made.params) == {"base": 2, "plain": 1, "full": 5}
    assert made.params.get_param("full").schema == {"type": "integer", "minimum": 1}
    made.params["full"] = 6
    assert made.params.get_param("full").schema == {"type": "integer", "minimum": 1}, "a new value keeps the schema"
    assert made.params.dump() == {"base": 2, "plain": 1, "full": 6}


def test_a_param_in_the_arguments_of_a_task():
    made = DAG("d", params={"day": "today"})
    assert made.param("day").resolve({"params": {"day": "monday"}}) == "monday"
    assert made.param("new", 5).resolve({"params": {}}) == 5
    assert made.params["new"] == 5
    with pytest.raises(KeyError, match="neither a value nor a default"):
        DagParam("missing").resolve({"params": {}})


def test_the_decorator_makes_a_dag_at_each_call():
    seen = {}

    @dag(schedule="@daily", default_args={"retries": 2}, tags=["x"])
    def nightly(day="today", rows: int = 5):
        """Runs at night."""
        seen.update(day=day, rows=rows)
        EmptyOperator(task_id="t")

    made = nightly(rows=7)
    assert (made.dag_id, made.doc_md, made.tags) == ("nightly", "Runs at night.", ["x"])
    assert made.get_task("t").retries == 2
    assert made.params.dump() == {"day": "today", "rows": 7}
    assert seen["rows"].resolve({"params": {"rows": 9}}) == 9
    assert nightly().params["rows"] == 5
    with pytest.raises(DagFileError, match="call of DAG 'nightly': got an unexpected keyword argument 'row'"):
        nightly(row=1)


def test_the_decorator_bare_and_with_an_id():
    @dag
    def bare():
        EmptyOperator(task_id="t")

    @dag("named", description="d")
    def other():
        return None

    @dag(dag_id="by_name")
    def third(must_be_given):
        return None

    assert bare().dag_id == "bare"
    assert (other().dag_id, other().description) == ("named", "d")
    assert third().params.get_param("must_be_given").has_value is False


def test_other_arguments_are_kept():
    made = DAG(
        "d",
        template_searchpath="/sql",
        user_defined_macros={"a": 1},
        render_template_as_native_obj=True,
        dagrun_timeout=timedelta(hours=1),
        max_consecutive_failed_dag_runs=3,
        is_paused_upon_creation=False,
    )
    assert made.template_searchpath == ["/sql"]
    assert made.user_defined_macros == {"a": 1}
    assert made.render_template_as_native_obj
    assert made.dagrun_timeout == timedelta(hours=1)
    assert made.max_consecutive_failed_dag_runs == 3
    assert made.is_paused_upon_creation is False


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"max_active_runs": None, "concurrency": None}, (16, 16)),
        ({"catchup": "True", "tags": None}, (16, 16)),
        ({"max_active_runs": "3"}, (3, 16)),
    ],
)
def test_what_is_said_to_be_nothing_keeps_its_default(given, expected):
    dag = DAG("d", **given)
    assert (dag.max_active_runs, dag.max_active_tasks) == expected
    assert dag.catchup is (given.get("catchup") == "True")


@pytest.mark.parametrize("text", ["2024-1-5", "01/05/2024", "2024-01-05 00:00", "Jan 5 2024"])
def test_dates_that_people_write(text):
    assert DAG("d", start_date=text).start_date.isoformat() == "2024-01-05T00:00:00+00:00"
