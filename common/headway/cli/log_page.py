"""A task's log on the terminal: its text, with a line where each attempt begins and ends."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

from rich.text import Text as Styled

from headway.cli.output import moment, note, say, seconds, show_json, to_json
from headway.metastore.queries.logs import LoggedAttempt
from headway.operations.task_logs import Began, Earlier, Ended, LogEnd, LogEvent, Text, Waiting

_ENDS = {
    LogEnd.LOST: "the end of this log may be lost with its worker",
    LogEnd.CUT: "the rest of this log has not arrived",
    LogEnd.RUNNING: "still running: -f follows",
}


def show_log(events: Iterable[LogEvent]) -> bool:
    """Write the log as it comes; whether there was any attempt."""
    page = _Page()
    for event in events:
        page.show(event)
    return page.attempts > 0


def show_log_as_json(events: Iterable[LogEvent]) -> bool:
    """The log's attempts with their texts as one JSON array."""
    attempts: list[dict[str, Any]] = []
    for event in events:
        if isinstance(event, Began):
            attempts.append({**to_json(event.attempt), "text": "", "end": None})
        elif isinstance(event, Text):
            attempts[-1]["text"] += event.text
        elif isinstance(event, Ended):
            attempts[-1].update({**to_json(event.attempt), "end": str(event.end)})
    show_json(attempts)
    return True


class _Page:
    """Keeps lines whole: a line of ours never follows half a line of the log."""

    def __init__(self) -> None:
        self.attempts = 0
        self._at_line_start = True

    def show(self, event: LogEvent) -> None:
        if isinstance(event, Text):
            sys.stdout.write(event.text)
            sys.stdout.flush()
            self._at_line_start = event.text.endswith("\n")
        elif isinstance(event, Began):
            self.attempts += 1
            self._rule(begin_line(event.attempt))
        elif isinstance(event, Ended):
            self._rule(end_line(event.attempt, event.end))
        elif isinstance(event, Earlier):
            note(earlier_line(event.tries))
        elif isinstance(event, Waiting):
            note(f"{event.state}: {event.why}" if event.why else event.state)

    def _rule(self, text: str) -> None:
        if not self._at_line_start:
            sys.stdout.write("\n")
        self._at_line_start = True
        say(Styled(f"── {text} ──", style="bold"))
        sys.stdout.flush()


def earlier_line(tries: list[int]) -> str:
    """Says that there was more, and how to see it."""
    if len(tries) == 1:
        return f"try {tries[0]} came before: --attempt {tries[0]} shows it"
    return f"tries {', '.join(map(str, tries))} came before: --attempt {tries[-1]} shows the last of them"


def begin_line(attempt: LoggedAttempt) -> str:
    """What stands above the log of an attempt."""
    index = f", map index {attempt.map_index}" if attempt.map_index >= 0 else ""
    host = f" on {attempt.hostname}" if attempt.hostname else ""
    code = f", version {attempt.version}" if attempt.version else ""
    return f"try {attempt.try_number}{index}{host}, queue {attempt.queue}{code}, began {moment(attempt.started_at)}"


def end_line(attempt: LoggedAttempt, end: LogEnd) -> str:
    """What stands below it: outcome, duration, error, and whether the log is whole."""
    parts = [attempt.outcome or "", _ENDS.get(end, "")]
    if attempt.ended_at:
        parts[0] += f" after {seconds((attempt.ended_at - attempt.started_at).total_seconds())}"
    if attempt.exit_signal:
        parts.append(f"killed by signal {attempt.exit_signal}")
    if attempt.peak_rss:
        parts.append(f"peak memory {attempt.peak_rss / 2**20:.0f} MB")
    if attempt.error:
        parts.append(attempt.error.strip().splitlines()[0])
    return ", ".join(part for part in parts if part)
