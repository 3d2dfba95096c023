"""Queues and the nodes that consume them."""

from __future__ import annotations

from pydantic import BaseModel, Field

from headway_web.schemas.times import Moment


class QueueFigures(BaseModel):
    """What waits in a queue, where, for how long, and who consumes it."""

    backlog: int = Field(description="task instances that are ready and wait in the metastore")
    outstanding: int = Field(description="published and not begun")
    running: int
    oldest_seconds: float | None = Field(description="age of the oldest that is published and not begun")
    workers: int = Field(description="live workers that consume it; 0: nobody does")
    slots: int = Field(description="tasks that these run at once")
    wanted_workers: int = Field(
        description="workers that could be used now: (running + waiting * min(1, mean duration / 60 s)) over the slots"
        " of one worker; waiting = backlog + outstanding",
        examples=[3],
    )


class QueueBrief(QueueFigures):
    """A queue at a glance."""

    queue: str = Field(examples=["high_cpu"])


class Queue(QueueBrief):
    """A queue, with what its tasks take and what lies in the broker."""

    mean_duration: float | None = Field(
        description="seconds that its tasks took in the last hour, or day; null when none has ended", examples=[12.5]
    )
    depth: int | None = Field(description="messages in the broker; null when it does not answer")


class Queues(BaseModel):
    """Every queue that a DAG names, a worker consumes or a task waits in, by name."""

    queues: list[Queue]


class QueuePoint(QueueFigures):
    """A queue in one step of its history: the most of each figure."""

    at: Moment


class QueueHistory(BaseModel):
    """A queue over time, the earliest point first; sampled every 15 seconds and kept for a day."""

    queue: str
    points: list[QueuePoint]


class Node(BaseModel):
    """One start of one node."""

    id: str = Field(examples=["6f0c2c1e-5d0f-4a55-8d6f-0f8f1b8a3d11"])
    kind: str = Field(description="scheduler, worker, triggerer or web", examples=["worker"])
    name: str = Field(examples=["high_cpu@build-7"])
    hostname: str = Field(examples=["build-7"])
    pid: int
    queues: list[str] = Field(description="what a worker consumes", examples=[["high_cpu"]])
    capacity: int = Field(description="tasks that it runs at once")
    running: int = Field(description="attempts that it holds now")
    state: str = Field(
        description="up, draining (finishes what it has), gone (ended in order) or dead (lost)", examples=["up"]
    )
    version: str = Field(examples=["0.2.0"])
    started_at: Moment
    seen_at: Moment
    lease_until: Moment = Field(description="when it is taken for dead unless it is heard of again")


class Nodes(BaseModel):
    """Nodes by kind and name."""

    nodes: list[Node]


class Draining(BaseModel):
    """The nodes that take nothing new from now on."""

    name: str = Field(examples=["high_cpu@build-7"])
    ids: list[str]
    state: str = Field("draining", examples=["draining"])
