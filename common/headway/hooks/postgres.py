"""``PostgresHook``: PostgreSQL, over psycopg 3."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, ClassVar

from headway.authoring.exceptions import AirflowException
from headway.hooks.dbapi import DbApiHook
from headway.hooks.postgres_client import connection_class, cursor_class, row_factory

_TO_CLIENT = re.compile(r"\bTO\s+STDOUT\b", re.IGNORECASE)
#: Extras that are not libpq's.
_OWN_EXTRAS = frozenset({"cursor", "iam", "aws_conn_id", "redshift", "sqlalchemy_scheme", "sqlalchemy_query"})


class PostgresHook(DbApiHook):
    """The database of a connection of type ``postgres``; ``database`` (``schema``) is another one of its server.

    Extras go to libpq (``sslmode``, ``connect_timeout``, ``options``, …), but ``cursor``: ``dictcursor`` and
    ``realdictcursor`` give rows as dicts, ``namedtuplecursor`` as named tuples. Parameters are put into
    the statement on this side, as psycopg2 did, so a tuple fits ``IN %s``.
    """

    conn_type = "postgres"
    conn_name_attr = "postgres_conn_id"
    default_conn_name = "postgres_default"
    hook_name = "Postgres"
    supports_autocommit = True
    supports_executemany = True
    sqlalchemy_driver: ClassVar[str] = "postgresql+psycopg"

    def __init__(
        self,
        *args: str,
        options: str | None = None,
        database: str | None = None,
        schema: str | None = None,
        enable_log_db_messages: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, schema=database or schema, **kwargs)
        self.database = self._schema
        self.options = options
        self.enable_log_db_messages = enable_log_db_messages
        self.conn: Any = None

    def get_conn(self) -> Any:
        """A new connection; what the server notes is logged with ``enable_log_db_messages``."""
        self.conn = connection_class().connect(
            **self._arguments(),
            cursor_factory=cursor_class(),
            row_factory=row_factory(self.connection_extra.get("cursor")),
        )
        if self.enable_log_db_messages:
            self.conn.add_notice_handler(lambda notice: self.log.info("%s", notice.message_primary))
        return self.conn

    def copy_expert(self, sql: str, filename: str) -> None:
        """Run a COPY statement FROM STDIN with a local file's content, or TO STDOUT into the file."""
        with closing(self.get_conn()) as conn, conn.cursor() as cursor:
            with Path(filename).open("wb" if _TO_CLIENT.search(sql) else "rb") as file:
                cursor.copy_expert(sql, file)
            conn.commit()

    def bulk_load(self, table: str, tmp_file: str) -> None:
        """Load a tab-separated local file into a table."""
        self.copy_expert(f"COPY {table} FROM STDIN", tmp_file)

    def bulk_dump(self, table: str, tmp_file: str) -> None:
        """Write a table into a local file, tab-separated."""
        self.copy_expert(f"COPY {table} TO STDOUT", tmp_file)

    def get_table_primary_key(self, table: str, schema: str | None = "public") -> list[str] | None:
        """The columns of a table's primary key in their order; None when it has none."""
        rows = self.get_records(
            "SELECT a.attname FROM pg_index i"
            " CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k(number, place)"
            " JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number"
            " WHERE i.indisprimary AND i.indrelid = to_regclass(format('%%I.%%I', %s::text, %s::text))"
            " ORDER BY k.place",
            (schema or "public", table),
        )
        return [next(iter(row.values())) if isinstance(row, dict) else row[0] for row in rows] or None

    def _arguments(self) -> dict[str, Any]:
        db = self.connection
        known = {
            "host": db.host,
            "user": db.login,
            "password": db.password,
            "dbname": self.database_name,
            "port": db.port,
            "options": self.options,
        }
        extra = {name: value for name, value in self.connection_extra.items() if name not in _OWN_EXTRAS}
        return {name: value for name, value in {**known, **extra}.items() if value not in (None, "")}

    def _generate_insert_sql(
        self, table: str, values: Sequence[Any], target_fields: Sequence[str] | None, replace: bool, **kwargs: Any
    ) -> str:
        sql = super()._generate_insert_sql(table, values, target_fields, replace=False)
        if not replace:
            return sql
        if not target_fields or not (index := kwargs.get("replace_index")):
            raise AirflowException(
                f"insert_rows with replace=True into {table}: target_fields or replace_index is missing",
                remedy="give target_fields, and as replace_index the columns of the unique key",
            )
        key = [index] if isinstance(index, str) else list(index)
        changed = [f"{name} = excluded.{name}" for name in target_fields if name not in key]
        action = f"UPDATE SET {', '.join(changed)}" if changed else "NOTHING"
        return f"{sql} ON CONFLICT ({', '.join(key)}) DO {action}"
