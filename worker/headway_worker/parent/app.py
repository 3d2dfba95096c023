"""The Celery side: the application with its one task, and the worker that runs it."""

from __future__ import annotations

import logging
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from typing import Any

from billiard import current_process
from celery import Celery, signals
from celery.app import trace
from celery.exceptions import Ignore
from celery.worker import WorkController

from headway.broker.celery_app import make_app
from headway.messages import CALLBACK_TASK, CONNECTION_TEST_TASK, EXECUTE_TASK
from headway_worker.child.callback import call_back
from headway_worker.child.celery_results import at_once
from headway_worker.child.child import Child, Node
from headway_worker.child.connection_test import test_connection
from headway_worker.child.execute import execute
from headway_worker.child.results import TaskFailedError, tell_celery
from headway_worker.parent.consumer import GatheringConsumer
from headway_worker.parent.pool import OnEnd, task_pool
from headway_worker.parent.redis_channel import survive_lost_connections

_HEARTBEAT = 5  # seconds between a worker's signs of life for Flower
_RESULT_TIMEOUT = 5.0  # seconds: Celery's own result is a nicety for which no child may wait long
_START_SECONDS = 60.0  # that a child may need on a busy machine before it is taken for hung
_LOST_WAIT = 1.0  # seconds until Celery gives up the message of a child that died
_CANNOT_START = 70


class Children:
    """Makes this process's ``Child`` when the pool has forked it, and runs messages on it."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._child: Child | None = None

    def begin(self, **_signal: Any) -> None:
        """In a new child: set it up; one that cannot be set up must not take messages."""
        try:
            self._child = Child(self._node, current_process().index)
            self._child.begin()
        except BaseException:  # noqa: BLE001  (Celery would log it and let the child go on)
            traceback.print_exc(file=sys.__stderr__)
            os._exit(_CANNOT_START)

    def execute(self, body: dict[str, Any]) -> dict[str, Any]:
        """The Celery task ``headway.execute``."""
        assert self._child is not None
        return tell_celery(execute(self._child, body))

    def call_back(self, body: dict[str, Any]) -> dict[str, Any]:
        """The Celery task ``headway.callback``."""
        assert self._child is not None
        outcome = call_back(self._child, body)
        if outcome is None:
            raise Ignore
        return {"callbacks": outcome}

    def test_connection(self, body: dict[str, Any]) -> dict[str, Any]:
        """The Celery task ``headway.test_connection``."""
        assert self._child is not None
        return {"ok": test_connection(self._child, body)}


def worker_app(node: Node, queues: Sequence[str]) -> Celery:
    """The Celery app of this worker, with ``headway.execute`` registered."""
    survive_lost_connections()
    app = make_app(node.settings, queues=queues)
    app.conf.update(
        worker_lost_wait=_LOST_WAIT,
        worker_proc_alive_timeout=_START_SECONDS,
        redis_socket_timeout=_RESULT_TIMEOUT,
        result_backend=at_once(app.conf.result_backend),
        result_backend_transport_options={"retry_policy": {"max_retries": 1, "timeout": _RESULT_TIMEOUT}},
    )
    children = Children(node)
    app.task(children.execute, name=EXECUTE_TASK, acks_late=True, throws=(TaskFailedError,), shared=False)
    app.task(children.call_back, name=CALLBACK_TASK, acks_late=True, shared=False)
    app.task(children.test_connection, name=CONNECTION_TEST_TASK, acks_late=False, shared=False)
    signals.worker_process_init.connect(children.begin, weak=False)
    signals.setup_logging.connect(_keep_our_logging, weak=False)
    return app


class Controller(WorkController):  # type: ignore[misc]
    """Celery's worker without its own signal handlers, banner and log set-up."""

    def on_before_init(self, **_options: Any) -> None:
        """Let Celery use its fast path for tasks."""
        trace.setup_worker_optimizations(self.app, self.hostname)


def controller(
    app: Celery, node: Node, *, concurrency: int, on_end: OnEnd, on_ready: Callable[[Any], None]
) -> Controller:
    """A worker that has not been started; ``on_ready`` is called when it consumes."""
    worker = node.settings.worker
    return Controller(
        app=app,
        hostname=node.name,
        pool=task_pool(on_end),
        consumer_cls=GatheringConsumer,
        concurrency=concurrency,
        loglevel=logging.WARNING,
        task_events=worker.task_events,
        max_tasks_per_child=worker.tasks_per_child or None,
        max_memory_per_child=worker.memory_per_child_mb * 1024 or None,
        without_gossip=True,
        without_mingle=True,
        heartbeat_interval=_HEARTBEAT,
        ready_callback=on_ready,
        optimization="fair",
    )


def _keep_our_logging(**_signal: Any) -> None:
    """Celery asks whether somebody else sets logging up: yes."""
