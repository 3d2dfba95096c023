"""Fails until the file that the run's configuration names is there; its names and words try to be markup."""

from datetime import datetime
from pathlib import Path

from airflow.sdk import DAG, TaskGroup, task

HOSTILE = "<img src=x onerror=alert(1)>"

with DAG("patched", schedule=None, start_date=datetime(2026, 1, 1)):

    @task(task_display_name=HOSTILE)
    def prepare():
        print("\x1b[32mgreen\x1b[0m", HOSTILE, "\x1b]8;;javascript:alert(1)\x1b\\click\x1b]8;;\x1b\\")
        for number in range(400):
            print("line", number, "needle" if number in (100, 300) else "")

    @task
    def numbers():
        return [1, 2, 3]

    @task
    def square(number):
        return number * number

    with TaskGroup("late"):

        @task
        def deliver(**context):
            assert Path(context["params"]["folder"], "mended").exists(), "the address is missing " + HOSTILE

        @task
        def notify():
            return "sent"

        first = deliver()
        first >> notify()

    prepare() >> square.expand(number=numbers()) >> first
