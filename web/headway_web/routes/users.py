"""Users and roles."""

from __future__ import annotations

from dataclasses import asdict

from fastapi import APIRouter

from headway.metastore.database import Connection
from headway.metastore.queries import accounts
from headway.operations import users
from headway_web.dependencies import Db
from headway_web.schemas.users import NewUser, RoleEntry, Roles, User, UserChange, UserPage
from headway_web.security.guards import Admin, Viewer

router = APIRouter()

_ROLES = [
    RoleEntry(name="viewer", description="sees everything but users, tokens of others, the audit trail and secrets"),
    RoleEntry(name="operator", description="also triggers, pauses, clears, marks, drains, and sees the audit trail"),
    RoleEntry(name="admin", description="also changes pools, variables, connections and users, and deletes"),
]


@router.get("/users")
def list_users(conn: Db, _: Admin) -> UserPage:
    """List the users."""
    found = [User.model_validate(asdict(account)) for account in accounts.all_accounts(conn)]
    return UserPage(users=found, next_cursor=None, total_entries=len(found))


@router.post("/users", status_code=201)
def create_user(body: NewUser, conn: Db, actor: Admin) -> User:
    """Make a user who logs in with a password, and must choose another one first."""
    users.create_user(
        conn,
        body.username,
        role=body.role,
        password=body.password.get_secret_value(),
        display_name=body.display_name,
        actor=actor.name,
    )
    return _user(conn, body.username)


@router.get("/users/{username}")
def get_user(username: str, conn: Db, _: Admin) -> User:
    """Show a user."""
    return _user(conn, username)


@router.patch("/users/{username}")
def change_user(username: str, body: UserChange, conn: Db, actor: Admin) -> User:
    """Change a user; a new password ends the user's sessions."""
    users.get_user(conn, username)
    with conn.transaction():
        if body.role is not None:
            users.set_role(conn, username, body.role, actor=actor.name)
        if body.display_name is not None:
            users.set_display_name(conn, username, body.display_name, actor=actor.name)
        if body.password is not None:
            password = body.password.get_secret_value()
            users.set_password(conn, username, password, actor=actor.name, must_change=username != actor.username)
    return _user(conn, username)


@router.delete("/users/{username}", status_code=204)
def delete_user(username: str, conn: Db, actor: Admin) -> None:
    """Delete a user, with sessions and tokens."""
    users.delete_user(conn, username, actor=actor.name)


@router.get("/roles")
def list_roles(_: Viewer) -> Roles:
    """List the roles."""
    return Roles(roles=_ROLES)


def _user(conn: Connection, username: str) -> User:
    return User.model_validate(asdict(users.get_user(conn, username)))
