"""Messages and events that are lost, late or repeated."""

from __future__ import annotations

import redis

from headway.broker.redis_bus import PRIORITY_STEPS, list_name
from headway.messages import Finished
from headway.metastore.queries import nodes
from headway.operations.clear import Selection, clear
from support.mini_worker import Gate
from support.structures import task
from support.waiting import wait_for

from .conftest import Yard


class Lists:
    """What lies in Valkey's lists of a queue."""

    def __init__(self, yard: Yard, queue: str = "default") -> None:
        self._client = redis.Redis.from_url(yard.settings.broker.url.get_secret_value())
        self._names = [list_name(queue, step) for step in PRIORITY_STEPS]

    def __len__(self) -> int:
        return sum(self._client.llen(name) for name in self._names)

    def flush(self) -> None:
        """Lose everything."""
        self._client.delete(*self._names)

    def drop_one(self, step: int = 9) -> None:
        """Lose the message that would be taken next."""
        assert self._client.rpop(list_name("default", step))


def tokens(yard: Yard) -> dict[str, int]:
    return dict(yard.conn.execute("SELECT task_id, dispatch FROM task_instance").fetchall())


def test_every_message_delivered_twice_is_run_once(yard: Yard) -> None:
    yard.dag("d", *(task(f"t{n}") for n in range(10)), task("end", *(f"t{n}" for n in range(10))))
    yard.scheduler()
    worker = yard.worker(deliver=2)
    assert yard.await_end(yard.run()) == ["success"]
    assert (len(worker.claimed), len(worker.refused)) == (11, 11)
    assert yard.value("SELECT count(*) FROM task_attempt") == 11


def test_lost_messages_are_published_again_with_new_tokens(yard: Yard) -> None:
    yard.dag("d", *(task(f"t{n}") for n in range(5)))
    yard.scheduler()
    lists = Lists(yard)
    run = yard.run()
    wait_for(lambda: len(lists) == 5, 60, "five messages")
    lists.flush()
    worker = yard.worker()
    assert yard.await_end(run) == ["success"]
    assert min(tokens(yard).values()) == 2
    assert yard.value("SELECT count(*) FROM task_attempt") == 5
    assert min(message.dispatch for message in worker.claimed) == 2


def test_a_message_that_was_overtaken_is_published_again(yard: Yard) -> None:
    """Its queue never runs empty, so only its neighbours tell that it is lost."""
    gate = Gate()
    yard.dag("d", *(task(f"t{n}") for n in range(6)))
    yard.scheduler()
    lists = Lists(yard)
    run = yard.run()
    wait_for(lambda: len(lists) == 6, 60, "six messages")
    lists.drop_one()
    lost = yard.conn.execute("SELECT task_id FROM task_instance ORDER BY id LIMIT 1").fetchone()
    yard.dag("later", *(task(f"x{n}") for n in range(40)))
    wait_for(_old_enough(yard), 60, "an age at which overtaking counts")
    yard.run("later")
    yard.worker(gate, slots=20)
    gate.await_held(20)  # all that were published with it, and some of those that came later
    assert lost is not None
    wait_for(lambda: tokens(yard)[lost[0]] == 2, 60, "a second message")
    gate.open()
    assert yard.await_end(run) == ["success"]


def _old_enough(yard: Yard) -> object:
    query = "SELECT min(queued_at) < now() - interval '1.5 seconds' FROM task_instance WHERE state = 'queued'"
    return lambda: yard.value(query)


def test_urgent_messages_that_overtake_do_not_make_patient_ones_look_lost(yard: Yard) -> None:
    yard.dag("patient", *(task(f"p{n}") for n in range(4)))
    yard.scheduler()
    patient = yard.run("patient")
    lists = Lists(yard)
    wait_for(lambda: len(lists) == 4, 60, "four messages")
    wait_for(_old_enough(yard), 60, "an age at which overtaking counts")
    yard.dag("urgent", *(task(f"u{n}", priority_weight=1000) for n in range(5)))
    yard.worker(steps=PRIORITY_STEPS[:1])  # busy with what is urgent
    assert yard.await_end(yard.run("urgent")) == ["success"]
    swept = "SELECT max(queued_at) < now() - interval '1 s' FROM task_instance"
    wait_for(lambda: yard.value(swept), 60, "several sweeps after the last was claimed")
    assert {tokens(yard)[f"p{n}"] for n in range(4)} == {1}
    yard.worker()
    assert yard.await_end(patient) == ["success"]


def test_a_queue_without_workers_is_left_alone(yard: Yard) -> None:
    yard.dag("d", task("a", queue="lonely"))
    yard.scheduler()
    run = yard.run()
    lists = Lists(yard, "lonely")
    wait_for(lambda: len(lists) == 1, 60, "the message")
    lists.flush()
    wait_for(_old_enough(yard), 60, "an age at which a message could count as lost")
    yard.dag("other", task("x", kind="empty"))
    assert yard.await_end(yard.run("other")) == ["success"]
    assert tokens(yard)["a"] == 1
    yard.worker(queues=["lonely"])
    assert yard.await_end(run) == ["success"]
    assert tokens(yard)["a"] == 2


def test_a_lost_finish_costs_a_sweep_even_while_the_run_is_busy(yard: Yard) -> None:
    """Other events of the run keep coming: silence of the run as a whole would never be noticed."""
    gate = Gate()
    yard.dag("d", task("mute", queue="mute"), task("after", "mute"), *(task(f"t{n}") for n in range(4)))
    yard.scheduler()
    yard.worker(gate, slots=1)
    yard.worker(queues=["mute"], tell=False)
    run = yard.run()
    yard.await_states(run, mute="success", after="queued")
    gate.open()
    assert yard.await_end(run) == ["success"]


def test_events_that_say_nothing_new_are_ignored(yard: Yard) -> None:
    yard.dag("d", task("a"), task("b", "a"))
    scheduler = yard.scheduler()
    gate = Gate()
    yard.worker(gate)
    run = yard.run()
    gate.await_held(1)
    ti = yard.value("SELECT id FROM task_instance WHERE task_id = 'a'")
    put = scheduler.engine.inbox.put
    put(Finished(run, ti, 0, "success"))  # of an older dispatch
    put(Finished(run, 999_999, 1, "success"))  # of nobody
    put(Finished(999_999, ti, 1, "success"))  # of no run
    yard.dag("other", task("x", kind="empty"))
    assert yard.await_end(yard.run("other")) == ["success"]
    assert yard.states(run) == {"a": "running", "b": "none"}
    gate.open()
    assert yard.await_end(run) == ["success"]
    put(Finished(run, ti, 1, "failed"))
    assert yard.moves.count("b", "queued") == 1


def test_a_message_from_before_a_clear_is_refused(yard: Yard) -> None:
    yard.dag("d", task("a"))
    scheduler = yard.scheduler()
    run = yard.run()
    lists = Lists(yard)
    wait_for(lambda: len(lists) == 1, 60, "the first message")
    clear(yard.conn, "d", "r1", Selection(), actor="test")
    scheduler.wake("clear")
    wait_for(lambda: len(lists) == 2, 60, "the second message")
    worker = yard.worker(slots=1)
    assert yard.await_end(run) == ["success"]
    assert worker.refused[0].dispatch == 1
    assert [each.dispatch >= 3 for each in worker.claimed] == [True]
    assert yard.value("SELECT try_number FROM task_instance") == 1  # nothing was tried yet


def test_a_finish_after_the_host_was_given_up_is_refused(yard: Yard) -> None:
    late = Gate()
    yard.dag("d", task("a"))
    yard.scheduler()
    frozen = yard.worker(late, slots=1)
    run = yard.run()
    late.await_held(1)
    yard.conn.execute("UPDATE node SET state = 'dead' WHERE id = %s", (frozen.id,))
    held = Gate()
    nodes.end_lost(yard.conn, max_lost=3)
    yard.worker(held, slots=1)
    held.await_held(1)
    late.open()  # it thaws, and says that all went well
    wait_for(lambda: frozen.answers, 60, "the late finish")
    assert frozen.answers == [None]
    assert yard.states(run) == {"a": "running"}
    held.open()
    assert yard.await_end(run) == ["success"]
    outcomes = yard.conn.execute("SELECT dispatch, outcome FROM task_attempt ORDER BY dispatch").fetchall()
    assert outcomes == [(1, "lost"), (2, "success")]
