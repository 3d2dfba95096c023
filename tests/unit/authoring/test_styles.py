from __future__ import annotations

import ast
from datetime import timedelta

import pytest

from headway.authoring.styles import STYLES, decide_style


def style(source: str) -> int:
    return decide_style(source, ast.parse(source))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("from airflow import DAG", 2),
        ("from airflow.decorators import dag, task", 2),
        ("from airflow.operators.bash import BashOperator", 2),
        ("from airflow import DAG\nDAG('d', schedule_interval='@daily', concurrency=3)", 2),
        ("from airflow.sensors.time_sensor import TimeSensor", 2),
        ("import os", 2),
        ("from airflow.sdk import DAG", 3),
        ("import airflow.sdk", 3),
        ("from airflow import sdk", 3),
        ("from airflow.sdk.bases.operator import chain", 3),
        ("def f():\n    from airflow.sdk import Variable", 3),
        ("from airflow.sdk import DAG\nfrom airflow.operators.bash_operator import BashOperator", 3),
        ("from headway import DAG", 3),
        ("from headway import DAG\nfrom airflow.operators.bash import BashOperator", 2),
        ("from airflow.operators.bash_operator import BashOperator", 1),
        ("from airflow.operators import python_operator", 1),
        ("from airflow.contrib.hooks.ssh_hook import SSHHook", 1),
        ("from airflow.operators.sensors import ExternalTaskSensor", 1),
        ("from airflow.hooks.S3_hook import S3Hook", 1),
        ("from airflow import DAG\nPythonOperator(provide_context=True)", 1),
        ("from airflow import DAG\nargs = {'provide_context': True}", 1),
        ("# headway: style=3\nfrom airflow import DAG", 3),
        ("from airflow.sdk import DAG\n    # headway: style = 1.10", 1),
        ("# headway: queue=x style=2\nfrom airflow.sdk import DAG", 2),
        ("# a comment on style=3\nfrom airflow import DAG", 2),
        ("text = 'from airflow.sdk import DAG'", 2),
    ],
)
def test_what_decides_a_files_style(source, expected):
    source = source.replace("\n    #", "\n#")
    assert style(source) == expected


def test_the_table_of_defaults():
    found = {
        number: (style.label, style.schedule, style.catchup, style.cron_interval) for number, style in STYLES.items()
    }
    assert found == {
        1: ("Airflow 1.10", timedelta(days=1), True, "data"),
        2: ("Airflow 2", timedelta(days=1), True, "data"),
        3: ("Airflow 3", None, False, "trigger"),
    }


@pytest.mark.parametrize(("style", "catchup"), [(1, True), (2, True), (3, False)])
def test_a_loaded_dag_has_its_styles_defaults(load, style, catchup):
    loaded = load("from headway import DAG\ndag = DAG('d')\n", style=style)
    assert loaded.style == style
    assert loaded.dags[0].style == style
    assert loaded.dags[0].catchup is catchup
    assert loaded.dags[0].schedule.spec["kind"] == ("none" if style == 3 else "delta")


def test_unknown_arguments_are_ignored_with_a_warning_in_the_oldest_style_alone(load):
    text = "from headway import DAG\nfrom headway.operators.empty import EmptyOperator\n"
    text += "with DAG('d') as dag:\n    EmptyOperator(task_id='t', depend_on_past=True)\n"
    loaded = load(text, style=1)
    expected = "task 't': unknown argument depend_on_past is ignored; did you mean depends_on_past?"
    assert [(one.line, one.text) for one in loaded.warnings] == [(4, expected)]


@pytest.mark.parametrize(
    ("imports", "label"),
    [
        ("from airflow.operators.bash_operator import BashOperator", 1),
        ("from airflow.operators.bash import BashOperator", 2),
        ("from airflow.sdk import chain\nfrom airflow.operators.bash import BashOperator", 3),
    ],
)
def test_what_a_cron_schedule_means_and_how_runs_are_dated_in_each_style(load, imports, label):
    from datetime import UTC, datetime

    from headway.timetables import manual_interval

    text = f"from airflow import DAG\n{imports}\ndag = DAG('d', schedule_interval='0 6 * * *')\n"
    dag = load(text).dags[0]
    noon = datetime(2024, 5, 5, 12, tzinfo=UTC)
    start, end = manual_interval(dag.schedule.spec, noon)
    assert dag.style == label
    if label < 3:
        assert (start, end) == (datetime(2024, 5, 4, 6, tzinfo=UTC), datetime(2024, 5, 5, 6, tzinfo=UTC))
    else:
        assert start == end == noon
    assert dag.schedule.spec["interval"] == ("data" if label < 3 else "trigger")
