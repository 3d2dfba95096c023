"""A database role for workers and triggerers: what running tasks needs, and no way to users, code and audit.

Whatever is not listed here a worker may only read; the accounts' tables it may not even read.
"""

from __future__ import annotations

from psycopg import sql

from headway.errors import Conflict, NotFound
from headway.metastore.database import Connection, fetch_value
from headway.metastore.queries import event_log
from headway.metastore.tables import metadata

HIDDEN = frozenset({"account", "session", "api_token", "login_try", "event_log"})
WRITTEN = frozenset(
    {
        "asset",
        "asset_alias",
        "asset_delivery",
        "asset_event",
        "callback",
        "claim",
        "dag_run",
        "node",
        "note",
        "rendered",
        "state_store",
        "task_attempt",
        "task_instance",
        "task_log",
        "timer",
        "trigger",
        "xcom",
    }
)


def grant_worker(conn: Connection, role: str, *, actor: str) -> None:
    """Give an existing role just these rights on this schema; once more after each upgrade.

    Raises ``NotFound``, and ``Conflict`` for a role that may do everything anyway: the owner's or a superuser's.
    """
    _check(conn, role)
    name, schema = sql.Identifier(role), sql.Identifier(str(fetch_value(conn, "SELECT current_schema()")))
    read = [*sorted(metadata.tables.keys() - HIDDEN), "alembic_version"]
    with conn.transaction():
        for statement in (
            sql.SQL("REVOKE ALL ON ALL TABLES IN SCHEMA {} FROM {}").format(schema, name),
            sql.SQL("GRANT USAGE ON SCHEMA {} TO {}").format(schema, name),
            sql.SQL("GRANT SELECT ON {} TO {}").format(_tables(read), name),
            sql.SQL("GRANT INSERT, UPDATE, DELETE ON {} TO {}").format(_tables(sorted(WRITTEN)), name),
            sql.SQL("GRANT INSERT ON event_log TO {}").format(name),  # what tasks do is audited, too
        ):
            conn.execute(statement)
        event_log.record(conn, actor=actor, action="db.grant_worker", subject=f"role {role}")


def _check(conn: Connection, role: str) -> None:
    row = conn.execute(
        "SELECT r.rolsuper OR pg_has_role(r.oid, c.relowner, 'MEMBER') FROM pg_roles r, pg_class c"
        " WHERE r.rolname = %s AND c.oid = to_regclass('task_instance')",
        (role,),
    ).fetchone()
    if row is None:
        raise NotFound(f"PostgreSQL has no role {role!r}", f"CREATE ROLE {role} LOGIN PASSWORD '…'")
    if row[0]:
        raise Conflict(f"the role {role} owns the metastore or is a superuser", "make another role for the workers")


def _tables(names: list[str]) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(name) for name in names)
