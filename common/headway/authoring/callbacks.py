"""The callbacks of a task: functions or notifiers that hear how it went."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from headway.authoring.failure_mail import mails_with, send_failure_mail
from headway.authoring.plugins import listens, notify
from headway.states import Outcome, TaskState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from headway.authoring.context import Context
    from headway.authoring.results import TaskResult

log = logging.getLogger("headway.task")

_ATTRIBUTE = {
    Outcome.SUCCESS: "on_success_callback",
    Outcome.FAILED: "on_failure_callback",
    Outcome.RETRY: "on_retry_callback",
    Outcome.SKIPPED: "on_skipped_callback",
}


def run_callbacks(task: Any, context: Context, result: TaskResult | None) -> None:
    """Call what ``task`` has for ``result`` (None: it is about to execute); errors are logged, not raised.

    The context gets ``exception``, what the task raised, and ``reason``, the same in words.
    """
    name = "on_execute_callback" if result is None else _ATTRIBUTE.get(result.outcome)
    if name is None:
        return
    callbacks = [*listed(getattr(task, name)), *((send_failure_mail,) if mails_with(task, name) else ())]
    if callbacks and result is not None and result.error is not None:
        context["exception"] = result.error.exception
        context["reason"] = str(result.error)
    for callback in callbacks:
        _call(callback, context, name)


def run_dag_callbacks(dag: Any, context: Context, *, success: bool, reason: str) -> None:
    """Call what ``dag`` has for the end of a run; errors are logged, not raised. ``reason`` goes into the context."""
    name = "on_success_callback" if success else "on_failure_callback"
    context["reason"] = reason
    for callback in listed(getattr(dag, name)):
        _call(callback, context, name)
    notify("on_dag_run_success" if success else "on_dag_run_failed", dag_run=context["dag_run"], msg=reason)


_EVENTS = {
    Outcome.SUCCESS: "on_task_instance_success",
    Outcome.FAILED: "on_task_instance_failed",
    Outcome.RETRY: "on_task_instance_failed",
    Outcome.SKIPPED: "on_task_instance_skipped",
}


def tell_listeners(context: Context, result: TaskResult | None) -> None:
    """Tell the plugins' listeners how it went (``result`` None: the task is about to execute)."""
    ti = context["ti"]
    if result is None:
        notify("on_task_instance_running", previous_state=TaskState.QUEUED, task_instance=ti)
    elif event := _EVENTS.get(result.outcome):
        error = result.error.exception if result.error else None
        notify(event, previous_state=TaskState.RUNNING, task_instance=ti, error=error)


def calls(task: Any, name: str) -> bool:
    """Whether the task has callbacks of that name, or mail goes out where they are called."""
    return bool(getattr(task, name)) or mails_with(task, name)


def anyone_hears(task: Any, result: TaskResult) -> bool:
    """Whether the task has a callback for its result, or a plugin a listener."""
    name, event = _ATTRIBUTE.get(result.outcome), _EVENTS.get(result.outcome)
    return bool((name and calls(task, name)) or (event and listens(event)))


def listed(given: Any) -> Iterator[Callable[..., Any]]:
    """What an author gave as one callback, a list of them, or none."""
    if given is None:
        return
    if isinstance(given, (list, tuple)):
        yield from given
    else:
        yield given


def _call(callback: Callable[[Context], Any], context: Context, name: str) -> None:
    try:
        callback(context)
    except (Exception, SystemExit):
        called = getattr(callback, "__name__", type(callback).__name__)
        log.exception("%s %s failed; the task's state is not affected", name, called)
