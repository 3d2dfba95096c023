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
    while not os.path.exists(HOME + "/go"):
        time.sleep(0.02)
    return "done"
"""


POLITE = """
class Polite(PythonOperator):
    def on_kill(self):
        open(HOME + "/on_kill", "w").write("called")
"""


def test_sigterm_hands_a_running_task_back_at_no_cost(stage: Stage) -> None:
    staged = stage.task(GRANDCHILD + POLITE, operator="Polite(task_id='t', python_callable=f)")
    worker = stage.worker()
    stage.send(staged)
    below = int(stage.await_file(stage.home / "below"))
    stage.kill(worker, signal.SIGTERM)
    assert stage.await_event(staged).state == "scheduled"
    assert not processes.exists(below)
    assert (stage.home / "on_kill").read_text() == "called"
    assert worker.wait(60)
    attempt = stage.attempt(staged)
    assert (attempt["outcome"], attempt["try_number"]) == ("interrupted", 1)
    row = stage.conn.execute("SELECT try_number FROM task_instance WHERE id = %s", (staged.id,)).fetchone()
    assert row == (1,)
    assert stage.conn.execute("SELECT count(*) FROM node WHERE kind = 'worker' AND state = 'gone'").fetchone() == (1,)


def test_a_task_that_ends_within_the_grace_is_not_disturbed(make_stage: Any) -> None:
    stage = make_stage(worker={"drain_grace": 600})
    staged = stage.task(GRANDCHILD)
    worker = stage.worker()
    stage.send(staged)
    stage.await_file(stage.home / "below")
    stage.kill(worker, signal.SIGTERM)
    await_draining(stage)
    (stage.home / "go").touch()
    assert stage.await_event(staged).state == "success"
    assert worker.wait(60)
    assert stage.xcom(staged) == "done"


def test_a_draining_worker_takes_nothing_new(make_stage: Any) -> None:
    stage = make_stage(worker={"drain_grace": 600})
    staged, other = stage.task(GRANDCHILD), stage.task("def f(): pass")
    worker = stage.worker(concurrency=2)
    stage.send(staged)
    stage.await_file(stage.home / "below")
    stage.kill(worker, signal.SIGTERM)
    await_draining(stage)
    stage.send(other)
    (stage.home / "go").touch()
    assert worker.wait(60)
    assert stage.state(staged) == "success"
    assert stage.state(other) == "queued"
    stage.worker(name="w2")
    assert stage.await_event(other).state == "success"


def test_a_task_that_ignores_everything_is_killed_and_handed_back(make_stage: Any) -> None:
    stage = make_stage(worker={"kill_grace": 1.0})
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
    assert worker.wait(60)


def test_a_second_signal_ends_at_once(make_stage: Any) -> None:
    stage = make_stage(worker={"drain_grace": 600})
    staged = stage.task(GRANDCHILD)
    worker = stage.worker()
    stage.send(staged)
    stage.await_file(stage.home / "below")
    stage.kill(worker, signal.SIGTERM)
    await_draining(stage)
    stage.kill(worker, signal.SIGTERM)
    assert stage.await_event(staged).state == "scheduled"
    assert worker.wait(60)


def test_the_cluster_can_ask_for_a_drain(stage: Stage) -> None:
    worker = stage.worker()
    nodes.drain(stage.conn, "w1@here")
    assert worker.wait(60)
    assert _node_state(stage) == "gone"


def await_draining(stage: Stage) -> None:
    """Wait until the worker takes nothing new."""
    wait_for(lambda: _node_state(stage) == "draining", what="the draining node")


def _node_state(stage: Stage) -> str:
    row = stage.conn.execute("SELECT state FROM node WHERE kind = 'worker'").fetchone()
    return str(row[0]) if row else ""
