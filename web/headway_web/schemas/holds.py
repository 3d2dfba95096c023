"""What people hold."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from headway_web.schemas.times import Moment


class Hold(BaseModel):
    """Nothing new starts here until somebody releases it."""

    reason: str
    actor: str
    held_at: Moment


class InstanceHold(Hold):
    """What holds a task instance: its task in this run, or in every run."""

    every_run: bool = Field(description="its task is held in every run of the DAG")


class Held(Hold):
    """A hold with what it holds."""

    dag_id: str
    dag_run_id: str = Field(description="empty: every run")
    task_id: str = Field(description="empty: every task")


class Holds(BaseModel):
    """Everything that is held."""

    holds: list[Held]


class NewHold(BaseModel):
    """Why something is held."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"reason": "wait for the late file"}]})

    reason: str = Field("", max_length=1000)


class NowHeld(BaseModel):
    """What is held now."""

    dag_id: str
    dag_run_id: str = Field(description="empty: every run")
    task_id: str = Field(description="empty: every task")
    reason: str
    taken_back: int = Field(description="task instances that were queued and wait outside of their queues now")
