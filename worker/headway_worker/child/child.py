"""A pool child: what it sets up after the fork, and what it works with until it is replaced."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import FrameType

from headway.authoring import defaults, secrets_backends
from headway.authoring.exceptions import AirflowTaskTerminated
from headway.authoring.execute import Execution
from headway.authoring.timeouts import time_limit
from headway.broker.bus import Bus, open_bus
from headway.masking import Masker
from headway.metastore.queries.stop_reasons import spoken
from headway.settings import Settings
from headway_worker import processes
from headway_worker.child.dags import DagShelf
from headway_worker.child.fence import Fence
from headway_worker.child.parallel import allow_multiprocessing, end_helper_processes, helper_processes
from headway_worker.child.recollection import Recollection
from headway_worker.child.surroundings import Surroundings, hide_settings
from headway_worker.child.usage import PeakMemory
from headway_worker.child.values import VaultDoor
from headway_worker.logs.capture import Capture
from headway_worker.logs.log_files import append, outbox
from headway_worker.logs.task_logging import log_into
from headway_worker.slots import Attempt, Cause, Phase, SlotTable
from headway_worker.spool import Spool
from headway_worker.store import Store

#: Asks a child to look at its slot: its task may have to stop.
STOP_SIGNAL = signal.SIGUSR2

_GRACE = 3.0  # seconds in which callbacks must end that have been told that their time is over


@dataclass(frozen=True, slots=True)
class Node:
    """What all children of one worker share; ``hostname`` as attempts show it, ``name`` as Flower does."""

    settings: Settings
    table: SlotTable
    marker: str
    name: str
    hostname: str
    pid: int


class Child:
    """One pool child; made in it, after the fork. ``execution`` is the task that it runs at this moment."""

    def __init__(self, node: Node, index: int) -> None:
        self.node = node
        self.pid = os.getpid()
        self.slot = node.table.slot(index)
        self.store = Store(node.settings.metastore, name=f"headway {node.name}", on_waited=self.slot.put_off)
        self.capture = Capture(Masker(), cap=node.settings.logs.max_mb * 1_000_000)
        self.shelf = DagShelf(node.settings, self.store)
        self.recollection = Recollection()
        self.door = VaultDoor(node.settings)
        self.spool = Spool(node.settings.home)
        self.logs = outbox(node.settings.home, node.name)
        self.isolated_pid = 0
        self.execution: Execution | None = None
        self._asked: Attempt | None = None
        self._bus: Bus | None = None
        self._surroundings: Surroundings | None = None
        self._peak = PeakMemory()

    def begin(self) -> None:
        """Make this process a safe place for users' code."""
        processes.die_with_parent(self.node.pid)
        processes.adopt_orphans()
        os.setpgid(0, 0)
        allow_multiprocessing()
        self.slot.begin(self.pid)
        hide_settings()
        secrets = self.node.settings.secrets
        secrets_backends.configure(secrets.backend, secrets.backend_kwargs.get_secret_value())
        defaults.configure(**self.node.settings.unsaid())
        os.environ[processes.WORKER_VARIABLE] = self.node.marker
        signal.signal(STOP_SIGNAL, self._on_stop)
        self.capture.start()
        log_into(self.capture)
        Fence(self.node.table, self.slot).start()

    @property
    def bus(self) -> Bus:
        """This child's connection to the broker, opened late."""
        if self._bus is None:
            self._bus = open_bus(self.node.settings, name=f"headway {self.node.name}")
        return self._bus

    def await_lease(self) -> bool:
        """Wait until the lease covers new work; False when the worker drains instead."""
        while time.monotonic() >= self.node.table.deadline and not self.node.table.draining:
            time.sleep(0.05)
        return not self.node.table.draining

    @contextmanager
    def callbacks(self, path: Path) -> Iterator[None]:
        """Callbacks run in this block, only so long: then an exception ends them, or soon after it their process.

        The parent says that in the log at ``path``, which it finds because it is there.
        """
        with suppress(OSError):  # a full disk must not keep callbacks from running
            append(path, b"")
        limit = self.node.settings.worker.callback_limit
        self.slot.kill_at = time.monotonic() + limit + _GRACE
        self.slot.enter(Phase.CALLBACKS)
        with time_limit(timedelta(seconds=limit), "the callbacks ran longer than worker.callback_limit,"):
            yield

    def mark(self, attempt: Attempt) -> None:
        """Have every program that the task starts bear the attempt's name, and measure its memory alone."""
        self._peak.reset()
        if self._surroundings is None:  # only now has the pool set its own signal handlers
            signal.signal(signal.SIGINT, _pass_over)
            self._surroundings = Surroundings()
            self._surroundings.keep_from_forks()
        os.environ[processes.ATTEMPT_VARIABLE] = str(attempt)

    def clear_up(self) -> None:
        """End what the task has left running, and put its surroundings back."""
        self.capture.repair()
        if processes.has_children():
            processes.kill_descendants(self.pid, but=helper_processes())
            end_helper_processes()
        if self._surroundings is not None:
            self._surroundings.restore()

    def after_fork(self) -> None:
        """In a process forked for one task: nothing of the child's connections may be used, its signals are ours."""
        processes.die_with_parent(self.pid)
        self.pid = os.getpid()
        self.isolated_pid = 0
        self._bus = None
        self.store.forget()
        self.capture.renew()
        self._peak = PeakMemory()
        self._peak.reset()
        if self._surroundings is not None:
            self._surroundings.restore_signals()

    def _on_stop(self, _number: int, _frame: FrameType | None) -> None:
        if self.isolated_pid:
            processes.send(self.isolated_pid, STOP_SIGNAL)
            return
        reading = self.slot.read()
        if reading.phase is not Phase.RUNNING or reading.cause not in (Cause.STOP, Cause.DRAIN):
            return
        if reading.attempt != self._asked:
            self._asked = reading.attempt
            raise AirflowTaskTerminated(spoken(reading.reason))
        if self.execution is not None:  # a reminder: the task's code holds the request up, or has swallowed it
            self.execution.on_kill()


def _pass_over(_number: int, _frame: FrameType | None) -> None:
    """Ctrl-C is the worker's business; but unlike a signal that is ignored, programs that a task starts know it."""
