"""What a worker must know of a task instance to run something for it; claims and callbacks read it alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Claimed:
    """All that a worker needs to run a task instance.

    Times are timezone-aware. ``bundle`` and ``file`` are empty when the code of the run was deleted. One that
    ``was_deferred`` in this try goes on after its trigger (``queries.triggers.stored``).
    """

    ti: int
    dispatch: int
    run: int
    task_id: str
    map_index: int
    try_number: int
    max_tries: int
    queue: str
    pool: str
    priority: int
    queued_at: datetime
    start_date: datetime
    started_at: datetime
    dag_id: str
    run_id: str
    run_type: str
    logical_date: datetime | None
    data_interval_start: datetime | None
    data_interval_end: datetime | None
    run_after: datetime
    run_start_date: datetime | None
    run_version: int
    conf: dict[str, Any]
    bundle: str
    file: str
    dag_folder: str
    was_deferred: bool = False


#: The columns of ``Claimed``, of the tables ``ti`` (task instance), ``held`` (its attempt), ``r`` (run) and those of
#: ``CODE_OF_RUN``.
FACTS = """ti.id, ti.dispatch, ti.run_id, ti.task_id, ti.map_index, ti.try_number, ti.max_tries, ti.queue,
       ti.pool, ti.priority, ti.queued_at, ti.start_date, held.started_at,
       r.dag_id, r.run_id, r.run_type, r.logical_date, r.data_interval_start, r.data_interval_end,
       r.run_after, r.start_date, r.version, r.conf,
       coalesce(b.hash, ''), coalesce(v.file, ''), coalesce(b.dag_folder, ''),
       EXISTS (SELECT 1 FROM trigger w WHERE w.ti_id = ti.id AND w.try_number = ti.try_number)"""

#: Joins the version and the bundle of run ``r``; a run outlives the deletion of either.
CODE_OF_RUN = """LEFT JOIN dag_version v ON v.id = r.version_id
LEFT JOIN bundle b ON b.id = r.bundle_id"""
