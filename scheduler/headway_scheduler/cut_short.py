"""Runs that are cut short: those whose ``dagrun_timeout`` is over, and those of ``fail_fast`` DAGs with a failure.

What has not begun is skipped, what runs is stopped by its worker and comes back as any other end does. Nothing
of it is remembered: a scheduler that takes a run over finds the same reason in the metastore.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import replace

from headway.broker.bus import STOPS, Bus
from headway.errors import BrokerUnavailable
from headway.flow.blueprint import Blueprint
from headway.flow.run_memory import RunMemory
from headway.metastore.database import Connection
from headway.metastore.queries import callbacks, cutting, event_log, failing, scheduling
from headway.metastore.queries.stop_reasons import SKIPPING, spoken
from headway.states import RunState, TaskState
from headway_scheduler.book import Book

log = logging.getLogger(__name__)


class CutShort:
    """Cuts runs of the book; what it changes makes their memory stale. ``bus`` hurries the workers."""

    def __init__(self, book: Book, bus: Bus) -> None:
        self._book = book
        self._bus = bus

    def time_out(self, conn: Connection) -> None:
        """Stop all that is unfinished in runs that have lasted too long."""
        limited = [run for run in self._book.runs.values() if run.blueprint.timeout is not None]
        late = cutting.overdue(conn, [(run.key, run.blueprint.timeout or 0.0) for run in limited]) if limited else ()
        for run in limited:
            if run.key in late:
                reason = f"the run has reached its dagrun_timeout of {run.blueprint.timeout:g} s"
                self._cut(conn, run, keep=(), reason=SKIPPING + reason)

    def fail_fast(self, conn: Connection, keys: Iterable[int]) -> None:
        """Stop all but the teardowns of these runs, in which something has failed."""
        for key in keys:
            run = self._book.runs.get(key)
            if run is not None:
                keep = [task.task_id for task in run.blueprint.tasks if task.is_teardown]
                self._cut(conn, run, keep=keep, reason="another task has failed, and the DAG has fail_fast=True")

    def _cut(self, conn: Connection, run: RunMemory, *, keep: Iterable[str], reason: str) -> None:
        skipped, stopped = cutting.stop_rest(conn, run=run.key, version=run.version, keep=keep, reason=reason)
        if not skipped and not stopped:
            return
        said = spoken(reason)
        log.info("run %s of %s: %d skipped, %d stopped: %s", run.run_id, run.blueprint.dag_id, skipped, stopped, said)
        self._book.stale.add(run.key)
        try:
            self._bus.broadcast(STOPS, b"{}")
        except BrokerUnavailable as error:
            log.debug("%s; workers learn of it when they renew", error.message)


def end(conn: Connection, book: Book, run: RunMemory, state: RunState) -> RunState | None:
    """End a run whose tasks have come to ``state``, call for its DAG's callbacks, pause a DAG that fails for ever.

    Returns what it ended as; None when the caller's memory of it is stale.
    """
    state, reason = _verdict(conn, run, state)
    calls = f"on_{'success' if state is RunState.SUCCESS else 'failure'}_callback" in run.blueprint.callbacks
    may_pause = state is RunState.FAILED and run.blueprint.most_failures > 0
    with conn.transaction() if calls or may_pause else nullcontext():
        ended = scheduling.end_run(conn, run=run.key, version=run.version, state=state)
        if ended and calls:
            callbacks.call_for_run(conn, run=run.key, outcome=state, reason=reason)
        if ended and may_pause:
            _pause_if_it_fails_on(conn, book, run.blueprint)
    return state if ended else None


def _pause_if_it_fails_on(conn: Connection, book: Book, blueprint: Blueprint) -> None:
    dag_id, most = blueprint.dag_id, blueprint.most_failures
    if not failing.pause_failing(conn, dag_id, most=most):
        return
    reason = f"its last {most} runs failed" if most > 1 else "its last run failed"
    reason += f" (max_consecutive_failed_dag_runs={most})"
    event_log.record(conn, actor="scheduler", action="dag.pause", subject=dag_id, detail={"reason": reason})
    dag = book.dags[dag_id]
    dag.facts = replace(dag.facts, is_paused=True)  # nothing more starts, although the next look is still to come
    log.warning("DAG %s is paused: %s", dag_id, reason)


def _verdict(conn: Connection, run: RunMemory, state: RunState) -> tuple[RunState, str]:
    """The end state and the word for it that Airflow's callbacks know."""
    if run.blueprint.timeout is not None and cutting.overdue(conn, [(run.key, run.blueprint.timeout)]):
        return RunState.FAILED, "timed_out"
    if run.blueprint.fail_fast and any(True for _ in run.slots_in(TaskState.FAILED)):
        return RunState.FAILED, "task_failure"
    return state, "success" if state is RunState.SUCCESS else "task_failure"
