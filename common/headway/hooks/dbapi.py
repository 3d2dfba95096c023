"""``DbApiHook``: what hooks of SQL databases share, over a DB-API connection."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from headway.authoring.connections import Connection
from headway.hooks.base import BaseHook
from headway.hooks.dbapi_handlers import fetch_all_handler, fetch_one_handler, return_single_query_results
from headway.hooks.library import library
from headway.hooks.sql_text import split_statements as split_text
from headway.hooks.sql_text import without_comments

if TYPE_CHECKING:
    from collections.abc import Iterator

Parameters = Mapping[str, Any] | Sequence[Any] | None


class DbApiHook(BaseHook):
    """Runs SQL over the connection that ``conn_name_attr`` names.

    A subclass sets the class attributes and ``get_conn``, or ``connector`` with a ``connect`` function.
    ``schema`` is another database than the connection's. ``descriptions`` holds the cursor's description
    of each statement that the last ``run`` got rows from.
    """

    conn_name_attr: str = ""
    default_conn_name: str = "default_conn_id"
    supports_autocommit: bool = False
    supports_executemany: bool = False
    connector: Any = None
    placeholder: str = "%s"
    strip_semicolon: bool = False
    #: Whether a text of several statements is run one by one unless a call says otherwise.
    splits_by_default: ClassVar[bool] = False
    #: SQLAlchemy's name of database and driver, like ``postgresql+psycopg``.
    sqlalchemy_driver: ClassVar[str] = ""
    _test_connection_sql: str = "SELECT 1"

    def __init__(self, *args: str, schema: str | None = None, log_sql: bool = True, **kwargs: Any) -> None:
        super().__init__(kwargs.pop("logger_name", None))
        if not self.conn_name_attr:
            raise TypeError(f"{type(self).__name__} needs the class attribute conn_name_attr")
        conn_id = args[0] if args else kwargs.pop(self.conn_name_attr, None) or self.default_conn_name
        setattr(self, self.conn_name_attr, conn_id)
        self._given_connection: Connection | None = kwargs.pop("connection", None)
        self._schema = schema
        self.log_sql = log_sql
        self.descriptions: list[Any] = []

    # The connection

    def get_conn_id(self) -> str:
        """The id of the hook's connection."""
        return str(getattr(self, self.conn_name_attr))

    @cached_property
    def connection(self) -> Connection:
        """Address and credentials of the database."""
        return self._given_connection or self.get_connection(self.get_conn_id())

    @property
    def connection_extra(self) -> dict[str, Any]:
        """What the connection's ``extra`` says."""
        return self.connection.extra_dejson

    @property
    def database_name(self) -> str:
        """The database to use: the hook's, or the connection's."""
        return self._schema or self.connection.schema or ""

    def get_conn(self) -> Any:
        """A new DB-API connection."""
        db = self.connection
        return self.connector.connect(host=db.host, port=db.port, username=db.login, schema=self.database_name)

    def get_uri(self) -> str:
        """The database's address with its credentials, as SQLAlchemy reads it."""
        uri = Connection(**{**self.connection.as_dict(), "schema": self.database_name or None}).get_uri()
        return uri.replace("postgres:", "postgresql:", 1) if uri.startswith("postgres:") else uri

    @property
    def sqlalchemy_url(self) -> Any:
        """The address as SQLAlchemy's ``URL``."""
        url = library("sqlalchemy.engine", "postgres").make_url(self.get_uri().partition("?")[0])
        return url.set(drivername=self.sqlalchemy_driver) if self.sqlalchemy_driver else url

    def get_sqlalchemy_engine(self, engine_kwargs: dict[str, Any] | None = None) -> Any:
        """A SQLAlchemy engine for the database; connections are this hook's own (``get_conn``)."""
        create_engine = library("sqlalchemy", "postgres").create_engine
        return create_engine(self.sqlalchemy_url, **{"creator": self.get_conn, **(engine_kwargs or {})})

    def get_cursor(self) -> Any:
        """A cursor on a new connection."""
        return self.get_conn().cursor()

    def set_autocommit(self, conn: Any, autocommit: bool) -> None:
        """Switch autocommit of a connection, where the database has it."""
        conn.autocommit = autocommit

    def get_autocommit(self, conn: Any) -> bool:
        """Whether a connection commits each statement by itself."""
        return bool(self.supports_autocommit and getattr(conn, "autocommit", False))

    def test_connection(self) -> tuple[bool, str]:
        """Whether the database answers, and a sentence about it."""
        try:
            self.get_first(self._test_connection_sql)
        except Exception as error:  # noqa: BLE001 - every fault of the driver is an answer here
            return False, str(error)
        return True, "Connection successfully tested"

    # Running statements

    def run(
        self,
        sql: str | Iterable[str],
        autocommit: bool = False,
        parameters: Parameters = None,
        handler: Callable[[Any], Any] | None = None,
        split_statements: bool | None = None,
        return_last: bool = True,
    ) -> Any:
        """Run one statement or several in one transaction (or each by itself, with ``autocommit``).

        ``handler`` is called with the cursor after each statement. Its result is what comes back: of the last
        statement for a single text (with ``return_last``), a list with one a statement otherwise, None
        without a handler. ``split_statements`` runs the statements of a text one by one.
        """
        split = self.splits_by_default if split_statements is None else split_statements
        statements = self._statements(sql, split)
        self.descriptions = []
        results = []
        with closing(self.get_conn()) as conn:
            if self.supports_autocommit:
                self.set_autocommit(conn, autocommit)
            with closing(conn.cursor()) as cursor:
                for statement in statements:
                    self._run_command(cursor, statement, parameters)
                    if handler is not None:
                        results.append(self._make_common_data_structure(handler(cursor)))
                        self.descriptions.append(cursor.description)
            if not self.get_autocommit(conn):
                conn.commit()
        if handler is None:
            return None
        return results[-1] if return_single_query_results(sql, return_last, split) else results

    def get_records(self, sql: str | list[str], parameters: Parameters = None) -> Any:
        """Every row that ``sql`` returns."""
        return self.run(sql, parameters=parameters, handler=fetch_all_handler)

    def get_first(self, sql: str | list[str], parameters: Parameters = None) -> Any:
        """The first row that ``sql`` returns, or None."""
        return self.run(sql, parameters=parameters, handler=fetch_one_handler)

    def get_df(self, sql: str, parameters: Parameters = None, *, df_type: str = "pandas", **kwargs: Any) -> Any:
        """A pandas DataFrame of what ``sql`` returns; ``kwargs`` go to ``pandas.read_sql``."""
        if df_type != "pandas":
            raise ValueError(f"df_type: expected 'pandas', got {df_type!r}")
        pandas = library("pandas", "pandas")
        with closing(self.get_conn()) as conn, warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="pandas only supports SQLAlchemy")
            return pandas.read_sql(sql, con=conn, params=parameters, **kwargs)

    def get_pandas_df(self, sql: str, parameters: Parameters = None, **kwargs: Any) -> Any:
        """The same as ``get_df``, under its older name."""
        return self.get_df(sql, parameters, **kwargs)

    def get_df_by_chunks(
        self, sql: str, parameters: Parameters = None, *, chunksize: int, **kwargs: Any
    ) -> Iterator[Any]:
        """DataFrames of at most ``chunksize`` rows each."""
        pandas = library("pandas", "pandas")
        with closing(self.get_conn()) as conn, warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="pandas only supports SQLAlchemy")
            yield from pandas.read_sql(sql, con=conn, params=parameters, chunksize=chunksize, **kwargs)

    get_pandas_df_by_chunks = get_df_by_chunks

    # Writing rows

    def insert_rows(
        self,
        table: str,
        rows: Iterable[Sequence[Any]],
        target_fields: Sequence[str] | None = None,
        commit_every: int = 1000,
        replace: bool = False,
        *,
        executemany: bool = False,
        autocommit: bool = False,
        **kwargs: Any,
    ) -> None:
        """Insert ``rows`` into ``table``, a commit after every ``commit_every`` rows (0: one at the end).

        ``replace`` overwrites rows with the same key, where the database can. ``executemany`` sends many
        rows at once. ``kwargs`` go to the hook's own ``_generate_insert_sql``.
        """
        many = executemany or self.supports_executemany
        written = 0
        with closing(self.get_conn()) as conn:
            if self.supports_autocommit:
                self.set_autocommit(conn, autocommit)
            with closing(conn.cursor()) as cursor:
                for chunk in _chunks(rows, commit_every):
                    values = [tuple(self._serialize_cell(cell, conn) for cell in row) for row in chunk]
                    self._insert(cursor, table, values, many, target_fields, replace, kwargs)
                    written += len(values)
                    conn.commit()
        self.log.info("Inserted %d rows into %s", written, table)

    def bulk_dump(self, table: str, tmp_file: str) -> None:
        """Write a table into a local file, tab-separated."""
        raise NotImplementedError(f"{type(self).__name__} has no bulk_dump()")

    def bulk_load(self, table: str, tmp_file: str) -> None:
        """Load a tab-separated local file into a table."""
        raise NotImplementedError(f"{type(self).__name__} has no bulk_load()")

    # Texts

    @property
    def last_description(self) -> Any:
        """The cursor's description of the last statement, or None."""
        return self.descriptions[-1] if self.descriptions else None

    @staticmethod
    def strip_sql_string(sql: str) -> str:
        """``sql`` without blank ends and closing semicolons."""
        return sql.strip().rstrip(";").strip()

    @staticmethod
    def split_sql_string(sql: str, strip_semicolon: bool = False) -> list[str]:
        """The statements of a text."""
        return split_text(sql, keep_semicolon=not strip_semicolon)

    def _statements(self, sql: str | Iterable[str], split: bool) -> list[str]:
        if not isinstance(sql, str):
            found = list(sql)
        elif split:
            found = self.split_sql_string(sql, self.strip_semicolon)
        else:
            found = [sql.strip()] if without_comments(sql) else []
        if not found:
            raise ValueError("sql: expected at least one statement, got none")
        return found

    def _run_command(self, cursor: Any, sql: str, parameters: Parameters) -> None:
        if self.log_sql:
            self.log.info("Running statement: %s", sql)
        if parameters:
            cursor.execute(sql, parameters)
        else:
            cursor.execute(sql)
        if cursor.rowcount >= 0:
            self.log.info("Rows affected: %s", cursor.rowcount)

    def _make_common_data_structure(self, result: Any) -> Any:
        """A handler's result as tasks get it: rows as tuples, whatever the driver makes."""
        return result

    @staticmethod
    def _serialize_cell(cell: Any, conn: Any) -> Any:
        """A value as the driver takes it."""
        return cell

    def _generate_insert_sql(
        self, table: str, values: Sequence[Any], target_fields: Sequence[str] | None, replace: bool, **_: Any
    ) -> str:
        """The statement that inserts one row."""
        fields = f" ({', '.join(target_fields)})" if target_fields else ""
        marks = ",".join([self.placeholder] * len(values))
        return f"{'REPLACE' if replace else 'INSERT'} INTO {table}{fields} VALUES ({marks})"  # noqa: S608 - the author's own table

    def _insert(
        self,
        cursor: Any,
        table: str,
        rows: list[tuple[Any, ...]],
        many: bool,
        target_fields: Sequence[str] | None,
        replace: bool,
        options: dict[str, Any],
    ) -> None:
        if not rows:
            return
        sql = self._generate_insert_sql(table, rows[0], target_fields, replace, **options)
        if many:
            cursor.executemany(sql, rows)
            return
        for row in rows:
            cursor.execute(sql, row)


def _chunks(rows: Iterable[Sequence[Any]], size: int) -> Iterator[list[Sequence[Any]]]:
    """``rows`` in lists of ``size``; all in one with 0."""
    chunk: list[Sequence[Any]] = []
    for row in rows:
        chunk.append(row)
        if size and len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
