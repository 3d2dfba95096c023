"""DAG files of the three styles that use hooks, operators and sensors of other systems: paths, arguments, edges."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from headway.authoring.loader import LoadedFile

OLDEST = """
    from datetime import datetime, timedelta
    from airflow import DAG
    from airflow.contrib.operators.slack_webhook_operator import SlackWebhookOperator
    from airflow.contrib.operators.spark_submit_operator import SparkSubmitOperator
    from airflow.hooks.base_hook import BaseHook
    from airflow.hooks.mysql_hook import MySqlHook
    from airflow.hooks.postgres_hook import PostgresHook
    from airflow.hooks.S3_hook import S3Hook
    from airflow.operators.check_operator import CheckOperator, ValueCheckOperator
    from airflow.operators.docker_operator import DockerOperator
    from airflow.operators.email_operator import EmailOperator
    from airflow.operators.generic_transfer import GenericTransfer
    from airflow.operators.http_operator import SimpleHttpOperator
    from airflow.operators.mysql_operator import MySqlOperator
    from airflow.operators.postgres_operator import PostgresOperator
    from airflow.operators.sensors import HttpSensor, S3KeySensor, SqlSensor
    from airflow.operators.slack_operator import SlackAPIPostOperator
    from airflow.operators.sqlite_operator import SqliteOperator

    args = {"owner": "etl", "start_date": datetime(2020, 1, 1), "postgres_conn_id": "warehouse", "retries": 1}
    dag = DAG("old", default_args=args, schedule_interval="@daily")
    tasks = [
        HttpSensor(task_id="up", http_conn_id="api", endpoint="", request_params={}, poke_interval=5, dag=dag),
        S3KeySensor(task_id="key", bucket_key="s3://b/k/*", wildcard_match=True, bucket_name=None, timeout=60, dag=dag),
        SqlSensor(task_id="rows", conn_id="warehouse", sql="SELECT 1", dag=dag),
        SimpleHttpOperator(task_id="get", endpoint="x", method="GET", data={}, xcom_push=True, dag=dag),
        PostgresOperator(task_id="pg", sql="sql/x.sql", autocommit=True, params={"a": 1}, dag=dag),
        MySqlOperator(task_id="my", sql=["SELECT 1"], mysql_conn_id="m", dag=dag),
        SqliteOperator(task_id="lite", sql="SELECT 1", dag=dag),
        CheckOperator(task_id="check", sql="SELECT 1", conn_id="warehouse", dag=dag),
        ValueCheckOperator(task_id="value", sql="SELECT 1", pass_value=1, conn_id="warehouse", dag=dag),
        GenericTransfer(task_id="move", sql="SELECT 1", destination_table="t", source_conn_id="a",
                        destination_conn_id="b", preoperator="TRUNCATE t", dag=dag),
        SparkSubmitOperator(task_id="spark", application="/x.py", conn_id="spark_default", total_executor_cores=2,
                            jars="a.jar", verbose=False, dag=dag),
        DockerOperator(task_id="docker", image="img", api_version="auto", auto_remove=True, command="run",
                       docker_url="unix://var/run/docker.sock", network_mode="bridge", volumes=["/a:/a"],
                       environment={"A": "1"}, xcom_push=True, xcom_all=True, tty=True, dag=dag),
        SlackAPIPostOperator(task_id="slack", token="xoxb", channel="#x", text="{{ ds }}", dag=dag),
        SlackWebhookOperator(task_id="hook", http_conn_id="slack", webhook_token="T/B/X", message="x",
                             link_names=True, dag=dag),
        EmailOperator(task_id="mail", to="a@example.com", subject="s", html_content="h", dag=dag),
    ]
    tasks[0] >> tasks[1:]
"""
MIDDLE = """
    from datetime import datetime
    from airflow import DAG
    from airflow.operators.email import EmailOperator
    from airflow.operators.sql import BranchSQLOperator
    from airflow.providers.amazon.aws.hooks.s3 import S3Hook
    from airflow.providers.amazon.aws.operators.s3 import S3CopyObjectOperator, S3DeleteObjectsOperator
    from airflow.providers.amazon.aws.sensors.s3 import S3KeySensor
    from airflow.providers.amazon.aws.transfers.local_to_s3 import LocalFilesystemToS3Operator
    from airflow.providers.amazon.aws.transfers.sql_to_s3 import SqlToS3Operator
    from airflow.providers.apache.spark.operators.spark_submit import SparkSubmitOperator
    from airflow.providers.docker.operators.docker import DockerOperator
    from airflow.providers.http.operators.http import SimpleHttpOperator
    from airflow.providers.http.sensors.http import HttpSensor
    from airflow.providers.mysql.operators.mysql import MySqlOperator
    from airflow.providers.postgres.operators.postgres import PostgresOperator
    from airflow.providers.slack.notifications.slack import send_slack_notification
    from airflow.providers.slack.operators.slack_webhook import SlackWebhookOperator
    from airflow.providers.sqlite.operators.sqlite import SqliteOperator

    with DAG("two", start_date=datetime(2022, 1, 1), schedule_interval=None, template_searchpath="/tmp",
             on_failure_callback=[send_slack_notification(text="x", channel="#x")]):
        up = HttpSensor(task_id="up", http_conn_id="api", endpoint="", response_check=lambda response: True)
        up >> [
            SimpleHttpOperator(task_id="get", method="GET", endpoint="x", response_filter=lambda r: r.json()),
            PostgresOperator(task_id="pg", postgres_conn_id="w", sql="SELECT 1", runtime_parameters={"a": "1"}),
            MySqlOperator(task_id="my", sql="SELECT 1"),
            SqliteOperator(task_id="lite", sql="SELECT 1"),
            BranchSQLOperator(task_id="choose", conn_id="w", sql="SELECT 1", follow_task_ids_if_true=["get"],
                              follow_task_ids_if_false=[]),
            S3KeySensor(task_id="key", bucket_name="b", bucket_key="k", aws_conn_id="a", deferrable=True),
            S3CopyObjectOperator(task_id="copy", source_bucket_key="s3://a/b", dest_bucket_key="s3://a/c"),
            S3DeleteObjectsOperator(task_id="delete", bucket="b", keys=["a"]),
            LocalFilesystemToS3Operator(task_id="upload", filename="f", dest_key="k", dest_bucket="b", replace=True),
            SqlToS3Operator(task_id="dump", query="SELECT 1", s3_bucket="b", s3_key="k", sql_conn_id="w",
                            file_format="parquet", pd_kwargs={"index": False}),
            SparkSubmitOperator(task_id="spark", application="x.py", application_args=["{{ ds }}"]),
            DockerOperator(task_id="docker", image="img", mounts=[], mount_tmp_dir=False, auto_remove="success"),
            SlackWebhookOperator(task_id="slack", slack_webhook_conn_id="s", message="x"),
            EmailOperator(task_id="mail", to=["a@example.com"], subject="s", html_content="h", cc=None),
        ]
"""
NEWEST = """
    from datetime import datetime
    from airflow.providers.common.sql.hooks.sql import DbApiHook, fetch_one_handler
    from airflow.providers.common.sql.operators.sql import (
        SQLColumnCheckOperator, SQLExecuteQueryOperator, SQLTableCheckOperator, SQLThresholdCheckOperator)
    from airflow.providers.common.sql.sensors.sql import SqlSensor
    from airflow.providers.http.operators.http import HttpOperator
    from airflow.providers.smtp.hooks.smtp import SmtpHook
    from airflow.providers.smtp.operators.smtp import EmailOperator
    from airflow.providers.standard.hooks.subprocess import SubprocessHook
    from airflow.sdk import DAG, BaseHook, Connection

    with DAG("three", start_date=datetime(2025, 1, 1), schedule=None, default_args={"conn_id": "w"}):
        one = SQLExecuteQueryOperator(task_id="one", sql="SELECT {{ params.a }}", params={"a": 1},
                                      handler=fetch_one_handler, show_return_value_in_logs=True)
        two = HttpOperator(task_id="two", endpoint="x", data=one.output, pagination_function=lambda response: None)
        [SQLColumnCheckOperator(task_id="columns", table="t", column_mapping={"a": {"max": {"leq_to": 1}}}),
         SQLTableCheckOperator(task_id="rows", table="t", checks={"some": {"check_statement": "COUNT(*) > 0"}}),
         SQLThresholdCheckOperator(task_id="between", sql="SELECT 1", min_threshold=0, max_threshold=2),
         SqlSensor(task_id="wait", sql="SELECT 1", mode="reschedule"),
         EmailOperator(task_id="mail", to="a@example.com", subject="s", html_content="h", from_email="b@example.com"),
         ] >> one
"""


@pytest.mark.parametrize(
    ("text", "style", "tasks", "edges"), [(OLDEST, 1, 15, 14), (MIDDLE, 2, 15, 14), (NEWEST, 3, 7, 6)]
)
def test_a_file_is_read_as_it_is(
    load: Callable[..., LoadedFile], text: str, style: int, tasks: int, edges: int
) -> None:
    (dag,) = load(text).dags
    assert (dag.style, len(dag.tasks)) == (style, tasks)
    assert sum(len(task.downstream_task_ids) for task in dag.tasks) == edges
    texts = [notice.text for task in dag.tasks for notice in task.notices]
    assert [one for one in texts if "xcom_push" not in one] == []
    if style == 1:
        assert dag.get_task("pg").conn_id == "warehouse"


def test_every_field_that_is_rendered_exists(load: Callable[..., LoadedFile]) -> None:
    for text in (OLDEST, MIDDLE, NEWEST):
        for task in load(text).dags[0].tasks:
            missing = [name for name in task.template_fields if not hasattr(task, name)]
            assert missing == [], task.task_id
