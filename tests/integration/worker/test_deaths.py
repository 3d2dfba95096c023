"""Children, parents and tasks that end by force."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import pytest

from headway.standalone.process import Process
from headway_worker import processes
from support.waiting import wait_for
from support.worker_stage import Stage, Staged

from .conftest import SHORT_LEASE

SLEEPER = """
import os, subprocess, time
HOME = os.environ["HEADWAY_HOME"]
def f():
    below = subprocess.Popen(["sleep", "600"], start_new_session=True)
    print("begins", flush=True)
    with open(HOME + "/pids.new", "w") as file:
        file.write(f"{os.getpid()} {below.pid}")
    os.rename(HOME + "/pids.new", HOME + "/pids")
    time.sleep(600)
"""


def pids(stage: Stage) -> tuple[int, int]:
    """The child that runs ``SLEEPER`` and the program that it has started."""
    child, below = stage.await_file(stage.home / "pids").split()
    return int(child), int(below)


def await_words(stage: Stage, staged: Staged) -> None:
    """Wait until what ``SLEEPER`` prints is shipped: a process that is killed may leave its last words unread."""
    wait_for(lambda: "stdout begins" in stage.shipped(staged), 60, "what was printed")


def guards(worker: int) -> list[int]:
    """The worker's children in a session of their own."""
    return [pid for pid in processes.children(worker) if os.getsid(pid) == pid]


def gone(pid: int, seconds: float = 60) -> None:
    """Wait until a process is dead."""
    wait_for(lambda: not processes.exists(pid), seconds, f"the end of process {pid}")


def test_a_killed_child_is_reported_at_once_and_charged_to_the_task(stage: Stage) -> None:
    staged = stage.task(SLEEPER, retries=1, delay=60)
    stage.worker()
    stage.send(staged)
    child, below = pids(stage)
    await_words(stage, staged)
    os.kill(child, signal.SIGKILL)
    assert stage.await_event(staged).state == "up_for_retry"
    gone(below)
    attempt = stage.attempt(staged)
    assert attempt["exit_signal"] == signal.SIGKILL
    assert "killed by SIGKILL" in attempt["error"]
    assert attempt["peak_rss"] > 10_000_000
    log = stage.log(staged)
    assert "stdout begins" in log
    assert "ERROR the task's process was killed by SIGKILL (peak memory" in log
    assert "the kernel when memory runs out" in log
    other = stage.task("def f(): return 1")
    stage.send(other)
    assert stage.await_event(other).state == "success"


LITTER = """
import os, tempfile, time
HOME = os.environ["HEADWAY_HOME"]
def f():
    if os.fork() == 0:  # runs no program of its own, leaves its session and its parent
        os.setsid()
        if os.fork() == 0:
            open(HOME + "/pids.new", "w").write(f"{os.getppid()} {os.getpid()}")
            os.rename(HOME + "/pids.new", HOME + "/pids")
        time.sleep(600)
    time.sleep(600)
"""


def test_what_a_task_has_forked_out_of_sight_dies_with_a_killed_worker(stage: Stage) -> None:
    staged = stage.task(LITTER)
    worker = stage.worker()
    stage.send(staged)
    above, below = pids(stage)
    os.kill(above, signal.SIGKILL)
    wait_for(lambda: not processes.exists(above), 60, "an orphan")
    stage.kill(worker)
    gone(below)


@pytest.mark.parametrize("victim", ["child", "worker"])
def test_temporary_folders_of_killed_tasks_are_removed(stage: Stage, tmp_path: Path, victim: str) -> None:
    command = f"'pwd > {tmp_path}/new; mv {tmp_path}/new {tmp_path}/where; sleep 600'"
    staged = stage.task("", operator=f"BashOperator(task_id='t', bash_command={command})")
    worker = stage.worker()
    stage.send(staged)
    folder = Path(stage.await_file(tmp_path / "where").strip())
    assert folder.is_dir()
    os.kill(stage.pid(worker) if victim == "worker" else child_of(stage, worker), signal.SIGKILL)
    wait_for(lambda: not folder.exists(), 60, "the end of the folder")


def child_of(stage: Stage, worker: Process) -> int:
    """The pool child of a worker that has one."""
    [child] = set(processes.children(stage.pid(worker))) - set(guards(stage.pid(worker)))
    return child


def test_a_segfault_without_tries_left_fails_the_task(stage: Stage) -> None:
    staged = stage.task("import os, signal\ndef f():\n    os.kill(os.getpid(), signal.SIGSEGV)")
    stage.worker()
    stage.send(staged)
    assert stage.await_event(staged).state == "failed"
    assert "SIGSEGV" in stage.attempt(staged)["error"]


def test_a_fork_of_its_own_that_dies_spares_the_child(stage: Stage) -> None:
    staged = stage.task(SLEEPER, isolation="'fork'")
    stage.worker()
    stage.send(staged)
    fork, below = pids(stage)
    await_words(stage, staged)
    os.kill(fork, signal.SIGKILL)
    assert stage.await_event(staged).state == "failed"
    assert "killed by SIGKILL" in stage.attempt(staged)["error"]
    assert "stdout begins" in stage.log(staged)
    gone(below)


def test_execution_timeout_is_not_swallowed_by_except_exception(stage: Stage) -> None:
    staged = stage.task(
        """
        import time
        def f():
            try:
                time.sleep(60)
            except Exception:
                return "swallowed"
        """,
        execution_timeout="timedelta(seconds=0.5)",
    )
    stage.worker()
    stage.send(staged)
    assert stage.await_event(staged).state == "failed"
    assert "AirflowTaskTimeout" in stage.attempt(staged)["error"]


def test_a_task_that_outlives_its_timeout_is_killed_by_the_parent(make_stage: Any) -> None:
    stage = make_stage(worker={"kill_grace": 1.0})
    staged = stage.task(
        """
        import signal, time
        def f():
            signal.signal(signal.SIGALRM, signal.SIG_IGN)
            time.sleep(600)
        """,
        execution_timeout="timedelta(seconds=2)",
        retries=1,
        delay=60,
    )
    stage.worker()
    stage.send(staged)
    assert stage.await_event(staged).state == "up_for_retry"
    assert "execution_timeout was over" in stage.attempt(staged)["error"]


STUBBORN = """
import os, subprocess, time
HOME = os.environ["HEADWAY_HOME"]
class Stubborn(PythonOperator):
    def on_kill(self):
        open(HOME + "/on_kill", "w").write("called")
def f():
    below = subprocess.Popen(["sleep", "600"], start_new_session=True)
    open(HOME + "/pids.new", "w").write(f"{os.getpid()} {below.pid}")
    os.rename(HOME + "/pids.new", HOME + "/pids")
    while True:
        try:
            time.sleep(600)
        except BaseException:
            if GENTLE:
                raise
"""


def ask_to_stop(stage: Stage, ti: int) -> None:
    stage.conn.execute("UPDATE claim SET stop = 'marked as failed' WHERE ti_id = %s", (ti,))
    stage.bus.broadcast("stops", b"{}")


def test_a_stop_request_calls_on_kill_and_ends_what_the_task_started(stage: Stage) -> None:
    staged = stage.task(STUBBORN + "GENTLE = True", operator="Stubborn(task_id='t', python_callable=f)")
    stage.worker()
    stage.send(staged)
    _child, below = pids(stage)
    ask_to_stop(stage, staged.id)
    assert stage.await_event(staged).state == "failed"
    assert stage.attempt(staged)["error"] == "stopped: marked as failed"
    assert (stage.home / "on_kill").read_text() == "called"
    gone(below)


@pytest.mark.parametrize("isolation", [None, "fork"])
def test_a_task_that_ignores_the_request_is_killed_after_the_grace(make_stage: Any, isolation: str | None) -> None:
    stage = make_stage(worker={"kill_grace": 3.0})
    operator = f"Stubborn(task_id='t', python_callable=f, isolation={isolation!r})"
    staged = stage.task(STUBBORN + "GENTLE = False", operator=operator)
    stage.worker()
    stage.send(staged)
    child, below = pids(stage)
    ask_to_stop(stage, staged.id)
    assert stage.await_event(staged).state == "failed"
    assert stage.attempt(staged)["error"] == "stopped: marked as failed"
    assert (stage.home / "on_kill").read_text() == "called"
    gone(child)
    gone(below)


def test_a_cleared_task_goes_back_when_its_tree_is_dead(stage: Stage) -> None:
    staged = stage.task(SLEEPER)
    stage.worker()
    stage.send(staged)
    _child, below = pids(stage)
    stage.conn.execute("UPDATE task_instance SET state = 'restarting' WHERE id = %s", (staged.id,))
    ask_to_stop(stage, staged.id)
    assert stage.await_event(staged).state == "scheduled"
    assert not processes.exists(below)
    assert stage.attempt(staged)["outcome"] == "interrupted"


def test_nothing_survives_a_killed_worker(stage: Stage) -> None:
    staged = stage.task(SLEEPER)
    worker = stage.worker()
    stage.send(staged)
    child, below = pids(stage)
    stage.kill(worker)
    gone(child)
    gone(below)


def test_a_worker_of_the_same_name_gives_back_what_a_killed_one_held(stage: Stage) -> None:
    staged = stage.task(SLEEPER)
    worker = stage.worker()
    stage.send(staged)
    pids(stage)
    stage.kill(worker)
    worker.wait(60)
    stage.worker()
    states = stage.conn.execute("SELECT state FROM node WHERE kind = 'worker' ORDER BY started_at").fetchall()
    assert [row[0] for row in states] == ["gone", "up"]


def test_a_worker_waits_for_the_guard_of_a_killed_one_of_its_name(stage: Stage) -> None:
    """The guard of a machine that is busy may need long."""
    first = stage.worker()
    (guard,) = guards(stage.pid(first))
    os.kill(guard, signal.SIGSTOP)
    stage.kill(first)
    second = stage.worker(wait=False)
    wait_for(lambda: "waiting for its guard" in second.log_tail(2000), 60, "the wait")
    os.kill(guard, signal.SIGCONT)
    wait_for(lambda: "takes tasks from" in second.log_tail(2000), 60, "the second worker")


def test_two_workers_of_one_name_in_one_home_are_refused(stage: Stage) -> None:
    stage.worker()
    second = stage.worker(wait=False)
    assert second.wait(60)
    assert "runs already from this Headway home" in second.log_tail(2000)


def test_tasks_of_a_frozen_worker_are_dead_when_its_lease_is_over(make_stage: Any) -> None:
    """The child's own fence: the guard, which would do the same, stands still too."""
    stage = make_stage(lease=SHORT_LEASE)
    staged = stage.task(SLEEPER)
    worker = stage.worker()
    stage.send(staged)
    child, below = pids(stage)
    frozen = [stage.pid(worker), *guards(stage.pid(worker))]
    try:
        for pid in frozen:
            os.kill(pid, signal.SIGSTOP)
        gone(child)
        gone(below)
    finally:
        for pid in frozen:
            os.kill(pid, signal.SIGCONT)
    stage.await_state(staged, "scheduled")
    assert stage.attempt(staged)["outcome"] == "lost"


WAITER = """
import os, subprocess
HOME = os.environ["HEADWAY_HOME"]
def f():
    below = subprocess.Popen(["sleep", "600"])
    with open(HOME + "/pids.new", "w") as file:
        file.write(f"{os.getpid()} {below.pid}")
    os.rename(HOME + "/pids.new", HOME + "/pids")
    raise RuntimeError(f"its program ended with {below.wait()}")
"""


@pytest.mark.parametrize("isolation", [None, "fork"])
def test_what_a_task_makes_of_its_program_s_death_by_a_fence_is_no_result(
    make_stage: Any, isolation: str | None
) -> None:
    stage = make_stage(lease=SHORT_LEASE)
    staged = stage.task(WAITER, isolation=repr(isolation))
    worker = stage.worker()
    stage.send(staged)
    child, below = pids(stage)
    frozen = [stage.pid(worker), *guards(stage.pid(worker))]
    try:
        for pid in frozen:
            os.kill(pid, signal.SIGSTOP)
        gone(below)
        gone(child)
    finally:
        for pid in frozen:
            os.kill(pid, signal.SIGCONT)
    stage.await_state(staged, "scheduled")
    assert stage.attempt(staged)["outcome"] == "lost"


def test_a_worker_that_was_declared_dead_starts_anew(stage: Stage) -> None:
    staged, other = stage.task(SLEEPER), stage.task("def f(): return 1")
    stage.worker(concurrency=2)
    stage.send(staged)
    child, below = pids(stage)
    stage.conn.execute("UPDATE node SET state = 'dead' WHERE kind = 'worker'")
    gone(child)
    gone(below)
    stage.send(other)
    assert stage.await_event(other).state == "success"
    states = stage.conn.execute("SELECT state FROM node WHERE kind = 'worker' ORDER BY started_at").fetchall()
    assert [row[0] for row in states] == ["dead", "up"]


def test_a_claim_that_no_child_knows_of_is_given_back(stage: Stage) -> None:
    staged = stage.task("def f(): pass")
    stage.worker()
    stage.queue(staged)
    stage.conn.execute(
        "INSERT INTO claim (ti_id, dispatch, nonce, node_id)"
        " SELECT %s, 1, gen_random_uuid(), id FROM node WHERE kind = 'worker'",
        (staged.id,),
    )
    stage.conn.execute("UPDATE task_instance SET state = 'running' WHERE id = %s", (staged.id,))
    stage.await_state(staged, "scheduled")


def test_memory(make_stage: Any, tmp_path: Path) -> None:
    """A child over its memory limit is replaced after its task."""
    stage = make_stage(worker={"memory_per_child_mb": 200})
    stage.worker()
    seen = []
    for _ in range(2):
        staged = stage.task(
            "import os\nkeep = []\ndef f():\n    keep.append(bytearray(300_000_000)); return os.getpid()"
        )
        stage.send(staged)
        assert stage.await_event(staged).state == "success"
        seen.append(stage.xcom(staged))
    assert seen[0] != seen[1]


def test_the_guard_ends_a_task_that_keeps_python_from_running(make_stage: Any) -> None:
    stage = make_stage(lease=SHORT_LEASE)
    staged = stage.task(
        """
        import ctypes, os
        HOME = os.environ["HEADWAY_HOME"]
        def f():
            open(HOME + "/pids", "w").write(f"{os.getpid()} 0")
            ctypes.PyDLL(None).sleep(600)
        """
    )
    worker = stage.worker()
    stage.send(staged)
    child, _ = pids(stage)
    stage.kill(worker, signal.SIGSTOP)
    gone(child)
    stage.kill(worker, signal.SIGCONT)
    stage.await_state(staged, "scheduled")
