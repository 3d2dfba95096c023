"""Triggerers that are killed, frozen or cut off: what waits is taken over, and fires once."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from cryptography.fernet import Fernet

from headway.metastore.queries import nodes
from headway.operations.tasks import states
from headway.standalone.cluster import node_command
from headway.standalone.process import Process
from headway.standalone.valkey import EmbeddedValkey
from support import services
from support.clusters import TestCluster
from support.command import Command
from support.proxy import Proxy
from support.services import Databases
from support.waits import DAG_FILE, SECTIONS, WAITING, Waiting

#: Of a triggerer that a test takes away, and of the scheduler, which judges no earlier than its own is long.
SHORT = {"length": 3.0, "renewal": 0.3, "margin": 0.5}
#: Of everybody else: a machine that stands still must cost nobody anything.
LONG = {"length": 300.0, "renewal": 0.3, "margin": 0.5}


@pytest.fixture(scope="module")
def field(databases: Databases, migrated: str, valkey: EmbeddedValkey) -> Iterator[TestCluster]:
    """A scheduler and a worker."""
    name = databases.create(template=migrated)
    with services.open_folder("herd") as folder:
        cluster = TestCluster(
            folder / "home",
            metastore=databases.url(name),
            broker=services.empty(valkey),
            key=Fernet.generate_key().decode(),
            sections={**SECTIONS, "lease": SHORT},
        )
        cluster.write("waiting.py", WAITING)
        cluster.write("waits.py", DAG_FILE)
        cluster.start_node("scheduler", ["scheduler"])
        cluster.sections["lease"] = LONG
        cluster.start_worker("default")
        yield cluster
        cluster.stop()
    databases.drop(name)


@pytest.fixture
def herd(field: TestCluster) -> Iterator[TestCluster]:
    """The same for each test, without any triggerer."""
    yield field
    for name in sorted(field.nodes.keys() & {"a", "b"}):
        field.stop_node(name, grace=0)
    field.conn.execute("UPDATE node SET state = 'dead' WHERE kind = 'triggerer'")  # one had a long lease


def start(herd: TestCluster, name: str, **sections: dict[str, Any]) -> None:
    """Start a triggerer and wait until it is up."""
    process = herd.nodes[name] = Process(node_command(name, ["triggerer"], herd.home, {**herd.sections, **sections}))
    process.start()
    herd.wait_until(lambda: "is up" in herd.log(name), 60, f"the triggerer {name}")


def holder(cluster: TestCluster, waiting: Waiting) -> int | None:
    """The process id of the triggerer that is to run a trigger."""
    row = cluster.conn.execute(
        "SELECT n.pid FROM trigger g JOIN node n ON n.id = g.node_id WHERE g.ti_id = %s", (waiting.ti,)
    ).fetchone()
    return int(row[0]) if row else None


def test_what_waits_is_taken_over_when_its_triggerer_is_killed_and_fires_once(herd: TestCluster) -> None:
    start(herd, "a", lease=SHORT)
    waits = [Waiting(herd, f"k{number}") for number in range(4)]
    for each in waits:
        each.await_waiting()
    start(herd, "b")
    before = {each.name: each.said().count("began") for each in waits}
    herd.kill("a")
    for each in waits:
        herd.wait_until(
            lambda each=each: each.said().count("began") > before[each.name], 60, "the wait at the other one"
        )
        each.signal()
    for each in waits:
        each.end()
        assert each.attempts() == [("deferred", 1, ""), ("success", 1, "")]
        assert each.said().count("seen") == 1  # nobody was left behind to see it, too


def test_what_waits_goes_on_with_a_killed_triggerer_that_starts_again_before_its_lease_ends(herd: TestCluster) -> None:
    start(herd, "a")
    waiting = Waiting(herd, "restarted")
    waiting.await_waiting()
    herd.kill("a")
    start(herd, "a")
    herd.wait_until(lambda: holder(herd, waiting) == herd.nodes["a"].pid, 60, "the takeover")
    waiting.signal()
    waiting.end()
    assert waiting.attempts() == [("deferred", 1, ""), ("success", 1, "")]
    assert waiting.said().count("seen") == 1  # nobody was left behind to see it, too


def test_a_frozen_triggerer_that_comes_back_has_nothing_more_to_say(herd: TestCluster) -> None:
    start(herd, "a", lease=SHORT)
    waiting = Waiting(herd, "frozen")
    waiting.await_waiting()
    start(herd, "b")
    herd.freeze("a", "headway triggerer%")
    herd.wait_until(lambda: holder(herd, waiting) == herd.nodes["b"].pid, 60, "the takeover")
    waiting.signal()  # the frozen one's child sees it, too
    waiting.end()
    herd.nodes["a"].signal(signal.SIGCONT)
    herd.wait_until(lambda: "declared dead" in herd.log("a"), 60, "word of its end")
    assert waiting.attempts() == [("deferred", 1, ""), ("success", 1, "")]
    again = Waiting(herd, "again")
    again.signal()
    again.end()


def test_a_triggerer_that_ends_in_order_hands_its_triggers_over_at_once(herd: TestCluster) -> None:
    start(herd, "a")
    waiting = Waiting(herd, "handed")
    waiting.await_waiting()
    start(herd, "b")
    assert herd.stop_node("a") == 0
    waiting.await_said("began", "cleaned", "began")
    waiting.signal()
    waiting.end()


def test_what_fires_while_the_metastore_is_away_is_kept(herd: TestCluster) -> None:
    with closing(Proxy(herd.settings.metastore.url.get_secret_value())) as proxy:
        start(herd, "a", metastore={"url": proxy.url})
        waiting = Waiting(herd, "kept")
        waiting.await_waiting()
        proxy.take_away()
        herd.wait_until(lambda: "the metastore does not answer" in herd.log("a"), 60, "the outage")
        waiting.signal()
        herd.wait_until(lambda: "cleaned" in waiting.said(), 60, "the firing")
        assert herd.states("waits", "kept") == {"w": "deferred"}
        proxy.bring_back()
        waiting.end()
        assert waiting.said().count("began") == 1


def test_a_triggerer_that_is_cut_off_stops_what_it_runs_when_its_lease_ends(herd: TestCluster) -> None:
    with closing(Proxy(herd.settings.metastore.url.get_secret_value())) as proxy:
        start(herd, "a", metastore={"url": proxy.url}, lease=SHORT)
        waiting = Waiting(herd, "fenced")
        waiting.await_waiting()
        proxy.take_away()
        herd.wait_until(lambda: "1 trigger(s) are stopped until it is" in herd.log("a"), 60, "the fence")
        waiting.signal()  # nobody looks any more
        proxy.bring_back()
        waiting.end()
        assert waiting.said().count("began") >= 2
        assert waiting.said().count("seen") == 1


def test_without_a_triggerer_the_wait_is_told_everywhere_and_still_ends_in_time(herd: TestCluster) -> None:
    waiting = Waiting(herd, "alone", timeout=600)
    herd.wait_task("waits", "alone", "w", "deferred")
    (state,) = states(herd.conn, "waits", "alone").tasks
    assert state.why.startswith("no triggerer is running, and it waits for its trigger Signal (signal alone), until")
    shown = Command(herd.home)("triggers", "list", "waits", "--output", "json")
    assert "no triggerer is running, so nothing wakes 1 deferred task" in shown.err
    assert [(row["run_id"], row["label"], row["triggerer"]) for row in shown.json] == [("alone", "signal alone", None)]
    waiting.time_out()
    waiting.end("failed")
    assert "TaskDeferralTimeout" in waiting.attempts()[-1][2]
    start(herd, "a")
    later = Waiting(herd, "later")
    later.await_waiting()
    (state,) = states(herd.conn, "waits", "later").tasks
    assert state.why.startswith("waits for its trigger Signal (signal later), in triggerer@")
    (node,) = [each for each in nodes.all_nodes(herd.conn) if each.kind == "triggerer"]
    assert (node.held, node.capacity) == (1, 10_000)
    later.signal()
    later.end()
