"""The task queues as kombu declares them: the same for publishers, workers and Flower."""

from __future__ import annotations

from kombu.entity import Exchange, Queue

from headway.broker.celery_message import EXCHANGE, MAX_PRIORITY


def task_queue(name: str, *, priorities: bool) -> Queue:
    """A durable queue whose routing key is its name; ``priorities`` only for RabbitMQ, which must be told."""
    return Queue(
        name,
        Exchange(EXCHANGE, type="direct", durable=True),
        routing_key=name,
        durable=True,
        max_priority=MAX_PRIORITY if priorities else None,
    )
