"""The orderly end of a worker."""

from __future__ import annotations

import signal
from typing import Any

from headway.metastore.queries import nodes
from headway_worker import processes
from support.waiting import wait_for
from support.worker_stage import Stage

GRANDCHILD = """
import os, subprocess, time
HOME = os.environ["HEADWAY_HOME"]
def f():
    below = subprocess.Popen(["sleep", "600"], start_new_session=True)
    open(HOME + "/below.new", "w").write(str(below.pid))
    os.rename(HOME + "/below.new", HOME + "/below")
    time.sleep(SECONDS)
    return "done"
"""


POLITE = """
class Polite(PythonOperator):
    def on_kill(self):
        open(HOME + "/on_kill", "w").write("called")
"""


def test_sigterm_hands_a_running_task_back_at_no_cost(stage: Stage) -> None:
    code = GRANDCHILD.replace("SECONDS", "600") + POLITE
    staged = stage.task(code, operator="Polite(task_id='t', python_callable=f)")
    worker = stage.worker()
    stage.send(staged)
    below = int(stage.await_file(stage.home / "below"))
    stage.kill(worker, signal.SIGTERM)
    assert stage.await_event(staged).state == "scheduled"
    assert not processes.exists(below)
    assert (stage.home / "on_kill").read_text() == "called"
    assert worker.wait(20)
    attempt = stage.attempt(staged)
    assert (attempt["outcome"], attempt["try_number"]) == ("interrupted", 1)
    row = stage.conn.execute("SELECT try_number FROM task_instance WHERE id = %s", (staged.id,)).fetchone()
    assert row == (1,)
    assert stage.conn.execute("SELECT count(*) FROM node WHERE kind = 'worker' AND state = 'gone'").fetchone() == (1,)


def test_a_task_that_ends_within_the_grace_is_not_disturbed(make_stage: Any) -> None:
    stage = make_stage(worker={"drain_grace": 30})
    staged = stage.task(GRANDCHILD.replace("SECONDS", "1.5"))
    worker = stage.worker()
    stage.send(staged)
    stage.await_file(stage.home / "below")
    stage.kill(worker, signal.SIGTERM)
    assert stage.await_event(staged).state == "success"
    assert worker.wait(20)
    assert stage.xcom(staged) == "done"


def test_a_draining_worker_takes_nothing_new(make_stage: Any) -> None:
    stage = make_stage(worker={"drain_grace": 30})
    staged, other = stage.task(GRANDCHILD.replace("SECONDS", "2")), stage.task("def f(): pass")
    worker = stage.worker(concurrency=2)
    stage.send(staged)
    stage.await_file(stage.home / "below")
    stage.kill(worker, signal.SIGTERM)
    wait_for(lambda: _node_state(stage) == "draining", 10, "the draining node")
    stage.send(other)
    assert worker.wait(30)
    assert stage.state(staged) == "success"
    assert stage.state(other) == "queued"
    stage.worker(name="w2")
    assert stage.await_event(other).state == "success"


def test_a_task_that_ignores_everything_is_killed_and_handed_back(stage: Stage) -> None:
    staged = stage.task(
        """
        import os, time
        HOME = os.environ["HEADWAY_HOME"]
        def f():
            open(HOME + "/below", "w").write("1")
            while True:
                try:
                    time.sleep(600)
                except BaseException:
                    pass
        """
    )
    worker = stage.worker()
    stage.send(staged)
    stage.await_file(stage.home / "below")
    stage.kill(worker, signal.SIGTERM)
    assert stage.await_event(staged).state == "scheduled"
    assert worker.wait(20)


def test_a_second_signal_ends_at_once(make_stage: Any) -> None:
    stage = make_stage(worker={"drain_grace": 600})
    staged = stage.task(GRANDCHILD.replace("SECONDS", "600"))
    worker = stage.worker()
    stage.send(staged)
    stage.await_file(stage.home / "below")
    stage.kill(worker, signal.SIGTERM)
    wait_for(lambda: _node_state(stage) == "draining", 10, "the draining node")
    stage.kill(worker, signal.SIGTERM)
    assert stage.await_event(staged, 10).state == "scheduled"
    assert worker.wait(20)


def test_the_cluster_can_ask_for_a_drain(stage: Stage) -> None:
    worker = stage.worker()
    nodes.drain(stage.conn, "w1@here")
    assert worker.wait(20)
    assert _node_state(stage) == "gone"


def _node_state(stage: Stage) -> str:
    row = stage.conn.execute("SELECT state FROM node WHERE kind = 'worker'").fetchone()
    return str(row[0]) if row else ""
