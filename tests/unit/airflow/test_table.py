from __future__ import annotations

from importlib import import_module

import pytest

from headway.airflow.hook import load
from headway.airflow.table import Alias, aliases, contents, parse


@pytest.mark.parametrize("row", aliases(), ids=lambda row: row.old)
def test_every_row_is_served_under_its_old_name(row):
    module = import_module(row.module)
    if row.name:
        assert getattr(module, row.name) is load(row.ours)
    else:
        ours = import_module(row.ours)
        assert all(getattr(module, name) is getattr(ours, name) for name in contents(row.module))


def test_rows_are_well_formed():
    assert len({row.old for row in aliases()}) == len(aliases())
    for row in aliases():
        assert row.since in (1, 2, 3), row
        assert row.old == "airflow" or row.old.startswith(("airflow.", "airflow:")), row
        assert row.ours.startswith("headway."), row
        assert row.old.count(":") <= 1, row
        assert (row.since == 3) or not row.module.startswith("airflow.sdk"), row


def test_the_names_that_dag_files_use_most():
    wanted = """
        airflow:DAG airflow:Dataset airflow.models:DAG airflow.models:Variable airflow.models:BaseOperator
        airflow.decorators:dag airflow.decorators:task airflow.decorators:task_group
        airflow.sdk:DAG airflow.sdk:dag airflow.sdk:task airflow.sdk:task_group airflow.sdk:chain airflow.sdk:Asset
        airflow.sdk:Param airflow.sdk:Label airflow.sdk:Variable airflow.sdk:get_current_context
        airflow.operators.bash:BashOperator airflow.operators.bash_operator:BashOperator
        airflow.operators.python:PythonOperator airflow.operators.python:BranchPythonOperator
        airflow.operators.python:ShortCircuitOperator airflow.operators.python_operator:PythonOperator
        airflow.operators.empty:EmptyOperator airflow.operators.dummy:DummyOperator
        airflow.operators.dummy_operator:DummyOperator
        airflow.providers.standard.operators.bash:BashOperator
        airflow.providers.standard.operators.python:PythonOperator
        airflow.providers.standard.operators.empty:EmptyOperator
        airflow.models.baseoperator:chain airflow.models.param:Param airflow.models.xcom_arg:XComArg
        airflow.utils.dates:days_ago airflow.utils.task_group:TaskGroup airflow.utils.trigger_rule:TriggerRule
        airflow.utils.edgemodifier:Label airflow.exceptions:AirflowException airflow.exceptions:AirflowSkipException
        airflow.exceptions:AirflowFailException airflow.hooks.base:BaseHook airflow.configuration:conf
    """
    missing = [one for one in wanted.split() if not hasattr(import_module(one.split(":")[0]), one.split(":")[1])]
    assert not missing


def test_the_form_of_the_table():
    text = "# a comment\n\nheadway.x:Y\n    1  airflow.a:B   ; a note\n    3  airflow.c:D\n"
    assert parse(text) == [
        Alias("airflow.a:B", "headway.x:Y", 1, "a note"),
        Alias("airflow.c:D", "headway.x:Y", 3),
    ]
