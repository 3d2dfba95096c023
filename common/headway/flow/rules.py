"""Trigger rules: from the outcomes of a task's direct upstream to what becomes of the task.

The meanings are those of Airflow's documentation. A rule may decide before all upstream is done: under
``all_success`` one failure settles the task at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from headway.states import TaskState


class Verdict(StrEnum):
    """What a rule says: keep waiting, run, or settle the task without running it.

    For the placeholder of a mapped task (see ``headway.flow.run_memory``) EXPAND stands in place of RUN.
    """

    WAIT = "wait"
    RUN = "run"
    EXPAND = "expand"
    SKIP = TaskState.SKIPPED.value
    UPSTREAM_FAILED = TaskState.UPSTREAM_FAILED.value


@dataclass(slots=True)
class Outcomes:
    """How many of ``total`` direct upstream task instances ended in which way.

    ``failed`` counts ``failed`` and ``upstream_failed`` apart, since ``one_done`` ignores the latter.
    ``setups`` and the two counts after it are about upstream setup tasks alone.
    """

    total: int
    success: int = 0
    failed: int = 0
    upstream_failed: int = 0
    skipped: int = 0
    removed: int = 0
    setups: int = 0
    setup_success: int = 0
    setup_skipped: int = 0

    @property
    def done(self) -> int:
        """Upstream task instances that need nothing more."""
        return self.success + self.failed + self.upstream_failed + self.skipped + self.removed

    @property
    def all_done(self) -> bool:
        """Whether all of upstream is done."""
        return self.done >= self.total

    @property
    def any_failed(self) -> bool:
        """Whether anything failed, itself or because of its own upstream."""
        return self.failed + self.upstream_failed > 0


def decide(rule: str, seen: Outcomes) -> Verdict:
    """Apply a trigger rule; a task without upstream always runs."""
    if seen.total == 0:
        return Verdict.RUN
    return RULES[rule](seen)


def _all_success(seen: Outcomes) -> Verdict:
    if seen.any_failed:
        return Verdict.UPSTREAM_FAILED
    if seen.skipped:
        return Verdict.SKIP
    return _when(seen.success + seen.removed >= seen.total)


def _all_failed(seen: Outcomes) -> Verdict:
    if seen.success or seen.skipped:
        return Verdict.SKIP
    return _when(seen.all_done)


def _all_done(seen: Outcomes) -> Verdict:
    return _when(seen.all_done)


def _all_done_min_one_success(seen: Outcomes) -> Verdict:
    if not seen.all_done:
        return Verdict.WAIT
    if seen.success:
        return Verdict.RUN
    return Verdict.UPSTREAM_FAILED if seen.any_failed else Verdict.SKIP


def _all_skipped(seen: Outcomes) -> Verdict:
    if seen.success or seen.any_failed:
        return Verdict.SKIP
    return _when(seen.all_done)


def _one_success(seen: Outcomes) -> Verdict:
    if seen.success:
        return Verdict.RUN
    if not seen.all_done:
        return Verdict.WAIT
    return Verdict.UPSTREAM_FAILED if seen.any_failed else Verdict.SKIP


def _one_failed(seen: Outcomes) -> Verdict:
    if seen.any_failed:
        return Verdict.RUN
    return Verdict.SKIP if seen.all_done else Verdict.WAIT


def _one_done(seen: Outcomes) -> Verdict:
    if seen.success or seen.failed:
        return Verdict.RUN
    return Verdict.SKIP if seen.all_done else Verdict.WAIT


def _none_failed(seen: Outcomes) -> Verdict:
    if seen.any_failed:
        return Verdict.UPSTREAM_FAILED
    return _when(seen.all_done)


def _none_failed_min_one_success(seen: Outcomes) -> Verdict:
    if seen.any_failed:
        return Verdict.UPSTREAM_FAILED
    if not seen.all_done:
        return Verdict.WAIT
    return Verdict.RUN if seen.success else Verdict.SKIP


def _none_skipped(seen: Outcomes) -> Verdict:
    if seen.skipped:
        return Verdict.SKIP
    return _when(seen.all_done)


def _all_done_setup_success(seen: Outcomes) -> Verdict:
    if not seen.all_done:
        return Verdict.WAIT
    if not seen.setups or seen.setup_success:
        return Verdict.RUN
    return Verdict.SKIP if seen.setup_skipped >= seen.setups else Verdict.UPSTREAM_FAILED


def _when(satisfied: bool) -> Verdict:
    return Verdict.RUN if satisfied else Verdict.WAIT


def _always(_seen: Outcomes) -> Verdict:
    return Verdict.RUN


#: Every rule by its name.
RULES: dict[str, Callable[[Outcomes], Verdict]] = {
    "all_success": _all_success,
    "all_failed": _all_failed,
    "all_done": _all_done,
    "all_done_min_one_success": _all_done_min_one_success,
    "all_skipped": _all_skipped,
    "one_success": _one_success,
    "one_failed": _one_failed,
    "one_done": _one_done,
    "none_failed": _none_failed,
    "none_failed_or_skipped": _none_failed_min_one_success,  # its name in Airflow 2.0 and 2.1
    "none_failed_min_one_success": _none_failed_min_one_success,
    "none_skipped": _none_skipped,
    "all_done_setup_success": _all_done_setup_success,
    "always": _always,
    "dummy": _always,  # its name in Airflow 1.10
}
