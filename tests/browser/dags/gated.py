"""Writes into its log and goes on only when the test opens a gate: what can be watched as it happens."""

import time
from datetime import datetime

from airflow.sdk import DAG, Param, Variable, task

with DAG(
    "gated",
    schedule=None,
    start_date=datetime(2026, 1, 1),
    params={"gate": Param("nobody", type="string", title="Which gate", description="a variable, `open` or not")},
):

    @task
    def before():
        return 1

    @task
    def gate(params=None):
        print(f"waiting at {params['gate']}", flush=True)
        deadline = time.monotonic() + 60
        while Variable.get(params["gate"], default="shut") != "open":
            assert time.monotonic() < deadline, "nobody came"
            time.sleep(0.1)
        print("the gate is open", flush=True)

    @task
    def after():
        return 2

    before() >> gate() >> after()
