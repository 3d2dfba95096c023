"""What the first page shows."""

from __future__ import annotations

from pydantic import BaseModel, Field

from headway_web.schemas.queues import QueueBrief
from headway_web.schemas.times import Moment


class RunCounts(BaseModel):
    """Runs that are active now, and those that ended in the last 24 hours."""

    running: int = Field(examples=[3])
    queued: int = Field(examples=[1])
    success_24h: int = Field(examples=[412])
    failed_24h: int = Field(examples=[2])


class DagCounts(BaseModel):
    """The DAGs that are in their files."""

    total: int = Field(examples=[24])
    paused: int = Field(examples=[24])


class FailedRun(BaseModel):
    """A run that failed in the last 24 hours."""

    dag_id: str = Field(examples=["daily_sales"])
    dag_run_id: str = Field(examples=["scheduled__2026-01-31T00:00:00+00:00"])
    end_date: Moment
    first_failed_task: str | None = Field(description="null when no task failed: the run took too long")
    first_failed_map_index: int | None = Field(description="-1 for a task that is not mapped")


class LateDag(BaseModel):
    """A DAG whose next run should have been made by now."""

    dag_id: str = Field(examples=["hourly_stock"])
    next_run: Moment = Field(description="when the run was due")
    seconds: float = Field(description="how long ago that was", examples=[95.2])


class NodeCounts(BaseModel):
    """The nodes at a glance."""

    up: int
    draining: int
    dead_1h: int = Field(description="nodes that were lost in the last hour")
    by_kind: dict[str, int] = Field(description="live nodes", examples=[{"scheduler": 1, "worker": 3, "web": 1}])


class Hour(BaseModel):
    """The runs that ended in one hour."""

    hour: Moment = Field(description="when the hour begins")
    success: int
    failed: int


class Dashboard(BaseModel):
    """What runs, what failed in the last day, what is late; queues and nodes at a glance."""

    runs: RunCounts
    dags: DagCounts
    task_states: dict[str, int] = Field(
        description="unfinished task instances of running runs, by state", examples=[{"running": 12, "queued": 40}]
    )
    failed_runs: list[FailedRun] = Field(description="the ten newest")
    late_dags: list[LateDag] = Field(description="the ten latest")
    queues: list[QueueBrief]
    nodes: NodeCounts
    import_errors: int = Field(description="files that cannot be loaded")
    held: int = Field(description="DAGs, runs and tasks that are held", examples=[1])
    hours: list[Hour] = Field(description="the last 24, the present one last")
