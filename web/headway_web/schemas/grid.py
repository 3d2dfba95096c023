"""The Grid, the Graph and the charts: columns and arrays, small enough for 200 tasks by 100 runs."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from headway_web.schemas.structures import Structure
from headway_web.schemas.times import Moment


class Counts(BaseModel):
    """How many instances of a mapped task are in each state."""

    counts: dict[str, int]


class GridRow(BaseModel):
    """A task or group; groups come before what is in them."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    kind: Literal["task", "group"]
    label: str
    parent: str = Field(description="id of the group around it; empty at the top")
    depth: int
    mapped: bool
    operator: str = Field(description="empty for groups")
    is_setup: bool
    is_teardown: bool
    trigger_rule: str = Field(description="empty for groups")
    removed: bool = Field(description="only older runs have it: it is no part of the present version")


class GridRun(BaseModel):
    """A run; ``cells`` stand beside the rows."""

    model_config = ConfigDict(from_attributes=True)

    dag_run_id: str
    run_type: str
    state: str
    logical_date: Moment | None
    run_after: Moment
    start_date: Moment | None
    end_date: Moment | None
    duration: float | None
    queued_duration: float = Field(description="seconds from queued to started, so far or in all")
    version: int
    note: bool = Field(description="somebody left a note on it")
    hold: bool
    backfill_id: int | None
    cells: list[str | Counts | None] = Field(
        description="for each row: the task's state; for a mapped task its instances by state; null for groups and for"
        " tasks that the run does not have"
    )


class Grid(BaseModel):
    """Tasks by runs."""

    dag_id: str
    version: int
    rows: list[GridRow]
    runs: list[GridRun] = Field(description="newest first")
    next_cursor: str | None = Field(description="send it as `before` for older runs; null at the first run")


class DurationRun(BaseModel):
    """A run of the durations chart."""

    model_config = ConfigDict(from_attributes=True)

    dag_run_id: str
    run_after: Moment
    state: str
    duration: float | None


class Durations(BaseModel):
    """How long each task took over runs, in seconds; a mapped task from its first start to its last end."""

    dag_id: str
    tasks: list[str]
    runs: list[DurationRun] = Field(description="oldest first")
    values: list[list[float | None]] = Field(description="for each task, for each run")
    queued: list[list[float | None]] = Field(description="the same for waiting in the queue")
    median: list[float | None] = Field(description="for each task")


class Day(BaseModel):
    """The runs of one day."""

    date: date
    counts: dict[str, int] = Field(description="runs by state")


class Calendar(BaseModel):
    """The days that had runs."""

    dag_id: str
    days: list[Day]


class GanttAttempt(BaseModel):
    """One attempt: it waited in the queue from ``queued_at``, and ran from ``start_date`` to ``end_date``."""

    model_config = ConfigDict(from_attributes=True)

    try_number: int
    queued_at: Moment | None
    start_date: Moment
    end_date: Moment | None
    outcome: str | None
    hostname: str
    queue: str


class HeldTime(BaseModel):
    """A time in which somebody kept a task, its run or its DAG from starting anything."""

    start_date: Moment
    end_date: Moment


class GanttTask(BaseModel):
    """A task instance, or all instances of a mapped task in one bar."""

    task_id: str
    map_index: int = Field(description="-1 when not mapped, and for the one bar of many instances")
    instances: int = Field(description="over 1: one bar for all instances of a mapped task; ask with `expand` for each")
    group: str
    state: str
    try_number: int
    queued_at: Moment | None
    start_date: Moment | None
    end_date: Moment | None
    attempts: list[GanttAttempt] = Field(description="one from first to last for a bar of many")
    critical: bool = Field(description="it is on the critical path")
    held: list[HeldTime] = Field(description="when it was held and had not begun, as far as the audit trail goes back")


class GanttRun(BaseModel):
    """The run's own times."""

    dag_run_id: str
    state: str
    queued_at: Moment
    start_date: Moment | None
    end_date: Moment | None


class Step(BaseModel):
    """One task instance of the critical path."""

    task_id: str
    map_index: int


class Gantt(BaseModel):
    """When everything in a run waited and ran."""

    dag_id: str
    run: GanttRun
    tasks: list[GanttTask] = Field(description="by their start")
    critical_path: list[Step] = Field(
        description="from first to last: what made the run last as long; each waited for the one before it"
    )


class RunGraph(BaseModel):
    """The structure of a run's own version with the state of each task."""

    version: int
    structure: Structure | None = Field(description="null where it was not asked for")
    states: dict[str, str | Counts] = Field(description="by task id; missing for a run that has not started")
    run_state: str
