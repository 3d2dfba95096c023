"""Fails until a variable is there: what somebody finds, mends and runs again."""

from datetime import datetime

from airflow.sdk import DAG, Variable, task

with DAG("mended", schedule=None, start_date=datetime(2026, 1, 1)):

    @task
    def prepare():
        return "ready"

    @task
    def deliver():
        address = Variable.get("customer_address", default=None)
        assert address, "the address of the customer is missing"
        print(f"delivered to {address}")

    prepare() >> deliver()
