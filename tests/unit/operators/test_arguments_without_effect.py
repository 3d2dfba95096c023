"""Arguments that Airflow's operators take and that do nothing here, or go by another name."""

from __future__ import annotations

import pytest

from headway import DAG
from headway.hooks.filesystem import FSHook
from headway.operators.http import HttpOperator
from headway.operators.slack import SlackAPIFileOperator, SlackWebhookOperator
from headway.operators.sql_table_checks import SQLTableCheckOperator
from headway.sensors.sql import SqlSensor

CHECKS = {"rows": {"check_statement": "COUNT(*) > 1"}}


@pytest.mark.parametrize(
    ("operator", "arguments", "text"),
    [
        (SqlSensor, {"conn_id": "c", "sql": "s", "allow_null": True}, "allow_null has no effect"),
        (SQLTableCheckOperator, {"conn_id": "c", "table": "t", "checks": CHECKS, "accept_none": 1}, "accept_none has"),
        (HttpOperator, {"endpoint": "e", "warn_on_non_idempotent": False}, "warn_on_non_idempotent has no effect"),
        (SlackWebhookOperator, {"http_conn_id": "s", "extra_options": {}}, "extra_options has no effect"),
        (SlackAPIFileOperator, {"filename": "f", "channel": "c"}, "channel is an old name, write channels"),
    ],
)
def test_one_warning_names_it(operator, arguments, text):
    with DAG("d"):
        task = operator(task_id="t", **arguments)
    assert [one.text.partition(text)[1] for one in task.notices] == [text]


def test_the_folder_hook_takes_the_connection_by_either_name(monkeypatch):
    monkeypatch.setenv("AIRFLOW_CONN_FOLDER", '{"conn_type": "fs", "extra": {"path": "/data"}}')
    assert FSHook(conn_id="folder").get_path() == FSHook("folder").get_path() == "/data"
