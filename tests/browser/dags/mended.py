"""Fails until a file is there: what somebody finds, mends and runs again."""

from datetime import datetime
from pathlib import Path

from airflow.sdk import DAG, task

MENDED = Path(__file__).parent / "mended.txt"

with DAG("mended", schedule=None, start_date=datetime(2026, 1, 1)):

    @task
    def prepare():
        return "ready"

    @task
    def deliver():
        print("looking for mended.txt")
        assert MENDED.exists(), "the address of the customer is missing"

    prepare() >> deliver()
