"""What a run and a task instance know of themselves where no metastore says it."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from headway.authoring.moments import now
from headway.authoring.runtime import InstanceFacts, RunFacts
from headway.authoring.structure import describe
from headway.states import RunState


def manual_run(
    dag: Any, logical_date: datetime | None = None, conf: Mapping[str, Any] | None = None, *, number: int = 1
) -> RunFacts:
    """The facts of a run as ``headway dags trigger`` would make it.

    Raises ``InvalidInput`` for a ``conf`` that is not JSON or does not fit the DAG's params.
    """
    from headway.operations.trigger import check_conf, check_params
    from headway.timetables import manual_interval

    given = check_conf(None if conf is None else dict(conf))
    described = describe(dag)
    check_params(dag.dag_id, described["params"], given)
    moment = now()
    logical = _aware(logical_date or moment).astimezone(UTC)
    start, end = manual_interval(described["schedule"], logical)
    return RunFacts(
        id=number,
        dag_id=dag.dag_id,
        run_id=f"manual__{logical.isoformat()}",
        run_type="manual",
        state=RunState.RUNNING.value,
        logical_date=logical,
        data_interval_start=start,
        data_interval_end=end,
        run_after=moment,
        start_date=moment,
        conf=given,
        queued_at=moment,
    )


def instance(
    task: Any, *, number: int = 1, map_index: int = -1, dispatch: int = 1, try_number: int = 1, priority: int = 1
) -> InstanceFacts:
    """The facts of one try of ``task``."""
    moment = now()
    return InstanceFacts(
        id=number,
        dispatch=dispatch,
        task_id=task.task_id,
        map_index=map_index,
        try_number=try_number,
        max_tries=task.retries,
        queue=task.queue,
        pool=task.pool,
        priority_weight=priority,
        hostname=socket.gethostname(),
        start_date=moment,
        queued_at=moment,
        pool_slots=task.pool_slots,
    )


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
