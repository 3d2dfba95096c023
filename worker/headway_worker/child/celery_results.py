"""Celery's result backend on Redis or Valkey, without what only Celery's own retries and groups need."""

from __future__ import annotations

import logging
from typing import Any

from celery.backends.redis import RedisBackend
from redis.exceptions import RedisError

log = logging.getLogger(__name__)


class RedisResults(RedisBackend):  # type: ignore[misc]
    """Stores a result in one round trip.

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
        meta = self._get_result_meta(result=result, state=state, traceback=traceback, request=request)
        meta["task_id"] = task_id
        try:
            self._set(self.get_key_for_task(task_id), self.encode(meta))
        except (RedisError, OSError) as error:  # the task has ended as the metastore says
            log.warning("Celery's result of %s was not stored: %s", task_id, error)
        return result

    def _set(self, key: bytes, value: str, expires: int | None = None) -> None:
        with self.client.pipeline(transaction=False) as pipe:
            pipe.set(key, value, ex=expires or self.expires or None)
            pipe.publish(key, value)
            pipe.execute()


def at_once(backend: str | None) -> str | None:
    """The setting ``result_backend`` that uses this class where Celery would use its own for Redis."""
    if backend and backend.startswith(("redis://", "rediss://")):
        return f"{RedisResults.__module__}:{RedisResults.__qualname__}+{backend}"
    return backend
