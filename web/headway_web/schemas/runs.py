"""Runs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from headway.operations import clear as operations
from headway_web.paging import Page
from headway_web.schemas.holds import Hold
from headway_web.schemas.times import Moment

RunState = Literal["queued", "running", "success", "failed"]
CodeVersion = Literal["original", "latest"]

_RUN: dict[str, Any] = {
    "dag_id": "daily_sales",
    "dag_run_id": "scheduled__2026-01-31T04:00:00+00:00",
    "run_type": "scheduled",
    "state": "success",
    "logical_date": "2026-01-31T04:00:00Z",
    "data_interval_start": "2026-01-31T04:00:00Z",
    "data_interval_end": "2026-01-31T04:00:00Z",
    "run_after": "2026-01-31T04:00:00Z",
    "queued_at": "2026-01-31T04:00:00.12Z",
    "start_date": "2026-01-31T04:00:00.14Z",
    "end_date": "2026-01-31T04:03:10.5Z",
    "duration": 190.36,
    "conf": {},
    "triggered_by": "schedule",
    "version": 3,
    "bundle": "9f2c…",
    "task_counts": {"success": 12},
    "note": None,
    "note_by": None,
    "note_at": None,
    "hold": None,
    "backfill_id": None,
}


class DagRun(BaseModel):
    """One run of a DAG."""

    model_config = ConfigDict(from_attributes=True, populate_by_name=True, json_schema_extra={"examples": [_RUN]})

    dag_id: str
    dag_run_id: str = Field(validation_alias="run_id")
    run_type: str = Field(examples=["scheduled", "manual", "backfill", "asset_triggered"])
    state: str = Field(examples=["queued", "running", "success", "failed"])
    logical_date: Moment | None
    data_interval_start: Moment | None
    data_interval_end: Moment | None
    run_after: Moment
    queued_at: Moment
    start_date: Moment | None
    end_date: Moment | None
    duration: float | None = Field(
        description="seconds, so far or in all; null before the start", validation_alias="seconds"
    )
    conf: dict[str, Any] | None = Field(description="null in lists when it is larger than 4 kB")
    triggered_by: str
    version: int = Field(description="the version of the DAG that it runs; 0 before it starts")
    bundle: str = Field(description="hash of the code that it runs")
    task_counts: dict[str, int] = Field(
        description="task instances by state; empty before it starts", validation_alias="tasks"
    )
    note: str | None
    note_by: str | None = Field(description="who wrote the note")
    note_at: Moment | None = Field(description="when it was written")
    hold: Hold | None
    backfill_id: int | None = Field(description="the backfill that made it")


class FormerVersion(BaseModel):
    """A version with which a run has gone until it was told to go on with another one."""

    model_config = ConfigDict(from_attributes=True)

    version: int
    until: Moment


class DagRunDetails(DagRun):
    """One run in full."""

    model_config = ConfigDict(json_schema_extra={"examples": [{**_RUN, "why": "", "former_versions": []}]})

    why: str = Field(description="what a queued run waits for; empty for any other")
    former_versions: list[FormerVersion] = Field(description="what it has gone with before, the first one first")


class DagRuns(Page):
    """A page of runs."""

    dag_runs: list[DagRun]


class NewRun(BaseModel):
    """A run to start by hand."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"conf": {"day": "2026-01-31"}}, {"logical_date": None}]}
    )

    dag_run_id: str | None = Field(None, max_length=250, description="made from the logical date unless given")
    logical_date: AwareDatetime | None = Field(None, description="now unless given")
    conf: dict[str, Any] | None = Field(None, description="what tasks see as `dag_run.conf`; at most 64 kB")
    note: str | None = Field(None, max_length=1000)


class RunChange(BaseModel):
    """What can be changed of a run."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"state": "failed"}, {"note": "late data"}]}
    )

    state: Literal["success", "failed", "queued"] | None = Field(
        None, description="`success` and `failed` end it, `queued` clears all of it"
    )
    note: str | None = Field(None, max_length=1000, description="null takes it away")


class ClearRun(BaseModel):
    """How to clear a run."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"dry_run": True, "only_failed": True}]})

    dry_run: bool = Field(True, description="only tell what would be cleared")
    only_failed: bool = Field(False, description="only what failed, or did not run because something failed")
    version: CodeVersion = Field("original", description="`latest`: go on with the DAG's present code")


class ClearTasks(BaseModel):
    """Which task instances to clear."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"dag_run_id": "manual__1", "task_ids": ["load"], "include_downstream": True, "dry_run": True}]
        },
    )

    dry_run: bool = Field(True, description="only tell what would be cleared")
    dag_run_id: str | None = Field(None, max_length=250, description="null: the runs between the dates")
    start_date: AwareDatetime | None = Field(None, description="logical dates from this one on")
    end_date: AwareDatetime | None = Field(None, description="logical dates up to this one")
    task_ids: list[str | tuple[str, int]] | None = Field(
        None, description="ids, or [id, map index] for one instance of a mapped task; null: all tasks", max_length=1000
    )
    only_failed: bool = False
    include_upstream: bool = False
    include_downstream: bool = False
    include_past: bool = Field(False, description="also the runs before that one")
    include_future: bool = Field(False, description="also the runs after that one")
    version: CodeVersion = "original"


class ClearedInstance(BaseModel):
    """A task instance that was cleared, or would be; ``state`` is the one that it had."""

    model_config = ConfigDict(from_attributes=True)

    dag_id: str
    dag_run_id: str
    task_id: str
    map_index: int
    state: str


class CodeChange(BaseModel):
    """The version with which a run goes on, and the tasks that it gets or loses by that."""

    dag_run_id: str
    version: int
    added: list[str]
    removed: list[str]


class Cleared(BaseModel):
    """What was cleared, or would be."""

    dry_run: bool
    task_instances: list[ClearedInstance]
    stopping: int = Field(description="how many of them a worker has to end first")
    notes: list[str] = Field(description="what could not be cleared, and why")
    code: list[CodeChange] = Field(description="runs that go on with other code")


def cleared(found: Iterable[operations.Cleared], *, dry_run: bool) -> Cleared:
    """What several runs say of a clear, with what markers among the tasks had cleared in other DAGs."""
    every = [each for one in found for each in (one, *one.linked)]
    return Cleared(
        dry_run=dry_run,
        task_instances=[
            ClearedInstance(
                dag_id=run.dag_id, dag_run_id=run.run_id, task_id=ti.task_id, map_index=ti.map_index, state=ti.state
            )
            for run in every
            for ti in run.instances
        ],
        stopping=sum(run.stopping for run in every),
        notes=[note for run in every for note in run.notes],
        code=[
            CodeChange(dag_run_id=run.run_id, version=run.code.number, added=run.code.added, removed=run.code.removed)
            for run in every
            if run.code
        ],
    )


class DeletedRun(BaseModel):
    """What went with a run."""

    dag_id: str
    dag_run_id: str
    task_instances: int
    stopping: int = Field(description="attempts that workers had of it and end now")
