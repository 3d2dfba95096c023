"""``DagRun.state == "failed"``: columns of the views and the conditions that they make."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from headway.airflow.inside.refusals import InsideError, refused
from headway.authoring.records import Comparison, plain


class Condition:
    """A comparison of a column with a value; ``filter`` of a query takes several."""

    def __init__(self, model: Any, test: Comparison) -> None:
        self.model = model
        self.test = test

    def __and__(self, other: Any) -> Any:
        return [*_flat(self), *_flat(other)]

    def __rand__(self, other: Any) -> Any:
        return [*_flat(other), *_flat(self)]

    def __or__(self, other: Any) -> Any:
        raise refused("`|` between conditions", self.model.__name__)

    __invert__ = __or__

    def __bool__(self) -> bool:
        raise InsideError(
            f"a condition on {self.model.__name__} has no truth value", "pass it to filter() of a session's query"
        )

    def __clause_element__(self) -> Any:  # what SQLAlchemy's and_(), or_() and select() ask for
        raise only_here(f"{self.model.__name__}.{self.test.field}")


class Column:
    """A column of a view, as the class attribute that queries name."""

    def __init__(self, model: Any, name: str) -> None:
        self.model = model
        self.name = name
        self.key = name

    def _compare(self, comparison: str, value: Any) -> Condition:
        if isinstance(value, Column):
            raise refused(f"a comparison of {self!r} with {value!r}", self.model.__name__)
        return Condition(self.model, Comparison(self.model.field(self.name), comparison, plain(value)))

    def __eq__(self, value: Any) -> Any:
        return self._compare("=", value)

    def __ne__(self, value: Any) -> Any:
        return self._compare("!=", value)

    def __lt__(self, value: Any) -> Condition:
        return self._compare("<", value)

    def __le__(self, value: Any) -> Condition:
        return self._compare("<=", value)

    def __gt__(self, value: Any) -> Condition:
        return self._compare(">", value)

    def __ge__(self, value: Any) -> Condition:
        return self._compare(">=", value)

    def __hash__(self) -> int:
        return hash((self.model.__name__, self.name))

    def is_(self, value: Any) -> Condition:
        """The same as ``==``; made for None, True and False."""
        return self._compare("=", value)

    def is_not(self, value: Any) -> Condition:
        """The same as ``!=``."""
        return self._compare("!=", value)

    isnot = is_not

    def in_(self, values: Iterable[Any]) -> Condition:
        """Whether the value is one of ``values``."""
        return self._compare("in", list(values))

    def not_in(self, values: Iterable[Any]) -> Condition:
        """Whether the value is none of ``values``."""
        return self._compare("not in", list(values))

    notin_ = not_in

    def like(self, pattern: str) -> Condition:
        """Whether the text fits a pattern of ``%`` and ``_``."""
        return self._compare("like", pattern)

    def ilike(self, pattern: str) -> Condition:
        """The same, in any case of letters."""
        return self._compare("ilike", pattern)

    def startswith(self, text: str) -> Condition:
        """Whether the value begins with ``text``."""
        return self.like(f"{text}%")

    def between(self, low: Any, high: Any) -> Any:
        """From ``low`` to ``high``, both included."""
        return (self >= low) & (self <= high)

    def desc(self) -> Order:
        """Downwards, for ``order_by``."""
        return Order(self, "-")

    def asc(self) -> Order:
        """Upwards, for ``order_by``."""
        return Order(self, "")

    def label(self, name: str) -> Column:
        """The column itself: results have its own name."""
        return self

    def __clause_element__(self) -> Any:
        raise only_here(repr(self))

    def __repr__(self) -> str:
        return f"{self.model.__name__}.{self.name}"


class Order:
    """A column and the direction to sort in; ``sign`` is ``-`` downwards."""

    def __init__(self, column: Column, sign: str) -> None:
        self.column = column
        self.sign = sign


def only_here(what: str) -> InsideError:
    """The error for handing a view to SQLAlchemy itself."""
    return InsideError(
        f"{what} cannot be part of a statement of SQLAlchemy: the tables are Headway's own",
        "read with session.query(...).filter(..., ...).order_by(...).all(), each condition an argument of its own",
    )


def _flat(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
