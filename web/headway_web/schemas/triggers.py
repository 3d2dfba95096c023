"""Triggers: what deferred tasks wait for."""

from __future__ import annotations

from pydantic import BaseModel, Field

from headway_web.paging import Page
from headway_web.schemas.times import Moment


class Trigger(BaseModel):
    """A trigger that waits."""

    dag_id: str = Field(examples=["etl"])
    dag_run_id: str
    task_id: str
    map_index: int = Field(description="-1 for a task that is not mapped")
    classpath: str = Field(examples=["headway.triggers.times.DateTimeTrigger"])
    waits_for: str = Field(description="in the trigger's own words; may be empty", examples=["file /data/orders.csv"])
    triggerer: str | None = Field(description="the node that runs it; null: none has taken it up")
    since: Moment
    until: Moment | None = Field(description="when the deferral's time is over")


class Triggers(Page):
    """Triggers in the order in which their tasks were made."""

    triggers: list[Trigger]
    triggerers: int = Field(description="triggerers that are up")
