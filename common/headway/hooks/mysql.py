"""``MySqlHook``: MySQL and MariaDB, over PyMySQL."""

from __future__ import annotations

from contextlib import closing
from typing import Any, ClassVar

from headway.hooks.dbapi import DbApiHook
from headway.hooks.extras import typed
from headway.hooks.library import library

_CURSORS = {
    "sscursor": "SSCursor",
    "dictcursor": "DictCursor",
    "ssdictcursor": "SSDictCursor",
}


class MySqlHook(DbApiHook):
    """The database of a connection of type ``mysql``.

    Extras: ``charset``, ``cursor`` (dictcursor, sscursor, ssdictcursor), ``ssl`` (a mapping or its JSON),
    ``unix_socket``, ``init_command``, ``connect_timeout``. ``local_infile`` allows ``bulk_load``.
    """

    conn_type = "mysql"
    conn_name_attr = "mysql_conn_id"
    default_conn_name = "mysql_default"
    hook_name = "MySQL"
    supports_autocommit = True
    splits_by_default: ClassVar[bool] = True  # its driver takes one statement at a time
    sqlalchemy_driver: ClassVar[str] = "mysql+pymysql"

    def __init__(self, *args: str, schema: str | None = None, local_infile: bool = False, **kwargs: Any) -> None:
        kwargs.pop("init_command", None)
        super().__init__(*args, schema=schema, **kwargs)
        self.local_infile = local_infile

    def get_conn(self) -> Any:
        """A new connection."""
        pymysql = library("pymysql", "mysql")
        return pymysql.connect(**self._options(library("pymysql.cursors", "mysql")))

    def set_autocommit(self, conn: Any, autocommit: bool) -> None:
        """Switch autocommit of a connection."""
        conn.autocommit(autocommit)

    def get_autocommit(self, conn: Any) -> bool:
        """Whether a connection commits each statement by itself."""
        return bool(conn.get_autocommit())

    def bulk_load(self, table: str, tmp_file: str) -> None:
        """Load a tab-separated local file into a table; the server must allow LOCAL INFILE."""
        self._with_file(f"LOAD DATA LOCAL INFILE %s INTO TABLE {table}", tmp_file)

    def bulk_load_custom(
        self, table: str, tmp_file: str, duplicate_key_handling: str = "IGNORE", extra_options: str = ""
    ) -> None:
        """Load a local file into a table; ``extra_options`` are clauses of LOAD DATA (``FIELDS TERMINATED BY …``)."""
        self._with_file(
            f"LOAD DATA LOCAL INFILE %s {duplicate_key_handling} INTO TABLE {table} {extra_options}", tmp_file
        )

    def bulk_dump(self, table: str, tmp_file: str) -> None:
        """Have the server write a table into a file of its own, tab-separated."""
        self._with_file(f"SELECT * INTO OUTFILE %s FROM {table}", tmp_file)  # noqa: S608 - the author's own table

    def _with_file(self, sql: str, file: str) -> None:
        with closing(self.get_conn()) as conn, closing(conn.cursor()) as cursor:
            cursor.execute(sql, (file,))
            conn.commit()

    def _options(self, cursors: Any) -> dict[str, Any]:
        db, extra = self.connection, self.connection_extra
        options = {
            "host": db.host or "localhost",
            "port": db.port or 3306,
            "user": db.login or "",
            "password": db.password or "",
            "database": self.database_name or None,
            "local_infile": self.local_infile or bool(typed(extra.get("local_infile"))),
        }
        names = ("charset", "unix_socket", "init_command", "connect_timeout", "read_timeout", "write_timeout")
        options.update({name: typed(extra[name]) for name in names if extra.get(name)})
        if ssl := extra.get("ssl"):
            options["ssl"] = typed(ssl)
        if cursor := _CURSORS.get(str(extra.get("cursor", "")).lower()):
            options["cursorclass"] = getattr(cursors, cursor)
        return options
