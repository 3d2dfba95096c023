"""Celery's message protocol 2, built by hand: a pipelined publish costs 0.02 ms, ``apply_async`` 0.7 ms.

The task id is fresh for each publish, ``shadow`` and ``argsrepr`` carry the names that Flower shows, and
a ``task-sent`` event goes out beside each message, for Flower takes queue and routing key from it alone.
"""

from __future__ import annotations

import json
import os
import socket
import time
from typing import Any

from headway.messages import Order

EXCHANGE = "headway"
MAX_PRIORITY = 9  # the least urgent on Redis, the most urgent on RabbitMQ

_NO_EMBED = {"callbacks": None, "errbacks": None, "chain": None, "chord": None}
_FIXED_HEADERS: dict[str, Any] = {
    "lang": "py",
    "eta": None,
    "expires": None,
    "group": None,
    "group_index": None,
    "retries": 0,
    "timelimit": [None, None],
    "parent_id": None,
    "kwargsrepr": "{}",
    "ignore_result": False,
    "replaced_task_nesting": 0,
    "stamped_headers": None,
    "stamps": {},
}


def origin(name: str) -> str:
    """Who sends, in Celery's form: name, process and host."""
    return f"{name}.{os.getpid()}@{socket.gethostname()}"


def headers(message: Order, *, sender: str) -> dict[str, Any]:
    """The headers of one message."""
    return {
        **_FIXED_HEADERS,
        "task": message.celery_task,
        "id": message.celery_id,
        "root_id": message.celery_id,
        "shadow": message.name,
        "argsrepr": message.summary,
        "origin": sender,
    }


def body(message: Order) -> str:
    """The body of one message: arguments, keyword arguments, embedded workflow."""
    return json.dumps([[message.to_json()], {}, _NO_EMBED], separators=(",", ":"))


def sent_event(message: Order, queue: str, *, sender: str, clock: int) -> dict[str, Any]:
    """The ``task-sent`` event of one message."""
    return {
        "type": "task-sent",
        "uuid": message.celery_id,
        "root_id": message.celery_id,
        "parent_id": None,
        "name": message.name,
        "args": message.summary,
        "kwargs": "{}",
        "retries": 0,
        "eta": None,
        "expires": None,
        "queue": queue,
        "exchange": EXCHANGE,
        "routing_key": queue,
        "hostname": sender,
        "utcoffset": time.altzone // 3600 if time.daylight else time.timezone // 3600,
        "pid": os.getpid(),
        "clock": clock,
        "timestamp": time.time(),
    }


def urgency(weight: int) -> int:
    """A priority weight as one of four steps: 0 (waits longest), 3, 6 or 9 (goes first).

    Within a scheduler's window the broker keeps these four apart; beyond it the metastore's order rules.
    """
    if weight >= 1000:
        return 9
    if weight >= 100:
        return 6
    return 3 if weight >= 10 else 0
