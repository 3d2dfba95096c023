"""``BaseTrigger``: what a deferred task waits for, and the events by which it says that the wait is over."""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from headway.states import TaskState

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from datetime import timedelta


class TriggerEvent:
    """The wait is over: ``payload`` reaches the task's method as ``event``. It may hold what an XCom may."""

    def __init__(self, payload: Any) -> None:
        self.payload = payload

    def __repr__(self) -> str:
        return f"{type(self).__name__}<{self.payload!r}>"

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other.payload == self.payload

    __hash__ = None  # type: ignore[assignment]


class BaseTaskEndEvent(TriggerEvent):
    """The wait and the task are over: none of the task's methods is called. ``xcoms`` are left in its name."""

    task_instance_state: ClassVar[TaskState]

    def __init__(self, *, xcoms: Mapping[str, Any] | None = None) -> None:
        super().__init__(str(self.task_instance_state))
        self.xcoms = dict(xcoms or {})


class TaskSuccessEvent(BaseTaskEndEvent):
    """The task has succeeded."""

    task_instance_state = TaskState.SUCCESS


class TaskFailedEvent(BaseTaskEndEvent):
    """The task has failed; it is not tried again."""

    task_instance_state = TaskState.FAILED


class TaskSkippedEvent(BaseTaskEndEvent):
    """The task is skipped."""

    task_instance_state = TaskState.SKIPPED


@dataclass(frozen=True, slots=True)
class WaitingTask:
    """The task instance that waits for a trigger, as the trigger sees it (``self.task_instance``)."""

    dag_id: str
    run_id: str
    task_id: str
    map_index: int
    try_number: int


@dataclass
class StartTriggerArgs:
    """What a task with ``start_from_trigger`` waits for before any of its code runs.

    ``trigger_cls`` is the class's dotted path, ``trigger_kwargs`` its arguments (templates are rendered),
    ``next_method`` the task's method that gets the event.
    """

    trigger_cls: str
    next_method: str
    trigger_kwargs: dict[str, Any] | None = None
    next_kwargs: dict[str, Any] | None = None
    timeout: timedelta | None = None


class BaseTrigger(ABC):
    """Waits, in a triggerer, for something outside, on behalf of a task that has given its slot back.

    A triggerer makes the object anew from what ``serialize`` says, and runs ``run`` until its first event.
    Many triggers share one event loop: ``run`` must await, never block. It may be run again elsewhere when its
    triggerer is lost, so it must not mind being begun twice.
    """

    task_instance: WaitingTask | None = None
    trigger_id: int | None = None

    def __init__(self, **kwargs: Any) -> None:  # noqa: B027
        """Subclasses may pass anything on; it means nothing here."""

    @property
    def log(self) -> logging.Logger:
        """A logger whose lines go into the log of the task that waits."""
        return logging.getLogger("headway.task")

    @abstractmethod
    def serialize(self) -> tuple[str, dict[str, Any]]:
        """The class's dotted path and the arguments that make this object anew."""

    @abstractmethod
    def run(self) -> AsyncIterator[TriggerEvent]:
        """Wait, then yield an event; written as ``async def run(self)`` with a ``yield``."""

    async def cleanup(self) -> None:  # noqa: B027  (most have nothing to do)
        """Called once ``run`` is over, however it ended; also when another triggerer goes on with it."""

    async def on_kill(self) -> None:  # noqa: B027
        """Called when the task that waits was killed, cleared or marked by a person."""

    @property
    def waits_for(self) -> str:
        """What it waits for, in a few words for people; no secrets."""
        return ""

    def __repr__(self) -> str:
        return f"<{type(self).__name__}{f' {self.waits_for}' if self.waits_for else ''}>"
