"""Show and change the users of the web and the API."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from headway.cli.confirm import Yes, confirm
from headway.cli.lazy import group
from headway.cli.output import Column, Format, Output, show_rows, tell
from headway.cli.session import open_session
from headway.metastore.queries import accounts
from headway.metastore.queries.accounts import Account

app = group("Users of the web and the REST API: viewers look, operators run, admins administer.")

Name = Annotated[str, typer.Argument(metavar="USER", help="Name of the user.")]
Generate = Annotated[bool, typer.Option("--generate", help="Make a password and print it, instead of asking for one.")]


@app.command("list")
def list_(output: Output = Format.TABLE) -> None:
    """List users with their roles and last logins.

    Example: headway users list
    """
    with open_session() as session:
        found = accounts.all_accounts(session.conn)
    show_rows(found, _COLUMNS, output, empty="there are no users; `headway web` makes the first one")


@app.command()
def create(
    name: Name,
    role: Annotated[str, typer.Option(help="viewer, operator or admin.")] = "viewer",
    generate: Generate = False,
    output: Output = Format.TABLE,
) -> None:
    """Make a user; the password is asked for, or read from standard input, and must be changed at the first login.

    Example: headway users create operator-1 --role operator --generate
    """
    from headway.operations import users

    password = _password(generate)
    with open_session() as session:
        users.create_user(session.conn, name, role=role, password=password, actor=session.actor)
    _tell_password(output, name, f"made user {name!r} with the role {role}", password if generate else "")


@app.command("set-role")
def set_role(
    name: Name, role: Annotated[str, typer.Argument(help="viewer, operator or admin.")], output: Output = Format.TABLE
) -> None:
    """Give a user another role.

    Example: headway users set-role operator-1 admin
    """
    from headway.operations import users

    with open_session() as session:
        users.set_role(session.conn, name, role, actor=session.actor)
    tell(output, {"username": name, "role": role}, f"user {name!r} has the role {role}")


@app.command("set-password")
def set_password(name: Name, generate: Generate = False, output: Output = Format.TABLE) -> None:
    """Give a user another password and log the user out everywhere; it is asked for, or read from standard input.

    Example: headway users set-password operator-1 < password.txt
    """
    from headway.operations import users

    password = _password(generate)
    with open_session() as session:
        users.set_password(session.conn, name, password, actor=session.actor)
    _tell_password(output, name, f"user {name!r} has a new password", password if generate else "")


@app.command()
def delete(name: Name, yes: Yes = False, output: Output = Format.TABLE) -> None:
    """Delete a user with all sessions and tokens.

    Example: headway users delete operator-1 --yes
    """
    from headway.operations import users

    with open_session() as session:
        confirm(f"Delete user {name!r}?", yes=yes)
        users.delete_user(session.conn, name, actor=session.actor)
    tell(output, {"username": name, "deleted": True}, f"deleted user {name!r}")


def _password(generate: bool) -> str:
    from headway.standalone.join import new_password

    if generate:
        return new_password()
    if sys.stdin.isatty():
        text: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
        return text
    return sys.stdin.read().removesuffix("\n")


def _tell_password(output: Format, name: str, line: str, generated: str) -> None:
    more = {"password": generated} if generated else {}
    given = f"the password {generated}" if generated else "this password"
    tell(output, {"username": name, **more}, f"{line}; {given} must be changed at the next login")


def _logs_in_by(row: Account) -> str:
    if row.is_external:
        return "OpenID"
    return "password, to be changed" if row.must_change_password else "password"


_COLUMNS = [
    Column[Account]("USER", lambda row: row.username),
    Column[Account]("ROLE", lambda row: row.role),
    Column[Account]("LOGS IN BY", _logs_in_by),
    Column[Account]("LAST LOGIN", lambda row: row.last_login_at),
    Column[Account]("MADE", lambda row: row.created_at),
]
