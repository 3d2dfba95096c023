"""Every statement that moves a task instance, in any order and by anybody, against a plain model of what it may do."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import uuid4

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from headway.metastore.database import Connection
from headway.metastore.queries import attempts, cutting, marked_attempts, nodes, repair, scheduling
from headway.metastore.queries.attempts import STATE_AFTER, Result
from headway.metastore.queries.stop_reasons import RETRYING
from headway.operations.clear import Selection, clear
from headway.operations.holds import hold, release
from headway.operations.marks import MARKS, mark_tasks
from headway.operations.selection import RunChoice
from headway.states import FINISHED, OCCUPYING, READY, Outcome, TaskState
from support.structures import add_run, store_dag, structure, task
from support.transition_guard import Moves

RETRIES, MAX_LOST = 2, 1
NAMES = ("a", "b")
OUTCOMES = (Outcome.SUCCESS, Outcome.FAILED, Outcome.SKIPPED, Outcome.RETRY, Outcome.RESCHEDULED, Outcome.INTERRUPTED)
_S = TaskState


@dataclass
class Instance:
    """What the model knows of a task instance. ``claim`` is (token, node, stop asked for: empty, stop or retry)."""

    ti: int
    state: TaskState = _S.NONE
    dispatch: int = 0
    try_number: int = 1
    max_tries: int = RETRIES
    claim: tuple[int, int, str] | None = None
    attempts: list[tuple[int, int, str]] = field(default_factory=list)
    timer: int | None = None

    def lost(self) -> int:
        """How often the present try has lost its host."""
        return sum(number == self.try_number and outcome == "lost" for _, number, outcome in self.attempts)

    def tried(self) -> bool:
        """Whether the present try has an attempt behind it."""
        return any(number == self.try_number for _, number, _ in self.attempts)

    def stop(self, how: str = "stop") -> None:
        """Its worker is asked to end it."""
        assert self.claim is not None
        self.claim = (*self.claim[:2], how)

    def end(self, outcome: str, state: TaskState) -> None:
        """The claimed dispatch ends; what was cleared meanwhile begins a new try instead."""
        cleared = self.state is _S.RESTARTING
        kept = outcome == "lost" or not cleared
        self.attempts.append((self.dispatch, self.try_number, outcome if kept else "interrupted"))
        self.state = _S.SCHEDULED if cleared else state
        self.try_number += cleared
        self.claim = None


names = st.sampled_from(NAMES)
ages = st.sampled_from([0, 0, 1])  # of a token: how many dispatches ago
rarely_not = st.sampled_from([True, True, True, False])  # what ends the play must not come too soon


class Machine(RuleBasedStateMachine):
    """One run of two tasks; ``conn`` is set by the test."""

    conn: Connection

    def __init__(self) -> None:
        super().__init__()
        self.run_id = uuid4().hex
        self.run = add_run(self.conn, "d", self.run_id)
        version = self.conn.execute("SELECT version_id FROM dag_run WHERE id = %s", (self.run,)).fetchone()
        assert version is not None
        assert scheduling.start_run(self.conn, run=self.run, version=1, version_id=version[0])
        rows = scheduling.instances(self.conn, self.run)
        self.model = {row[1]: Instance(row[0]) for row in rows}
        self.version = 1
        self.nodes = [self._join(), self._join()]

    def _join(self) -> str:
        node = str(uuid4())
        nodes.register(
            self.conn, node=node, kind="worker", name="w", hostname="h", pid=1, version="0", lease=600, capacity=1
        )
        return node

    # the scheduler

    @rule(name=names, age=ages, stale=st.sampled_from([False, False, True]))
    def queue_one(self, name: str, age: int, stale: bool) -> None:
        self.queue(name, age, stale)

    def queue(self, name: str, age: int, stale: bool) -> None:
        mine = self.model[name]
        queued = scheduling.queue(
            self.conn, me="me", wanted=[(mine.ti, mine.dispatch - age, "default_pool")],
            runs=[(self.run, self.version - stale)], pools={},
        )  # fmt: skip
        if not age and not stale and mine.state in READY:
            mine.try_number += mine.state is _S.UP_FOR_RETRY
            mine.state, mine.dispatch = _S.QUEUED, mine.dispatch + 1
            assert [(each.ti, each.dispatch, each.try_number) for each in queued] == [
                (mine.ti, mine.dispatch, mine.try_number)
            ]
            scheduling.clear_timers(self.conn, [mine.ti])
            mine.timer = None
        else:
            assert queued == []

    @precondition(lambda self: any(mine.state in READY for mine in self.model.values()))
    @rule(node=st.sampled_from([0, 1]), age=ages)
    def start_what_is_ready(self, node: int, age: int) -> None:
        """The usual way, so that the play gets somewhere; perhaps an old message comes first."""
        for name in [name for name, mine in self.model.items() if mine.state in READY]:
            self.queue(name, 0, False)
            self.claim(name, age, node)
            self.claim(name, 0, node)

    @rule(name=names, age=ages)
    def publish_again(self, name: str, age: int) -> None:
        mine = self.model[name]
        renewed = scheduling.republish(self.conn, [(mine.ti, mine.dispatch - age)])
        assert bool(renewed) == (mine.state is _S.QUEUED and not age)
        mine.dispatch += bool(renewed)

    @rule(name=names, state=st.sampled_from([_S.SKIPPED, _S.UPSTREAM_FAILED, _S.SUCCESS]), stale=rarely_not)
    def settle(self, name: str, state: TaskState, stale: bool) -> None:
        mine = self.model[name]
        runs = [(self.run, self.version - stale)]
        settled = scheduling.settle(self.conn, decided=[(mine.ti, state)], runs=runs)
        assert bool(settled) == (not stale and mine.state in (_S.NONE, _S.SCHEDULED))
        mine.state = state if settled else mine.state

    @rule(keep=names, stale=rarely_not)
    def cut_short(self, keep: str, stale: bool) -> None:
        cutting.stop_rest(self.conn, run=self.run, version=self.version - stale, keep=[keep], reason="late")
        for name, mine in self.model.items():
            if stale or name == keep or mine.state in FINISHED:
                continue
            if mine.state in (_S.RUNNING, _S.RESTARTING):
                assert mine.claim is not None
                mine.stop(mine.claim[2] or "stop")
            else:
                mine.state, mine.timer = _S.SKIPPED, None

    @rule(state=st.sampled_from(["success", "failed"]))
    def end_the_run(self, state: str) -> None:
        done = all(mine.state in FINISHED for mine in self.model.values())
        if not done:
            ended = scheduling.end_run(self.conn, run=self.run, version=self.version, state=state)  # type: ignore[arg-type]
            assert not ended

    # workers

    @rule(name=names, age=ages, node=st.sampled_from([0, 1]))
    def claim_one(self, name: str, age: int, node: int) -> None:
        self.claim(name, age, node)

    def claim(self, name: str, age: int, node: int) -> None:
        mine, nonce = self.model[name], str(uuid4())
        token = mine.dispatch - age
        taken = attempts.claim(self.conn, ti=mine.ti, dispatch=token, node=self.nodes[node], nonce=nonce)
        assert bool(taken) == (mine.state is _S.QUEUED and not age)
        again = attempts.claimed(self.conn, ti=mine.ti, dispatch=token, nonce=nonce)
        assert bool(again) == bool(taken)
        if taken:
            assert (taken.dispatch, taken.try_number, taken.max_tries) == (token, mine.try_number, mine.max_tries)
            mine.state, mine.claim = _S.RUNNING, (token, node, "")

    @rule(name=names, age=ages, outcome=st.sampled_from(OUTCOMES))
    def finish(self, name: str, age: int, outcome: Outcome) -> None:
        mine = self.model[name]
        runs = mine.state in (_S.RUNNING, _S.RESTARTING) and not age
        timed = runs and mine.state is _S.RUNNING and outcome in (Outcome.RETRY, Outcome.RESCHEDULED)
        state = attempts.finish(
            self.conn, ti=mine.ti, dispatch=mine.dispatch - age, hostname="h", result=Result(outcome)
        )
        if runs:
            mine.end(outcome, STATE_AFTER[outcome])
            mine.timer = mine.dispatch if timed else mine.timer
        assert state == (mine.state if runs else None)

    @rule(name=names, age=ages)
    def close(self, name: str, age: int) -> None:
        """The worker has ended what was marked while it ran."""
        mine = self.model[name]
        closed = marked_attempts.close(
            self.conn, ti=mine.ti, dispatch=mine.dispatch - age, hostname="h", result=Result(Outcome.FAILED)
        )
        assert closed == (mine.claim is not None and mine.state in FINISHED and not age)
        if closed:
            mine.attempts.append((mine.dispatch, mine.try_number, "interrupted"))
            mine.claim = None

    @rule(name=names, age=ages)
    def push(self, name: str, age: int) -> None:
        mine = self.model[name]
        kept = attempts.xcom_push(self.conn, ti=mine.ti, dispatch=mine.dispatch - age, key="k", value="1")
        assert kept == (mine.state is _S.RUNNING and not age)

    @rule(node=st.sampled_from([0, 1]))
    def lose_a_host(self, node: int) -> None:
        self.conn.execute("UPDATE node SET state = 'dead' WHERE id = %s", (self.nodes[node],))
        ended = {each.ti for each in nodes.end_lost(self.conn, max_lost=MAX_LOST)}
        self.nodes[node] = self._join()
        assert ended == {mine.ti for mine in self.model.values() if self._lose(mine, node)}

    @rule(node=st.sampled_from([0, 1]))
    def forget_what_is_held(self, node: int) -> None:
        """Two renewals in a row that name nothing."""
        for _ in range(2):
            assert nodes.renew_worker(self.conn, node=self.nodes[node], lease=600, held=[]) == "up"
        ended = {each.ti for each in nodes.end_unnamed(self.conn, node=self.nodes[node], max_lost=MAX_LOST)}
        assert ended == {mine.ti for mine in self.model.values() if self._lose(mine, node)}

    def _lose(self, mine: Instance, node: int) -> bool:
        if mine.claim is None or mine.claim[1] != node:
            return False
        if mine.state in FINISHED:  # marked: nothing changes but the history
            mine.attempts.append((mine.dispatch, mine.try_number, "lost"))
            mine.claim = None
            return False
        goes_on = mine.claim[2] != "stop" and mine.lost() < MAX_LOST
        mine.end("lost", _S.SCHEDULED if goes_on else _S.FAILED)
        return True

    @rule(node=st.sampled_from([0, 1]))
    def renew(self, node: int) -> None:
        held = [(mine.ti, mine.claim[0]) for mine in self.model.values() if mine.claim and mine.claim[1] == node]
        assert nodes.renew_worker(self.conn, node=self.nodes[node], lease=600, held=held) == "up"
        stops = {stop.ti for stop in nodes.stops(self.conn, node=self.nodes[node], held=held)}
        assert stops == {
            mine.ti for mine in self.model.values() if mine.claim and mine.claim[1] == node and mine.claim[2]
        }

    # people

    @rule(name=names)
    def clear(self, name: str) -> None:
        mine = self.model[name]
        cleared = clear(self.conn, "d", self.run_id, Selection(name), actor="test")
        if mine.state in (_S.NONE, _S.RESTARTING):
            assert not cleared.instances
            return
        self.version += 1
        if mine.claim is not None:
            mine.state, mine.max_tries = _S.RESTARTING, mine.try_number + RETRIES
            mine.stop()
            return
        mine.dispatch += mine.state not in FINISHED
        mine.try_number += mine.tried()
        mine.max_tries = mine.try_number - 1 + RETRIES
        mine.state, mine.timer = _S.NONE, None

    @rule(name=names, state=st.sampled_from(MARKS))
    def mark(self, name: str, state: TaskState) -> None:
        mine = self.model[name]
        marked = mark_tasks(self.conn, "d", RunChoice(self.run_id), Selection(name), state, actor="test")
        assert bool(marked) == (mine.state is not state)
        if not marked:
            return
        self.version += 1
        if mine.claim is not None:
            mine.stop()
        else:
            mine.dispatch += mine.state not in FINISHED
        mine.state, mine.timer = state, None

    @rule(name=names, retry=st.booleans())
    def kill(self, name: str, retry: bool) -> None:
        mine = self.model[name]
        killed = repair.kill(self.conn, mine.ti, reason=f"{RETRYING if retry else ''}killed by ann")
        assert killed == (mine.state is _S.RUNNING)
        if killed:
            mine.stop("retry" if retry else "stop")

    @rule(name=names)
    def hold_and_release(self, name: str) -> None:
        held = hold(self.conn, "d", self.run_id, name, actor="test")
        release(self.conn, "d", self.run_id, name, actor="test")
        mine = self.model[name]
        self.version += 1
        assert held.taken_back == (mine.state is _S.QUEUED)
        if held.taken_back:
            mine.state, mine.dispatch = _S.SCHEDULED, mine.dispatch + 1

    # what must hold at every moment

    @invariant()
    def rows_are_as_the_model_says(self) -> None:
        rows = self.conn.execute(
            "SELECT t.task_id, t.state, t.dispatch, t.try_number, t.max_tries,"
            " c.dispatch, c.stop IS NOT NULL, m.dispatch FROM task_instance t"
            " LEFT JOIN claim c ON c.ti_id = t.id LEFT JOIN timer m ON m.ti_id = t.id"
            " WHERE t.run_id = %s",
            (self.run,),
        ).fetchall()
        assert {row[0]: row[1:] for row in rows} == {name: _row(mine) for name, mine in self.model.items()}

    @invariant()
    def history_is_as_the_model_says(self) -> None:
        rows = self.conn.execute(
            "SELECT a.ti_id, a.dispatch, a.try_number, a.outcome FROM task_attempt a"
            " JOIN task_instance t ON t.id = a.ti_id WHERE t.run_id = %s",
            (self.run,),
        ).fetchall()
        assert sorted(rows) == sorted((mine.ti, *each) for mine in self.model.values() for each in mine.attempts)

    @invariant()
    def who_is_claimed_occupies(self) -> None:
        """Or was marked, and is being stopped."""
        assert all(mine.state in OCCUPYING or mine.claim[2] for mine in self.model.values() if mine.claim)

    def teardown(self) -> None:
        self.conn.execute("UPDATE dag_run SET state = 'failed' WHERE id = %s", (self.run,))
        self.conn.execute("DELETE FROM claim")


def _row(mine: Instance) -> tuple[object, ...]:
    claim = mine.claim or (None, None, "")
    return (str(mine.state), mine.dispatch, mine.try_number, mine.max_tries, claim[0], bool(claim[2]), mine.timer)


def test_no_order_of_statements_leads_astray(conn: Connection) -> None:
    Moves(conn)
    store_dag(conn, structure("d", *(task(name, retries=RETRIES) for name in NAMES)))
    run_state_machine_as_test(
        type("MachineHere", (Machine,), {"conn": conn}),
        settings=settings(max_examples=50, stateful_step_count=40, deadline=None, derandomize=True),
    )
