"""Task instances and their tries."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from headway.operations import marks as operations
from headway_web.paging import Page
from headway_web.schemas.holds import InstanceHold
from headway_web.schemas.times import Moment

_INSTANCE: dict[str, Any] = {
    "id": 5021,
    "dag_id": "daily_sales",
    "dag_run_id": "manual__1",
    "task_id": "load",
    "label": "load",
    "operator": "PythonOperator",
    "map_index": -1,
    "rendered_map_index": None,
    "state": "up_for_retry",
    "why": "retry due at 2026-01-31 05:02:00Z, after: ConnectionError: refused",
    "try_number": 1,
    "max_tries": 2,
    "queue": "default",
    "pool": "default_pool",
    "pool_slots": 1,
    "priority_weight": 3,
    "hostname": "worker-1",
    "queued_when": "2026-01-31T04:59:59Z",
    "start_date": "2026-01-31T05:00:00Z",
    "end_date": "2026-01-31T05:00:30Z",
    "duration": 30.0,
    "next_retry": "2026-01-31T05:02:00Z",
    "error": "ConnectionError: refused",
    "note": None,
    "note_by": None,
    "note_at": None,
    "hold": None,
    "stopping": None,
}


class TaskInstance(BaseModel):
    """One task in one run; a mapped task has one for each element."""

    model_config = ConfigDict(json_schema_extra={"examples": [_INSTANCE]})

    id: int = Field(description="0 in a run that has not started")
    dag_id: str
    dag_run_id: str
    task_id: str
    label: str
    operator: str
    map_index: int = Field(description="-1 when not mapped, or not expanded yet")
    rendered_map_index: str | None = Field(description="what `map_index_template` made of the map index")
    state: str
    why: str = Field(description="why it waits or failed; empty: nothing to say")
    try_number: int
    max_tries: int = Field(description="tries that may fail: the last try is the one after them")
    queue: str
    pool: str
    pool_slots: int
    priority_weight: int
    hostname: str | None = Field(description="the worker that has it or had it last")
    queued_when: Moment | None
    start_date: Moment | None
    end_date: Moment | None
    duration: float | None = Field(description="seconds of the present or last try, so far or in all")
    next_retry: Moment | None = Field(description="when its retry or next poke is due")
    error: str | None = Field(description="why its last attempt failed")
    note: str | None
    note_by: str | None = Field(description="who wrote the note")
    note_at: Moment | None = Field(description="when it was written")
    hold: InstanceHold | None
    stopping: str | None = Field(description="why its worker was asked to end it")


class TaskInstances(Page):
    """A page of task instances."""

    task_instances: list[TaskInstance]


class Try(BaseModel):
    """One attempt: one dispatch that a worker took up. A try has one, or several after a loss or a reschedule."""

    model_config = ConfigDict(from_attributes=True)

    try_number: int
    dispatch: int
    outcome: str | None = Field(
        description="null while it runs",
        examples=["success", "failed", "skipped", "retry", "rescheduled", "deferred", "interrupted", "lost"],
    )
    state: str = Field(
        description="the state that the outcome led to; `running` while it runs, `interrupted` or `lost` where the "
        "attempt ended and its try did not"
    )
    queue: str
    hostname: str
    queued_at: Moment | None
    start_date: Moment
    end_date: Moment | None
    duration: float | None = Field(description="seconds, so far or in all")
    error: str | None
    exit_signal: int | None = Field(description="the signal that killed its process")
    peak_rss: int | None = Field(description="bytes")
    cpu_seconds: float | None
    log_bytes: int | None = Field(description="null while it runs, and where the host was lost with the log")
    version: int | None = Field(description="the version of the DAG that it ran")
    bundle: str | None = Field(description="hash of the code that it ran")


class Tries(BaseModel):
    """Every attempt of a task instance, in order."""

    tries: list[Try]


class TaskChange(BaseModel):
    """What can be changed of a task instance."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"new_state": "success", "dry_run": False}, {"note": "see the ticket"}]},
    )

    new_state: Literal["success", "failed", "skipped"] | None = None
    include_upstream: bool = False
    include_downstream: bool = False
    include_past: bool = Field(False, description="also in the runs before that one")
    include_future: bool = Field(False, description="also in the runs after that one")
    dry_run: bool = Field(True, description="only tell what would be marked; a note is written in any case")
    note: str | None = Field(None, max_length=1000, description="null takes it away")


class MarkedInstance(BaseModel):
    """A task instance that was marked, or would be; ``state`` is the one that it had."""

    dag_id: str
    dag_run_id: str
    task_id: str
    map_index: int
    state: str


class Marked(BaseModel):
    """What was marked, or would be."""

    dry_run: bool
    task_instances: list[MarkedInstance]
    stopping: int = Field(description="how many of them a worker has to end")


def marked(found: Iterable[operations.Marked], *, dry_run: bool) -> Marked:
    """What several runs say of a mark."""
    every = list(found)
    return Marked(
        dry_run=dry_run,
        task_instances=[
            MarkedInstance(
                dag_id=run.dag_id, dag_run_id=run.run_id, task_id=ti.task_id, map_index=ti.map_index, state=ti.state
            )
            for run in every
            for ti in run.instances
        ],
        stopping=sum(run.stopping for run in every),
    )


class Killed(BaseModel):
    """A task instance that its worker was asked to end."""

    dag_id: str
    dag_run_id: str
    task_id: str
    map_index: int
    try_number: int
    hostname: str | None


class Dependencies(BaseModel):
    """Why a task instance does not go on."""

    why: list[str]


class RenderedFields(BaseModel):
    """The template fields of a task instance in one of its tries."""

    template_fields: list[str]
    rendered_fields: dict[str, str] = Field(
        description="as text, at most 4096 characters each; empty where there was nothing to render"
    )
    try_number: int | None = Field(description="the try that rendered them")


TaskState = Literal[
    "none",
    "scheduled",
    "queued",
    "running",
    "success",
    "failed",
    "skipped",
    "upstream_failed",
    "up_for_retry",
    "up_for_reschedule",
    "deferred",
    "restarting",
    "removed",
]
