"""``BaseSensorOperator``: tasks that look again and again until what they wait for is there."""

from __future__ import annotations

import logging
import math
import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from headway.authoring.arguments import ArgumentTable
from headway.authoring.current_file import fault
from headway.authoring.defaults import defaults
from headway.authoring.exceptions import (
    AirflowException,
    AirflowFailException,
    AirflowRescheduleException,
    AirflowSensorTimeout,
    AirflowSkipException,
    AirflowTaskTimeout,
    TaskDeferralTimeout,
)
from headway.authoring.moments import now
from headway.authoring.operator import BaseOperator
from headway.authoring.runtime import current_runtime
from headway.authoring.values import duration, flag, one_of, optional
from headway.operators.branching import SkipMixin

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from headway.authoring.context import Context
    from headway.triggers.base import BaseTrigger

log = logging.getLogger("headway.task")

Cls = TypeVar("Cls", bound=type)


def _seconds(value: Any) -> float:
    return duration(value).total_seconds()


SENSOR_ARGUMENTS = ArgumentTable(
    known={
        "poke_interval": _seconds,
        "timeout": _seconds,
        "soft_fail": flag,
        "mode": one_of("poke", "reschedule"),
        "exponential_backoff": flag,
        "max_wait": optional(_seconds),
        "silent_fail": flag,
        "never_fail": flag,
        "deferrable": flag,
    }
)


class PokeReturnValue:
    """What a poke may return instead of True or False: ``xcom_value`` becomes the sensor's result once done."""

    def __init__(self, is_done: bool, xcom_value: Any = None) -> None:
        self.is_done = is_done
        self.xcom_value = xcom_value

    def __bool__(self) -> bool:
        return self.is_done


class BaseSensorOperator(BaseOperator, SkipMixin):
    """Calls ``poke`` every ``poke_interval`` seconds until it returns something true.

    In ``mode="poke"`` the task keeps its worker's slot while it waits; in ``"reschedule"`` it gives the slot
    back between two pokes. After ``timeout`` seconds the task fails for good, or ends skipped with
    ``soft_fail``. In reschedule mode that time counts from the first poke and goes on over retries, in poke
    mode from the start of each try. ``exponential_backoff`` doubles each wait, up to ``max_wait``.
    An exception in ``poke`` fails the try; ``silent_fail`` logs it and waits on, ``never_fail`` ends the task
    skipped. With ``deferrable`` a trigger waits in the sensor's place after a first poke, in a triggerer; a sensor
    that has none (see ``make_trigger``) waits in reschedule mode then.
    """

    ui_color = "#e6f1f2"
    valid_modes: ClassVar[Sequence[str]] = ("poke", "reschedule")
    poke_interval: float
    timeout: float
    soft_fail: bool
    mode: str
    exponential_backoff: bool
    max_wait: float | None
    silent_fail: bool
    never_fail: bool
    deferrable: bool = False
    #: When the wait began: the first poke's time. Known once the sensor runs.
    began: datetime

    def __init__(
        self,
        *,
        poke_interval: timedelta | float = 60,
        timeout: timedelta | float = 7 * 24 * 3600,
        soft_fail: bool = False,
        mode: str = "poke",
        exponential_backoff: bool = False,
        max_wait: timedelta | float | None = None,
        silent_fail: bool = False,
        never_fail: bool = False,
        deferrable: bool | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        given = {
            "poke_interval": poke_interval,
            "timeout": timeout,
            "soft_fail": soft_fail,
            "mode": mode,
            "exponential_backoff": exponential_backoff,
            "max_wait": max_wait,
            "silent_fail": silent_fail,
            "never_fail": never_fail,
        }
        if deferrable is None and defaults().deferrable and self.has_trigger():
            deferrable = True
        if deferrable is not None:  # a subclass may keep a `deferrable` of its own
            given["deferrable"] = deferrable
        what = f"task {self.task_id!r}"
        SENSOR_ARGUMENTS.apply(self, given, what, self.place)
        if self.mode not in self.valid_modes:
            text = f"{what}: {type(self).__name__} works only in mode {' or '.join(map(repr, self.valid_modes))}"
            raise fault(text, "leave out mode", self.place)
        if self.soft_fail and self.never_fail:
            raise fault(f"{what}: soft_fail and never_fail are both given", "keep one of them", self.place)

    def poke(self, context: Context) -> bool | PokeReturnValue:
        """Whether what the sensor waits for is there."""
        raise NotImplementedError(f"{type(self).__name__} has no poke()")

    def make_trigger(self, context: Context) -> BaseTrigger | None:
        """What waits in the sensor's place when it is ``deferrable``; None: only pokes can tell."""
        return None

    def seconds_left(self, context: Context) -> float | None:
        """For how long no poke can be true, if the sensor knows; it is then rescheduled to that very moment."""
        return None

    @property
    def reschedule(self) -> bool:
        """Whether the sensor gives its slot back between two pokes."""
        return self.mode == "reschedule" or self.deferrable

    def execute(self, context: Context) -> Any:
        """Poke until it is done; what a ``PokeReturnValue`` carries is the result."""
        self.began = now()
        waited = self._since_first_poke() if self.reschedule else _stopwatch()
        pokes = 0
        while not (answer := self._guarded_poke(context)):
            pokes += 1
            elapsed = waited()
            self._check_time(elapsed)
            self._defer(context, self.timeout - elapsed)
            wait = min(self._wait(context, pokes, elapsed), self.timeout - elapsed)
            if self.reschedule:
                raise AirflowRescheduleException(now() + timedelta(seconds=wait))
            time.sleep(wait)
        log.info("What the sensor waited for is there")
        return answer.xcom_value if isinstance(answer, PokeReturnValue) else None

    def execute_complete(self, context: Context, event: Any = None) -> Any:
        """The trigger has fired: what the sensor waited for is there."""
        log.info("What the sensor waited for is there")

    def resume_execution(self, next_method: str, next_kwargs: dict[str, Any] | None, context: Mapping[str, Any]) -> Any:
        """Go on after a deferral: a time-out, and faults with ``soft_fail`` and ``never_fail``, are those of a poke."""
        try:
            return super().resume_execution(next_method, next_kwargs, context)
        except AirflowSkipException:
            raise
        except AirflowException as error:
            if self.soft_fail or self.never_fail:
                raise _skipped(error) from error
            if isinstance(error, TaskDeferralTimeout):
                text = f"sensor {self.task_id!r} waited longer than its timeout of {self.timeout:g} s"
                raise AirflowSensorTimeout(text) from error
            raise

    def _defer(self, context: Context, seconds_left: float) -> None:
        """Hand the waiting over, if the sensor is deferrable and something can wait in its place."""
        trigger = self.make_trigger(context) if self.deferrable and self.has_trigger() else None
        if trigger is not None:
            self.defer(trigger=trigger, method_name="execute_complete", timeout=timedelta(seconds=seconds_left))

    @classmethod
    def has_trigger(cls) -> bool:
        """Whether a trigger waits for what ``poke`` looks for; not if a subclass has a poke of its own."""
        levels = cls.__mro__
        made_by = next(level for level in levels if "make_trigger" in vars(level))
        poked_by = next(level for level in levels if "poke" in vars(level))
        return made_by is not BaseSensorOperator and issubclass(made_by, poked_by)

    def _since_first_poke(self) -> Callable[[], float]:
        """Seconds since the first poke of this task instance, which may have been in another process."""
        first = current_runtime().first_poke()
        if first is not None:
            self.began = first
        elif self.deferrable and not self.has_trigger():
            log.info("deferrable=True, and no trigger can wait for this: the task waits in reschedule mode")
        return lambda: max(0.0, (now() - self.began).total_seconds())

    def _guarded_poke(self, context: Context) -> Any:
        try:
            return self.poke(context)
        except (AirflowRescheduleException, AirflowSkipException):
            raise
        except (AirflowSensorTimeout, AirflowTaskTimeout, AirflowFailException) as error:
            if self.soft_fail or self.never_fail:
                raise _skipped(error) from error
            raise
        except Exception as error:
            if self.never_fail:
                raise _skipped(error) from error
            if not self.silent_fail:
                raise
            log.exception("The poke failed; the sensor waits on, for it has silent_fail")
            return False

    def _check_time(self, elapsed: float) -> None:
        if elapsed < self.timeout:
            return
        text = f"sensor {self.task_id!r} waited {elapsed:.0f} s, its timeout is {self.timeout:g} s"
        if self.soft_fail or self.never_fail:
            raise AirflowSkipException(text)
        raise AirflowSensorTimeout(text)

    def _wait(self, context: Context, pokes: int, elapsed: float) -> float:
        left = self.seconds_left(context)
        if left is None:
            return self._interval(self._pokes_within(elapsed) if self.reschedule else pokes)
        return left if self.reschedule else min(left, self.poke_interval)

    def _interval(self, pokes: int) -> float:
        """Seconds to wait after so many pokes."""
        if not self.exponential_backoff:
            return self.poke_interval
        grown = self.poke_interval * 2.0 ** min(pokes - 1, 50)
        return grown if self.max_wait is None else min(grown, self.max_wait)

    def _pokes_within(self, elapsed: float) -> int:
        """How many pokes there have been after ``elapsed`` seconds, if each wait doubled."""
        if not self.poke_interval:
            return 1
        return 1 + round(math.log2(elapsed / self.poke_interval + 1))


def poke_mode_only(cls: Cls) -> Cls:
    """Decorates a sensor class that cannot give its slot back between pokes."""
    cls.valid_modes = ("poke",)  # type: ignore[attr-defined]
    return cls


def _stopwatch() -> Callable[[], float]:
    began = time.monotonic()
    return lambda: time.monotonic() - began


def _skipped(error: BaseException) -> AirflowSkipException:
    return AirflowSkipException(f"the sensor failed and is set to skip then: {type(error).__name__}: {error}")
