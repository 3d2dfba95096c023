"""Writes into its log and goes on only when the test opens a gate: what can be watched as it happens."""

import os
import time
from datetime import datetime
from pathlib import Path

from airflow.sdk import DAG, task

with DAG("gated", schedule=None, start_date=datetime(2026, 1, 1)):

    @task
    def before():
        return 1

    @task
    def gate(**context):
        folder = Path(context["params"]["folder"])
        print("the gate is shut", flush=True)
        while not (folder / "open").exists():
            time.sleep(0.1)
        print("the gate is open", os.linesep)

    @task
    def after():
        return 2

    before() >> gate() >> after()
