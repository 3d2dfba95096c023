"""A file as it was written for Airflow 1.10: old import paths, provide_context, execution_date."""

from datetime import datetime, timedelta

from airflow import DAG
from airflow.operators.bash_operator import BashOperator
from airflow.operators.dummy_operator import DummyOperator
from airflow.operators.python_operator import BranchPythonOperator, PythonOperator

default_args = {
    "owner": "airflow",
    "depends_on_past": False,
    "start_date": datetime(2024, 1, 1),
    "retries": 1,
    "retry_delay": timedelta(minutes=5),
    "provide_context": True,
}

dag = DAG("example_airflow_1", default_args=default_args, schedule_interval=None, concurrency=4, tags=["example"])


def count(**kwargs):
    kwargs["ti"].xcom_push(key="year", value=kwargs["execution_date"].year)
    return kwargs["templates_dict"]["day"] == kwargs["ds"]


def choose(**kwargs):
    return "even" if kwargs["ti"].xcom_pull(task_ids="count", key="year") % 1 == 0 else "odd"


start = DummyOperator(task_id="start", dag=dag)
count_it = PythonOperator(task_id="count", python_callable=count, templates_dict={"day": "{{ ds }}"}, dag=dag)
branch = BranchPythonOperator(task_id="branch", python_callable=choose, dag=dag)
even = BashOperator(task_id="even", bash_command="echo {{ ti.xcom_pull('count', key='year') >= 2024 }}", dag=dag)
odd = DummyOperator(task_id="odd", dag=dag)
end = DummyOperator(task_id="end", trigger_rule="none_failed_or_skipped", dag=dag)

start >> count_it >> branch >> [even, odd] >> end
