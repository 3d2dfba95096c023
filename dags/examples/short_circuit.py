"""A false condition skips what lies behind it: everything, or only the next tasks."""

from datetime import datetime

from airflow.operators.empty import EmptyOperator
from airflow.operators.latest_only import LatestOnlyOperator
from airflow.operators.python import ShortCircuitOperator
from airflow.sdk import DAG, chain, task

with DAG("example_short_circuit", start_date=datetime(2024, 1, 1), schedule="@daily", doc_md=__doc__, tags=["example"]):
    has_news = ShortCircuitOperator(task_id="has_news", python_callable=lambda: True)
    is_urgent = ShortCircuitOperator(task_id="is_urgent", python_callable=lambda: False)

    @task.short_circuit(ignore_downstream_trigger_rules=False)
    def is_long():
        return False

    chain(has_news, EmptyOperator(task_id="print_news"))
    chain(is_urgent, EmptyOperator(task_id="ring"), EmptyOperator(task_id="wake_all", trigger_rule="all_done"))
    chain(is_long(), EmptyOperator(task_id="shorten"), EmptyOperator(task_id="file_away", trigger_rule="all_done"))

    # A run by hand always counts as the latest one.
    LatestOnlyOperator(task_id="latest_only") >> EmptyOperator(task_id="show_on_front_page")
