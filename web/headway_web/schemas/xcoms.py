"""XComs: what tasks hand to each other."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from headway_web.schemas.times import Moment


class XComEntry(BaseModel):
    """One entry."""

    model_config = ConfigDict(from_attributes=True)

    key: str = Field(examples=["return_value"])
    timestamp: Moment
    size: int = Field(description="bytes as stored")
    length: int | None = Field(description="number of elements, where tasks are mapped over it")


class XComEntries(BaseModel):
    """Everything that a task instance has left."""

    xcom_entries: list[XComEntry]
    total_entries: int


class XComValue(XComEntry):
    """One entry with its value."""

    value: Any = Field(
        description="as JSON; what JSON lacks is written as text. The first part of its text if truncated"
    )
    type: str = Field(description="what it was", examples=["dict", "list", "str", "datetime"])
    truncated: bool
