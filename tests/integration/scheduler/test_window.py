"""The window of messages that may be outstanding in a queue."""

from __future__ import annotations

from headway.settings import Settings
from support.structures import task

from .conftest import Yard


def test_a_full_window_is_refilled_when_half_of_it_has_come_back(yard: Yard, settings: Settings) -> None:
    narrow = settings.broker.model_copy(update={"window": 1, "window_floor": 8})
    calm = settings.scheduler.model_copy(update={"sweep_interval": 3600.0})  # a sweep fills it as well
    yard.settings = settings.model_copy(update={"broker": narrow, "scheduler": calm})
    yard.dag("d", *(task(f"t{number}") for number in range(24)))
    run = yard.run()
    yard.worker(slots=1)
    yard.scheduler()  # last, for each wake is a sweep
    assert yard.await_end(run) == ["success"]
    # what one statement queues has one time: 8 at first, then at least 4 at once
    assert yard.value("SELECT count(DISTINCT queued_at) FROM task_instance") <= 5
