"""DAGs made in a loop, one of them with a SubDagOperator, which runs as a group."""

from datetime import datetime

from airflow import DAG
from airflow.operators.bash import BashOperator
from airflow.operators.subdag import SubDagOperator
from airflow.utils.helpers import chain

REGIONS = {"north": 2, "south": 1}


def steps(parent, name, count, default_args):
    """The DAG of a SubDagOperator, as it was written for Airflow 1.10 and 2."""
    with DAG(f"{parent}.{name}", default_args=default_args, schedule="@daily") as subdag:
        chain(
            *(BashOperator(task_id=f"step_{number}", bash_command="echo {{ task.task_id }}") for number in range(count))
        )
    return subdag


def create_dag(dag_id, count):
    """One DAG for a region."""
    default_args = {"owner": "examples", "start_date": datetime(2024, 1, 1)}
    with DAG(dag_id, default_args=default_args, schedule=None, tags=["example"]) as dag:
        start = BashOperator(task_id="start", bash_command="echo {{ dag.dag_id }}")
        inner = SubDagOperator(task_id="steps", subdag=steps(dag_id, "steps", count, default_args))
        start >> inner >> BashOperator(task_id="end", bash_command="true")
    return dag


for region, size in REGIONS.items():
    globals()[f"example_region_{region}"] = create_dag(f"example_region_{region}", size)
