"""Assets, their events, and the graph of what makes and awaits them."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field

from headway_web.paging import Page
from headway_web.schemas.times import Moment


class Producer(BaseModel):
    """A task that has the asset among its outlets."""

    dag_id: str = Field(examples=["daily_sales"])
    task_id: str = Field(examples=["load"])


class Consumer(BaseModel):
    """A DAG that waits for the asset."""

    dag_id: str = Field(examples=["report"])


class Asset(BaseModel):
    """A piece of data by name and URI."""

    id: int
    name: str = Field(examples=["orders"])
    uri: str = Field(examples=["s3://shop/orders.csv"])
    group: str = Field(examples=["asset"])
    extra: dict[str, Any] = Field(description="what its declaration says of it; secrets are shown as `***`")
    aliases: list[str] = Field(description="under which tasks have reported it")
    producers: list[Producer]
    consumers: list[Consumer]
    last_event: Moment | None = Field(description="when it was last updated")
    created_at: Moment


class Assets(Page):
    """Assets by name."""

    assets: list[Asset]


class StartedRun(BaseModel):
    """A run that an event has started."""

    dag_id: str
    dag_run_id: str


class AssetEvent(BaseModel):
    """An asset was updated. The source is null for an event that a person made."""

    id: int
    asset_id: int
    name: str = Field(examples=["orders"])
    uri: str = Field(examples=["s3://shop/orders.csv"])
    group: str
    extra: dict[str, Any] = Field(description="what the task said of it; secrets are shown as `***`")
    timestamp: Moment
    source_dag_id: str | None
    source_task_id: str | None
    source_run_id: str | None
    source_map_index: int = Field(description="-1 for a task that is not mapped")
    created_dagruns: list[StartedRun]


class AssetEvents(Page):
    """Events, the newest first."""

    asset_events: list[AssetEvent]


class NewAssetEvent(BaseModel):
    """An update from outside."""

    extra: dict[str, Any] = Field(default_factory=dict, examples=[{"rows": 120}])


class Materialized(BaseModel):
    """The run that makes the asset."""

    dag_id: str
    dag_run_id: str
    dag_is_paused: bool = Field(description="the run waits until somebody unpauses the DAG")


class GraphNode(BaseModel):
    """A DAG, an asset or an alias."""

    id: str = Field(description="kind and name", examples=["asset:orders"])
    kind: Literal["dag", "asset", "alias"]
    label: str = Field(examples=["orders"])
    asset_id: int | None = Field(None, description="of an asset that is known")


class GraphEdge(BaseModel):
    """From a DAG to what it makes, from an alias to its assets, from there to the DAGs that wait."""

    source: str = Field(examples=["dag:daily_sales"])
    target: str = Field(examples=["asset:orders"])
    kind: Literal["produces", "belongs", "triggers"]
    task_ids: list[str] = Field(default_factory=list, description="the tasks that produce it")


class AssetGraph(BaseModel):
    """How DAGs hang together by assets."""

    nodes: list[GraphNode]
    edges: list[GraphEdge]


class WaitingAsset(BaseModel):
    """Something that the DAG waits for."""

    kind: Literal["asset", "alias"]
    asset_id: int | None
    name: str
    uri: str
    arrived: bool = Field(description="whether it has come since the last run")
    events: int = Field(description="events that are there for the next run")
    last_event: Moment | None


class WaitingAssets(BaseModel):
    """What a DAG waits for; `expression` is the condition, null for a DAG that waits for no asset."""

    dag_id: str
    expression: dict[str, Any] | None = Field(
        description="nested `all` and `any` of `asset`, `asset_ref` and `alias`",
        examples=[{"all": [{"asset": {"name": "orders", "uri": "s3://shop/orders.csv"}}]}],
    )
    assets: list[WaitingAsset]
