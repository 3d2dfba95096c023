"""A worker made of the real statements and messages, in threads of the test process.

It takes dispatches off Valkey's lists as Celery would, claims, lets the test decide how the task ends, and
finishes. The test may hold tasks, lose events, and have messages delivered more than once.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import redis

from headway.authoring.xcom_codec import encode
from headway.broker.bus import Bus, open_bus
from headway.broker.redis_bus import PRIORITY_STEPS, list_name
from headway.errors import BrokerUnavailable, MetastoreUnavailable
from headway.messages import Dispatch, Finished
from headway.metastore.database import LOST, Connection, connect
from headway.metastore.queries import attempts, marked_attempts, nodes
from headway.metastore.queries.attempts import Claimed, Result
from headway.settings import Settings
from headway.states import Outcome

Behaviour = Callable[[Claimed], Result]

SKIP_KEY = "skipmixin_key"
_POLL = 0.1  # seconds that a look into the lists may block
_HELD = 110.0  # seconds after which a held task gives up


def succeed(_claimed: Claimed) -> Result:
    """Every task succeeds."""
    return Result(Outcome.SUCCESS)


def ending(**outcomes: Outcome) -> Behaviour:
    """Tasks end as named, the rest succeed."""
    return lambda claimed: Result(outcomes.get(claimed.task_id, Outcome.SUCCESS))


def deciding(**decisions: dict[str, list[str]]) -> Behaviour:
    """Branching tasks that push the named decisions; the rest succeed."""

    def behave(claimed: Claimed) -> Result:
        decision = decisions.get(claimed.task_id)
        return Result(Outcome.SUCCESS, xcoms={SKIP_KEY: encode(decision)} if decision else {})

    return behave


def retrying(claimed: Claimed, *, delay: float = 0.0) -> Result:
    """Fail as long as there are tries left, then succeed."""
    if claimed.try_number <= claimed.max_tries:
        return Result(Outcome.RETRY, due=datetime.now(UTC) + timedelta(seconds=delay), xcoms={"try": encode("old")})
    return Result(Outcome.SUCCESS)


class Abandoned(Exception):
    """A held task whose test is over."""


class Gate:
    """Holds tasks until the test lets them go; ``is_open`` when all may."""

    def __init__(self, inner: Behaviour = succeed) -> None:
        self._inner = inner
        self._lock = threading.Condition()
        self._held: dict[str, int] = {}
        self._passes = 0
        self.is_open = False

    def __call__(self, claimed: Claimed) -> Result:
        with self._lock:
            self._held[claimed.task_id] = self._held.get(claimed.task_id, 0) + 1
            self._lock.notify_all()
            if not self._lock.wait_for(lambda: self.is_open or self._passes > 0, _HELD):
                raise Abandoned
            self._passes -= 1
        return self._inner(claimed)

    def await_held(self, count: int, seconds: float = 60.0) -> list[str]:
        """Wait until so many tasks have come to the gate; returns their ids."""
        with self._lock:
            assert self._lock.wait_for(lambda: sum(self._held.values()) >= count, seconds), f"held: {self._held}"
            return sorted(task_id for task_id, times in self._held.items() for _ in range(times))

    def let_one_go(self) -> None:
        """Let one of those that are held go, or the next that comes."""
        with self._lock:
            self._passes += 1
            self._lock.notify_all()

    def open(self) -> None:
        """Let all go, now and in future."""
        with self._lock:
            self.is_open = True
            self._lock.notify_all()


class MiniWorker:
    """One worker node with ``slots`` threads.

    ``deliver`` says how often each message is handed over; ``tell`` whether finish events are sent; ``steps``
    names the kombu priorities that it takes.
    ``claimed`` and ``refused`` hold the dispatches in the order in which they came, ``answers`` what finishing
    them brought (None: refused).
    """

    def __init__(
        self,
        settings: Settings,
        behave: Behaviour = succeed,
        *,
        queues: Sequence[str] = ("default",),
        slots: int = 4,
        deliver: int = 1,
        tell: bool = True,
        steps: Sequence[int] = PRIORITY_STEPS,
    ) -> None:
        self.id = str(uuid4())
        self.claimed: list[Dispatch] = []
        self.refused: list[Dispatch] = []
        self.answers: list[str | None] = []
        self._settings = settings
        self._behave = behave
        self._lists = [list_name(queue, step) for step in steps for queue in queues]
        self._queues = queues
        self._deliver = deliver
        self._tell = tell
        self._ending = threading.Event()
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(slots)]

    def start(self) -> None:
        """Join the cluster and take messages."""
        with connect(self._settings.metastore) as conn:
            nodes.register(
                conn, node=self.id, kind="worker", name=f"w-{self.id[:4]}", hostname="here", pid=1, version="0",
                lease=3600, queues=self._queues, capacity=len(self._threads),
            )  # fmt: skip
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Take nothing more; tasks that are held stay claimed."""
        self._ending.set()

    def join(self) -> None:
        """Wait for the threads' end."""
        for thread in self._threads:
            thread.join(60)

    def _work(self) -> None:
        client = redis.Redis.from_url(self._settings.broker.url.get_secret_value())
        bus, conn = open_bus(self._settings, name="mini worker"), None
        while not self._ending.is_set():
            try:
                conn = conn or connect(self._settings.metastore, name="mini worker")
                found = client.brpop(self._lists, _POLL)
                if found and self._ending.is_set():
                    client.rpush(*found)  # stopped while it waited
                elif found:
                    self._take(conn, bus, json.loads(json.loads(found[1])["body"])[0][0])
            except (*LOST, MetastoreUnavailable, BrokerUnavailable, redis.RedisError):
                conn = None
                self._ending.wait(_POLL)
            except Abandoned:
                break
        if conn is not None:
            conn.close()

    def _take(self, conn: Connection, bus: Bus, body: dict[str, object]) -> None:
        message = Dispatch.from_json(body)
        accepted = [self._claim(conn, message) for _ in range(self._deliver)]
        for claim in accepted:
            if claim is not None:
                self._finish(conn, bus, message, claim)

    def _claim(self, conn: Connection, message: Dispatch) -> Claimed | None:
        claim = attempts.claim(conn, ti=message.ti, dispatch=message.dispatch, node=self.id, nonce=str(uuid4()))
        (self.refused if claim is None else self.claimed).append(message)
        return claim

    def _finish(self, conn: Connection, bus: Bus, message: Dispatch, claim: Claimed) -> None:
        result = self._behave(claim)
        while not self._ending.is_set():
            try:
                state = self._deliver_end(conn, claim, result)
                break
            except (*LOST, MetastoreUnavailable):
                conn = self._again()
        else:
            return
        self.answers.append(state)
        if state is not None and self._tell:
            bus.send_event(message.reply_to, Finished(claim.run, claim.ti, claim.dispatch, state).encode())

    def _deliver_end(self, conn: Connection, claim: Claimed, result: Result) -> str | None:
        """As ``headway_worker.claims`` does it: one that was marked meanwhile is only closed."""
        ti, dispatch = claim.ti, claim.dispatch
        state = attempts.finish(conn, ti=ti, dispatch=dispatch, hostname="here", result=result)
        if state is None and not marked_attempts.close(conn, ti=ti, dispatch=dispatch, hostname="here", result=result):
            state = attempts.finish(conn, ti=ti, dispatch=dispatch, hostname="here", result=result)
        return state

    def _again(self) -> Connection:
        while True:
            try:
                return connect(self._settings.metastore, name="mini worker")
            except MetastoreUnavailable:
                if self._ending.wait(_POLL):
                    raise
