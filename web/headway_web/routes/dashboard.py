"""The first page in one answer."""

from __future__ import annotations

from dataclasses import asdict

from fastapi import APIRouter

from headway.metastore.queries import dashboard, holds
from headway.operations.queues import queue_states
from headway_web.dependencies import Db, Means
from headway_web.schemas.home import DagCounts, Dashboard, FailedRun, Hour, LateDag, NodeCounts, RunCounts
from headway_web.schemas.queues import QueueBrief
from headway_web.security.guards import Viewer

router = APIRouter()

_SHOWN = 10  # failed runs, and late DAGs


@router.get("/dashboard")
def get_dashboard(_: Viewer, conn: Db, means: Means) -> Dashboard:
    """What runs, what failed in the last day, what is late; queues and nodes at a glance."""
    queues = queue_states(conn, None, concurrency=means.settings.worker.concurrency)
    return Dashboard(
        runs=RunCounts(**asdict(dashboard.run_counts(conn))),
        dags=DagCounts(**asdict(dashboard.dag_counts(conn))),
        task_states=dashboard.unfinished_tasks(conn),
        failed_runs=[_failed(each) for each in dashboard.failed_runs(conn, _SHOWN)],
        late_dags=[LateDag(**asdict(each)) for each in dashboard.late_dags(conn, _SHOWN)],
        queues=[QueueBrief.model_validate(each, from_attributes=True) for each in queues],
        nodes=NodeCounts(**asdict(dashboard.node_counts(conn))),
        import_errors=dashboard.import_errors(conn),
        held=holds.count(conn),
        hours=[Hour(**asdict(each)) for each in dashboard.hours(conn)],
    )


def _failed(run: dashboard.FailedRun) -> FailedRun:
    return FailedRun(
        dag_id=run.dag_id,
        dag_run_id=run.run_id,
        end_date=run.end_date,
        first_failed_task=run.task_id,
        first_failed_map_index=run.map_index,
    )
