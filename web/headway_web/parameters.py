"""Parts of addresses and filters that several routes take."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query
from pydantic import AwareDatetime

_MAX = 2**31 - 1
_TEXT = r"^[^\x00]*$"  # PostgreSQL takes no zero byte


DagId = Annotated[str, Path(max_length=250, pattern=_TEXT, description="id of the DAG", examples=["daily_sales"])]
DagIdOrAll = Annotated[
    str, Path(max_length=250, pattern=_TEXT, description="id of the DAG, `~` for every DAG", examples=["daily_sales"])
]
RunId = Annotated[
    str, Path(max_length=250, pattern=_TEXT, description="id of the run", examples=["scheduled__2026-01-31T00:00:00Z"])
]
RunIdOrAll = Annotated[
    str, Path(max_length=250, pattern=_TEXT, description="id of the run, `~` for every run", examples=["~"])
]
TaskId = Annotated[str, Path(max_length=250, pattern=_TEXT, description="id of the task", examples=["load"])]
MapIndex = Annotated[int, Path(ge=-1, le=_MAX, description="index of a mapped task's instance; -1: not mapped")]
TryNumber = Annotated[int, Path(ge=0, le=_MAX, description="the try, from 1; 0: the newest one that began")]
XComKey = Annotated[str, Path(max_length=512, pattern=_TEXT, examples=["return_value"])]

Text = Annotated[str, Query(max_length=500, pattern=_TEXT)]
Number = Annotated[int, Query(ge=1, le=_MAX)]
Index = Annotated[int, Query(ge=-1, le=_MAX)]
When = Annotated[AwareDatetime, Query(description="RFC 3339 with an offset", examples=["2026-01-31T00:00:00Z"])]
