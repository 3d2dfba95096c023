"""What a DAG consists of: tasks, groups, versions, code."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from headway_web.paging import Page
from headway_web.schemas.times import Moment


class Task(BaseModel):
    """A task of one version of a DAG."""

    task_id: str
    label: str = Field(description="name that people see")
    operator: str = Field(examples=["BashOperator"])
    kind: str = Field(description="`empty`: nothing would run, so nothing is sent to a worker", examples=["task"])
    owner: str
    group: str = Field(description="id of its group; empty at the top")
    queue: str
    pool: str
    pool_slots: int
    priority_weight: int = Field(description="effective: own weight with what the rule adds")
    weight_rule: str
    retries: int
    retry_delay: float | None = Field(description="seconds")
    retry_exponential_backoff: bool | float | None = Field(description="the factor from one delay to the next")
    max_retry_delay: float | None = Field(description="seconds")
    execution_timeout: float | None = Field(description="seconds")
    trigger_rule: str = Field(examples=["all_success"])
    depends_on_past: bool
    wait_for_downstream: bool
    upstream: list[str]
    downstream: list[str]
    is_setup: bool
    is_teardown: bool
    mapped: bool
    mapped_over: str = Field(description="what it has an instance for each element of; empty when not mapped")
    doc_md: str | None
    ui_color: str | None
    ui_fgcolor: str | None
    inlets: list[dict[str, Any]]
    outlets: list[dict[str, Any]]
    template_fields: list[str]
    max_active_tis_per_dag: int | None
    max_active_tis_per_dagrun: int | None
    isolation: str | None
    has_callbacks: list[str]


class TaskDetails(Task):
    """A task, and the version that has it so."""

    version: int
    file: str = Field(description="the file that defines the DAG")


class Group(BaseModel):
    """A group of tasks."""

    group_id: str
    label: str
    parent: str = Field(description="id of the group around it; empty at the top")
    tooltip: str
    mapped: bool
    ui_color: str | None
    ui_fgcolor: str | None


class EdgeLabel(BaseModel):
    """Words on an edge; an end may be a group."""

    model_config = ConfigDict(populate_by_name=True)

    from_: str = Field(alias="from")
    to: str
    label: str


class Structure(BaseModel):
    """Tasks and groups of one version, in the order of their definition."""

    dag_id: str
    version: int
    tasks: list[Task]
    groups: list[Group]
    edge_labels: list[EdgeLabel]


class Tasks(BaseModel):
    """The tasks of a DAG."""

    tasks: list[Task]
    total_entries: int


class DagVersion(BaseModel):
    """One version of a DAG: its code and the structure that follows from it."""

    model_config = ConfigDict(from_attributes=True)

    number: int
    created_at: Moment = Field(description="since when the DAG has had it, most recently")
    file: str
    bundle: str = Field(description="hash of the code; empty when it was cleaned away")
    task_count: int
    run_count: int
    is_current: bool


class Versions(Page):
    """A page of versions, newest first."""

    versions: list[DagVersion]


class Source(BaseModel):
    """A file of a version of a DAG, as it was stored."""

    dag_id: str
    version: int
    file: str
    files: list[str] = Field(description="paths of the DAG's own file and of the modules that it imported")
    bundle: str
    content: str
    language: Literal["python"] = "python"


class ChangedTask(BaseModel):
    """A task that is in both versions."""

    task_id: str
    fields: list[str] = Field(description="what of it differs")


class StructureDiff(BaseModel):
    """What the structures differ in."""

    added: list[str]
    removed: list[str]
    changed: list[ChangedTask]
    dag: list[str] = Field(description="fields of the DAG itself that differ")


class FileDiff(BaseModel):
    """A file that differs between two versions."""

    model_config = ConfigDict(from_attributes=True)

    file: str
    change: Literal["added", "removed", "changed"]
    unified: str = Field(description="unified diff with three lines around; empty when the file is too large")
    too_large: bool


class SourceDiff(BaseModel):
    """What two versions differ in."""

    model_config = ConfigDict(populate_by_name=True)

    from_: int = Field(alias="from")
    to: int
    file: str = Field(description="the DAG's own file, in the newer version")
    files: list[FileDiff] = Field(description="those that differ, the DAG's own first")
    unified: str = Field(description="the differences of all files; empty when they are the same")
    structure: StructureDiff
    missing: list[int] = Field(description="those of the two whose code is not stored any more")
