"""``SqliteHook``: an SQLite database file."""

from __future__ import annotations

import sqlite3
from typing import Any, ClassVar
from urllib.parse import quote

from headway.hooks.dbapi import DbApiHook


class SqliteHook(DbApiHook):
    """The database file that the connection's host names; further extras are SQLite's URI options."""

    conn_type = "sqlite"
    conn_name_attr = "sqlite_conn_id"
    default_conn_name = "sqlite_default"
    hook_name = "Sqlite"
    placeholder = "?"
    splits_by_default: ClassVar[bool] = True  # its driver takes one statement at a time
    sqlalchemy_driver: ClassVar[str] = "sqlite"

    def get_conn(self) -> sqlite3.Connection:
        """A new connection."""
        options = "&".join(f"{quote(name)}={quote(str(value))}" for name, value in self.connection_extra.items())
        return sqlite3.connect(f"file:{quote(self._path)}" + (f"?{options}" if options else ""), uri=True)

    def get_uri(self) -> str:
        """``sqlite:////the/file``."""
        return f"sqlite:///{self._path}"

    @staticmethod
    def split_sql_string(sql: str, strip_semicolon: bool = False) -> list[str]:
        """The statements of a text; the body of a trigger is part of its statement."""
        joined: list[str] = []
        for piece in DbApiHook.split_sql_string(sql):
            if joined and not sqlite3.complete_statement(joined[-1]):
                joined[-1] += "\n" + piece
            else:
                joined.append(piece)
        return [one.rstrip(";") for one in joined] if strip_semicolon else joined

    def _generate_insert_sql(self, table: str, *args: Any, **kwargs: Any) -> str:
        kwargs.pop("replace_index", None)  # the table's own unique keys decide
        return super()._generate_insert_sql(table, *args, **kwargs)

    @property
    def _path(self) -> str:
        db = self.connection
        # An URI of a file, sqlite:////folder/file, has its path where others have a database.
        return db.host or ("/" + self.database_name.lstrip("/") if self.database_name else ":memory:")
