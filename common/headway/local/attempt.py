"""One try of one task in this process."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from headway.authoring.exceptions import AirflowTaskTerminated
from headway.authoring.execute import Execution
from headway.authoring.local_runtime import LocalWorld
from headway.authoring.results import TaskResult
from headway.local.options import Watcher
from headway.local.results import TaskReport
from headway.states import Outcome, TaskState

_STATES = {
    Outcome.SUCCESS: TaskState.SUCCESS,
    Outcome.SKIPPED: TaskState.SKIPPED,
    Outcome.RETRY: TaskState.UP_FOR_RETRY,
    Outcome.RESCHEDULED: TaskState.UP_FOR_RESCHEDULE,
    Outcome.DEFERRED: TaskState.DEFERRED,
}


def run_once(
    execution: Execution, known: TaskReport, world: LocalWorld, watcher: Watcher
) -> tuple[TaskResult, TaskReport]:
    """Run the task, keep its XComs, call its callbacks; ``known`` is what earlier tries have left.

    Raises ``KeyboardInterrupt`` when a person ended it.
    """
    began = time.monotonic()
    with watcher.task(known.label):
        result = execution.run()
        if result.outcome is Outcome.INTERRUPTED:
            raise KeyboardInterrupt
        world.store_xcoms(execution.run_facts, execution.instance, result.xcoms)
        world.store_updates(execution.run_facts, execution.instance, result.updates)
        execution.run_callbacks(result)
    state = _STATES.get(result.outcome, TaskState.FAILED)
    return result, replace(
        known,
        state=state.value,
        tries=execution.instance.try_number,
        seconds=(known.seconds or 0.0) + time.monotonic() - began,
        error=_error(result),
        rendered=execution.fields(),
        outlets=[one.name or one.uri for one in result.updates],
    )


@contextmanager
def interruptible() -> Iterator[None]:
    """Ctrl-C ends the running task in order: its ``on_kill`` is called, then ``KeyboardInterrupt`` leaves here."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(_number: int, _frame: Any) -> None:
        raise AirflowTaskTerminated("interrupted from the keyboard")

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield
    except AirflowTaskTerminated:
        raise KeyboardInterrupt from None
    finally:
        signal.signal(signal.SIGINT, before)


def _error(result: TaskResult) -> str | None:
    return str(result.error) if result.error else None
