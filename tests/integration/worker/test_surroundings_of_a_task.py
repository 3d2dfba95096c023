"""What a task finds around it on a worker: values from a secrets backend, and a word about files of other hosts."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable
from pathlib import Path

from support.worker_stage import Stage

SOURCE = """
from airflow import DAG
from airflow.models import Variable
from airflow.operators.python import PythonOperator
from datetime import datetime

def read():
    return open("/no/such/file.csv").read()

with DAG("parts", start_date=datetime(2026, 1, 1), schedule=None):
    PythonOperator(task_id="ask", python_callable=lambda: Variable.get("api_token")) >> PythonOperator(
        task_id="read", python_callable=read)
"""


def test_a_secrets_backend_and_a_file_of_another_host(make_stage: Callable[..., Stage], tmp_path: Path) -> None:
    file = tmp_path / "variables.json"
    file.write_text('{"api_token": "from-the-file"}')
    secrets = {
        "backend": "airflow.secrets.local_filesystem.LocalFilesystemBackend",
        "backend_kwargs": json.dumps({"variables_file_path": str(file)}),
    }
    stage = make_stage(secrets=secrets)
    tasks = stage.run("parts.py", SOURCE, "parts", {"ask": {}, "read": {}})
    stage.worker()
    stage.send(tasks["ask"])
    assert stage.await_event(tasks["ask"]).state == "success"
    assert stage.xcom(tasks["ask"]) == "from-the-file"

    stage.conn.execute("UPDATE task_attempt SET hostname = 'host-b' WHERE ti_id = %s", (tasks["ask"].id,))
    stage.send(tasks["read"])
    assert stage.await_event(tasks["read"]).state == "failed"
    assert "Hint: /no/such/file.csv is not on this host" in stage.log(tasks["read"])
    assert "these tasks ran elsewhere: ask on host-b" in stage.log(tasks["read"])


_PARALLEL = """
import signal, subprocess
from multiprocessing import get_context, shared_memory

def f():
    left = shared_memory.SharedMemory(create=True, size=8)
    found = []
    for method in ("spawn", "forkserver", "fork"):
        with get_context(method).Pool(2) as pool:
            found += pool.map(abs, [-1, -2])
    program = subprocess.Popen(["sleep", "600"])
    program.send_signal(signal.SIGINT)
    return [found, left.name, program.wait()]
"""


def test_tasks_in_one_process_start_processes_in_every_way_one_after_the_other(stage: Stage) -> None:
    tasks = [stage.task(_PARALLEL) for _ in range(2)]
    stage.worker()
    for task in tasks:
        stage.send(task)
        assert stage.await_event(task).state == "success", stage.log(task)
        found, left, program = stage.xcom(task)
        assert found == [1, 2] * 3
        assert program == -signal.SIGINT
        assert not Path("/dev/shm", left).exists()
        assert "died unexpectedly" not in stage.log(task)
