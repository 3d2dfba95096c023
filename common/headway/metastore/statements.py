"""How many statements this process sends to the metastore."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg.rows import TupleRow


class Statements:
    """A count; threads may lose one of two that come at the same moment, which a metric can bear."""

    def __init__(self) -> None:
        self.count = 0


statements = Statements()


class CountingCursor(psycopg.Cursor[TupleRow]):
    """A cursor that counts what it executes."""

    def execute(self, *args: Any, **kwargs: Any) -> CountingCursor:
        """As psycopg does."""
        statements.count += 1
        super().execute(*args, **kwargs)
        return self
