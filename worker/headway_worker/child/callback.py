"""One message for callbacks: those of an attempt that ended without its process, or of a run that has ended.

They run as they would have in the task's own process, with a time limit, and their words go behind the end of
the log of the attempt whose context they get. A failure in them is logged there and changes nothing.
"""

from __future__ import annotations

import contextvars
import json
import logging
import os
import time
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

from celery.exceptions import Reject

from headway.authoring.exceptions import AirflowException
from headway.authoring.execute import Execution
from headway.authoring.results import TaskError, TaskResult
from headway.messages import CallbackOrder, UnknownVersion
from headway.metastore.database import Connection
from headway.metastore.queries import callbacks, logs
from headway.metastore.queries.callbacks import Taken
from headway.states import Outcome, TaskState
from headway_worker.child.child import Child
from headway_worker.child.facts import instance_facts, run_facts
from headway_worker.child.runtime import runtime_of
from headway_worker.logs.log_files import LogName, continue_from, held_still
from headway_worker.slots import Attempt, Slot

log = logging.getLogger("headway.task")

_STATES = {"failed": TaskState.FAILED, "retry": TaskState.UP_FOR_RETRY}
_PATIENCE = 30.0  # seconds behind the limit after which a worker that says nothing is taken for dead
_LOG_WAIT = 5.0  # seconds in which the attempt's own log should have been shipped


def call_back(child: Child, body: dict[str, Any]) -> str | None:
    """Do what one message asks for; None when it was a duplicate and dropped."""
    try:
        order = CallbackOrder.from_json(body)
    except (UnknownVersion, TypeError, KeyError):
        raise Reject("not a message that this worker understands", requeue=True) from None
    seconds = child.node.settings.worker.callback_limit + _PATIENCE
    taken = child.store.call(lambda conn: callbacks.take(conn, order=order.id, sent=order.sent, seconds=seconds))
    if taken is None:
        return None
    try:
        _run(child, taken)
    finally:
        child.slot.idle()
    child.store.call(lambda conn: callbacks.done(conn, order.id))
    return taken.outcome


def _run(child: Child, taken: Taken) -> None:
    claimed = taken.claimed
    attempt = Attempt(claimed.ti, claimed.dispatch)
    name = LogName.of(attempt, claimed.started_at)
    path = child.logs / str(name)
    is_here = take_up(child.slot, attempt, path)
    child.mark(attempt)
    if not is_here:  # it is written on where the metastore's copy of it ends
        continue_from(path, child.store.call(lambda conn: _await_stored(conn, name)))
    child.capture.open(path)
    try:
        with child.callbacks(path):
            contextvars.copy_context().run(_call, child, taken)
    except BaseException:  # whatever the author's file or a callback raises: nobody else is there to hear of it
        log.exception("the callbacks could not be run")
    finally:
        child.clear_up()
        child.capture.close()


def take_up(slot: Slot, attempt: Attempt, path: Path) -> bool:
    """Say in this process's slot that the log at ``path`` is written on; whether it is here, and so stays."""
    with held_still(path.parent):
        slot.claiming(os.getpid(), attempt, uuid4())
        return path.exists()


def _call(child: Child, taken: Taken) -> None:
    claimed = taken.claimed
    runtime = runtime_of(child, claimed)
    dag, task = child.shelf.task(claimed, runtime)
    ended = taken.of_dag and taken.outcome != "deadline"
    run = replace(run_facts(claimed), state=taken.outcome) if ended else run_facts(claimed)
    instance = instance_facts(claimed, child.node.hostname, child.node.settings.web.address)
    execution = Execution(dag, task, run, instance, runtime)
    execution.context["ti"].state = taken.state if taken.of_dag else _STATES[taken.outcome]
    if taken.outcome == "deadline":
        execution.run_deadline_callbacks(json.loads(taken.reason))
    elif taken.of_dag:
        execution.run_dag_callbacks(success=taken.outcome == "success", reason=taken.reason)
    else:
        outcome = Outcome(taken.outcome)
        error = TaskError(taken.reason, "", "", AirflowException(taken.reason))
        execution.run_callbacks(TaskResult(outcome, error=error))


def _await_stored(conn: Connection, name: LogName) -> int:
    """How much of a log is stored, once that is all of it or its worker has had time enough."""
    give_up = time.monotonic() + _LOG_WAIT
    while True:
        stored = logs.stored_to(conn, ti=name.attempt.ti, dispatch=name.attempt.dispatch, day=name.day)
        whole = logs.length(conn, ti=name.attempt.ti, dispatch=name.attempt.dispatch)
        if stored >= (whole or 0) or time.monotonic() >= give_up:
            return stored
        time.sleep(0.1)
