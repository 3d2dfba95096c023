"""Celery's prefork pool, taught to tell us of each child's end, and to forget a dead child's pipes."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable
from typing import Any, ClassVar

from billiard import context, popen_fork
from billiard.pool import EX_FAILURE, EX_OK
from celery.concurrency import asynpool
from celery.concurrency.asynpool import AsynPool
from celery.concurrency.prefork import TaskPool

from headway_worker.verdicts import Death

log = logging.getLogger(__name__)

_REAP_SECONDS = 2.0  # a task that closes descriptors which are not its own looks like a dead one

#: Told of a child's end in the pool's own thread: index, pid and how it died.
OnEnd = Callable[[int, int, Death], None]


class _Popen(popen_fork.Popen):  # type: ignore[misc]
    """Keeps the resource usage of a reaped child, which is lost otherwise."""

    peak_rss = 0
    returncode: int | None

    def poll(self, flag: int = os.WNOHANG) -> int | None:
        """The exit code (minus the signal), None while the child lives."""
        if self.returncode is None:
            try:
                pid, status, usage = os.wait4(self.pid, flag)
            except ChildProcessError:
                return None
            if pid == self.pid:
                self.returncode = os.waitstatus_to_exitcode(status)
                self.peak_rss = usage.ru_maxrss * 1024
        return self.returncode


class _Process(context.ForkProcess):  # type: ignore[misc]
    _Popen = staticmethod(_Popen)


class _Worker(asynpool.Worker):  # type: ignore[misc]
    """The loop of a child, which leaves at once when it is told to.

    billiard announces the end and waits a second for the parent to hear of it; ours sees it by the process itself.
    """

    def _do_exit(self, pid: int, exitcode: int | None, exc: BaseException | None = None) -> None:
        code = exitcode if exitcode is not None else (EX_FAILURE if exc else EX_OK)
        try:
            if self.on_exit is not None:
                self.on_exit(pid, code)
        finally:
            os._exit(code)


class _Pool(AsynPool):  # type: ignore[misc]
    Worker = _Worker
    on_end: ClassVar[OnEnd]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._closed: dict[int, float] = {}
        super().__init__(*args, **kwargs)

    def Process(self, *args: Any, **kwargs: Any) -> _Process:  # noqa: N802  (the pool's own name)
        return _Process(*args, **kwargs)

    def _event_process_exit(self, hub: Any, proc: Any) -> None:
        """A child's end shows by its closed pipe a moment before it can be reaped: look again until it can.

        The pool itself would look again only at its timer, seconds later.
        """
        since = self._closed.setdefault(proc.pid, time.monotonic())
        if proc._popen.poll() is None and time.monotonic() - since < _REAP_SECONDS:
            time.sleep(0.001)
            return
        del self._closed[proc.pid]
        super()._event_process_exit(hub, proc)

    def register_with_event_loop(self, hub: Any) -> None:
        """Called again after each loss of the broker's connection.

        Celery then listens to every pipe that it has in its index, those of children that were killed too. Such a
        number may by now be the end from which a new child reads: the parent would read the child's tasks itself.
        """
        for index in (self._fileno_to_inq, self._fileno_to_outq, self._fileno_to_synq):
            for descriptor in [fd for fd, child in index.items() if child.dead or child not in self._pool]:
                del index[descriptor]
        super().register_with_event_loop(hub)

    def process_flush_queues(self, worker: Any) -> None:
        """The pool has reaped ``worker`` and reads the last of what it sent."""
        super().process_flush_queues(worker)
        code = worker.exitcode or 0
        death = Death(max(-code, 0), max(code, 0), worker._popen.peak_rss)
        try:
            type(self).on_end(worker.index, worker.pid, death)
        except Exception:
            log.exception("what a dead child has left could not be cleared up")


def task_pool(on_end: OnEnd) -> type[TaskPool]:
    """The pool class for Celery; ``on_end`` hears of every child that ends, also of those replaced in order."""
    pool = type("Pool", (_Pool,), {"on_end": staticmethod(on_end)})
    return type("HeadwayPool", (TaskPool,), {"Pool": pool})
