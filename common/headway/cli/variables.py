"""Show and change variables."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from headway.cli.confirm import Yes, confirm
from headway.cli.lazy import group
from headway.cli.output import Column, Format, Output, show_json, show_rows, tell
from headway.cli.session import open_session
from headway.operations import secrets
from headway.operations.secrets import VariableEntry

app = group("Variables: values that DAGs and tasks read; stored encrypted.")

Key = Annotated[str, typer.Argument(metavar="KEY", help="Name of the variable.")]


@app.command("list")
def list_(output: Output = Format.TABLE) -> None:
    """List variables; their values stay hidden (`headway variables get` shows one).

    Example: headway variables list
    """
    with open_session() as session:
        found = secrets.list_variables(session.conn)
    show_rows(found, _COLUMNS, output, empty="there are no variables")


@app.command()
def get(key: Key, output: Output = Format.TABLE) -> None:
    """Print the value of a variable.

    Example: headway variables get bucket
    """
    with open_session() as session:
        found = secrets.get_variable(session.conn, session.vault, key)
    if output is Format.JSON:
        show_json(found)
    else:
        sys.stdout.write(found.value + "\n")


@app.command("set")
def set_(
    key: Key,
    value: Annotated[str, typer.Argument(metavar="VALUE", help="The value; - reads it from standard input.")],
    description: Annotated[str | None, typer.Option("--description", "-d", help="What it is for.")] = None,
    output: Output = Format.TABLE,
) -> None:
    """Make a variable, or change its value. A secret belongs on standard input, not on a command line.

    Example: headway variables set api_token - < token.txt
    """
    text = sys.stdin.read().removesuffix("\n") if value == "-" else value
    with open_session() as session:
        secrets.set_variable(session.conn, session.vault(), key, text, description=description, actor=session.actor)
    tell(output, {"key": key, "set": True}, f"set variable {key!r}")


@app.command()
def delete(key: Key, yes: Yes = False, output: Output = Format.TABLE) -> None:
    """Delete a variable.

    Example: headway variables delete bucket --yes
    """
    with open_session() as session:
        confirm(f"Delete variable {key!r}?", yes=yes)
        secrets.delete_variable(session.conn, key, actor=session.actor)
    tell(output, {"key": key, "deleted": True}, f"deleted variable {key!r}")


_COLUMNS = [
    Column[VariableEntry]("VARIABLE", lambda row: row.key),
    Column[VariableEntry]("DESCRIPTION", lambda row: row.description, wide=True),
    Column[VariableEntry]("CHANGED", lambda row: row.changed_at),
]
