"""The broker: RabbitMQ as well as Valkey, and connections that fall silent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from headway.messages import Dispatch
from support.proxy import Proxy
from support.worker_stage import Stage


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
    assert stage.await_event(staged, 40).state == "success"
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
