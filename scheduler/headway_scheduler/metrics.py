"""What a scheduler tells Prometheus."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client.core import Metric

from headway.metrics import counter, gauge
from headway_scheduler.engine import Engine


def of_engine(engine: Engine) -> Iterator[Metric]:
    """The engine's memory and what it has done; read beside its thread, so figures may be a moment apart."""
    tally, book = engine.tally, engine.book
    yield counter("headway_scheduler_steps", "Rounds of the engine", tally.steps)
    yield counter("headway_scheduler_step_seconds", "Seconds spent in them, waiting left out", tally.seconds)
    yield gauge("headway_scheduler_longest_step_seconds", "The longest round since the start", tally.longest)
    yield counter("headway_scheduler_events", "Events taken in: ends of tasks, timers, wake-ups", tally.events)
    yield counter("headway_scheduler_dispatched", "Messages published", tally.dispatched, "queue")
    yield counter("headway_scheduler_lost_messages", "Messages published again, as nobody had taken them", tally.lost)
    yield gauge("headway_scheduler_runs", "Running runs that this scheduler owns", len(book.runs))
    yield gauge("headway_scheduler_waiting_runs", "Queued runs that it owns", book.waiting_runs)
    yield gauge("headway_scheduler_ready", "Task instances that could go if every limit allowed it", len(book.lanes))
    in_flight = book.usage.queues
    yield gauge("headway_scheduler_in_flight", "Task instances queued or running, of its runs", in_flight, "queue")
