"""Tasks that defer, wait in a triggerer for what users' own triggers look for, and go on."""

from __future__ import annotations

import pytest

from headway.broker.bus import open_bus
from headway.operations.clear import Selection, clear
from headway.operations.wake import wake_schedulers
from support.clusters import ACTOR, TestCluster
from support.scraping import documented, of_every_node, scrape
from support.waiting import wait_for
from support.waits import Waiting


def test_a_task_goes_on_with_the_event_and_keeps_its_try_and_its_xcoms(nest: TestCluster) -> None:
    waiting = Waiting(nest, "plain")
    nest.wait_task("waits", "plain", "w", "deferred")
    waiting.await_waiting()
    assert nest.conn.execute("SELECT count(*) FROM claim").fetchone() == (0,)  # no worker's slot is taken
    waiting.signal()
    waiting.end()
    assert waiting.xcom() == {"event": {"name": "plain", "task": "w"}, "before": "kept", "day": 1}
    assert waiting.attempts() == [("deferred", 1, ""), ("success", 1, "")]
    waiting.await_said("began", "seen", "cleaned")
    assert nest.conn.execute("SELECT count(*) FROM trigger WHERE ti_id = %s", (waiting.ti,)).fetchone() == (0,)


def test_its_metrics_are_those_that_the_documentation_lists(nest: TestCluster) -> None:
    waiting = Waiting(nest, "measured")
    waiting.await_waiting()
    port = int(nest.sections["metrics"]["port"])
    found = scrape(port)
    assert {name for name in of_every_node(found) if not name.startswith("headway_service_")} == documented("Triggerer")
    assert found["headway_triggerer_triggers"] == {("clock",): 0, ("files",): 0, ("runs",): 0, ("hosts",): 1}
    assert found["headway_triggerer_processes"][()] == 1
    assert found["headway_service_looks"]["keeper",] >= 1
    before = found["headway_triggerer_fired"].get(("event",), 0)
    waiting.signal()
    waiting.end()
    counted = wait_for(lambda: (found := scrape(port))["headway_triggerer_fired"].get(("event",)) != before and found)
    assert counted["headway_triggerer_fired"]["event",] == before + 1
    assert counted["headway_triggerer_triggers"]["hosts",] == 0


def test_what_a_trigger_says_stands_in_the_tasks_log_in_order(nest: TestCluster) -> None:
    waiting = Waiting(nest, "talks")
    waiting.await_waiting()
    waiting.signal()
    waiting.end()
    words = ["about to defer", "Deferred to the trigger waiting.Signal (signal talks)", "waits: signal talks",
             "INFO looking for talks", "stdout it is there", "has fired", "resumed with"]  # fmt: skip
    nest.wait_until(lambda: all(word in waiting.log() for word in words), 60, "the whole log")
    log = waiting.log()
    assert [log.index(word) for word in words] == sorted(log.index(word) for word in words)


@pytest.mark.parametrize(
    ("then", "state", "outcome", "words"),
    [
        ("success", "success", "success", ""),
        ("skipped", "success", "skipped", "the trigger ended the task as skipped"),
        ("failed", "failed", "failed", "the trigger ended the task as failed"),
        ("raise", "failed", "failed", "TaskDeferralError: ValueError: the signal is red"),
        ("nothing", "failed", "failed", "ended without an event"),
    ],
)
def test_endings_and_faults_of_triggers(nest: TestCluster, then: str, state: str, outcome: str, words: str) -> None:
    waiting = Waiting(nest, f"ends-{then}", then=then)
    waiting.signal()
    waiting.end(state)
    last = waiting.attempts()[-1]
    assert (last[0], last[1]) == (outcome, 1)
    assert words in last[2]
    assert waiting.xcom() == ("by the trigger" if then == "success" else None)
    if then == "raise":
        nest.wait_until(lambda: 'raise ValueError("the signal is red")' in waiting.log(), 60, "the traceback")


def test_a_failed_trigger_costs_a_try_and_the_next_one_begins_anew(nest: TestCluster) -> None:
    waiting = Waiting(nest, "again", "waits_again", then="raise")
    waiting.signal()
    waiting.end("failed")
    outcomes = [(outcome, number) for outcome, number, _ in waiting.attempts()]
    assert outcomes == [("deferred", 1), ("retry", 1), ("deferred", 2), ("failed", 2)]


def test_a_deferral_that_lasts_too_long_fails_and_is_cleaned_up(nest: TestCluster) -> None:
    waiting = Waiting(nest, "late", timeout=600)
    waiting.await_waiting()
    waiting.time_out()
    waiting.end("failed")
    assert "TaskDeferralTimeout: the task was deferred for longer" in waiting.attempts()[-1][2]
    waiting.await_said("began", "cleaned")


def test_a_cleared_task_defers_anew_and_its_trigger_is_told_that_it_was_killed(nest: TestCluster) -> None:
    waiting = Waiting(nest, "cleared")
    waiting.await_waiting()
    cleared = clear(nest.conn, "waits", "cleared", Selection(), actor=ACTOR)
    assert [each.state for each in cleared.instances] == ["deferred"]
    bus = open_bus(nest.settings, name="test")
    wake_schedulers(nest.conn, bus, "clear")
    bus.close()
    nest.wait_until(lambda: waiting.said().count("began") == 2 and "killed" in waiting.said(), 60, "the second wait")
    waiting.signal()
    waiting.end()
    assert [(outcome, number) for outcome, number, _ in waiting.attempts()] == [
        ("deferred", 1), ("deferred", 2), ("success", 2)
    ]  # fmt: skip


def test_a_trigger_that_blocks_is_named_and_fails_and_the_others_go_on(nest: TestCluster) -> None:
    beside, blocking = Waiting(nest, "beside"), Waiting(nest, "blocks", then="block")
    beside.await_waiting()
    blocking.await_waiting()
    blocking.signal()
    blocking.end("failed")
    assert "the trigger waiting.Signal blocks the event loop for" in blocking.attempts()[-1][2]
    nest.wait_until(lambda: "time.sleep(60)" in blocking.log(), 60, "the place where it blocks")
    assert "headway_triggerer" not in blocking.log()  # the stack is that of the trigger's own code
    assert "task w of waits, run blocks" in nest.log("triggerer")
    beside.signal()
    beside.end()


def test_a_trigger_that_kills_its_process_fails_after_a_while_and_the_others_go_on(nest: TestCluster) -> None:
    dying = Waiting(nest, "dies", then="die")
    dying.signal()
    dying.end("failed")
    assert "the process that ran the trigger died 3 times, the last time with status 3" in dying.attempts()[-1][2]
    beside = Waiting(nest, "survives")
    beside.signal()
    beside.end()
