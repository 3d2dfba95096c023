from __future__ import annotations

import signal
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from headway.authoring.results import TaskResult
from headway.metastore.queries.stop_reasons import RETRYING
from headway.metastore.queries.task_reads import TryFacts
from headway.states import Outcome
from headway_worker import verdicts
from headway_worker.slots import Attempt, Cause, Phase, Reading
from headway_worker.verdicts import Death

NOW = datetime(2026, 3, 1, tzinfo=UTC)
FACTS = TryFacts(NOW, 1, "d", "r", "t", -1, try_number=1, max_tries=1, delay=60.0, growth=0.0, longest=None)
READING = Reading(0, Phase.RUNNING, 1, Attempt(1, 1), 0.0, 0.0, "", Cause.NONE, "")
OOM = Death(signal.SIGKILL, 0, 512_000_000)


def test_a_death_counts_as_a_failed_try() -> None:
    result = verdicts.of_death(OOM, READING, FACTS)
    assert (result.outcome, result.due) == (Outcome.RETRY, NOW + timedelta(seconds=60))
    assert (result.exit_signal, result.peak_rss) == (signal.SIGKILL, 512_000_000)
    assert "SIGKILL" in (result.error or "")
    assert "512 MB" in (result.error or "")
    last = verdicts.of_death(OOM, READING, FACTS._replace(try_number=2))
    assert (last.outcome, last.due) == (Outcome.FAILED, None)


@pytest.mark.parametrize(
    ("cause", "outcome"),
    [(Cause.DRAIN, Outcome.INTERRUPTED), (Cause.STOP, Outcome.FAILED), (Cause.TIMEOUT, Outcome.RETRY)],
)
def test_what_we_killed_ourselves_is_told_apart(cause: Cause, outcome: Outcome) -> None:
    assert verdicts.of_death(OOM, replace(READING, cause=cause, reason="why"), FACTS).outcome is outcome


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        (Cause.TIMEOUT, "ran longer than worker.callback_limit, 0.5 s, and did not end then"),
        (Cause.DRAIN, "were cut short: the worker was drained"),
        (Cause.NONE, "were cut short: the task's process was killed by SIGKILL"),
    ],
)
def test_what_became_of_callbacks_is_told_by_what_ended_them(cause: Cause, words: str) -> None:
    reading = replace(READING, phase=Phase.CALLBACKS, cause=cause)
    assert words in verdicts.of_callbacks(OOM, reading, 0.5)


@pytest.mark.parametrize(("tries", "outcome"), [(True, Outcome.RETRY), (False, Outcome.FAILED)])
def test_a_kill_may_ask_for_another_try(tries: bool, outcome: Outcome) -> None:
    asked = replace(READING, cause=Cause.STOP, reason=f"{RETRYING}killed by ann")
    polite = verdicts.of_stop(asked, tries_left=tries)
    assert (polite.outcome, polite.error, polite.due) == (outcome, "stopped: killed by ann", None)
    hard = verdicts.of_death(OOM, asked, FACTS if tries else FACTS._replace(try_number=2))
    assert (hard.outcome, hard.error) == (outcome, "stopped: killed by ann")
    plain = replace(asked, reason="killed by ann")
    assert verdicts.of_stop(plain, tries_left=tries).outcome is Outcome.FAILED


def test_a_growing_delay_is_the_one_that_the_task_would_have_computed() -> None:
    growing = FACTS._replace(growth=2.0, try_number=3, max_tries=5)
    assert 240 <= (growing.retry_after or 0) <= 480
    assert growing.retry_after == growing.retry_after


def test_a_process_that_ends_by_itself_says_its_status() -> None:
    assert "ended by itself with status 3" in Death(0, 3, 1_000_000).describe()


def test_a_retry_is_due_by_the_metastores_clock() -> None:
    result = verdicts.of_result(TaskResult(Outcome.RETRY, retry_after=30.0), now=NOW, reading=READING)
    assert result.due == NOW + timedelta(seconds=30)
