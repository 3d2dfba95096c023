"""How a run in one process differs from one in a cluster, and who watches it."""

from __future__ import annotations

import re
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any, Protocol

from headway.authoring.runtime import RunFacts
from headway.authoring.xcom_codec import DEFAULT_MAX_BYTES
from headway.errors import InvalidInput
from headway.local.results import RunReport, TaskReport
from headway.settings import Settings


@dataclass(frozen=True)
class Options:
    """Tasks whose ids ``mark_success`` matches (from their start) count as successful without running.

    A failed try is repeated at once unless ``keep_delays``.
    """

    mark_success: re.Pattern[str] | None = None
    keep_delays: bool = False
    max_map_length: int = 100_000
    xcom_max_bytes: int = DEFAULT_MAX_BYTES

    @classmethod
    def of(
        cls, settings: Settings, mark_success: re.Pattern[str] | str | None = None, *, keep_delays: bool = False
    ) -> Options:
        """With the limits of the settings; raises ``InvalidInput`` for a pattern that is no regular expression."""
        try:
            pattern = re.compile(mark_success) if mark_success is not None else None
        except re.error as error:
            text = f"{mark_success!r} is no regular expression: {error}"
            raise InvalidInput(f"pattern of tasks to mark as successful: {text}", "mend it") from None
        return cls(pattern, keep_delays, settings.dags.max_map_length, settings.xcom.max_bytes)

    def marks(self, task_id: str) -> bool:
        """Whether a task is left out as successful."""
        return self.mark_success is not None and self.mark_success.match(task_id) is not None


class Watcher(Protocol):
    """Whoever wants to see a run go on."""

    def run_started(self, dag: Any, facts: RunFacts) -> None:
        """The run begins."""

    def task(self, label: str) -> AbstractContextManager[None]:
        """Entered around one try of a task: what is printed inside belongs to that task."""

    def task_ended(self, report: TaskReport, wait: float | None) -> None:
        """A try ended, or a task was settled without running; ``wait``: seconds until it runs again."""

    def run_ended(self, report: RunReport) -> None:
        """The run is over."""


class Unwatched:
    """Watches nothing: output and log records go where they always go."""

    def run_started(self, dag: Any, facts: RunFacts) -> None:
        """Nothing to do."""

    def task(self, label: str) -> AbstractContextManager[None]:
        """Nothing to do."""
        return nullcontext()

    def task_ended(self, report: TaskReport, wait: float | None) -> None:
        """Nothing to do."""

    def run_ended(self, report: RunReport) -> None:
        """Nothing to do."""
