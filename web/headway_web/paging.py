"""Lists in pages: a cursor says after which row the next page begins, never how many rows to skip."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Query
from pydantic import BaseModel, Field

from headway.errors import InvalidInput

MAX_LIMIT = 1000

T = TypeVar("T")


class Page(BaseModel):
    """What every list answers beside its rows."""

    next_cursor: str | None = Field(None, description="send it as `cursor` for the next page; null on the last one")
    total_entries: int | None = Field(None, description="rows on all pages, where counting them is cheap")


@dataclass(frozen=True, slots=True)
class Paging:
    """The page that was asked for: at most ``limit`` rows after the row that ``cursor`` names."""

    limit: int
    cursor: str | None

    @property
    def fetch(self) -> int:
        """Rows to ask the metastore for: one more than are shown tells whether there is a next page."""
        return self.limit + 1

    def after(self, *kinds: type) -> tuple[Any, ...] | None:
        """The key of the last row shown, one value for each of ``kinds`` (str, int, float, datetime; all may be None).

        None on the first page; raises ``InvalidInput`` for a cursor that no page of this list gave.
        """
        return None if self.cursor is None else decode(self.cursor, kinds)

    def cut(self, rows: Sequence[T], key: Callable[[T], tuple[Any, ...]]) -> tuple[list[T], str | None]:
        """Of ``fetch`` rows those of this page, and the cursor of the next; ``key`` is what the list is sorted by."""
        shown = list(rows[: self.limit])
        return shown, encode(key(shown[-1])) if len(rows) > self.limit else None


def encode(key: tuple[Any, ...]) -> str:
    """A cursor that names the row with this key."""
    text = json.dumps([value.isoformat() if isinstance(value, datetime) else value for value in key])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode(cursor: str, kinds: Sequence[type]) -> tuple[Any, ...]:
    """The key that a cursor names; raises ``InvalidInput`` unless it has a value of each kind."""
    try:
        values = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
        return tuple(_value(value, kind) for value, kind in zip(values, kinds, strict=True))
    except (ValueError, TypeError, OverflowError, RecursionError):
        raise InvalidInput("this cursor was not given by this list", "start again without a cursor") from None


def _value(value: Any, kind: Any) -> Any:
    if value is None:
        return None
    if kind is datetime:
        return datetime.fromisoformat(value).astimezone(UTC)
    if kind is float and type(value) is int:
        return float(value)
    if type(value) is not kind or (kind is int and not -(2**63) <= value < 2**63) or (kind is str and "\0" in value):
        raise ValueError
    return value


def _paging(
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT, description="rows on a page")] = 50,
    cursor: Annotated[str | None, Query(max_length=2000, description="`next_cursor` of the page before")] = None,
) -> Paging:
    return Paging(limit, cursor)


Paged = Annotated[Paging, Depends(_paging)]
