"""The first user: an admin with a generated password, so that nothing ever stands open.

The password comes from ``web.admin_password``, else it is made and kept in ``web.password`` in the Headway home (0600),
which only serves to show it again; the metastore has its hash.
"""

from __future__ import annotations

from pathlib import Path

from headway.errors import InvalidInput, SettingsError
from headway.metastore.database import Connection
from headway.metastore.queries import accounts
from headway.operations.passwords import fits
from headway.operations.users import create_user
from headway.settings import Settings
from headway.standalone.join import kept_secret, new_password

ADMIN = "admin"
_LOCK = 0x6865_6164_7765_62  # any number that nobody else locks


def ensure_admin(conn: Connection, settings: Settings) -> bool:
    """Make the user ``admin`` where there is no user at all; whether it was made now.

    Raises ``SettingsError`` for a ``web.admin_password`` that is too short.
    """
    with conn.transaction():
        conn.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))  # several web nodes may start at once
        if not accounts.is_empty(conn):
            return False
        password = settings.web.admin_password.get_secret_value() or _kept(_file(settings))
        try:
            create_user(conn, ADMIN, role="admin", password=password, actor="headway", must_change=False)
        except InvalidInput as error:
            raise SettingsError(f"web.admin_password: {error.message}", "set a longer one") from None
        return True


def first_password(conn: Connection, settings: Settings) -> str | None:
    """The generated password, as long as this host has kept it and it still is the admin's."""
    file = _file(settings)
    kept = file.read_text().strip() if file.exists() else ""
    return kept if kept and fits(accounts.password(conn, ADMIN), kept) else None


def _kept(file: Path) -> str:
    file.parent.mkdir(parents=True, exist_ok=True)
    return kept_secret(file, new_password())


def _file(settings: Settings) -> Path:
    return settings.home / "web.password"
