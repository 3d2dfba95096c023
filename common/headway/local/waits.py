"""Triggers of a local run: they wait in a thread with an event loop of its own, while other tasks run."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine
from queue import Empty, SimpleQueue
from typing import Any

from headway.authoring.deferral import Firing, Resumption, build_trigger, firing_of_error, resumption_of, unpack
from headway.authoring.execute import Execution
from headway.authoring.results import Deferral
from headway.authoring.runtime import TaskRuntime, use_runtime
from headway.triggers.base import WaitingTask
from headway.triggers.running import firing_from

#: Makes a resumption, given the seconds since the task instance began.
Resume = Callable[[float], Resumption]


class LocalWaits:
    """The deferred task instances of one run, by slot. A trigger is made anew from its data, as a triggerer does."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ended: SimpleQueue[tuple[int, Firing | None]] = SimpleQueue()
        self._waiting: dict[int, Deferral] = {}

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def add(self, slot: int, deferral: Deferral, task: WaitingTask, runtime: TaskRuntime) -> None:
        """Begin to wait."""
        self._waiting[slot] = deferral
        with use_runtime(runtime):  # the coroutine takes this context along
            asyncio.run_coroutine_threadsafe(self._wait(slot, deferral, task), self._running_loop())

    def next(self, timeout: float | None) -> tuple[int, Resume] | None:
        """A slot whose wait is over, and how it goes on after so many seconds; None when none is in ``timeout``."""
        try:
            slot, firing = self._ended.get(timeout=timeout)
        except Empty:
            return None
        waited = self._waiting.pop(slot)
        return slot, lambda elapsed: resumption_of(waited.method_name, waited.method_kwargs, firing, elapsed)

    def wait(self, elapsed: float) -> Resumption:
        """How the only one that waits goes on; ``elapsed`` seconds have passed before."""
        began = time.monotonic()
        ended = self.next(None)
        assert ended is not None
        return ended[1](elapsed + time.monotonic() - began)

    def close(self) -> None:
        """End the thread and what still waits."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._loop.stop)

    async def _wait(self, slot: int, deferral: Deferral, task: WaitingTask) -> None:
        timeout = deferral.timeout.total_seconds() if deferral.timeout is not None else None
        try:
            firing: Firing | None = await asyncio.wait_for(_fire(deferral, task), timeout)
        except TimeoutError:
            firing = None
        self._ended.put((slot, firing))

    def _running_loop(self) -> asyncio.AbstractEventLoop:
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            threading.Thread(target=self._loop.run_forever, name="triggers", daemon=True).start()
        return self._loop


def waiting_task(execution: Execution) -> WaitingTask:
    """The task instance as its trigger sees it."""
    run, own = execution.run_facts, execution.instance
    return WaitingTask(run.dag_id, run.run_id, own.task_id, own.map_index, own.try_number)


def _fire(deferral: Deferral, task: WaitingTask) -> Coroutine[Any, Any, Firing]:
    try:
        trigger = build_trigger(deferral.classpath, unpack(deferral.kwargs))
    except Exception as error:  # noqa: BLE001  (users' constructors)
        return _failed(f"the trigger {deferral.classpath} cannot be made from what serialize() said: {error}")
    trigger.task_instance = task
    return firing_from(trigger)


async def _failed(error: str) -> Firing:
    return firing_of_error(error)
