"""Celery's result backend on Redis or Valkey, without what only Celery's own retries and groups need."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from celery.backends.redis import RedisBackend
from redis.exceptions import RedisError

from headway.broker.redis_pusher import Pusher

log = logging.getLogger(__name__)


class RedisResults(RedisBackend):  # type: ignore[misc]
    """Stores a result in one round trip, over a connection that it keeps.

    Celery asks first whether a duplicate of the message has already succeeded. Here a duplicate finds its token
    used, ends as IGNORED, and stores nothing.
    """

    def _store_result(
        self,
        task_id: str,
        result: Any,
        state: str,
        traceback: str | None = None,
        request: Any = None,
        **_options: Any,
    ) -> Any:
        meta = {
            "status": state,
            "result": result,
            "traceback": traceback,
            "children": [],
            "date_done": datetime.now(UTC).isoformat(),
            "task_id": task_id,
        }
        try:
            self._put(self.get_key_for_task(task_id), self.encode(meta))
        except (RedisError, OSError) as error:  # the task has ended as the metastore says
            log.warning("Celery's result of %s was not stored: %s", task_id, error)
        return result

    def _put(self, key: bytes, value: str) -> None:
        expiry = ("EX", self.expires) if self.expires else ()
        self._pusher.send(("SET", key, value, *expiry), ("PUBLISH", key, value))

    @cached_property
    def _pusher(self) -> Pusher:
        return Pusher(self.client)


def at_once(backend: str | None) -> str | None:
    """The setting ``result_backend`` that uses this class where Celery would use its own for Redis."""
    if backend and backend.startswith(("redis://", "rediss://")):
        return f"{RedisResults.__module__}:{RedisResults.__qualname__}+{backend}"
    return backend
