"""What becomes of a failed try by the exception that ended it: ``retry_policy`` of a task.

A policy is asked on the worker, in the task's own process, and answers with a decision: try again (after a delay of
its own), fail at once, or go by the task's ``retries`` and ``retry_delay``. It never gives a task more tries than
``retries`` allows.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from headway.authoring.values import bad, duration


class RetryAction(StrEnum):
    """What a policy decides."""

    RETRY = "retry"
    FAIL = "fail"
    DEFAULT = "default"


@dataclass(frozen=True)
class RetryDecision:
    """A policy's answer; ``retry_delay`` None stands for the task's own, ``reason`` is for the log."""

    action: RetryAction = RetryAction.DEFAULT
    retry_delay: timedelta | None = None
    reason: str | None = None

    @classmethod
    def retry(cls, delay: Any = None, reason: str | None = None, *, retry_delay: Any = None) -> RetryDecision:
        """Try again, if a try is left, after ``delay`` (seconds or a timedelta)."""
        given = delay if retry_delay is None else retry_delay
        return cls(RetryAction.RETRY, None if given is None else duration(given), reason)

    @classmethod
    def fail(cls, reason: str | None = None) -> RetryDecision:
        """Fail at once, whatever tries are left."""
        return cls(RetryAction.FAIL, reason=reason)

    @classmethod
    def default(cls) -> RetryDecision:
        """Go by the task's own ``retries`` and ``retry_delay``."""
        return cls()


class RetryPolicy:
    """Base of policies that users write: they override ``evaluate``."""

    def evaluate(self, exception: BaseException, try_number: int, max_tries: int, context: Any = None) -> RetryDecision:
        """What becomes of a try (from 1) that ended by ``exception``; ``max_tries`` is how many retries there are."""
        raise NotImplementedError(f"{type(self).__name__} has no method evaluate")


class RetryRule:
    """What to do about some exceptions: a class, its dotted name, or several of either.

    A name is compared with what is loaded and imports nothing. ``match_subclasses=False`` takes exactly those classes.
    """

    def __init__(
        self,
        exception: str | type[BaseException] | Iterable[str | type[BaseException]],
        action: RetryAction | str = RetryAction.RETRY,
        retry_delay: Any = None,
        reason: str | None = None,
        match_subclasses: bool = True,
    ) -> None:
        listed: list[Any] = list(exception) if isinstance(exception, (list, tuple, set, frozenset)) else [exception]
        if not listed or not all(_names_exceptions(each) for each in listed):
            raise bad("a class of exceptions, its dotted name, or a list of them", exception)
        self.exceptions: Sequence[str | type[BaseException]] = listed
        self.action = RetryAction(action)
        self.retry_delay = None if retry_delay is None else duration(retry_delay)
        self.reason = reason
        self.match_subclasses = match_subclasses

    def matches(self, exception: BaseException) -> bool:
        """Whether the rule is about this exception."""
        classes = type(exception).__mro__ if self.match_subclasses else (type(exception),)
        return any(_is_one_of(wanted, classes) for wanted in self.exceptions)

    @property
    def decision(self) -> RetryDecision:
        """What it says then."""
        return RetryDecision(self.action, self.retry_delay, self.reason)


class ExceptionRetryPolicy(RetryPolicy):
    """The first of some rules that is about the exception decides; without one, ``default`` does."""

    def __init__(self, rules: Iterable[RetryRule], default: RetryAction | str = RetryAction.DEFAULT) -> None:
        self.rules = list(rules)
        self.default = RetryAction(default)
        wrong = next((rule for rule in self.rules if not isinstance(rule, RetryRule)), None)
        if wrong is not None:
            raise bad("a list of RetryRule", wrong)

    def evaluate(self, exception: BaseException, try_number: int, max_tries: int, context: Any = None) -> RetryDecision:
        """What the first fitting rule says."""
        found = next((rule.decision for rule in self.rules if rule.matches(exception)), None)
        return found or RetryDecision(self.default)


class ChainRetryPolicy(RetryPolicy):
    """Several policies, asked in order; the first that does not leave it to the default decides."""

    def __init__(self, policies: Iterable[RetryPolicy]) -> None:
        self.policies: list[RetryPolicy] = [retry_policy(each) for each in policies]

    def evaluate(self, exception: BaseException, try_number: int, max_tries: int, context: Any = None) -> RetryDecision:
        """What the first policy with an opinion says."""
        for policy in self.policies:
            decision = policy.evaluate(exception, try_number, max_tries, context)
            if decision.action is not RetryAction.DEFAULT:
                return decision
        return RetryDecision.default()


def retry_policy(value: Any) -> Any:
    """A policy as a task's argument: anything that can ``evaluate``, several of them in a list, or None."""
    if isinstance(value, (list, tuple)):
        return ChainRetryPolicy(value)
    if value is not None and not callable(getattr(value, "evaluate", None)):
        raise bad("a RetryPolicy: an object with a method evaluate", value)
    return value


def _names_exceptions(each: Any) -> bool:
    return bool(each) if isinstance(each, str) else isinstance(each, type) and issubclass(each, BaseException)


def _is_one_of(wanted: str | type[BaseException], classes: Sequence[type]) -> bool:
    if isinstance(wanted, type):
        return wanted in classes
    module, _, name = wanted.rpartition(".")
    loaded = getattr(sys.modules.get(module), name, None)  # also where a module gives another's class a name
    return loaded in classes or any(wanted in (_dotted(each), each.__qualname__) for each in classes)


def _dotted(each: type) -> str:
    return f"{each.__module__}.{each.__qualname__}"
