"""A source that fails at first and recovers by a retry, and a clean-up that runs whatever happened."""

from datetime import datetime, timedelta

from airflow.sdk import DAG, TriggerRule, task

with DAG("recovery", start_date=datetime(2022, 1, 1), schedule=None, doc_md=__doc__, tags=["example"]):

    @task(retries=2, retry_delay=timedelta(seconds=1))
    def fetch(ti=None):
        if ti.try_number == 1:
            raise ConnectionError("the source is not up yet")
        return [3, 1, 2]

    @task(retries=1, retry_delay=timedelta(seconds=1))
    def optional_source(ti=None):
        raise FileNotFoundError("this source is gone for good")

    @task(trigger_rule=TriggerRule.ONE_SUCCESS)
    def combine(numbers, ti=None):
        ti.xcom_push(key="count", value=len(numbers))
        return sum(numbers)

    @task(trigger_rule=TriggerRule.ALL_DONE)
    def report(ti=None):
        total = ti.xcom_pull(task_ids="combine")
        count = ti.xcom_pull(task_ids="combine", key="count")
        print(f"{count} numbers, in all {total}")

    numbers = fetch()
    total = combine(numbers)
    [numbers, optional_source()] >> total
    total >> report()
