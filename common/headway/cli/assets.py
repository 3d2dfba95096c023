"""Look at assets and their events; have one made."""

from __future__ import annotations

from typing import Annotated

import typer

from headway.authoring.runtime import AssetEventFacts, EventQuery
from headway.cli.lazy import group
from headway.cli.output import Column, Format, Output, show_facts, show_json, show_rows, tell, warn
from headway.cli.session import open_session
from headway.metastore.queries import asset_reads
from headway.metastore.queries.asset_reads import AssetRow

app = group("Assets: what tasks produce and DAGs wait for.")

Name = Annotated[str, typer.Argument(metavar="ASSET", help="Name or URI of the asset.")]
Limit = Annotated[int, typer.Option("--limit", "-n", min=1, help="How many events, the newest first.")]


@app.command("list")
def list_(output: Output = Format.TABLE) -> None:
    """List assets with their last event, who updates them and who waits for them.

    Example: headway assets list
    """
    with open_session() as session:
        found = asset_reads.assets(session.conn)
    show_rows(found, _ASSETS, output, empty="there are no assets: no DAG file names any")


@app.command()
def show(name: Name, output: Output = Format.TABLE) -> None:
    """Show one asset.

    Example: headway assets show s3://shop/orders.csv
    """
    from headway.operations.assets import find_asset

    with open_session() as session:
        found = find_asset(session.conn, name)
    if output is Format.JSON:
        show_json(found)
        return
    show_facts(
        {
            "name": found.name,
            "uri": found.uri,
            "group": found.group,
            "events": found.events,
            "last event": found.last_event,
            "updated by": ", ".join(found.producers) or None,
            "awaited by": ", ".join(found.consumers) or None,
        }
    )


@app.command()
def events(
    name: Annotated[str | None, typer.Argument(metavar="[ASSET]", help="Name or URI; default: every asset.")] = None,
    limit: Limit = 20,
    output: Output = Format.TABLE,
) -> None:
    """List events: when an asset was updated, by which task, and what it said of it.

    Example: headway assets events s3://shop/orders.csv --limit 5
    """
    from headway.operations.assets import find_asset

    with open_session() as session:
        wanted = find_asset(session.conn, name).name if name else None
        found = asset_reads.events(session.conn, EventQuery(name=wanted, ascending=False, limit=limit))
    show_rows(found, _EVENTS, output, empty="no asset was updated yet")


@app.command()
def materialize(name: Name, output: Output = Format.TABLE) -> None:
    """Start a run of the DAG that updates an asset.

    Example: headway assets materialize s3://shop/orders.csv
    """
    from headway.operations.assets import materialize as start

    with open_session() as session:
        made = start(session.conn, name, actor=session.actor)
        session.wake("trigger", made.dag_id)
    tell(output, made, f"started run {made.run_id} of {made.dag_id}")
    if made.dag_is_paused:
        warn(f"{made.dag_id} is paused: the run waits for `headway dags unpause {made.dag_id}`")


_ASSETS = [
    Column[AssetRow]("NAME", lambda row: row.name),
    Column[AssetRow]("URI", lambda row: None if row.uri == row.name else row.uri, detail=2),
    Column[AssetRow]("GROUP", lambda row: None if row.group == "asset" else row.group, detail=3),
    Column[AssetRow]("EVENTS", lambda row: row.events, right=True, detail=1),
    Column[AssetRow]("LAST EVENT", lambda row: row.last_event),
    Column[AssetRow]("UPDATED BY", lambda row: ", ".join(row.producers), wide=True),
    Column[AssetRow]("AWAITED BY", lambda row: ", ".join(row.consumers), wide=True),
]
_EVENTS = [
    Column[AssetEventFacts]("AT", lambda row: row.timestamp),
    Column[AssetEventFacts]("ASSET", lambda row: row.name),
    Column[AssetEventFacts]("BY", lambda row: f"{row.source_dag_id}.{row.source_task_id}"),
    Column[AssetEventFacts]("RUN", lambda row: row.source_run_id, detail=1),
    Column[AssetEventFacts]("EXTRA", lambda row: str(row.extra) if row.extra else None, wide=True),
]
