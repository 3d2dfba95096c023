"""What a running task does with other DAGs: the authoring layer's ``OtherDags`` over the metastore."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from headway.authoring.other_dags import Outline, RunsAsked, RunSeen, StartedRun, tasks_of_groups
from headway.broker.bus import Bus
from headway.errors import BrokerUnavailable
from headway.metastore.database import Connection
from headway.metastore.queries import dag_list, other_dags
from headway.metastore.queries.attempts import Claimed
from headway.operations import task_triggers
from headway.operations.wake import wake_schedulers
from headway_worker.store import Store


class MetastoreDags:
    """See ``headway.authoring.other_dags.OtherDags``."""

    def __init__(self, store: Store, claimed: Claimed, bus: Callable[[], Bus]) -> None:
        self._store = store
        self._bus = bus
        mapped = f"[{claimed.map_index}]" if claimed.map_index >= 0 else ""
        task = f"{claimed.dag_id}.{claimed.task_id}{mapped}"
        self._actor = f"task {task} of {claimed.run_id}, try {claimed.try_number}"

    def runs_of(self, asked: RunsAsked) -> list[RunSeen]:
        """The runs that are asked for."""
        return self._store.call(lambda conn: other_dags.runs_of(conn, asked))

    def outline(self, dag_id: str) -> Outline | None:
        """What the DAG consists of; one whose file is gone counts as none."""
        return self._store.call(lambda conn: _outline(conn, dag_id))

    def trigger(
        self, dag_id: str, *, run_id: str | None, logical_date: datetime | None, conf: Mapping[str, Any]
    ) -> StartedRun:
        """Start a run and wake the schedulers."""
        started = self._store.call(
            lambda conn: task_triggers.trigger_once(
                conn, dag_id, run_id=run_id, logical_date=logical_date, conf=conf, actor=self._actor
            )
        )
        self._wake("trigger", dag_id)
        return started

    def reset(self, dag_id: str, run_id: str) -> None:
        """Clear the run and wake the schedulers."""
        self._store.call(lambda conn: task_triggers.reset(conn, dag_id, run_id, actor=self._actor))
        self._wake("clear", dag_id)

    def run_state(self, dag_id: str, run_id: str) -> str | None:
        """The run's state."""
        return self._store.call(lambda conn: other_dags.run_state(conn, dag_id, run_id))

    def _wake(self, reason: str, dag_id: str) -> None:
        with contextlib.suppress(BrokerUnavailable):  # the schedulers find it at their next sweep
            self._store.call(lambda conn: wake_schedulers(conn, self._bus(), reason, [dag_id]))


def _outline(conn: Connection, dag_id: str) -> Outline | None:
    found = dag_list.structure(conn, dag_id)
    facts = dag_list.schedule_facts(conn, dag_id) if found is not None else None
    if found is None or facts is None or facts.is_stale:
        return None
    tasks = frozenset(task["task_id"] for task in found.structure["tasks"])
    return Outline(facts.is_paused, tasks, tasks_of_groups(found.structure))
