"""Pools."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from headway_web.paging import Page

Slots = Annotated[int, Field(ge=-1, le=2**31 - 1, description="-1: without limit; 0 holds every task back")]
_TEXT = r"^[^\x00]*$"


class Pool(BaseModel):
    """A pool and what is used of it; all figures are slots, of which a task may take several."""

    name: str = Field(examples=["warehouse"])
    slots: int = Field(description="-1: without limit", examples=[16])
    description: str
    include_deferred: bool = Field(description="whether deferred tasks keep their slots")
    occupied_slots: int = Field(description="taken: running, queued, and deferred where these count")
    running_slots: int
    queued_slots: int
    scheduled_slots: int = Field(description="of tasks that came back and wait for a slot")
    deferred_slots: int
    open_slots: int = Field(description="-1: without limit; never below 0")


class Pools(Page):
    """Pools by name."""

    pools: list[Pool]


class NewPool(BaseModel):
    """A pool to be made."""

    name: str = Field(min_length=1, max_length=250, pattern=_TEXT, examples=["warehouse"])
    slots: Slots = Field(examples=[16])
    description: str = Field("", max_length=5000, pattern=_TEXT)
    include_deferred: bool = False


class PoolChange(BaseModel):
    """What is to be changed; what is left out or null stays."""

    slots: Slots | None = Field(None, examples=[32])
    description: str | None = Field(None, max_length=5000, pattern=_TEXT)
    include_deferred: bool | None = None
