"""Tasks that write down where they run and wait for a word from outside before they end.

Each writes a line to ``/marks/<run_id>.jsonl`` when it begins and when it ends; the file ``/marks/<run_id>.go`` is the
word. ``rest`` runs when all others have succeeded.
"""

import json
import os
import socket
import time
from pathlib import Path

from airflow.sdk import DAG, task

MARKS = Path("/marks")


def mark(ti, event):
    line = {"task": ti.task_id, "try": ti.try_number, "host": socket.gethostname(), "event": event}
    with (MARKS / f"{ti.run_id}.jsonl").open("a") as file:  # one write of one line, so that none is torn
        file.write(json.dumps(line) + "\n")


def work(ti):
    mark(ti, "begin")
    while not (MARKS / f"{ti.run_id}.go").exists():
        time.sleep(0.1)
    mark(ti, "end")
    return os.getpid()


with DAG("fleet", schedule=None, max_active_tasks=64):

    @task
    def light(ti=None):
        return work(ti)

    @task(queue="high_cpu")
    def heavy(ti=None):
        return work(ti)

    @task
    def rest(pids, ti=None):
        mark(ti, "begin")
        mark(ti, "end")
        return len(pids)

    lights = [light.override(task_id=f"light_{number}")() for number in range(12)]
    heavies = [heavy.override(task_id=f"heavy_{number}")() for number in range(3)]
    rest([*lights, *heavies])
