"""The Celery application: one place for every setting that Celery's side of Headway needs.

Workers register ``headway.execute`` on it; Flower and Celery's own tools use it as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from celery import Celery

from headway.broker.bus import broker_url
from headway.broker.celery_message import EXCHANGE
from headway.broker.celery_queues import task_queue
from headway.broker.silence import SILENCE
from headway.settings import Settings


def make_app(settings: Settings, *, queues: Sequence[str] = ()) -> Celery:
    """The Celery app for these settings; ``queues`` are those that this process consumes or shows."""
    url = broker_url(settings)
    on_redis = url.startswith("redis")
    app = Celery("headway", broker=url, backend=_result_backend(settings, url), set_as_current=False)
    app.conf.update(
        {
            "task_queues": [task_queue(name, priorities=not on_redis) for name in queues or ("default",)],
            "task_default_queue": "default",
            "task_default_exchange": EXCHANGE,
            "task_default_routing_key": "default",
            "task_create_missing_queues": False,
            **_MESSAGES,
            **_EXECUTION,
            **_BROKER,
            "broker_transport_options": _redis_options(settings) if on_redis else _AMQP_OPTIONS,
            "worker_disable_prefetch": on_redis,  # on RabbitMQ a prefetch of 1 is exact
            "worker_send_task_events": settings.worker.task_events,
            "task_send_sent_event": settings.worker.task_events,
            "result_expires": settings.results.expires,
        }
    )
    return app


#: JSON only, and every state that Flower shows.
_MESSAGES: dict[str, Any] = {
    "task_serializer": "json",
    "result_serializer": "json",
    "accept_content": ["json"],
    "task_track_started": False,  # a started event tells the same and costs no result write
    "result_extended": False,
    "enable_utc": True,
}

#: A message is acknowledged when its task has ended; a lost child's message comes back at once.
_EXECUTION: dict[str, Any] = {
    "task_acks_late": True,
    "task_reject_on_worker_lost": True,
    "worker_prefetch_multiplier": 1,
    "worker_hijack_root_logger": False,
    "worker_redirect_stdouts": False,
    "worker_cancel_long_running_tasks_on_connection_loss": False,
}

#: The broker may go away for any time.
_BROKER: dict[str, Any] = {
    "broker_connection_retry": True,
    "broker_connection_retry_on_startup": True,
    "broker_connection_max_retries": None,
    "broker_connection_timeout": 5,
    "broker_heartbeat": 20,  # on RabbitMQ; seconds
}


_AMQP_OPTIONS: dict[str, Any] = {"confirm_publish": True, "socket_settings": SILENCE}


def _redis_options(settings: Settings) -> dict[str, Any]:
    return {
        "visibility_timeout": settings.broker.visibility_timeout,
        "unacked_restore_interval": 10,
        "health_check_interval": 30,
        "socket_keepalive": True,
        "socket_timeout": 60,  # kombu's blocking pop must not outlive it
        "socket_connect_timeout": 5,  # else as long as the former
        "queue_order_strategy": "round_robin",
    }


def _result_backend(settings: Settings, broker: str) -> str | None:
    if not settings.results.enabled:
        return None
    url = settings.results.url.get_secret_value() or (broker if broker.startswith("redis") else "")
    return url or None
