"""One worker from its start to its end: the parts, put together in the order in which they depend."""

from __future__ import annotations

import gc
import logging
import os
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

from headway import node_logs
from headway.errors import NotConfigured
from headway.settings import Settings
from headway_worker import processes
from headway_worker.parent.guard import Guard
from headway_worker.parent.home import WorkerHome
from headway_worker.slots import SlotTable

if TYPE_CHECKING:
    from headway_worker.parent.team import Team

log = logging.getLogger(__name__)

_SPARE_SLOTS = 64  # for a pool that Celery's remote control has let grow


@dataclass(frozen=True, slots=True)
class Wish:
    """The worker that somebody wants; ``short_name`` has no ``@``."""

    queues: Sequence[str]
    concurrency: int
    short_name: str
    hostname: str

    @classmethod
    def of(cls, queues: Sequence[str], concurrency: int, name: str) -> Wish:
        """Fill in what was left open: a worker is called after its queues, on this host."""
        short, _, host = name.partition("@")
        return cls(queues, concurrency, short or "-".join(queues), host or socket.gethostname())

    @property
    def name(self) -> str:
        """As Celery and people know it."""
        return f"{self.short_name}@{self.hostname}"


def run_worker(settings: Settings, wish: Wish) -> int:
    """Run until drained; the exit status. Raises ``HeadwayError`` when it cannot start."""
    _refuse_unconfigured(settings)
    node_logs.set_up(settings.logs.node_format, "worker", level=logging.WARNING, louder=("headway", "headway_worker"))
    marker = str(uuid4())
    home = WorkerHome(settings.home, wish.name)
    home.take()
    table = SlotTable(wish.concurrency + _SPARE_SLOTS, marker)
    guard = Guard(table, marker)
    guard.start()
    for let_go in (guard.let_go, home.let_go):
        os.register_at_fork(after_in_child=let_go)
    try:
        return _run(settings, wish, home, table, marker, guard)
    finally:
        guard.stop()


def _refuse_unconfigured(settings: Settings) -> None:
    """Before a worker that cannot be has left anything in a home that may be the wrong one."""
    for name, server in (("metastore", settings.metastore), ("broker", settings.broker)):
        if not server.url.get_secret_value():
            raise NotConfigured(name)


def _run(settings: Settings, wish: Wish, home: WorkerHome, table: SlotTable, marker: str, guard: Guard) -> int:
    processes.adopt_orphans()
    former = home.end_former()
    from headway_worker.parent.team import Team  # Celery and all the rest: only now, behind the guard

    team = Team(settings, wish, table, marker, guard_pid=guard.pid)
    team.check()
    if former is not None:
        team.bury(former)
    team.register(lambda node: home.record(marker, node))
    gc.freeze()  # what is loaded now stays shared between the children
    code = _work(team)
    home.leave()
    return code


def _work(team: Team) -> int:
    team.start_services()
    try:
        with team.metrics():
            return team.consume()
    finally:
        team.stop_services()
