"""Logs of task instances."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from headway_web.schemas.times import Moment


class LogPart(BaseModel):
    """The log of one attempt."""

    try_number: int
    dispatch: int
    hostname: str
    queue: str
    start_date: Moment
    end_date: Moment | None
    outcome: str | None = Field(description="null while it runs")
    error: str | None
    offset: int = Field(description="byte at which `text` begins")
    text: str = Field(description="masked; may hold ANSI colours")
    next_offset: int = Field(description="byte behind the last one of `text`")
    truncated: bool = Field(description="there is more: ask again with `offset`, or download it")
    end: Literal["complete", "running", "lost", "cut"] | None = Field(
        description="how it ends; null when truncated. `lost`: with its host; `cut`: the rest has not arrived"
    )


class Log(BaseModel):
    """The log of a try, attempt by attempt."""

    try_number: int
    tries: list[int] = Field(description="every try that has begun")
    parts: list[LogPart]
    complete: bool = Field(description="nothing more will come")
    host_lost: bool
    waiting: str | None = Field(description="why nothing has been logged yet")
