from __future__ import annotations

import signal
from datetime import timedelta
from typing import Any

import pytest

from headway.authoring import moments
from headway.authoring.exceptions import AirflowFailException, AirflowSkipException
from headway.errors import DagFileError
from headway.sensors import base
from headway.sensors.base import BaseSensorOperator, PokeReturnValue, poke_mode_only
from headway.states import Outcome
from support.one_task import Bench, shop


class Scripted(BaseSensorOperator):
    """Answers what it was told, one after the other; an exception is raised."""

    def __init__(self, *, answers: list[Any], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.answers = answers
        self.pokes: list[int] = []

    def poke(self, context: Any) -> Any:
        self.pokes.append(1)
        answer = self.answers[min(len(self.pokes), len(self.answers)) - 1]
        if isinstance(answer, BaseException):
            raise answer
        return answer


class Clock:
    """Time that passes only while a sensor sleeps, and when a test says so."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.slept: list[float] = []
        self.start = moments.now()

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds
        assert len(self.slept) < 20, self.slept

    def now(self) -> Any:
        return self.start + timedelta(seconds=self.seconds)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(base.time, "sleep", made.sleep)
    monkeypatch.setattr(base.time, "monotonic", lambda: made.seconds)
    monkeypatch.setattr(base, "now", made.now)
    monkeypatch.setattr("headway.authoring.local_runtime.now", made.now)
    return made


def sensor(*answers: Any, **arguments: Any) -> Scripted:
    with shop():
        return Scripted(task_id="wait", answers=list(answers), **arguments)


def rescheduled(bench: Bench, task: Scripted, clock: Clock) -> list[float]:
    """The waits until the sensor ends, each in a dispatch of its own; the last result is left in ``bench.last``."""
    waits = []
    while (result := bench.run(task)).outcome is Outcome.RESCHEDULED:
        assert result.reschedule_at
        waits.append((result.reschedule_at - clock.now()).total_seconds())
        clock.seconds += waits[-1]
        assert len(waits) < 20, waits
    bench.last = result
    return waits


def test_pokes_until_it_is_true(bench: Bench, clock: Clock) -> None:
    result = bench.run(sensor(False, None, True, poke_interval=timedelta(minutes=1)))
    assert result.outcome is Outcome.SUCCESS
    assert clock.slept == [60, 60]
    assert result.xcoms == {}


def test_a_poke_may_hand_over_a_value(bench: Bench, clock: Clock) -> None:
    bench.run(sensor(PokeReturnValue(False, "early"), PokeReturnValue(is_done=True, xcom_value=["a"])))
    assert bench.xcom("wait") == ["a"]
    assert len(clock.slept) == 1


def test_gives_up_at_its_timeout_for_good(bench: Bench, clock: Clock) -> None:
    result = bench.run(sensor(False, poke_interval=40, timeout=100), max_tries=5)
    assert result.outcome is Outcome.FAILED
    assert "AirflowSensorTimeout: sensor 'wait' waited 100 s, its timeout is 100 s" in str(result.error)
    assert clock.slept == [40, 40, 20]


def test_reschedule_gives_the_slot_back_and_counts_from_the_first_poke(bench: Bench, clock: Clock) -> None:
    task = sensor(False, mode="reschedule", poke_interval=40, timeout=100)
    assert rescheduled(bench, task, clock) == [40, 40, 20]
    assert bench.last.outcome is Outcome.FAILED
    assert clock.slept == []


def test_reschedule_ends_with_the_value(bench: Bench, clock: Clock) -> None:
    task = sensor(False, PokeReturnValue(True, 5), mode="reschedule")
    assert rescheduled(bench, task, clock) == [60]
    assert bench.xcom("wait") == 5


def test_deferrable_sensors_without_a_trigger_wait_in_reschedule_mode(
    bench: Bench, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("INFO"):
        assert rescheduled(bench, sensor(False, False, True, deferrable=True), clock) == [60, 60]
    assert caplog.text.count("deferrable=True, and no trigger can wait for this") == 1


@pytest.mark.parametrize("mode", ["poke", "reschedule"])
def test_waits_grow_up_to_a_limit(mode: str, bench: Bench, clock: Clock) -> None:
    task = sensor(*[False] * 6, True, mode=mode, exponential_backoff=True, poke_interval=10, max_wait=60)
    waits = rescheduled(bench, task, clock) or clock.slept
    assert waits == pytest.approx([10, 20, 40, 60, 60, 60])


def test_soft_fail_skips_what_failed_for_good(bench: Bench, clock: Clock) -> None:
    for task in (
        sensor(False, soft_fail=True, timeout=0),
        sensor(AirflowFailException("gone"), soft_fail=True),
        sensor(ValueError("odd"), never_fail=True),
        sensor(AirflowSkipException("nothing to do")),
    ):
        assert bench.run(task).outcome is Outcome.SKIPPED


def test_soft_fail_leaves_other_errors_to_the_retries(bench: Bench, clock: Clock) -> None:
    assert bench.run(sensor(ValueError("odd"), soft_fail=True), max_tries=1).outcome is Outcome.RETRY


def test_silent_fail_waits_on(bench: Bench, clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    assert bench.run(sensor(ValueError("odd"), True, silent_fail=True)).outcome is Outcome.SUCCESS
    assert "ValueError: odd" in caplog.text


def test_an_execution_timeout_of_one_poke_is_a_failed_try(bench: Bench) -> None:
    class Stuck(BaseSensorOperator):
        def poke(self, context: Any) -> bool:
            signal.raise_signal(signal.SIGALRM)  # as when the time is over, and surely within the poke
            return True

    for soft, outcome in ((False, Outcome.RETRY), (True, Outcome.SKIPPED)):
        with shop():
            task = Stuck(task_id="wait", soft_fail=soft, execution_timeout=timedelta(hours=1))
        assert bench.run(task, max_tries=1).outcome is outcome


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ({"mode": "sleep"}, "mode: expected one of 'poke', 'reschedule', got 'sleep'"),
        ({"poke_interval": -1}, "poke_interval: expected a timedelta of zero or more"),
        ({"timeout": "1h"}, "timeout: expected a timedelta of zero or more"),
        ({"soft_fail": True, "never_fail": True}, "soft_fail and never_fail are both given"),
    ],
)
def test_wrong_arguments_are_refused_where_they_stand(arguments: dict[str, Any], complaint: str) -> None:
    with pytest.raises(DagFileError, match=complaint) as caught:
        sensor(True, **arguments)
    assert caught.value.line > 0


def test_a_class_may_refuse_to_be_rescheduled() -> None:
    @poke_mode_only
    class Open(BaseSensorOperator):
        def poke(self, context: Any) -> bool:
            return True

    with shop(), pytest.raises(DagFileError, match="Open works only in mode 'poke'"):
        Open(task_id="wait", mode="reschedule")


def test_defaults_reach_every_sensor_of_a_dag() -> None:
    with shop(default_args={"mode": "reschedule", "poke_interval": 5, "timeout": timedelta(minutes=1)}):
        task = Scripted(task_id="wait", answers=[True])
    assert (task.mode, task.poke_interval, task.timeout) == ("reschedule", 5.0, 60.0)
