"""Show nodes, drain them, let other hosts join."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from headway.cli.lazy import group
from headway.cli.output import Column, Format, Output, moment, show_rows, state, tell, warn
from headway.cli.session import open_session
from headway.metastore.queries import nodes
from headway.metastore.queries.nodes import Node

app = group("Nodes: schedulers and workers, on every host.")


@app.command("list")
def list_(
    ended: Annotated[bool, typer.Option("--all", "-a", help="Also those that ended in the last day.")] = False,
    output: Output = Format.TABLE,
) -> None:
    """List running nodes: what each consumes, how much it can run, and how much it does.

    Example: headway nodes list --all
    """
    with open_session() as session:
        found = nodes.all_nodes(session.conn, ended=ended)
    show_rows(found, _COLUMNS, output, empty="no node is running: start `headway scheduler` and `headway worker`")


@app.command()
def drain(
    name: Annotated[str, typer.Argument(metavar="NODE", help="Name (or id) of a live node.")],
    output: Output = Format.TABLE,
) -> None:
    """Have a worker finish what it runs and take nothing new; it then ends by itself.

    Example: headway nodes drain high_cpu@build-7
    """
    from headway.operations.nodes import drain as drain_node

    with open_session() as session:
        ids = drain_node(session.conn, name, actor=session.actor)
        session.wake("worker", stops=True)
    told = f"{name} is draining; `headway nodes list` shows when it has gone"
    tell(output, {"name": name, "ids": ids, "state": "draining"}, told)


@app.command()
def check(output: Output = Format.TABLE) -> None:
    """Check that a node on this host is alive: exit status 0 when it holds its lease, 1 when none does.

    Made for the health checks of containers and process supervisors.

    Example: headway nodes check
    """
    from headway.operations.nodes import live_here

    with open_session() as session:
        found = live_here(session.conn)
    tell(output, found, *(f"{node.kind} {node.name} is {node.state}" for node in found))


@app.command("join-file")
def join_file(
    path: Annotated[Path, typer.Argument(help="The file to write.")] = Path("join.toml"),
    host: Annotated[
        str | None, typer.Option("--host", help="Name or address under which other hosts reach this one.")
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace an existing file.")] = False,
    output: Output = Format.TABLE,
) -> None:
    """Write the one file that another host needs to take part.

    It holds the metastore's URL, the broker's URL (both with their passwords) and the key of all secrets,
    for its owner's eyes only (0600). Copy it over a safe channel and start nodes there with --join, or with its
    path in HEADWAY_JOIN.

    Example: headway nodes join-file worker.toml --host 192.0.2.10
    """
    from headway.operations.nodes import this_host, write_join_file

    with open_session() as session:
        made = write_join_file(session.settings, session.vault(), path, host=host, overwrite=overwrite)
    tell(
        output,
        made,
        f"wrote {made.path} (0600). It holds, in clear:",
        f"  the URL of the metastore at {made.metastore}, with its password",
        f"  the URL of the broker at {made.broker}, with its password",
        f"  the key {made.key_fingerprint}, which decrypts every connection and variable",
        "Whoever reads it controls this cluster. On the other host: headway worker --join FILE -Q default",
    )
    if made.loopback:
        servers = " and ".join(made.loopback)
        warn(f"only this host reaches the {servers}: add --host {this_host()}, and have the servers listen there")


_COLUMNS = [
    Column[Node]("NODE", lambda row: row.name),
    Column[Node]("KIND", lambda row: row.kind),
    Column[Node]("STATE", lambda row: state(row.state)),
    Column[Node]("QUEUES", lambda row: row.queues),
    Column[Node]("RUNS", lambda row: f"{row.held} of {row.capacity}" if row.capacity else None, right=True),
    Column[Node]("HOST", lambda row: f"{row.hostname}:{row.pid}", detail=1),
    Column[Node]("STARTED", lambda row: moment(row.started_at), detail=3),
    Column[Node]("SEEN", lambda row: moment(row.seen_at), detail=2),
    Column[Node]("VERSION", lambda row: row.version, detail=4),
]
