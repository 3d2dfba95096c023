"""Connections and cursors of psycopg 3 that know what psycopg2's knew and DAG files use."""

from __future__ import annotations

import io
from functools import cache
from typing import Any

from headway.hooks.library import library

_BLOCK = 1 << 16
_ROW_FACTORIES = {
    "dictcursor": "dict_row",
    "realdictcursor": "dict_row",
    "namedtuplecursor": "namedtuple_row",
}
#: Levels of isolation as psycopg2 numbers them.
_PSYCOPG2_LEVELS = {1: "READ_COMMITTED", 2: "REPEATABLE_READ", 3: "SERIALIZABLE", 4: "READ_UNCOMMITTED"}


def row_factory(name: str | None) -> Any:
    """The row factory for a connection's ``cursor`` extra; tuples when it names none."""
    rows = library("psycopg.rows", "postgres")
    if not name or name.lower() == "cursor":
        return rows.tuple_row
    if name.lower() not in _ROW_FACTORIES:
        raise ValueError(f"extra 'cursor': expected one of {', '.join(_ROW_FACTORIES)}, got {name!r}")
    return getattr(rows, _ROW_FACTORIES[name.lower()])


@cache
def connection_class() -> Any:
    """psycopg's connection with psycopg2's habits; ``connect`` makes one."""
    return type("Connection", (_Psycopg2Connection, library("psycopg", "postgres").Connection), {})


@cache
def cursor_class() -> type:
    """A cursor that puts parameters into statements itself and has psycopg2's ways to COPY."""
    return type("Cursor", (_Psycopg2Cursor, library("psycopg", "postgres").ClientCursor), {})


class _Psycopg2Connection:
    """What DAG files written for psycopg2 expect of a connection: after a ``with`` block it is still open."""

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self._self.commit()
        else:
            self._self.rollback()

    @property
    def encoding(self) -> str:
        """The server's name of the client's encoding."""
        return str(self._self.info.parameter_status("client_encoding"))

    def cursor(self, name: str = "", cursor_factory: Any = None, **options: Any) -> Any:
        """A cursor; a ``cursor_factory`` of psycopg2 (``RealDictCursor``, …) says what its rows are."""
        if cursor_factory is not None:
            options["row_factory"] = row_factory(cursor_factory.__name__)
        made: Any = super()
        return made.cursor(name or "", **options)

    def set_session(self, *, autocommit: bool | None = None, readonly: bool | None = None, **_: Any) -> None:
        """Switch autocommit or read-only transactions."""
        if autocommit is not None:
            self._self.autocommit = autocommit
        if readonly is not None:
            self._self.read_only = readonly

    def set_isolation_level(self, level: Any) -> None:
        """Switch the isolation of transactions; a plain number is psycopg2's, of which 0 is autocommit."""
        if type(level) is int:
            self._self.autocommit = level == 0
            level = library("psycopg", "postgres").IsolationLevel[_PSYCOPG2_LEVELS[level]] if level else None
        made: Any = super()
        made.set_isolation_level(level)

    @property
    def _self(self) -> Any:
        return self


class _Psycopg2Cursor:
    """COPY between the server and files that are open, binary or text; tuples for ``IN %s``; ``mogrify`` in bytes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._cursor.adapters.register_dumper(tuple, _tuple_dumper())

    def mogrify(self, query: Any, params: Any = None) -> bytes:
        """The statement with its parameters in place."""
        made: Any = super()
        return str(made.mogrify(query, params)).encode()

    def copy_expert(self, sql: str, file: Any, size: int = _BLOCK) -> None:
        """Run a COPY statement: FROM STDIN reads ``file``, TO STDOUT writes it."""
        with self._cursor.copy(sql) as copy:
            if self._cursor.pgresult.status == library("psycopg.pq", "postgres").ExecStatus.COPY_IN:
                while block := file.read(size):
                    copy.write(block)
            else:
                _write(file, copy)

    def copy_from(
        self, file: Any, table: str, sep: str = "\t", null: str = "\\N", size: int = _BLOCK, columns: Any = None
    ) -> None:
        """Load separated text from ``file`` into a table."""
        self.copy_expert(f"COPY {_table(table, columns)} FROM STDIN WITH {_options(sep, null)}", file, size)

    def copy_to(self, file: Any, table: str, sep: str = "\t", null: str = "\\N", columns: Any = None) -> None:
        """Write a table into ``file`` as separated text."""
        self.copy_expert(f"COPY {_table(table, columns)} TO STDOUT WITH {_options(sep, null)}", file)

    @property
    def _cursor(self) -> Any:
        return self


@cache
def _tuple_dumper() -> type:
    base = library("psycopg.types.composite", "postgres").TupleDumper
    return type("InList", (base,), {"quote": _quote_tuple})


def _quote_tuple(dumper: Any, values: tuple[Any, ...]) -> bytes:
    return b"(" + b", ".join(bytes(dumper._tx.as_literal(one)) for one in values) + b")"


def _write(file: Any, blocks: Any) -> None:
    text = isinstance(file, io.TextIOBase)
    for block in blocks:
        file.write(bytes(block).decode() if text else bytes(block))


def _table(name: str, columns: Any) -> str:
    return f"{name} ({', '.join(columns)})" if columns else name


def _options(sep: str, null: str) -> str:
    quoted = [value.replace("'", "''") for value in (sep, null)]
    return "(DELIMITER '{}', NULL '{}')".format(*quoted)
