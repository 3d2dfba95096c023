"""What a person sees of a run in one process."""

from __future__ import annotations

import io
import logging
from datetime import UTC, datetime
from typing import Any

from headway import DAG
from headway.authoring.import_paths import dag_file_module
from headway.authoring.local_runtime import LocalWorld
from headway.authoring.variables import Variable
from headway.local.console import ConsoleWatcher
from headway.local.session import run_dag
from headway.operators.bash import BashOperator
from headway.operators.python import PythonOperator


def shown(dag: DAG, **world: Any) -> list[str]:
    stream = io.StringIO()
    made = LocalWorld(**world)
    run_dag(dag, made, logical_date=datetime(2026, 1, 2, tzinfo=UTC), watcher=ConsoleWatcher(made, stream))
    return stream.getvalue().splitlines()


def test_output_stands_behind_the_task_and_one_line_says_how_it_ended() -> None:
    def work() -> None:
        print("first\nsecond")
        logging.getLogger("mine").warning("careful of %s", f"{dag_file_module('dags/shop.py')}.Till")
        print("no newline", end="")

    with DAG("shop") as dag:
        PythonOperator(task_id="work", python_callable=work)
    lines = shown(dag)
    assert lines[0] == "shop: run manual__2026-01-02T00:00:00+00:00 of 1 task"
    assert lines[1:4] == ["work | first", "work | second", "work | WARNING: careful of shop.Till"]
    assert "work | no newline" in "\n".join(lines)
    assert lines[-2].startswith("work: success after 0.")
    assert lines[-1].startswith("shop: success after 0.")
    assert lines[-1].endswith("(1 success)")


def test_failures_retries_and_what_was_settled() -> None:
    with DAG("shop") as dag:
        broken = BashOperator(task_id="broken", bash_command="exit 3", retries=1)
        broken >> BashOperator(task_id="never", bash_command="true")
    lines = [line for line in shown(dag) if " | " not in line]
    assert lines[1].startswith("broken: up_for_retry after")
    assert lines[1].endswith("runs again at once here")
    assert lines[2].startswith("broken: failed after")
    assert lines[3] == "never: upstream_failed"
    assert lines[4].endswith("(1 failed, 1 upstream_failed)")


def test_secrets_are_masked() -> None:
    def tell() -> None:
        print("token is", Variable.get("api_token"))
        raise ValueError(Variable.get("api_token"))

    with DAG("shop") as dag:
        PythonOperator(task_id="tell", python_callable=tell)
    text = "\n".join(shown(dag, variables={"api_token": "s3cr3t-t0ken"}))
    assert "token is ***" in text
    assert "s3cr3t" not in text
