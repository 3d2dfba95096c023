"""Cursors of psycopg 3 that know what psycopg2's knew and DAG files use."""

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


def row_factory(name: str | None) -> Any:
    """The row factory for a connection's ``cursor`` extra; tuples when it names none."""
    rows = library("psycopg.rows", "postgres")
    if not name:
        return rows.tuple_row
    if name.lower() not in _ROW_FACTORIES:
        raise ValueError(f"extra 'cursor': expected one of {', '.join(_ROW_FACTORIES)}, got {name!r}")
    return getattr(rows, _ROW_FACTORIES[name.lower()])


@cache
def cursor_class() -> type:
    """A cursor that puts parameters into statements itself and has psycopg2's ways to COPY."""
    return type("Cursor", (_Psycopg2Methods, library("psycopg", "postgres").ClientCursor), {})


class _Psycopg2Methods:
    """COPY between the server and files that are open, binary or text; tuples for ``IN %s``."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._cursor.adapters.register_dumper(tuple, _tuple_dumper())

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
