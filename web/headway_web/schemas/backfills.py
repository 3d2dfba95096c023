"""Backfills."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, Field

from headway_web.paging import Page

Reprocess = Literal["none", "failed", "completed"]


class LeftOut(BaseModel):
    """A part of the asked range for which a backfill has no dates."""

    reason: Literal["start_date", "end_date", "not_due"] = Field(
        description="it lies before the DAG's start date, behind its end date, or was not due yet"
    )
    bound: datetime = Field(description="where the backfill begins (start_date) or ends instead")
    limit: datetime = Field(description="the DAG's start or end date, or the time of asking")
    message: str


class Backfill(BaseModel):
    """A backfill and how far it is; the counts are of its dates."""

    id: int
    dag_id: str
    from_date: datetime
    to_date: datetime
    run_backwards: bool = Field(description="the newest date first")
    reprocess_behavior: Reprocess = Field(description="which runs that exist are run again")
    max_active_runs: int
    dag_run_conf: dict[str, Any]
    state: Literal["running", "paused", "completed", "cancelled"]
    is_paused: bool
    triggered_by: str
    created_at: datetime
    completed_at: datetime | None
    waiting: int = Field(description="dates of which no run was made yet")
    active: int = Field(description="dates whose run is queued or running")
    queued: int = Field(description="dates whose run was made and has not started")
    running: int = Field(description="dates whose run goes on; `max_active_runs` at most")
    success: int
    failed: int
    skipped: int
    left_out: list[LeftOut]


class Backfills(Page):
    """Backfills, the newest first."""

    backfills: list[Backfill]


class BackfillDate(BaseModel):
    """One date of a backfill; the run is null until there is one."""

    logical_date: datetime
    data_interval_start: datetime
    data_interval_end: datetime
    outcome: Literal["waiting", "made", "rerun", "skipped"]
    reason: str
    dag_run_id: str | None
    state: str | None


class BackfillDates(Page):
    """The dates of a backfill in its order."""

    dates: list[BackfillDate]


class CreatedBackfill(Backfill):
    """A new backfill, and how many dates it has."""

    dates: int


class BackfillPreview(BaseModel):
    """What would become of each date; nothing was written."""

    dates: list[BackfillDate]
    left_out: list[LeftOut]


class NewBackfill(BaseModel):
    """A backfill to be made; the range is of logical dates, both ends belong to it."""

    dag_id: str = Field(max_length=250, pattern=r"^[^\x00]*$", examples=["parallel_dag"])
    from_date: AwareDatetime = Field(examples=["2026-01-01T00:00:00Z"])
    to_date: AwareDatetime = Field(examples=["2026-01-31T00:00:00Z"])
    run_backwards: bool = False
    reprocess_behavior: Reprocess = "none"
    max_active_runs: Annotated[int, Field(ge=1, le=10_000)] = 10
    dag_run_conf: dict[str, Any] = Field(default_factory=dict)
