"""One DAG starts another with a conf and waits for its end; that one waits for a task of the first."""

from datetime import datetime

from airflow.operators.bash import BashOperator
from airflow.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk import DAG, task
from airflow.sensors.external_task import ExternalTaskMarker, ExternalTaskSensor

DEFAULTS = {"start_date": datetime(2024, 1, 1), "schedule": None, "tags": ["example"], "doc_md": __doc__}

with DAG("example_trigger", **DEFAULTS):
    grind = BashOperator(task_id="grind", bash_command="echo flour")

    order = TriggerDagRunOperator(
        task_id="order_bread",
        trigger_dag_id="example_triggered",
        trigger_run_id="for__{{ run_id }}",
        logical_date="{{ logical_date }}",
        conf={"loaves": "{{ 3 * 4 }}", "for": "{{ run_id }}"},
        wait_for_completion=True,
        deferrable=True,
        poke_interval=0.5,
    )
    once = TriggerDagRunOperator(
        task_id="not_twice",
        trigger_dag_id="example_triggered",
        trigger_run_id="for__{{ run_id }}",
        skip_when_already_exists=True,
    )
    # Whoever clears this task should clear the one that waits for it, too.
    marker = ExternalTaskMarker(
        task_id="bread_needs_flour", external_dag_id="example_triggered", external_task_id="flour"
    )
    grind >> [order, marker]
    order >> once

with DAG("example_triggered", **DEFAULTS):
    flour = ExternalTaskSensor(
        task_id="flour",
        external_dag_id="example_trigger",
        external_task_id="grind",
        failed_states=["failed", "skipped"],
        check_existence=True,
        mode="reschedule",
        poke_interval=0.5,
    )

    @task
    def bake(dag_run):
        return f"{dag_run.conf['loaves']} loaves"

    flour >> bake()
