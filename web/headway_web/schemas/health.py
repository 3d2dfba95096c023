"""Whether the cluster is well."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

Status = Literal["healthy", "unhealthy"]


class Part(BaseModel):
    """One server that everything needs."""

    status: Status


class Nodes(BaseModel):
    """The nodes of one kind; without the ones that nobody needs it is well with none."""

    status: Status
    live: int = Field(description="nodes that hold a lease")


class Health(BaseModel):
    """The cluster's parts; addresses and versions are not told."""

    status: Status = Field(description="unhealthy as soon as one part is")
    metastore: Part
    broker: Part
    scheduler: Nodes
    workers: Nodes
    triggerer: Nodes


class Alive(BaseModel):
    """The web node answers."""

    status: Literal["alive"] = "alive"


class Ready(BaseModel):
    """The web node can do its work."""

    status: Literal["ready"] = "ready"
