"""Handlers: what ``DbApiHook.run`` calls with the cursor of each statement to get its result."""

from __future__ import annotations

from typing import Any


def fetch_all_handler(cursor: Any) -> list[Any] | None:
    """Every row of the statement; None when it returns no rows at all."""
    return list(cursor.fetchall()) if _returns_rows(cursor) else None


def fetch_one_handler(cursor: Any) -> Any:
    """The first row of the statement, or None."""
    return cursor.fetchone() if _returns_rows(cursor) else None


def return_single_query_results(sql: Any, return_last: bool, split_statements: bool | None) -> bool:
    """Whether ``run`` gives back one result and not a list of one a statement."""
    return isinstance(sql, str) and (return_last or not split_statements)


def _returns_rows(cursor: Any) -> bool:
    if not hasattr(cursor, "description"):
        raise RuntimeError("a handler expected a DB-API cursor, which has a description")
    return cursor.description is not None
