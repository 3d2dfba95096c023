"""Every way in which a task can end, as rows, events and Celery states."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import redis

from headway.metastore.queries import state_store
from support.waiting import wait_for
from support.worker_stage import Stage


def celery_result(stage: Stage, celery_id: str) -> dict[str, Any]:
    """What Celery's result backend holds of a message."""
    with redis.Redis.from_url(stage.broker) as client:
        found: Any = wait_for(lambda: client.get(f"celery-task-meta-{celery_id}"), 60, "Celery's result")
    return dict(json.loads(found))


def test_a_failure_with_tries_left_waits_for_its_retry(stage: Stage) -> None:
    staged = stage.task("def f():\n    raise ValueError('no luck')", retries=1, retry_delay="timedelta(minutes=5)")
    stage.worker()
    message = stage.send(staged)
    assert stage.await_event(staged).state == "up_for_retry"
    kind, seconds = stage.conn.execute(
        "SELECT kind, extract(epoch FROM due - now()) FROM timer WHERE ti_id = %s", (staged.id,)
    ).fetchone() or ("", 0)
    assert kind == "retry"
    assert 285 < seconds <= 300
    attempt = stage.attempt(staged)
    assert (attempt["outcome"], attempt["error"]) == ("retry", "ValueError: no luck")
    assert celery_result(stage, message.celery_id)["status"] == "RETRY"


def test_the_last_try_fails(stage: Stage) -> None:
    staged = stage.task("def f():\n    raise ValueError('no luck')")
    stage.worker()
    message = stage.send(staged)
    assert stage.await_event(staged).state == "failed"
    log = stage.log(staged)
    assert "ERROR Failed: ValueError: no luck" in log
    assert "d.py" in log
    result = celery_result(stage, message.celery_id)
    assert result["status"] == "FAILURE"
    assert "d.py" in result["traceback"]
    assert "authoring" not in result["traceback"]  # nor the frames between Celery and the user's code
    assert "no luck" in json.dumps(result["result"])


def test_a_skipped_task_is_a_success_for_celery(stage: Stage) -> None:
    staged = stage.task(
        "from airflow.exceptions import AirflowSkipException\ndef f():\n    raise AirflowSkipException('not today')"
    )
    stage.worker()
    message = stage.send(staged)
    assert stage.await_event(staged).state == "skipped"
    result = celery_result(stage, message.celery_id)
    assert result["status"] == "SUCCESS"
    assert result["result"] == {"state": "skipped", "ti": staged.id, "try": 1, "host": "w1@here"}


def test_tasks_hand_values_to_each_other(stage: Stage) -> None:
    source = """
from datetime import datetime
from airflow import DAG
from airflow.operators.python import PythonOperator
def give(ti):
    ti.xcom_push(key="extra", value=[1, 2])
    return 7
def take(ti):
    return [ti.xcom_pull(task_ids="give"), ti.xcom_pull(task_ids="give", key="extra"), ti.xcom_pull(task_ids="none")]
with DAG("pair", start_date=datetime(2026, 1, 1), schedule=None):
    PythonOperator(task_id="give", python_callable=give) >> PythonOperator(task_id="take", python_callable=take)
"""
    tasks = stage.run("pair.py", source, "pair", {"give": {}, "take": {}})
    stage.worker()
    for task_id in ("give", "take"):
        stage.send(tasks[task_id])
        assert stage.await_event(tasks[task_id]).state == "success"
    assert stage.xcom(tasks["take"]) == [7, [1, 2], None]


def test_variables_and_connections_are_read_and_masked(stage: Stage) -> None:
    stage.set_connection("shop", "hunter2hunter2")
    staged = stage.task(
        """
        from airflow.models import Variable
        from airflow.hooks.base import BaseHook
        import os
        def f():
            Variable.set("colour", "blue")
            password = BaseHook.get_connection("shop").password
            print("the password is", password)
            os.system(f"echo from a program: {password}")
            return [Variable.get("colour"), len(password)]
        """
    )
    stage.worker()
    stage.send(staged)
    assert stage.await_event(staged).state == "success"
    assert stage.xcom(staged) == ["blue", 14]
    log = stage.log(staged)
    assert "hunter2" not in log
    assert "the password is ***" in log
    assert "from a program: ***" in log


def test_what_a_task_fails_with_is_stored_without_secrets(stage: Stage) -> None:
    stage.set_connection("shop", "hunter2hunter2")
    staged = stage.task(
        """
        from airflow.hooks.base import BaseHook
        def f():
            raise ValueError("x" * 3_980 + BaseHook.get_connection("shop").password)
        """
    )
    stage.worker()
    stage.send(staged)
    assert stage.await_event(staged).state == "failed"
    error = stage.attempt(staged)["error"]
    assert error.startswith("ValueError: xxx")
    assert "hunter" not in error


def test_a_file_that_cannot_be_loaded_fails_its_task_by_the_retry_policy(stage: Stage) -> None:
    staged = stage.task("def f(): pass\nimport nowhere_to_be_found", retries=2, delay=60)
    stage.worker()
    stage.send(staged)
    assert stage.await_event(staged).state == "up_for_retry"
    assert "nowhere_to_be_found" in stage.attempt(staged)["error"]
    assert "nowhere_to_be_found" in stage.log(staged)


@pytest.mark.parametrize("table", ["bundle", "dag_version"])
def test_a_task_whose_code_was_deleted_says_so(stage: Stage, table: str) -> None:
    staged = stage.task("def f(): pass")
    stage.worker()
    stage.conn.execute(f"DELETE FROM {table}")
    stage.send(staged)
    assert stage.await_event(staged).state == "failed"
    assert f"code that run '{staged.run_id}' of DAG 'd' began with is not in the metastore" in stage.log(staged)
    assert stage.attempts(staged) == 1


def test_callbacks_run_after_the_result_and_write_to_the_log(stage: Stage) -> None:
    staged = stage.task(
        """
        def f(): raise ValueError("no luck")
        def tell(context): print("called because of", context["exception"])
        """,
        on_failure_callback="tell",
    )
    stage.worker()
    stage.send(staged)
    assert stage.await_event(staged).state == "failed"
    wait_for(lambda: "called because of no luck" in stage.shipped(staged), 60, "the callback's words")


@pytest.mark.parametrize("heeds", [True, False])
def test_a_callback_that_hangs_is_ended_and_the_worker_goes_on(make_stage: Callable[..., Stage], heeds: bool) -> None:
    stage = make_stage(worker={"callback_limit": 1.0, "kill_grace": 2.0})
    source = f"""
import signal, time
from datetime import datetime
from airflow import DAG
from airflow.operators.python import PythonOperator
def hang(context):
    if not {heeds}:
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])
    print("I hang", flush=True)
    time.sleep(600)
with DAG("hung", start_date=datetime(2026, 1, 1), schedule=None):
    PythonOperator(task_id="hangs", python_callable=lambda: None, on_success_callback=hang)
    PythonOperator(task_id="next", python_callable=lambda: None)
"""
    tasks = stage.run("hung.py", source, "hung", {"hangs": {}, "next": {}})
    stage.worker(concurrency=1)
    stage.send(tasks["hangs"])
    assert stage.await_event(tasks["hangs"]).state == "success"
    wait_for(lambda: "I hang" in stage.shipped(tasks["hangs"]), 60, "the callback's words")
    stage.send(tasks["next"])
    assert stage.await_event(tasks["next"]).state == "success"
    cut = "the callbacks ran longer than worker.callback_limit, 1 s"
    cut = f"AirflowTaskTimeout: {cut}" if heeds else f"{cut}, and did not end then: they were killed"
    wait_for(lambda: cut in stage.shipped(tasks["hangs"]), 60, "what became of it")
    assert (stage.state(tasks["hangs"]), stage.attempts(tasks["hangs"])) == ("success", 1)


def test_each_task_finds_the_process_as_the_first_one_did(stage: Stage) -> None:
    source = """
from datetime import datetime
import logging, os, signal, socket, sys
from airflow import DAG
from airflow.operators.python import PythonOperator
def look():
    return [os.environ.get("LEFT"), os.getcwd() == "/", os.umask(0), signal.getsignal(signal.SIGUSR1) is signal.SIG_IGN,
            socket.getdefaulttimeout(), logging.getLogger().level, sys.argv[-1] == "left"]
def mess():
    os.environ["LEFT"] = "here"; os.chdir("/"); os.umask(0o777); signal.signal(signal.SIGUSR1, signal.SIG_IGN)
    socket.setdefaulttimeout(3); logging.getLogger().setLevel(50); sys.argv[:] = ["left"]; sys.stdout = None
with DAG("mess", start_date=datetime(2026, 1, 1), schedule=None):
    for name, call in (("before", look), ("mess", mess), ("after", look)):
        PythonOperator(task_id=name, python_callable=call)
"""
    tasks = stage.run("mess.py", source, "mess", {"before": {}, "mess": {}, "after": {}})
    stage.worker()
    for name in ("before", "mess", "after"):
        stage.send(tasks[name])
        assert stage.await_event(tasks[name]).state == "success"
    assert stage.xcom(tasks["before"]) == stage.xcom(tasks["after"])
    assert stage.xcom(tasks["after"])[0] is None


def test_urls_and_keys_are_not_in_the_environment_of_tasks(stage: Stage) -> None:
    staged = stage.task(
        """
        import os, subprocess
        def f():
            below = subprocess.run(["env"], capture_output=True, text=True, check=True).stdout
            mine = [name for name in os.environ if name.startswith("HEADWAY_")]
            names = [line.split("=")[0] for line in below.splitlines()]
            return sorted(mine), sorted(name for name in names if name.startswith("HEADWAY_"))
        """
    )
    stage.worker()
    stage.send(staged)
    assert stage.await_event(staged).state == "success"
    seen = json.dumps(stage.xcom(staged))
    assert "HEADWAY_ATTEMPT" in seen
    assert "URL" not in seen
    assert "JOIN" not in seen
    assert "KEY" not in seen


def test_a_new_bundle_is_loaded_anew_with_its_modules(stage: Stage) -> None:
    (stage.dags / "helper.py").write_text("WORD = 'old'")
    first = stage.task("import helper\ndef f(): return helper.WORD")
    stage.worker()
    stage.send(first)
    assert stage.await_event(first).state == "success"
    (stage.dags / "helper.py").write_text("WORD = 'new'")
    second = stage.task("import helper\ndef f(): return helper.WORD")
    stage.send(second)
    assert stage.await_event(second).state == "success"
    assert (stage.xcom(first), stage.xcom(second)) == ("old", "new")


def test_a_task_may_run_in_a_process_of_its_own(stage: Stage) -> None:
    staged = stage.task(
        """
        import os
        def f():
            print("from the fork")
            return [os.getpid(), os.getppid()]
        """,
        isolation="'fork'",
    )
    plain = stage.task("import os\ndef f(): return os.getpid()")
    stage.worker()
    for each in (staged, plain):
        stage.send(each)
        assert stage.await_event(each).state == "success"
    own, child = stage.xcom(staged)
    assert own != child
    assert child == stage.xcom(plain)
    assert "stdout from the fork" in stage.log(staged)


def test_children_are_replaced_after_their_share_of_tasks(make_stage: Any) -> None:
    stage = make_stage(worker={"tasks_per_child": 1})
    pids = []
    stage.worker()
    for _ in range(2):
        staged = stage.task("import os\ndef f(): return os.getpid()")
        stage.send(staged)
        assert stage.await_event(staged).state == "success"
        pids.append(stage.xcom(staged))
    assert pids[0] != pids[1]
    assert stage.attempts(staged) == 1


def test_what_a_task_keeps_outlives_its_try(stage: Stage) -> None:
    staged = stage.task(
        "def f(task_state_store=None, ti=None):\n"
        "    if task_state_store.get('job') is None:\n"
        "        task_state_store.set('job', 'job-7')\n"
        "        task_state_store.set('gone', 1)\n"
        "        task_state_store.delete('gone')\n"
        "        raise RuntimeError('lost sight of it')\n"
        "    return [task_state_store.get('job'), task_state_store.get('gone')]",
        retries=1,
        retry_delay="timedelta(0)",
    )
    stage.worker()
    stage.send(staged)
    assert stage.await_event(staged).state == "up_for_retry"
    kept = stage.conn.execute(
        "SELECT owner, key, value, expires_at BETWEEN now() + '29 days' AND now() + '30 days' FROM state_store"
    ).fetchall()
    assert kept == [(f"task/{staged.id}", "job", '"job-7"', True)]
    stage.conn.execute("UPDATE task_instance SET try_number = 2 WHERE id = %s", (staged.id,))
    stage.send(staged)
    assert stage.await_event(staged).state == "success"
    assert stage.xcom(staged) == ["job-7", None]


def test_a_stale_attempt_keeps_nothing(stage: Stage) -> None:
    staged = stage.task("def f():\n    pass")
    own = {"ti": staged.id, "dispatch": 99}
    assert not state_store.put(stage.conn, "task/1", "job", "1", None, **own)
    stage.conn.execute("INSERT INTO state_store (owner, key, value) VALUES ('task/0', 'job', '1')")
    state_store.delete(stage.conn, "task/0", "job", **own)
    assert state_store.get(stage.conn, "task/0", "job") == "1"
    assert state_store.forget_old(stage.conn) == 1  # there is no such task instance
