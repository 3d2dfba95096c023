"""Deadlines."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from headway_web.paging import Page

DeadlineState = Literal["waiting", "met", "missed"]


class Deadline(BaseModel):
    """When a run, or a task of it, should have ended."""

    dag_id: str
    dag_run_id: str
    dag_run_state: str
    task_id: str | None = Field(description="the task whose SLA it is; null for a deadline of the run")
    name: str
    due: datetime
    state: DeadlineState
    noticed_at: datetime | None = Field(description="when it was met or missed")


class Deadlines(Page):
    """Deadlines: waiting ones the next first, others the latest first."""

    deadlines: list[Deadline]
