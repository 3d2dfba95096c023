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
from headway.errors import InvalidInput
from headway.settings import Settings

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


@app.command("grant-worker")
def grant_worker(
    role: Annotated[str, typer.Argument(metavar="ROLE", help="A role of PostgreSQL's that may log in.")],
    output: Output = Format.TABLE,
) -> None:
    """Give a database role what workers and triggerers need: nothing on users and tokens, code only to read.

    Do it again after each upgrade. Put the role's name and password into the join files of those hosts.

    Example: headway db grant-worker headway_worker
    """
    from headway.operations import worker_role

    with open_session() as session:
        worker_role.grant_worker(session.conn, role, actor=session.actor)
    tell(output, {"role": role, "granted": True}, f"the role {role!r} may do what workers do, and no more")


@app.command()
def clean(
    older_than: Annotated[
        str | None,
        typer.Option(metavar="AGE", help="Delete what ended longer ago than this: 12h, 30d, 8w. Default: retention.*."),
    ] = None,
    tables: Annotated[
        list[str] | None,
        typer.Option(
            "--table",
            "-t",
            metavar="KIND",
            help="Only logs, rendered, attempts, audit, runs, xcoms, backfills, asset_events or versions; repeatable.",
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count.")] = False,
    yes: Yes = False,
    output: Output = Format.TABLE,
) -> None:
    """Delete old runs, logs, attempts, audit entries, and DAG code that nothing refers to.

    Each DAG's newest run stays. A scheduler does the same by itself (retention.schedule), with the ages of retention.*.

    Example: headway db clean --older-than 30d --table runs --table xcoms --dry-run
    """
    from headway.operations import cleaning

    with open_session() as session:
        ages = _ages(session.settings, older_than, tables)
        if not dry_run:
            confirm(f"Delete what is older than its age: {_spoken(ages)}?", yes=yes)
        cleaned = cleaning.clean(
            session.conn,
            ages,
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


def _ages(settings: Settings, older_than: str | None, tables: list[str] | None) -> dict[str, timedelta]:
    """How old each kind may be; task logs never stay longer than the settings say."""
    from headway.operations.cleaning import KINDS, ages_of

    unknown = set(tables or ()) - set(KINDS)
    if unknown:
        raise InvalidInput(f"--table: expected one of {', '.join(KINDS)}, got {unknown.pop()!r}")
    ages = ages_of(settings)
    if older_than is not None:
        age = parse_duration(older_than)
        ages = {kind: min(age, ages["logs"]) if kind == "logs" else age for kind in KINDS}
    return {kind: age for kind, age in ages.items() if not tables or kind in tables}


def _spoken(ages: dict[str, timedelta]) -> str:
    return ", ".join(f"{kind} ({age.total_seconds() / 86_400:g} days)" for kind, age in ages.items())
