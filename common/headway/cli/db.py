"""Upgrade, check and clean the metastore."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer

from headway.cli.confirm import Yes, confirm
from headway.cli.durations import parse_duration
from headway.cli.lazy import group
from headway.cli.output import Column, Format, Output, note, show_rows, tell
from headway.cli.session import open_session

app = group("Upgrade, check and clean the metastore (PostgreSQL).")


@app.command()
def upgrade(output: Output = Format.TABLE) -> None:
    """Bring the metastore's schema to the version that this Headway needs.

    Harmless when it is there already, and safe when several hosts try at once.

    Example: headway db upgrade
    """
    from headway.metastore import migrate, schema
    from headway.settings import load_settings

    settings = load_settings()
    migrate.upgrade(settings)
    tell(output, {"schema": schema.head()}, f"the metastore is at schema {schema.head()}")


@app.command()
def check(output: Output = Format.TABLE) -> None:
    """Say whether the metastore answers and its schema fits; exits with 1 when not.

    Example: headway db check && headway scheduler
    """
    from headway.metastore import schema

    with open_session():
        told = f"the metastore is at schema {schema.head()}, as this Headway needs it"
        tell(output, {"schema": schema.head(), "fits": True}, told)


@app.command()
def clean(
    older_than: Annotated[
        str, typer.Option(metavar="AGE", help="Delete what ended longer ago than this: 12h, 30d, 8w.")
    ] = "30d",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count.")] = False,
    yes: Yes = False,
    output: Output = Format.TABLE,
) -> None:
    """Delete old runs, logs, attempts, audit entries, and DAG code that nothing refers to.

    Each DAG's newest run stays. Task logs go after logs.retention_days (14) even if AGE is longer.

    Example: headway db clean --older-than 30d --dry-run
    """
    from headway.operations import cleaning

    age = parse_duration(older_than)
    with open_session() as session:
        if not dry_run:
            confirm(f"Delete everything that ended more than {older_than} ago?", yes=yes)
        cleaned = cleaning.clean(
            session.conn,
            older_than=age,
            log_retention=timedelta(days=session.settings.logs.retention_days),
            dry_run=dry_run,
            actor=session.actor,
            on_progress=note,
        )
    columns = [
        Column[cleaning.Cleaned]("WHAT", lambda row: row.kind),
        Column[cleaning.Cleaned](
            "WOULD GO" if dry_run else "DELETED",
            lambda row: "told only by the real cleaning" if row.count is None else row.count,
        ),
    ]
    show_rows(cleaned, columns, output, empty="nothing")
