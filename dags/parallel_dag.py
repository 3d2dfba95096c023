"""Two extracts and two loads side by side, then one heavy task on a queue of its own.

The variables ``parallel_dag_seconds`` and ``parallel_dag_transform_seconds`` change how long the tasks
take; `make demo` shortens them.
"""

from datetime import datetime

from airflow import DAG
from airflow.operators.bash import BashOperator

LIGHT = "sleep {{ var.value.get('parallel_dag_seconds', 1) }}"
HEAVY = "sleep {{ var.value.get('parallel_dag_transform_seconds', 30) }}"

with DAG(
    "parallel_dag",
    start_date=datetime(2022, 1, 1),
    schedule_interval="@daily",
    catchup=False,
    doc_md=__doc__,
    tags=["example"],
) as dag:
    extract_a = BashOperator(task_id="extract_a", bash_command=LIGHT)
    extract_b = BashOperator(task_id="extract_b", bash_command=LIGHT)
    load_a = BashOperator(task_id="load_a", bash_command=LIGHT)
    load_b = BashOperator(task_id="load_b", bash_command=LIGHT)
    transform = BashOperator(task_id="transform", queue="high_cpu", bash_command=HEAVY)

    extract_a >> load_a
    extract_b >> load_b
    [load_a, load_b] >> transform
