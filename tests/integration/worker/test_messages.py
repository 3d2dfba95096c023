"""Messages that come late, twice, or from another version."""

from __future__ import annotations

import json
from dataclasses import replace

import redis

from headway.messages import Dispatch
from support.waiting import wait_for
from support.worker_stage import Stage, Staged

APPEND = """
import os
def f():
    with open(os.path.expandvars("$HEADWAY_HOME/ran"), "a") as file:
        file.write("x")
"""


def after(stage: Stage, staged: Staged) -> None:
    """Wait until the worker has come to a message that was sent after all others."""
    stage.send(staged)
    stage.await_event(staged)


def test_a_stale_message_is_dropped(stage: Stage) -> None:
    staged, other = stage.task(APPEND), stage.task("def f(): pass")
    old = stage.queue(staged)
    new = stage.queue(staged)
    stage.bus.publish([(old, "default", 1)])
    stage.worker()
    after(stage, other)
    assert stage.state(staged) == "queued"
    stage.bus.publish([(new, "default", 1)])
    assert stage.await_event(staged).dispatch == new.dispatch
    stage.await_file(stage.home / "ran")
    assert (stage.home / "ran").read_text() == "x"


def test_a_message_that_comes_twice_runs_once(stage: Stage) -> None:
    staged, other = stage.task(APPEND), stage.task("def f(): pass")
    message = stage.queue(staged)
    stage.bus.publish([(message, "default", 1)] * 3)
    stage.worker(concurrency=2)
    assert stage.await_event(staged).state == "success"
    after(stage, other)
    assert stage.attempts(staged) == 1
    assert (stage.home / "ran").read_text() == "x"


def test_a_message_of_another_version_is_handed_back(stage: Stage) -> None:
    staged = stage.task("def f(): pass")
    message = stage.queue(staged)
    stage.bus.publish([(message, "default", 1)])
    with redis.Redis.from_url(stage.broker) as client:
        [key] = client.keys("default*")
        envelope = json.loads(client.lpop(key))
        body = json.loads(envelope["body"])
        body[0][0]["v"] = 99
        envelope["body"] = json.dumps(body)
        client.lpush("default", json.dumps(envelope))
        worker = stage.worker()
        wait_for(lambda: "takes it back" in worker.log_tail(1000), 60, "a word of it")
        worker.stop(60)
        assert sum(client.llen(key) for key in client.keys("default*")) == 1
    assert stage.state(staged) == "queued"


def test_what_the_message_says_besides_ti_and_token_is_only_a_hint(stage: Stage) -> None:
    staged = stage.task("def f(): return 1")
    wrong: Dispatch = replace(stage.queue(staged), dag_id="nobody", task_id="x", bundle="y", file="z.py")
    stage.bus.publish([(wrong, "default", 1)])
    stage.worker()
    assert stage.await_event(staged).state == "success"
    assert stage.xcom(staged) == 1
