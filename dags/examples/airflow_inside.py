"""What files in the wild ask of Airflow's own tables: read-only views of Headway's records."""

from datetime import datetime

from airflow import DAG
from airflow.models import DagModel, DagRun, TaskInstance
from airflow.operators.python import PythonOperator, ShortCircuitOperator
from airflow.utils.session import create_session, provide_session
from airflow.utils.state import State


@provide_session
def nobody_else_runs(session=None, **context):
    """Whether no other run of this DAG is on its way."""
    running = session.query(DagRun).filter(
        DagRun.dag_id == context["dag"].dag_id,
        DagRun.state.in_([State.RUNNING, State.QUEUED]),
        DagRun.run_id != context["run_id"],
    )
    return running.count() == 0


def report(dag_run, dag):
    """What is known of this run and of the DAG."""
    with create_session() as session:
        done = session.query(TaskInstance).filter_by(dag_id=dag.dag_id, run_id=dag_run.run_id, state=State.SUCCESS)
        finished = sorted(one.task_id for one in done)
    latest = DagRun.find(dag_id=dag.dag_id)[-1]
    return {"finished": finished, "is_latest": latest.run_id == dag_run.run_id, "paused": paused(dag.dag_id)}


def paused(dag_id):
    """Whether a DAG is paused, as far as anybody knows it."""
    known = DagModel.get_dagmodel(dag_id)
    return known is not None and known.is_paused


with DAG("example_airflow_inside", start_date=datetime(2024, 1, 1), schedule=None, tags=["example"]):
    alone = ShortCircuitOperator(task_id="alone", python_callable=nobody_else_runs)
    alone >> PythonOperator(task_id="report", python_callable=report)
