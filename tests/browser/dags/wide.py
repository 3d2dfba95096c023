"""As large as a Grid gets: 200 tasks in 20 groups. It never runs here; tests write its runs into the metastore."""

from datetime import datetime

from airflow.sdk import DAG, TaskGroup

from headway.operators.empty import EmptyOperator

with DAG("wide", schedule=None, start_date=datetime(2026, 1, 1)):
    for part in range(20):
        with TaskGroup(f"part_{part:02}"):
            for number in range(10):
                EmptyOperator(task_id=f"step_{number}")
