"""Reading what the metastore knows of DAGs, runs and tasks, as rows of plain data.

A ``RecordQuery`` is plain data too, so that it can be answered in the process itself, by the metastore
(``headway.metastore.queries.records``) or, while a file is loaded, by the scheduler that asked for it.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, NamedTuple

#: The comparisons that a query may hold; ``in`` and ``not in`` take a list.
COMPARISONS = ("=", "!=", "<", "<=", ">", ">=", "in", "not in", "like", "ilike")


class Comparison(NamedTuple):
    """A field compared with a value; None is equal to a field that is not set. Datetimes are ISO 8601 texts."""

    field: str
    comparison: str
    value: Any


@dataclass(frozen=True, slots=True)
class RecordQuery:
    """Which records of one kind are wanted: all ``tests`` hold; ``order`` names fields, ``-field`` downwards.

    With ``count`` the answer is one record, ``{"count": …}``: how many there are.

    ``kind`` is one of ``dag_run``, ``task_instance``, ``dag``, ``log``, ``pool``, ``import_error``,
    ``variable`` and ``connection``.
    """

    kind: str
    tests: tuple[Comparison, ...] = ()
    order: tuple[str, ...] = ()
    limit: int | None = None
    offset: int = 0
    count: bool = False

    def as_json(self) -> dict[str, Any]:
        """As a message holds it."""
        return {
            "kind": self.kind,
            "tests": [list(test) for test in self.tests],
            "order": list(self.order),
            "limit": self.limit,
            "offset": self.offset,
            "count": self.count,
        }

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> RecordQuery:
        """The query of a message."""
        tests = tuple(Comparison(*test) for test in given["tests"])
        return cls(given["kind"], tests, tuple(given["order"]), given["limit"], given["offset"], given["count"])


def plain(value: Any) -> Any:
    """A value as queries and records hold it: datetimes (UTC without a zone) as ISO 8601, enum members as text."""
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).isoformat()
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(one) for one in value]
    return str(value) if isinstance(value, str) else value


def select(records: Iterable[Mapping[str, Any]], query: RecordQuery) -> list[dict[str, Any]]:
    """What ``query`` finds among ``records`` in memory."""
    found = [dict(record) for record in records if all(_holds(record.get(test.field), test) for test in query.tests)]
    for name in reversed(query.order):
        found.sort(key=partial(_sort_key, name.lstrip("-")), reverse=name[0] == "-")
    end = None if query.limit is None else query.offset + query.limit
    wanted = found[query.offset : end]
    return [{"count": len(wanted)}] if query.count else wanted


_ORDERED: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def _holds(value: Any, test: Comparison) -> bool:
    if test.comparison in ("=", "!="):
        return bool((plain(value) == test.value) is (test.comparison == "="))
    if test.comparison in ("in", "not in"):
        return (plain(value) in test.value) is (test.comparison == "in")
    if value is None or test.value is None:
        return False
    if test.comparison in ("like", "ilike"):
        return _is_like(str(value), test.value, test.comparison == "ilike")
    return _ORDERED[test.comparison](_comparable(value), _comparable(test.value))


def _comparable(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return value


def _is_like(text: str, pattern: str, any_case: bool) -> bool:
    import re

    expression = "".join({"%": ".*", "_": "."}.get(one, re.escape(one)) for one in pattern)
    return re.fullmatch(expression, text, re.DOTALL | (re.IGNORECASE if any_case else 0)) is not None


def _sort_key(field: str, record: Mapping[str, Any]) -> tuple[bool, Any]:
    value = record.get(field)
    return (value is None, 0 if value is None else _comparable(plain(value)))
