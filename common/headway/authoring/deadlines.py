"""Deadlines: when a run should have ended, and what is called when it has not.

A DAG has alerts (``deadline=``), and each of its tasks may have an ``sla``, the older word for the same: the time
after the end of its data interval at which it should have succeeded. Described for the scheduler they are one list;
its positions are how scheduler and worker speak of them. The scheduler watches them, workers call.
"""

from __future__ import annotations

import asyncio
import importlib
import inspect
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from headway.authoring.callbacks import listed
from headway.authoring.current_file import notice
from headway.authoring.notifier import BaseNotifier
from headway.authoring.values import bad, moment

if TYPE_CHECKING:
    from headway.authoring.context import Context

log = logging.getLogger("headway.task")


class BaseDeadlineReference:
    """The moment from which a deadline counts."""

    def describe(self) -> dict[str, Any] | None:
        """As the scheduler computes it; None for one that only code of the author's could compute."""
        return None


@dataclass(frozen=True)
class _Reference(BaseDeadlineReference):
    spec: Mapping[str, Any]

    def describe(self) -> dict[str, Any]:
        return dict(self.spec)


class DeadlineReference:
    """The moments from which deadlines may count."""

    DAGRUN_LOGICAL_DATE: ClassVar = _Reference({"kind": "logical_date"})
    DAGRUN_QUEUED_AT: ClassVar = _Reference({"kind": "queued_at"})

    @staticmethod
    def FIXED_DATETIME(at: datetime) -> BaseDeadlineReference:  # noqa: N802 (Airflow's name)
        """This very moment."""
        return _Reference({"kind": "fixed", "at": moment(at).isoformat()})

    @staticmethod
    def AVERAGE_RUNTIME(max_runs: int = 10, min_runs: int | None = None) -> BaseDeadlineReference:  # noqa: N802
        """When the run would end if it took as long as the last ``max_runs`` successful ones on average.

        Not before ``min_runs`` of them (``max_runs`` unless given) have ended.
        """
        least = max_runs if min_runs is None else min_runs
        if max_runs < 1 or least < 1:
            raise ValueError("AVERAGE_RUNTIME: expected at least one run")
        return _Reference({"kind": "average_runtime", "max_runs": max_runs, "min_runs": least})


def deadline_reference(*_arguments: Any, **_options: Any) -> Callable[[type], type]:
    """Mark a class as a reference of one's own; Headway does not compute such moments and says so."""
    return lambda cls: cls


class Callback:
    """What to call when a deadline is missed: a function, a notifier's class, or the dotted path of one."""

    def __init__(self, callback_callable: Any, kwargs: Mapping[str, Any] | None = None, **_options: Any) -> None:
        if not callable(callback_callable) and not isinstance(callback_callable, str):
            raise bad("a function, a notifier's class, or the dotted path of one", callback_callable)
        self.callback_callable = callback_callable
        self.kwargs = dict(kwargs or {})

    def __call__(self, context: Context) -> None:
        """Call it: a notifier with ``context``, a function with ``kwargs`` and, if it takes it, ``context``."""
        called = _resolved(self.callback_callable)
        if inspect.isclass(called) and issubclass(called, BaseNotifier):
            called(**self.kwargs)(context)
            return
        result = called(**self.kwargs, **({"context": context} if _takes_context(called) else {}))
        if inspect.isawaitable(result):
            asyncio.run(_awaited(result))


class AsyncCallback(Callback):
    """A callback that may be a coroutine."""


class SyncCallback(Callback):
    """A callback that is a plain function."""


class DeadlineAlert:
    """A run should have ended ``interval`` after ``reference``; if not, ``callback`` is called, once."""

    def __init__(
        self,
        reference: Any,
        interval: timedelta,
        callback: Any,
        name: str | None = None,
        description: str | None = None,
        **_more: Any,
    ) -> None:
        if not isinstance(interval, timedelta):
            raise bad("a timedelta", interval)
        self.reference = reference
        self.interval = interval
        self.callbacks = list(callback) if isinstance(callback, (list, tuple)) else [callback]
        self.name = name or ""
        self.description = description


def alerts(value: Any) -> list[DeadlineAlert]:
    """One alert or a list of them; raises ``ValueError``."""
    found = [] if value is None else list(value) if isinstance(value, (list, tuple)) else [value]
    for alert in found:
        if not isinstance(alert, DeadlineAlert):
            raise bad("a DeadlineAlert or a list of them", alert)
    return found


def describe(dag: Any) -> list[dict[str, Any]]:
    """A DAG's deadlines: ``task_id`` (empty: the run), ``name``, ``reference`` and ``interval`` (seconds) of each."""
    return [*_alerts(dag.deadline), *_slas(dag.tasks)]


def _alerts(given: Sequence[DeadlineAlert]) -> Iterator[dict[str, Any]]:
    for alert in given:
        reference = alert.reference.describe() if isinstance(alert.reference, BaseDeadlineReference) else None
        if reference is None:
            notice(f"deadline {alert.name or type(alert.reference).__name__}: its reference is not watched here")
        spec = reference or {"kind": "unknown"}
        yield {"task_id": "", "name": alert.name, "reference": spec, "interval": alert.interval.total_seconds()}


def _slas(tasks: Sequence[Any]) -> Iterator[dict[str, Any]]:
    for task in tasks:
        if task.sla is not None:
            reference, seconds = {"kind": "interval_end"}, task.sla.total_seconds()
            yield {"task_id": task.task_id, "name": "sla", "reference": reference, "interval": seconds}


@dataclass(frozen=True)
class SlaMiss:
    """A task that had not succeeded when its SLA was over."""

    task_id: str
    dag_id: str
    execution_date: Any
    timestamp: datetime

    @property
    def logical_date(self) -> Any:
        """The logical date of its run."""
        return self.execution_date


def call_missed(dag: Any, context: Context, missed: Mapping[str, Any]) -> None:
    """Call what a missed deadline asks for; ``missed`` is ``{"position": n, "due": …, "tasks": [task ids]}``.

    ``tasks`` are those whose SLA was missed, empty for an alert. Errors are logged, not raised.
    """
    try:
        if missed["tasks"]:
            _call_sla(dag, context, missed)
        else:
            _call_alert(dag, context, missed)
    except (Exception, SystemExit):
        log.exception("the callback of a missed deadline failed")


def _call_alert(dag: Any, context: Context, missed: Mapping[str, Any]) -> None:
    alert = dag.deadline[missed["position"]]
    context["deadline"] = {"id": missed["id"], "deadline_time": moment(missed["due"]), "alert_name": alert.name}
    context["reason"] = f"the run was not over at {missed['due']}"
    log.warning("deadline %s: %s", alert.name or missed["position"] + 1, context["reason"])
    for callback in alert.callbacks:
        (callback if isinstance(callback, Callback) else Callback(callback))(context)


def _call_sla(dag: Any, context: Context, missed: Mapping[str, Any]) -> None:
    run, tasks = context["dag_run"], missed["tasks"]
    log.warning("SLA missed by %s, due at %s", ", ".join(tasks), missed["due"])
    misses = [SlaMiss(task_id, dag.dag_id, run.logical_date, moment(missed["due"])) for task_id in tasks]
    blocking = [ti for ti in run.get_task_instances() if ti.state != "success"]
    lines = [_lines(tasks, run.logical_date), _lines([ti.task_id for ti in blocking], run.logical_date)]
    for callback in listed(dag.sla_miss_callback):
        callback(dag, *lines, misses, blocking)
    _mail(dag, lines, [dag.task_dict[task_id] for task_id in tasks if task_id in dag.task_dict])


def _mail(dag: Any, lines: Sequence[str], tasks: Sequence[Any]) -> None:
    addresses = sorted({address for task in tasks for address in task.email or ()})
    if addresses:
        from headway.authoring.failure_mail import send_sla_mail

        send_sla_mail(addresses, dag.dag_id, missed=lines[0], blocking=lines[1])


def _lines(task_ids: Sequence[str], logical_date: Any) -> str:
    return "\n".join(f"{task_id} on {logical_date.isoformat()}" for task_id in task_ids)


def _resolved(called: Any) -> Any:
    if not isinstance(called, str):
        return called
    module, _, name = called.rpartition(".")
    return getattr(importlib.import_module(module), name)


def _takes_context(called: Any) -> bool:
    parameters = inspect.signature(called).parameters.values()
    return any(each.name == "context" or each.kind is inspect.Parameter.VAR_KEYWORD for each in parameters)


async def _awaited(result: Any) -> Any:
    return await result
