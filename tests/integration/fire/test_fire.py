"""Schedulers, workers and servers are killed, frozen, flushed and restarted in mid-run: nothing is lost or run twice.

All of it goes through PgBouncer in transaction mode.
"""

from __future__ import annotations

import signal
from collections import Counter

import redis

from headway.broker.bus import open_bus
from headway.broker.redis_bus import PRIORITY_STEPS, list_name
from headway.operations.clear import Selection, clear
from headway.operations.wake import wake_schedulers
from headway_worker import processes
from support.waiting import wait_for

from .conftest import Siege


def test_two_schedulers_of_which_one_is_killed_in_mid_dispatch(siege: Siege) -> None:
    cluster = siege.cluster
    runs = {dag_id: cluster.trigger(dag_id) for dag_id in (f"siege{number}" for number in range(4))}
    siege.await_ran("siege0", 5)
    owner = siege.owner("siege0")
    siege.kill(owner)
    for dag_id, run_id in runs.items():
        cluster.wait_run(dag_id, run_id)
        siege.each_once(dag_id, run_id)
    in_pool = siege.moves.peak(by=lambda move: move.pool)
    assert in_pool["three"] == 3
    limited = siege.moves.peak(by=lambda move: (move.dag_id, move.task_id[:-1]))
    assert max(most for key, most in limited.items() if key[1] == "limited") <= 10  # type: ignore[index]
    moves = Counter((move.ti, move.new) for move in siege.moves.all() if move.new in ("queued", "running"))
    assert set(moves.values()) == {1}


def test_a_stale_scheduler_that_wakes_after_its_run_was_cleared(siege: Siege) -> None:
    cluster = siege.cluster
    run_id = cluster.trigger("stale")
    siege.await_ran("stale", 1)
    stale = siege.owner("stale")
    cluster.freeze(stale, "headway scheduler%")
    pid = cluster.nodes[stale].pid
    owned = "SELECT 1 FROM node n JOIN dag d ON d.owner_id = n.id WHERE d.dag_id = 'stale' AND n.pid <> %s"

    def taken_over() -> bool:
        cluster.conn.execute("UPDATE node SET lease_until = now() WHERE pid = %s AND state = 'up'", (pid,))
        return cluster.conn.execute(owned, (pid,)).fetchone() is not None

    cluster.wait_until(taken_over, 60, "another owner")
    clear(cluster.conn, "stale", run_id, Selection(), actor="test")
    bus = open_bus(cluster.settings)
    wake_schedulers(cluster.conn, bus, "clear")
    bus.close()
    siege.await_ran("stale", 2)
    siege.go("stale")
    siege.send(stale, signal.SIGCONT)
    cluster.wait_run("stale", run_id)
    cluster.wait_until(lambda: "starts anew" in cluster.log(stale), 60, "the stale one's insight")
    assert siege.outcomes("stale") == {"a0": ["interrupted", "success"], "b0": ["success"]}
    assert siege.ran("stale") == {"a0": 2, "b0": 1}
    assert siege.moves.count("b0", "queued") == 1


def test_a_frozen_worker_and_one_that_is_killed_and_restarted(siege: Siege) -> None:
    cluster = siege.cluster
    run_id = cluster.trigger("hosts")
    siege.await_ran("hosts", 2)
    where = "n.id = (SELECT c.node_id FROM claim c JOIN task_instance t ON t.id = c.ti_id AND t.task_id = %s)"
    frozen, killed = (siege.node_of("worker", where, task_id) for task_id in ("t0", "t1"))
    first = siege.pids("hosts")
    cluster.freeze(frozen, f"headway {frozen}@%")
    siege.kill(killed)
    siege.await_ran("hosts", 4)
    assert not any(processes.exists(pid) for pid in first)
    siege.send(frozen, signal.SIGCONT)
    cluster.wait_until(lambda: "starts anew" in cluster.log(frozen), 60, "the frozen one's insight")
    siege.go("hosts")
    cluster.wait_run("hosts", run_id)
    assert siege.outcomes("hosts") == {"t0": ["lost", "success"], "t1": ["lost", "success"]}
    assert {each.try_number for each in cluster.tasks("hosts", run_id).values()} == {1}


def queued(client: redis.Redis) -> dict[str, list[bytes]]:
    """The messages that wait, by list."""
    lists = (list_name("default", step) for step in PRIORITY_STEPS)
    return {name: found for name in lists if (found := client.lrange(name, 0, -1))}


def test_every_message_is_delivered_twice(siege: Siege) -> None:
    run_id = siege.cluster.trigger("twice")
    siege.await_ran("twice", 3)
    with redis.Redis.from_url(siege.valkey.url()) as client:
        wait_for(lambda: sum(map(len, queued(client).values())) >= 10, 60, "ten messages")  # and perhaps stale ones
        for name, messages in queued(client).items():
            client.rpush(name, *messages)
        left = client.hlen("unacked") - 3  # what workers held that were killed before
        siege.go("twice")
        siege.cluster.wait_run("twice", run_id)
        wait_for(lambda: not queued(client) and client.hlen("unacked") <= left, 60, "the end of all messages")
    siege.each_once("twice", run_id)
    assert siege.cluster.run("twice", run_id).state == "success"


def test_a_broker_that_forgets_and_restarts_with_queued_work(siege: Siege) -> None:
    run_id = siege.cluster.trigger("flushed")
    siege.await_ran("flushed", 3)
    with redis.Redis.from_url(siege.valkey.url()) as client:
        wait_for(lambda: sum(map(len, queued(client).values())) >= 10, 60, "ten messages")  # and perhaps stale ones
        client.flushall()
    siege.valkey.stop()
    siege.valkey.start()
    siege.go("flushed")
    siege.cluster.wait_run("flushed", run_id)
    siege.each_once("flushed", run_id)


def test_a_drain_under_load_uses_up_no_retry(siege: Siege) -> None:
    cluster = siege.cluster
    run_id = cluster.trigger("drained")
    siege.await_ran("drained", 5)
    where = "n.id = (SELECT c.node_id FROM claim c JOIN task_instance t ON t.id = c.ti_id AND t.task_id = 'long0')"
    name = siege.node_of("worker", where)
    siege.send(name, signal.SIGTERM)
    cluster.wait_run("drained", run_id)
    assert cluster.stop_node(name) == 0
    siege.start(name)
    outcomes = siege.outcomes("drained")
    assert outcomes.pop("long0") == ["interrupted", "success"]
    assert set(map(tuple, outcomes.values())) == {("success",)}
    assert {each.try_number for each in cluster.tasks("drained", run_id).values()} == {1}


def test_a_metastore_that_restarts_in_mid_run(siege: Siege) -> None:
    run_id = siege.cluster.trigger("restart")
    siege.await_ran("restart", 5)
    siege.postgres.stop()
    siege.go("restart")
    siege.postgres.start()
    siege.reconnect()
    siege.cluster.wait_run("restart", run_id)
    siege.each_once("restart", run_id)
