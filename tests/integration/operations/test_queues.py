"""Queues: figures of metastore and broker side by side, also where nobody consumes."""

from __future__ import annotations

import pytest

from headway.broker.bus import open_bus
from headway.messages import Dispatch
from headway.metastore.queries import holds
from headway.metastore.queries.expansion import Ending, expand
from headway.metastore.queries.pools import set_pool
from headway.operations.queues import QueueState, queue_states
from headway.settings import load_settings
from headway.states import TaskState
from support.stage import DAG, RUN, Stage
from support.structures import mapped, task


def by_name(stage: Stage) -> dict[str, QueueState]:
    return {each.queue: each for each in queue_states(stage.conn, None, concurrency=4)}


def ready(stage: Stage) -> tuple[int, int]:
    """The backlog of the default queue, and the workers that it asks for."""
    found = by_name(stage)["default"]
    return found.backlog, found.wanted_workers


def test_every_queue_that_a_dag_names_is_shown_and_marked(stage: Stage) -> None:
    stage.dag(task("a"), task("b", queue="gpu"))
    stage.join_worker("default", "spare")
    found = by_name(stage)
    assert {name: (each.consumed, each.workers, each.slots) for name, each in found.items()} == {
        "default": (True, 1, 2),
        "gpu": (False, 0, 0),
        "spare": (True, 1, 2),
    }
    assert found["gpu"].depth is None


def test_ready_outstanding_and_running_are_told_apart(stage: Stage) -> None:
    stage.dag(task("a"), task("b"), task("c"), task("d", "c"))
    stage.start()
    assert by_name(stage)["default"].backlog == 3, "d waits for c and is not ready"
    stage.queue("a", "b")
    stage.claim("a")
    stage.conn.execute("UPDATE task_instance SET queued_at = now() - interval '90 s' WHERE task_id = 'b'")
    found = by_name(stage)["default"]
    assert (found.backlog, found.outstanding, found.running) == (1, 1, 1)
    assert found.oldest_seconds is not None
    assert 90 <= found.oldest_seconds < 120


def test_instances_of_a_mapped_group_wait_for_their_own_index_alone(stage: Stage) -> None:
    stage.dag(task("a", **mapped(3, "g")), task("b", "a", **mapped(3, "g")), task("c", "b"))
    run = stage.start()
    assert by_name(stage)["default"].backlog == 0, "nothing is ready before the tasks have their instances"
    tis = {task_id: stage.instance(task_id).ti for task_id in ("a", "b")}
    endings = [Ending(ti, task_id, 3, TaskState.REMOVED, "") for task_id, ti in tis.items()]
    assert expand(stage.conn, run=run, version=stage.version(), endings=endings) is not None
    assert by_name(stage)["default"].backlog == 3
    stage.conn.execute("UPDATE task_instance SET state = 'success' WHERE task_id = 'a' AND map_index = 1")
    assert by_name(stage)["default"].backlog == 3, "two of a, one of b"


@pytest.mark.parametrize("hold", [("", ""), ("", "a"), (RUN, ""), (RUN, "a")])
def test_what_is_held_asks_for_no_worker(stage: Stage, hold: tuple[str, str]) -> None:
    run_id, task_id = hold
    stage.dag(task("a"), task("b"), task("c", "a"))
    run, _ = stage.start(), stage.start("manual__2")
    assert ready(stage) == (4, 1)
    holds.put(stage.conn, dag_id=DAG, run=run if run_id else 0, task_id=task_id, reason="", actor="test")
    free = 4 - (1 if task_id else 2) * (1 if run_id else 2)
    assert ready(stage) == (free, min(free, 1))
    stage.conn.execute("UPDATE task_instance SET state = 'scheduled' WHERE task_id <> 'c'")  # as `hold` takes them back
    assert ready(stage) == (free, min(free, 1))


@pytest.mark.parametrize(
    "closed", ["UPDATE pool SET slots = 0 WHERE name = 'db'", "UPDATE pool SET slots = 1 WHERE name = 'db'",
               "DELETE FROM pool WHERE name = 'db'"],
)  # fmt: skip
def test_a_pool_that_is_closed_too_small_or_missing_asks_for_no_worker(stage: Stage, closed: str) -> None:
    set_pool(stage.conn, "db", -1)
    stage.dag(task("a", pool="db", pool_slots=2))
    stage.start()
    assert ready(stage) == (1, 1)
    stage.conn.execute(closed)
    assert ready(stage) == (0, 0)
    set_pool(stage.conn, "db", 2)
    assert ready(stage) == (1, 1)


def test_a_paused_dag_asks_for_no_worker(stage: Stage) -> None:
    stage.dag(task("a"))
    stage.start()
    stage.conn.execute("UPDATE dag SET is_paused = true")
    assert ready(stage) == (0, 0)


def test_a_worker_whose_lease_is_over_consumes_nothing(stage: Stage) -> None:
    stage.dag(task("a"))
    stage.join_worker("default")
    stage.conn.execute("UPDATE node SET lease_until = now() - interval '1 s'")
    assert not by_name(stage)["default"].consumed


def test_depths_come_from_the_broker(stage: Stage, valkey_url: str) -> None:
    stage.dag(task("a"))
    bus = open_bus(load_settings(broker={"url": valkey_url}))
    message = Dispatch(1, 1, "shop", "a", "r", -1, 1, "abc", "f.py", "x")
    bus.publish([(message, "default", 1), (message, "default", 1000)])
    assert [each.depth for each in queue_states(stage.conn, bus.depths, concurrency=4)] == [2]
    bus.close()
