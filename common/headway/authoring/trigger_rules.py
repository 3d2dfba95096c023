"""When a task may run, given how its direct upstream tasks ended; and how priorities add up."""

from __future__ import annotations

from enum import StrEnum
from typing import Any


class TriggerRule(StrEnum):
    """A condition on a task's direct upstream tasks.

    "Done" is any finished state; "failed" includes upstream_failed unless a rule says otherwise.
    """

    ALL_SUCCESS = "all_success"
    ALL_FAILED = "all_failed"
    ALL_DONE = "all_done"
    ALL_DONE_MIN_ONE_SUCCESS = "all_done_min_one_success"
    ALL_DONE_SETUP_SUCCESS = "all_done_setup_success"
    ALL_SKIPPED = "all_skipped"
    ONE_SUCCESS = "one_success"
    ONE_FAILED = "one_failed"
    ONE_DONE = "one_done"
    NONE_FAILED = "none_failed"
    NONE_FAILED_MIN_ONE_SUCCESS = "none_failed_min_one_success"
    NONE_SKIPPED = "none_skipped"
    ALWAYS = "always"

    # Names that older files use for the same rules.
    DUMMY = ALWAYS
    NONE_FAILED_OR_SKIPPED = NONE_FAILED_MIN_ONE_SUCCESS

    @classmethod
    def _missing_(cls, value: object) -> TriggerRule | None:
        return _OLD_NAMES.get(value) if isinstance(value, str) else None

    @classmethod
    def all_triggers(cls) -> set[str]:
        """Every rule's value."""
        return {rule.value for rule in cls}

    @classmethod
    def is_valid(cls, value: Any) -> bool:
        """Whether ``value`` names a rule, by its present or its old name."""
        return value in cls.all_triggers() or value in _OLD_NAMES


class WeightRule(StrEnum):
    """How a task's effective priority is made from the weights of tasks."""

    DOWNSTREAM = "downstream"
    UPSTREAM = "upstream"
    ABSOLUTE = "absolute"


_OLD_NAMES = {
    "dummy": TriggerRule.ALWAYS,
    "none_failed_or_skipped": TriggerRule.NONE_FAILED_MIN_ONE_SUCCESS,
}
