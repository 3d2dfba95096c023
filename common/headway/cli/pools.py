"""Show and change pools."""

from __future__ import annotations

from typing import Annotated

import typer

from headway.cli.confirm import Yes, confirm
from headway.cli.lazy import group
from headway.cli.output import Column, Format, Output, show_rows, tell
from headway.cli.session import open_session
from headway.metastore.queries import pools
from headway.metastore.queries.pools import Pool

app = group("Pools: slots that tasks share across DAGs, to protect what they all use.")

Name = Annotated[str, typer.Argument(metavar="POOL", help="Name of the pool.")]


@app.command("list")
def list_(output: Output = Format.TABLE) -> None:
    """List pools with their slots and how many are taken.

    Example: headway pools list
    """
    with open_session() as session:
        found = pools.all_pools(session.conn)
    show_rows(found, _COLUMNS, output, empty="there are no pools")


@app.command("set")
def set_(
    name: Name,
    slots: Annotated[int, typer.Argument(help="How many slots; -1 for no limit, 0 holds every task back.")],
    description: Annotated[str | None, typer.Option("--description", "-d", help="What the pool protects.")] = None,
    include_deferred: Annotated[
        bool | None,
        typer.Option("--include-deferred/--exclude-deferred", help="Whether deferred tasks keep their slots."),
    ] = None,
    output: Output = Format.TABLE,
) -> None:
    """Make a pool, or change its slots.

    Example: headway pools set reporting_db 4 --description "four connections at most"
    """
    from headway.operations.pools import set_pool

    with open_session() as session:
        set_pool(
            session.conn,
            name,
            slots,
            description=description,
            include_deferred=include_deferred,
            actor=session.actor,
        )
        session.wake("pool")
    tell(output, {"name": name, "slots": slots}, f"pool {name!r} has {'no limit' if slots < 0 else f'{slots} slots'}")


@app.command()
def delete(name: Name, yes: Yes = False, output: Output = Format.TABLE) -> None:
    """Delete a pool; tasks that name it wait until it exists again.

    Example: headway pools delete reporting_db --yes
    """
    from headway.operations.pools import delete_pool

    with open_session() as session:
        confirm(f"Delete pool {name!r}?", yes=yes)
        delete_pool(session.conn, name, actor=session.actor)
        session.wake("pool")
    tell(output, {"name": name, "deleted": True}, f"deleted pool {name!r}")


_COLUMNS = [
    Column[Pool]("POOL", lambda row: row.name),
    Column[Pool]("SLOTS", lambda row: "no limit" if row.slots < 0 else row.slots, right=True),
    Column[Pool]("TAKEN", lambda row: row.used, right=True),
    Column[Pool]("FREE", lambda row: None if row.slots < 0 else max(row.slots - row.used, 0), right=True),
    Column[Pool]("DEFERRED", lambda row: "count" if row.include_deferred else "do not count"),
    Column[Pool]("DESCRIPTION", lambda row: row.description, wide=True),
]
