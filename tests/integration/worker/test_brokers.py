"""The broker: RabbitMQ as well as Valkey, and connections that fall silent."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from typing import Any

from headway.messages import Dispatch
from headway.standalone.process import Process
from support.proxy import Proxy
from support.waiting import wait_for
from support.worker_stage import Stage

WAIT = """
    import os, time
    FILE = os.environ["HEADWAY_HOME"] + "/NAME"
    def mark(event):
        with open(FILE + event, "a") as file:
            file.write(f"{os.getpid()} ")
    def f():
        mark(".begin")
        while not os.path.exists(FILE + ".go"):
            time.sleep(0.02)
        mark(".end")
"""


def test_a_worker_on_rabbitmq(make_stage: Callable[..., Stage], rabbitmq_url: str) -> None:
    stage = make_stage(broker_url=rabbitmq_url)
    staged, other = stage.task("def f(): return 1"), stage.task("def f(): raise ValueError('no')")
    stage.worker()
    for each, state in ((staged, "success"), (other, "failed")):
        stage.send(each)
        assert stage.await_event(each).state == state
    stale = Dispatch(staged.id, 1, "d", "t", "r", -1, 1, "", "d.py", stage.me)
    stage.bus.publish([(stale, "default", 1)])
    third = stage.task("def f(): return 3")
    stage.send(third)
    assert stage.await_event(third).state == "success"
    assert stage.attempts(staged) == 1


def test_a_consumer_whose_connection_fell_silent_is_opened_again(stage: Stage) -> None:
    proxy = Proxy(stage.broker)
    staged = stage.task("def f(): return 1")
    stage.worker(broker=proxy.url)
    proxy.fall_silent()
    message = stage.send(staged)  # taken by the read that was under way, whose answer never comes
    stage.bus.publish([(message, "default", 1)] * 2)
    assert stage.await_event(staged).state == "success"
    proxy.close()


def test_tasks_run_on_while_the_broker_is_away(stage: Stage) -> None:
    proxy = Proxy(stage.broker)
    code: Any = """
        import os, time
        HOME = os.environ["HEADWAY_HOME"]
        def f():
            open(HOME + "/ran", "a").write("x")
            while not os.path.exists(HOME + "/go"):
                time.sleep(0.02)
    """
    staged, other = stage.task(code), stage.task("def f(): pass")
    worker = stage.worker(broker=proxy.url)
    stage.send(staged)
    stage.await_file(stage.home / "ran")
    proxy.take_away()
    (stage.home / "go").write_text("go")
    stage.await_state(staged, "success")
    proxy.bring_back()
    stage.send(other)
    assert stage.await_event(other, 60).state == "success"
    assert (stage.home / "ran").read_text() == "x"
    words = worker.log_tail(1000)
    assert [words.count(text) for text in ("the broker is away", "the broker is back")] == [1, 1], words
    assert "Traceback" not in words
    proxy.close()


def test_children_that_replaced_killed_ones_outlive_the_broker(stage: Stage) -> None:
    proxy = Proxy(stage.broker)
    worker = stage.worker(broker=proxy.url, concurrency=4)
    for number in range(3):  # each time the new children's pipes take numbers that others had
        for child in begun(stage, f"killed{number}"):
            os.kill(child, signal.SIGKILL)
    for name in ("first", "second"):
        lose_the_broker(stage, worker, proxy, name)
    begun(stage, "afterwards")
    proxy.close()


def lose_the_broker(stage: Stage, worker: Process, proxy: Proxy, name: str) -> None:
    """Take the broker away while four tasks run, and bring it back when they have ended."""
    before = worker.log_tail(1000).count("the broker is back")
    begun(stage, name)
    proxy.take_away()
    wait_for(lambda: worker.log_tail(1000).count("the broker is away") > before, 60, "the loss")
    (stage.home / f"{name}.go").touch()
    wait_for(lambda: pids(stage, f"{name}.end"), 60, "the ends")
    proxy.bring_back()
    wait_for(lambda: worker.log_tail(1000).count("the broker is back") > before, 60, "the return")


def begun(stage: Stage, name: str) -> list[int]:
    """Send four tasks that wait for a word; the processes that run them, once all four do."""
    for _ in range(4):
        stage.send(stage.task(WAIT.replace("NAME", name)))
    return wait_for(lambda: pids(stage, f"{name}.begin"), 60, f"four beginnings of {name}")


def pids(stage: Stage, name: str) -> list[int]:
    """What four tasks have written; nothing as long as there are fewer."""
    file = stage.home / name
    found = [int(word) for word in file.read_text().split()] if file.exists() else []
    return found if len(found) == 4 else []
