# headway: style=3
from __future__ import annotations

import copy
from abc import ABC, abstractmethod
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from headway import DAG, BaseOperator
from headway.airflow.old_names import apply_defaults
from headway.errors import DagFileError
from headway.operators.bash import BashOperator
from headway.operators.empty import EmptyOperator
from headway.operators.python import PythonOperator


class Load(BaseOperator):
    template_fields = ("table", "options")

    def __init__(self, *, table, options=None, **kwargs):
        super().__init__(**kwargs)
        self.table = table
        self.options = options


class FastLoad(Load):
    def __init__(self, *, batch=10, retries=7, **kwargs):
        super().__init__(retries=retries, **kwargs)
        self.batch = batch


class Fixed(Load):
    """Takes nothing from outside but its id."""

    def __init__(self, task_id):
        super().__init__(task_id=task_id, table="fixed")


def test_defaults_of_the_common_arguments():
    task = EmptyOperator(task_id="t")
    assert (task.owner, task.queue, task.pool, task.pool_slots) == ("airflow", "default", "default_pool", 1)
    assert (task.retries, task.retry_delay) == (0, timedelta(minutes=5))
    assert (task.priority_weight, task.weight_rule, task.trigger_rule) == (1, "downstream", "all_success")
    assert task.do_xcom_push
    assert task.retry_on_lost
    assert not task.depends_on_past


def test_arguments_are_converted_and_kept():
    task = EmptyOperator(
        task_id="t",
        retries="3",
        retry_delay=30,
        retry_exponential_backoff=True,
        start_date="2024-01-01",
        weight_rule="absolute",
        email="a@example.org; b@example.org",
        wait_for_downstream=True,
    )
    assert task.retries == 3
    assert task.retry_delay == timedelta(seconds=30)
    assert task.retry_exponential_backoff == 2.0
    assert task.start_date == datetime(2024, 1, 1, tzinfo=UTC)
    assert task.email == ["a@example.org", "b@example.org"]
    assert task.depends_on_past, "waiting for the last run's downstream includes waiting for the task itself"


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("retries", -1, "a whole number of at least 0"),
        ("retry_delay", "5m", "a timedelta of zero or more"),
        ("execution_timeout", 60, "a timedelta of zero or more"),
        ("queue", 5, "a name of 1 to 256 characters"),
        ("pool_slots", 0, "a whole number of at least 1"),
        ("priority_weight", "high", "a whole number"),
        ("weight_rule", "sideways", "one of downstream, upstream, absolute"),
        ("start_date", "soon", "a datetime or an ISO 8601 text"),
        ("on_failure_callback", "alert", "a function"),
        ("depends_on_past", "no", "True or False"),
        ("isolation", "thread", "one of None, 'fork'"),
        ("params", [1], "a dictionary"),
        ("max_active_tis_per_dag", 0, "a whole number of at least 1"),
    ],
)
def test_bad_values_are_refused_by_name(name, value, expected):
    with pytest.raises(DagFileError) as error:
        EmptyOperator(task_id="t", **{name: value})
    assert error.value.message.startswith(f"task 't': {name}: expected {expected}")
    assert "got" in error.value.message
    assert name in error.value.remedy


def test_errors_stand_at_the_callers_line():
    with pytest.raises(DagFileError) as error:
        EmptyOperator(task_id="t", retries=-1)  # this line
    assert error.value.file == __file__
    assert "# this line" in Path(__file__).read_text().splitlines()[error.value.line - 1]


def test_unknown_arguments_are_refused_with_the_closest_name():
    with pytest.raises(DagFileError, match="task 't': unknown argument depend_on_past") as error:
        EmptyOperator(task_id="t", depend_on_past=True)
    assert error.value.remedy == "did you mean depends_on_past?"
    with pytest.raises(DagFileError, match="unknown argument bash_comand") as error:
        BashOperator(task_id="t", bash_command="true", bash_comand="true")
    assert error.value.remedy == "did you mean bash_command?"


def test_an_operator_without_kwargs_refuses_what_it_does_not_name():
    with pytest.raises(DagFileError, match="Fixed: unknown argument retries") as error:
        Fixed(task_id="t", retries=1)
    assert error.value.remedy == "it takes task_id"


def test_missing_arguments_are_named():
    with pytest.raises(DagFileError, match="BashOperator 't' needs bash_command"):
        BashOperator(task_id="t")
    with pytest.raises(DagFileError, match="EmptyOperator needs task_id"):
        EmptyOperator()


def test_positional_arguments_are_refused():
    with pytest.raises(DagFileError, match=r"EmptyOperator got 1 positional argument") as error:
        EmptyOperator("t")
    assert "EmptyOperator(task_id=...)" in error.value.remedy


@pytest.mark.parametrize("task_id", ["", "has space", "x" * 251, None, 5, "a/b"])
def test_bad_task_ids(task_id):
    with pytest.raises(DagFileError, match="EmptyOperator: task_id: expected"):
        EmptyOperator(task_id=task_id)


def test_a_taken_task_id_names_the_first_line():
    with DAG("d"):
        first = EmptyOperator(task_id="t")
        with pytest.raises(DagFileError) as error:
            EmptyOperator(task_id="t")
    assert error.value.message == f"task_id 't' is taken in DAG 'd': the task of line {first.place.line} has it"
    assert error.value.line == first.place.line + 2


def test_arguments_without_effect_are_kept_and_warned_of():
    with DAG("d"):
        task = EmptyOperator(task_id="t", provide_context=True, run_as_user="root", executor_config=None)
    assert [one.text.split(":")[1].strip() for one in task.notices] == [
        "provide_context has no effect",
        "run_as_user has no effect",
    ]
    assert task.run_as_user == "root"
    assert task.notices[0].line == task.place.line


def test_old_names_keep_their_meaning():
    task = EmptyOperator(task_id="t", task_concurrency=3)
    assert task.max_active_tis_per_dag == 3
    assert task.notices[0].text == "task 't': task_concurrency is an old name, write max_active_tis_per_dag"
    with pytest.raises(DagFileError, match="both task_concurrency and max_active_tis_per_dag are given"):
        EmptyOperator(task_id="t", task_concurrency=3, max_active_tis_per_dag=2)


# default_args


def test_default_args_reach_common_and_own_parameters():
    with DAG("d", default_args={"table": "orders", "retries": 4, "queue": "high_cpu", "unused": 1}):
        task = Load(task_id="t")
    assert (task.table, task.retries, task.queue) == ("orders", 4, "high_cpu")


def test_the_calls_own_arguments_win():
    with DAG("d", default_args={"table": "orders", "retries": 4}):
        task = Load(task_id="t", table="users", retries=1)
        own = Load(task_id="own", default_args={"table": "own"})
    assert (task.table, task.retries) == ("users", 1)
    assert (own.table, own.retries) == ("own", 4)


def test_default_args_reach_each_level_of_a_class():
    with DAG("d", default_args={"table": "orders", "batch": 99, "retries": 2}):
        task = FastLoad(task_id="t")
        fixed = Fixed(task_id="fixed")
    assert (task.table, task.batch, task.retries) == ("orders", 99, 2)
    assert fixed.table == "fixed", "what a class passes on itself is not replaced"
    assert fixed.retries == 2


def test_without_default_args_a_classes_own_defaults_hold():
    with DAG("d"):
        task = FastLoad(task_id="t", table="x")
    assert (task.batch, task.retries) == (10, 7)


def test_params_of_default_args_and_task_are_merged():
    with DAG("d", default_args={"params": {"a": 1, "b": 1}}):
        task = EmptyOperator(task_id="t", params={"b": 2})
    assert dict(task.params) == {"a": 1, "b": 2}


def test_operators_of_the_old_days():
    class Old(BaseOperator):
        ui_color = "#abcdef"

        @apply_defaults
        def __init__(self, conn_id="", *args, **kwargs):
            super().__init__(*args, **kwargs)
            self.conn_id = conn_id

    with DAG("d", default_args={"conn_id": "redshift"}) as dag:
        task = Old(task_id="t", dag=dag)
    assert task.conn_id == "redshift"


def test_abstract_operators():
    class Step(BaseOperator, ABC):
        @abstractmethod
        def work(self): ...

        def execute(self, context):
            return self.work()

    class Real(Step):
        def work(self):
            return 5

    with pytest.raises(TypeError, match="abstract"):
        Step(task_id="t")
    assert Real(task_id="t").execute({}) == 5


def test_the_dag_is_known_while_init_runs():
    seen = []

    class Curious(BaseOperator):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            seen.append(self.dag.dag_id)

    with DAG("d"):
        Curious(task_id="t")
    assert seen == ["d"]


# Values from other tasks


def test_results_in_template_fields_make_dependencies_at_any_depth():
    with DAG("d"):
        a, b, c, d = (EmptyOperator(task_id=name) for name in "abcd")
        load = Load(task_id="load", table=a.output, options={"k": [1, (b.output["x"],)], c.output: {d.output}})
    assert load.upstream_task_ids == {"a", "b", "c", "d"}
    assert b.downstream_task_ids == {"load"}


def test_results_in_the_fields_of_a_nested_object_count():
    class Config:
        template_fields = ("source",)

        def __init__(self, source):
            self.source = source

    with DAG("d"):
        a = EmptyOperator(task_id="a")
        load = Load(task_id="load", table="t", options=[Config(a.output)])
    assert load.upstream_task_ids == {"a"}


def test_results_in_op_args_and_op_kwargs():
    with DAG("d"):
        a, b = EmptyOperator(task_id="a"), EmptyOperator(task_id="b")
        call = PythonOperator(task_id="c", python_callable=print, op_args=[a.output], op_kwargs={"x": [b.output]})
    assert call.upstream_task_ids == {"a", "b"}


def test_fields_that_were_set_later_count_when_the_dag_is_checked():
    with DAG("d") as dag:
        a = EmptyOperator(task_id="a")
        load = Load(task_id="load", table="t")
        load.table = a.output
    assert not load.upstream_task_ids
    dag.check()
    assert load.upstream_task_ids == {"a"}


# Copies, groups, odds and ends


def test_copies_may_be_rendered_without_touching_the_task():
    with DAG("d") as dag:
        up = EmptyOperator(task_id="up")
        task = Load(task_id="t", table={"name": ["x"]}, options=up.output)
    deep = copy.deepcopy(task)
    deep.table["name"].append("y")
    deep.upstream_task_ids.add("z")
    assert task.table == {"name": ["x"]}
    assert task.upstream_task_ids == {"up"}
    assert deep.dag is dag
    assert deep.options.operator is up
    shallow = copy.copy(task)
    shallow.table = "rendered"
    assert task.table == {"name": ["x"]}


def test_what_cannot_be_copied_is_shared_when_the_class_says_so():
    class Locked(BaseOperator):
        shallow_copy_attrs = ("generator",)

        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.generator = (one for one in ())

    task = Locked(task_id="t")
    assert copy.deepcopy(task).generator is task.generator


def test_hooks_around_execute():
    seen = []
    task = EmptyOperator(
        task_id="t",
        pre_execute=lambda context: seen.append(("pre", context)),
        post_execute=lambda context, result: seen.append(("post", context, result)),
    )
    task.pre_execute("c")
    task.post_execute("c", 5)
    assert seen == [("pre", "c"), ("post", "c", 5)]


def test_an_operator_without_execute_says_so():
    with pytest.raises(NotImplementedError, match=r"Load has no execute\(\)"):
        Load(task_id="t", table="x").execute({})


def test_a_task_without_dag():
    task = EmptyOperator(task_id="t")
    with pytest.raises(DagFileError, match="task 't' belongs to no DAG"):
        task.dag  # noqa: B018
    dag = DAG("d")
    task.dag = dag
    assert dag.get_task("t") is task
    with pytest.raises(DagFileError, match="belongs to DAG 'd' already"):
        task.dag = DAG("other")
    by_hand = EmptyOperator(task_id="by_hand")
    dag.add_task(by_hand)
    assert by_hand.dag is dag
