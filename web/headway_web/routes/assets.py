"""Assets: what tasks produce and DAGs wait for."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query

from headway.messages import ASSETS
from headway.metastore.queries import asset_pages
from headway.metastore.queries.asset_pages import AssetItem, EventFilter, EventItem
from headway.operations import assets
from headway.operations.dags import describe
from headway.operations.redaction import redacted
from headway_web.asset_graph import graph_of
from headway_web.dependencies import Db, Means
from headway_web.paging import Paged
from headway_web.parameters import DagId, Text, When
from headway_web.schemas.assets import (
    Asset,
    AssetEvent,
    AssetEvents,
    AssetGraph,
    Assets,
    Consumer,
    Materialized,
    NewAssetEvent,
    Producer,
    StartedRun,
    WaitingAsset,
    WaitingAssets,
)
from headway_web.security.guards import Operator, Viewer

router = APIRouter()

Key = Annotated[int, Path(ge=1, lt=2**63, description="the asset's number")]


@router.get("/assets")
def list_assets(
    _: Viewer,
    conn: Db,
    paging: Paged,
    q: Annotated[Text | None, Query(description="in name or URI")] = None,
    group: Text | None = None,
) -> Assets:
    """List assets with their last event, who makes them and who waits for them."""
    after = paging.after(str)
    found = asset_pages.page(
        conn, limit=paging.fetch, after=after[0] if after else None, text=q or None, group=group or None
    )
    shown, cursor = paging.cut(found, lambda each: (each.name,))
    total = asset_pages.count(conn, text=q or None, group=group or None)
    return Assets(assets=[_asset(each) for each in shown], next_cursor=cursor, total_entries=total)


@router.get("/assets/events")
def list_asset_events(
    _: Viewer,
    conn: Db,
    paging: Paged,
    asset_id: Annotated[int | None, Query(ge=1, lt=2**63)] = None,
    source_dag_id: Text | None = None,
    source_task_id: Text | None = None,
    source_run_id: Text | None = None,
    timestamp_gte: When | None = None,
    timestamp_lte: When | None = None,
) -> AssetEvents:
    """List the events of all assets, the newest first."""
    which = EventFilter(asset_id, source_dag_id, source_task_id, source_run_id, timestamp_gte, timestamp_lte)
    after = paging.after(int)
    found = asset_pages.events(conn, which, limit=paging.fetch, before=after[0] if after else None)
    shown, cursor = paging.cut(found, lambda each: (each.key,))
    return AssetEvents(asset_events=[_event(each) for each in shown], next_cursor=cursor)


@router.get("/assets/graph")
def get_asset_graph(_: Viewer, conn: Db) -> AssetGraph:
    """How DAGs hang together by what they make and wait for."""
    return graph_of(asset_pages.edges(conn), asset_pages.all_names(conn))


@router.get("/assets/{asset_id}")
def get_asset(_: Viewer, conn: Db, asset_id: Key) -> Asset:
    """One asset."""
    return _asset(assets.asset_by_key(conn, asset_id))


@router.get("/assets/{asset_id}/events")
def list_events_of_asset(_: Viewer, conn: Db, paging: Paged, asset_id: Key) -> AssetEvents:
    """List the events of one asset, the newest first."""
    assets.asset_by_key(conn, asset_id)
    after = paging.after(int)
    which = EventFilter(asset=asset_id)
    found = asset_pages.events(conn, which, limit=paging.fetch, before=after[0] if after else None)
    shown, cursor = paging.cut(found, lambda each: (each.key,))
    return AssetEvents(asset_events=[_event(each) for each in shown], next_cursor=cursor)


@router.post("/assets/{asset_id}/events", status_code=201)
def create_asset_event(actor: Operator, conn: Db, means: Means, asset_id: Key, event: NewAssetEvent) -> AssetEvent:
    """Say that an asset was updated outside; the DAGs that wait for it start as after any other update."""
    made = assets.create_event(conn, asset_id, event.extra, actor=actor.name)
    means.broker.wake(conn, ASSETS)
    return _event(made)


@router.post("/assets/{asset_id}/materialize", status_code=201)
def materialize_asset(actor: Operator, conn: Db, means: Means, asset_id: Key) -> Materialized:
    """Start a run of the DAG whose task makes the asset."""
    name = assets.asset_by_key(conn, asset_id).name
    started = assets.materialize(conn, name, actor=actor.name)
    means.broker.wake(conn, "trigger", started.dag_id)
    return Materialized(dag_id=started.dag_id, dag_run_id=started.run_id, dag_is_paused=started.dag_is_paused)


@router.get("/dags/{dag_id}/assets/waiting")
def list_waiting_assets(_: Viewer, conn: Db, dag_id: DagId) -> WaitingAssets:
    """List what a DAG waits for, and what of it has come since its last run."""
    expression = describe(conn, dag_id).condition
    found = [
        WaitingAsset(
            kind=each.kind,
            asset_id=each.key,
            name=each.name,
            uri=each.uri,
            arrived=each.arrived > 0,
            events=each.arrived,
            last_event=each.last_event,
        )
        for each in asset_pages.awaited(conn, dag_id)
    ]
    return WaitingAssets(dag_id=dag_id, expression=expression, assets=found)


def _asset(item: AssetItem) -> Asset:
    return Asset(
        id=item.key,
        name=item.name,
        uri=item.uri,
        group=item.group,
        extra=redacted(item.extra),
        aliases=list(item.aliases),
        producers=[Producer(dag_id=dag_id, task_id=task_id) for dag_id, task_id in item.producers],
        consumers=[Consumer(dag_id=dag_id) for dag_id in item.consumers],
        last_event=item.last_event,
        created_at=item.created_at,
    )


def _event(item: EventItem) -> AssetEvent:
    return AssetEvent(
        id=item.key,
        asset_id=item.asset,
        name=item.name,
        uri=item.uri,
        group=item.group,
        extra=redacted(item.extra),
        timestamp=item.at,
        source_dag_id=item.dag_id or None,
        source_task_id=item.task_id or None,
        source_run_id=item.run_id or None,
        source_map_index=item.map_index,
        created_dagruns=[StartedRun(dag_id=dag_id, dag_run_id=run_id) for dag_id, run_id in item.runs],
    )
