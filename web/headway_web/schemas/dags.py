"""DAGs as lists and pages show them."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from headway_web.paging import Page
from headway_web.schemas.holds import Hold
from headway_web.schemas.times import Moment


class RecentRun(BaseModel):
    """A run in a list of DAGs."""

    dag_run_id: str
    state: str = Field(examples=["success"])
    run_type: str = Field(examples=["scheduled"])
    run_after: Moment
    logical_date: Moment | None
    start_date: Moment | None
    end_date: Moment | None
    duration: float | None = Field(description="seconds, so far or in all; null before the start")


class CodeWarning(BaseModel):
    """Something in a DAG file that works otherwise than its author may think."""

    line: int = Field(description="0 when unknown")
    text: str


_DAG: dict[str, Any] = {
    "dag_id": "daily_sales",
    "label": "daily_sales",
    "description": "sales of the day before, by shop",
    "is_paused": False,
    "is_stale": False,
    "style": 3,
    "schedule": "0 5 * * *",
    "schedule_kind": "cron",
    "timezone": "Europe/Prague",
    "next_run": "2026-02-01T04:00:00Z",
    "next_interval_start": "2026-02-01T04:00:00Z",
    "next_interval_end": "2026-02-01T04:00:00Z",
    "is_late": False,
    "owners": ["data"],
    "tags": ["sales"],
    "file": "dags/daily_sales.py",
    "version": 3,
    "bundle": "9f2c…",
    "max_active_runs": 16,
    "max_active_tasks": 16,
    "active_runs": 1,
    "has_import_error": False,
    "warnings": [],
    "parsed_at": "2026-01-31T09:00:00Z",
    "params_required": False,
    "task_count": 12,
    "hold": None,
    "recent_runs": [],
}


class Dag(BaseModel):
    """A DAG as it is now."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"examples": [_DAG]})

    dag_id: str
    label: str = Field(description="name that people see: `dag_display_name`, or the id")
    description: str
    is_paused: bool
    is_stale: bool = Field(description="its file is gone or no longer defines it")
    style: int = Field(description="whose defaults it has: 1, 2 or 3 for Airflow 1.10, 2, 3")
    schedule: str = Field(description="in words or as written: `0 5 * * *`, `1 day, 0:00:00`; empty: none")
    schedule_kind: str = Field(
        description="what starts runs", examples=["none", "once", "cron", "delta", "continuous", "assets", "custom"]
    )
    timezone: str = Field(description="in which its schedule is meant")
    next_run: Moment | None = Field(description="when the next run is due by its schedule")
    next_interval_start: Moment | None
    next_interval_end: Moment | None
    is_late: bool = Field(description="the next run was due over a minute ago and has not been made")
    owners: list[str]
    tags: list[str]
    file: str = Field(description="relative to the root of the bundle")
    version: int = Field(description="number of its present structure, from 1")
    bundle: str = Field(description="hash of the code that new runs use")
    max_active_runs: int
    max_active_tasks: int
    active_runs: int = Field(description="runs that are queued or running")
    has_import_error: bool = Field(
        description="its file cannot be loaded now; what runs is the last version that could"
    )
    warnings: list[CodeWarning]
    parsed_at: Moment
    params_required: bool = Field(description="a run by hand must give a param that has no default")
    task_count: int
    hold: Hold | None
    recent_runs: list[RecentRun] = Field(description="the last 14, newest last")


class Dags(Page):
    """A page of DAGs."""

    dags: list[Dag]


class Param(BaseModel):
    """A param of a DAG, as its author declared it; ``value`` is missing where a run must give one."""

    value: Any = Field(None, description="default; absent or null when there is none")
    required: bool = Field(description="a run must give it")
    form: dict[str, Any] = Field(description="JSON schema that a value must fit", alias="schema")
    title: str | None = None
    description: str | None = None

    model_config = ConfigDict(populate_by_name=True)


class Pause(BaseModel):
    """Who paused a DAG, and when."""

    model_config = ConfigDict(from_attributes=True)

    actor: str
    paused_at: Moment
    reason: str = Field(description="why the scheduler did; empty where a person paused it")


_MORE: dict[str, Any] = {
    "pause": None,
    "doc_md": "Sales of **yesterday**.",
    "start_date": "2026-01-01T00:00:00Z",
    "end_date": None,
    "catchup": False,
    "dagrun_timeout": 3600.0,
    "fail_fast": False,
    "params": {"day": {"value": "2026-01-31", "required": False, "schema": {"type": "string", "format": "date"}}},
    "has_callbacks": [],
    "max_consecutive_failed_dag_runs": 0,
    "asset_expression": None,
}


class DagDetails(Dag):
    """A DAG in full."""

    model_config = ConfigDict(json_schema_extra={"examples": [{**_DAG, **_MORE}]})

    pause: Pause | None = Field(description="null too where it was new so, or the audit trail has forgotten it")
    doc_md: str | None = Field(description="Markdown written by the DAG's author: show it as text or sanitised")
    start_date: Moment | None
    end_date: Moment | None
    catchup: bool
    dagrun_timeout: float | None = Field(description="seconds")
    fail_fast: bool
    params: dict[str, Param]
    has_callbacks: list[str]
    max_consecutive_failed_dag_runs: int
    asset_expression: Any = Field(None, description="what it waits for when assets start its runs")


class DagChange(BaseModel):
    """What can be changed of a DAG."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"is_paused": False}]})

    is_paused: bool


class DagsChange(BaseModel):
    """The same change for several DAGs."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"dag_ids": ["daily_sales"], "is_paused": False}]}
    )

    dag_ids: list[str] = Field(min_length=1, max_length=1000)
    is_paused: bool


class Unpaused(BaseModel):
    """A DAG that was unpaused."""

    dag_id: str
    runs_due: int = Field(description="runs that its schedule creates at once, counted up to 1000")


class ChangedDags(BaseModel):
    """DAGs after a change."""

    dags: list[Dag]
    unpaused: list[Unpaused]


class DeletedDag(BaseModel):
    """What went with a DAG."""

    model_config = ConfigDict(from_attributes=True)

    dag_id: str
    runs: int
    task_instances: int
    file: str = Field(description="it still defines the DAG, which comes back when the file is read again")


class RunsDue(BaseModel):
    """How many runs unpausing would create."""

    count: int = Field(description="counted up to 1000")


class Counted(BaseModel):
    """A word and how many DAGs have it."""

    model_config = ConfigDict(from_attributes=True)

    name: str
    count: int


class Tags(BaseModel):
    """Every tag in use."""

    tags: list[Counted]


class Owners(BaseModel):
    """Every owner of DAGs."""

    owners: list[Counted]
