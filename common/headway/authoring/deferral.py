"""Deferral as data: from ``TaskDeferred`` to what is stored of it, from there to a trigger, and back to the task.

::

    task raises TaskDeferred ─▶ deferral_of ─▶ (metastore) ─▶ build_trigger ─▶ its event ─▶ firing_of
                                                                                   │
    task.resume_execution(method, kwargs) ◀─ Resumption ◀─ (metastore) ◀───────────┘

Arguments and events travel as XComs do: JSON with tagged forms for dates and their like.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from headway.authoring.exceptions import AirflowException, AirflowFailException, AirflowSkipException, TaskDeferred
from headway.authoring.import_paths import DAG_FILE_MODULES
from headway.authoring.results import Deferral
from headway.authoring.tagged_json import Packer, UnserialisableError, dump, load
from headway.authoring.xcom_codec import unwrapped

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from headway.triggers.base import BaseTrigger, TriggerEvent

#: As a module name: the class stands in the DAG file itself, which each process loads under a name of its own.
DAG_FILE = "__dag_file__"
#: The method that a task is resumed with when its trigger failed, and the error of one that waited too long.
FAIL_METHOD = "__fail__"
TIMED_OUT = "Trigger timeout"
#: Largest stored text of a trigger's arguments, a method's arguments or an event, in characters.
MAX_LENGTH = 1_048_576

_packer = Packer(unwrapped)


@dataclass(frozen=True, slots=True)
class Firing:
    """How a trigger ended: ``outcome`` is ``event``, ``success``, ``failed``, ``skipped`` or ``error``.

    ``payload`` is JSON text: the event's payload, the XComs of a task-ending event, or the error's words and traceback.
    """

    outcome: str
    payload: str


@dataclass(frozen=True, slots=True)
class Resumption:
    """How a deferred task goes on: its method and the method's arguments; or it has ended, see ``Firing.outcome``.

    ``elapsed`` is the seconds since the task instance began, all its waiting included.
    """

    method: str
    kwargs: dict[str, Any]
    elapsed: float = 0.0
    ending: str = ""

    def carry_out(self, task: Any, context: Any) -> Any:
        """Call the task's method, or end the task as its trigger said."""
        if not self.ending:
            return task.resume_execution(self.method, self.kwargs, context)
        for key, value in self.kwargs.items():
            context["ti"].xcom_push(key=key, value=value)
        if self.ending == "skipped":
            raise AirflowSkipException("the trigger ended the task as skipped")
        if self.ending == "failed":
            raise AirflowFailException("the trigger ended the task as failed")
        return None


def deferral_of(error: TaskDeferred, task: Any, elapsed: float) -> Deferral:
    """What is to be stored of a deferral; ``elapsed`` is how many seconds the task instance has taken so far.

    Raises ``AirflowException`` for what is no trigger or cannot travel.
    """
    classpath, kwargs = _serialized(error.trigger)
    if not callable(getattr(task, error.method_name, None)):
        raise AirflowException(
            f"task {task.task_id!r} defers to a trigger and has no method {error.method_name!r} to go on with",
            remedy="name a method of the operator in method_name",
        )
    return Deferral(
        classpath=classpath,
        kwargs=_pack(kwargs, f"an argument of the trigger {classpath}"),
        method_name=error.method_name,
        method_kwargs=_pack(dict(error.kwargs or {}), "kwargs of the deferral"),
        timeout=_limit(error.timeout, task.execution_timeout, elapsed),
        label=_label(error.trigger),
    )


def from_the_start(args: Any) -> TaskDeferred:
    """The deferral of a task that has ``start_from_trigger``."""
    trigger = build_trigger(args.trigger_cls, dict(args.trigger_kwargs or {}))
    return TaskDeferred(trigger=trigger, method_name=args.next_method, kwargs=args.next_kwargs, timeout=args.timeout)


def build_trigger(classpath: str, kwargs: dict[str, Any], dag_file: Callable[[], ModuleType] | None = None) -> Any:
    """The trigger, made anew; ``dag_file`` loads the run's DAG file. Raises ``AirflowException`` for no such class."""
    module_name, _, name = classpath.rpartition(".")
    try:
        if module_name == DAG_FILE and dag_file is not None:
            found = getattr(dag_file(), name)
        else:
            found = getattr(importlib.import_module(module_name), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise AirflowException(
            f"the trigger {classpath!r} cannot be imported: {error}",
            remedy="let serialize() return the path by which a module beside the DAG files is imported",
        ) from error
    return found(**kwargs)


def unpack(text: str) -> dict[str, Any]:
    """The arguments that were packed."""
    found: dict[str, Any] = load(text)
    return found


def firing_of(event: TriggerEvent) -> Firing:
    """A trigger's event as data; raises ``AirflowException`` for a payload that cannot travel."""
    state = getattr(event, "task_instance_state", None)
    if state is None:
        return Firing("event", _pack(event.payload, "the trigger's event"))
    return Firing(str(state), _pack(getattr(event, "xcoms", {}), "an XCom of the trigger's event"))


def firing_of_error(error: str, trace: str = "") -> Firing:
    """A trigger that failed."""
    text = trace if len(trace) <= _LONGEST_TRACE else f"{trace[:_LONGEST_TRACE]}\n  [...]"
    return Firing("error", dump({"error": error, "traceback": [text] if text else []})[0])


def resumption_of(method: str, method_kwargs: str, firing: Firing | None, elapsed: float) -> Resumption:
    """How the task goes on after a firing; None: the time was over first."""
    if firing is None:
        return Resumption(FAIL_METHOD, {"error": TIMED_OUT}, elapsed)
    if firing.outcome == "error":
        return Resumption(FAIL_METHOD, unpack(firing.payload), elapsed)
    if firing.outcome != "event":
        return Resumption("", unpack(firing.payload), elapsed, ending=firing.outcome)
    return Resumption(method, {**unpack(method_kwargs), "event": load(firing.payload)}, elapsed)


_LONGEST_TRACE = 20_000


def _serialized(trigger: BaseTrigger) -> tuple[str, dict[str, Any]]:
    found = trigger.serialize() if hasattr(trigger, "serialize") else None
    if not (isinstance(found, tuple) and len(found) == 2):
        raise AirflowException(
            f"the task defers to {type(trigger).__name__}, which is no trigger",
            remedy="derive it from BaseTrigger; serialize() returns its dotted path and its arguments",
        )
    classpath, kwargs = found
    module, _, name = classpath.rpartition(".")
    if module.startswith(DAG_FILE_MODULES):
        return f"{DAG_FILE}.{name}", kwargs
    return classpath, kwargs


def _label(trigger: Any) -> str:
    return str(getattr(trigger, "waits_for", ""))[:_LONGEST_LABEL]


_LONGEST_LABEL = 500


def _pack(value: Any, what: str) -> str:
    try:
        text, _ = dump(_packer.pack(value))
    except UnserialisableError as fault:
        raise AirflowException(f"{what} cannot be stored: {fault}", remedy=_STORABLE) from None
    if len(text) > MAX_LENGTH:
        raise AirflowException(
            f"{what} takes {len(text):,} characters, the cap is {MAX_LENGTH:,}",
            remedy="keep the data elsewhere and hand over its address",
        )
    return text


_STORABLE = "use plain JSON values, dates, Decimals, sets or bytes; make everything else in run()"


def _limit(timeout: timedelta | None, execution_timeout: timedelta | None, elapsed: float) -> timedelta | None:
    """The shorter of a deferral's own time-out and what is left of the task's ``execution_timeout``."""
    left = None if execution_timeout is None else execution_timeout - timedelta(seconds=elapsed)
    limits = [limit for limit in (timeout, left) if limit is not None]
    return max(min(limits), timedelta(0)) if limits else None
