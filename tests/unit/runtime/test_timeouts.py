from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest

from headway.authoring.exceptions import AirflowTaskTimeout
from headway.authoring.timeouts import time_limit

SOON = timedelta(milliseconds=20)


@pytest.fixture(autouse=True)
def outer_timer() -> Iterator[None]:
    """A long timer around each test, as a host process may have one."""
    handler = signal.signal(signal.SIGALRM, lambda *_: None)
    outer = signal.setitimer(signal.ITIMER_REAL, 1000, 7)
    yield
    left, interval = signal.getitimer(signal.ITIMER_REAL)
    signal.setitimer(signal.ITIMER_REAL, *outer)
    signal.signal(signal.SIGALRM, handler)
    assert 0 < left < 1000
    assert interval == pytest.approx(7)


def spin() -> None:
    while True:
        signal.pause()


def test_a_block_that_ends_in_time_is_left_alone() -> None:
    with time_limit(timedelta(minutes=5)):
        pass


def test_the_message_names_task_and_limit() -> None:
    with (
        pytest.raises(AirflowTaskTimeout, match=r"task 'load' ran longer than its execution_timeout of 0\.02 s"),
        time_limit(SOON, "task 'load' ran longer than its execution_timeout of"),
    ):
        spin()


def test_except_exception_cannot_swallow_it() -> None:
    def stubborn() -> None:
        while True:
            with contextlib.suppress(Exception):
                spin()

    with pytest.raises(AirflowTaskTimeout), time_limit(SOON):
        stubborn()


def test_code_that_swallows_even_that_is_interrupted_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("headway.authoring.timeouts.AGAIN_AFTER", 0.02)
    swallowed = []

    def very_stubborn() -> None:
        try:
            spin()
        except BaseException as error:  # noqa: BLE001
            swallowed.append(error)
            spin()

    with pytest.raises(AirflowTaskTimeout), time_limit(SOON):
        very_stubborn()
    assert len(swallowed) == 1


def test_the_handler_is_put_back() -> None:
    before = signal.getsignal(signal.SIGALRM)
    with pytest.raises(AirflowTaskTimeout), time_limit(SOON):
        spin()
    assert signal.getsignal(signal.SIGALRM) is before


def test_another_thread_runs_without_a_timer() -> None:
    finished = []

    def work() -> None:
        with time_limit(SOON):
            finished.append(signal.getitimer(signal.ITIMER_REAL)[0] > 100)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(60)
    assert finished == [True], "the timer of the main thread must be left alone"
