"""``session.query(DagRun).filter(...).all()``: the reads that DAG files do, and refusals of all else."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import replace
from typing import Any, NoReturn, Self, TypeVar

from headway.airflow.inside.columns import Column, Condition, Order
from headway.airflow.inside.refusals import InsideError, refused
from headway.authoring.queryable import view_of
from headway.authoring.records import Comparison, RecordQuery, plain
from headway.authoring.runtime import current_store

F = TypeVar("F", bound=Callable[..., Any])


class Query:
    """A read of one kind of record; each method returns a narrower query or its result."""

    def __init__(self, model: Any, columns: tuple[Column, ...] = ()) -> None:
        self._model = model
        self._columns = columns
        self._tests: tuple[Comparison, ...] = ()
        self._order: tuple[str, ...] = ()
        self._limit: int | None = None
        self._offset = 0

    def filter(self, *conditions: Any) -> Self:
        """Only records for which every condition holds."""
        found: list[Comparison] = []
        for one in conditions:
            for condition in one if isinstance(one, (list, tuple)) else [one]:
                if isinstance(condition, bool) and condition:
                    continue  # a condition that the code left out, as in `X == y if y else True`
                if not isinstance(condition, Condition) or condition.model is not self._model:
                    raise refused(f"filter({condition!r}) on {self._model.__name__}", self._model.__name__)
                found.append(condition.test)
        return self._with(_tests=(*self._tests, *found))

    def where(self, *conditions: Any) -> Self:
        """The same as ``filter``."""
        return self.filter(*conditions)

    def filter_by(self, **values: Any) -> Self:
        """Only records with these values."""
        tests = [Comparison(self._model.field(name), "=", plain(value)) for name, value in values.items()]
        return self._with(_tests=(*self._tests, *tests))

    def order_by(self, *columns: Any) -> Self:
        """Sorted by columns or by ``column.desc()``."""
        orders = [one if isinstance(one, Order) else Order(one, "") for one in columns]
        if not all(isinstance(one.column, Column) for one in orders):
            raise refused("order_by() with anything but columns", self._model.__name__)
        names = [one.sign + self._model.field(one.column.name) for one in orders]
        return self._with(_order=(*self._order, *names))

    def limit(self, count: int) -> Self:
        """At most so many."""
        return self._with(_limit=count)

    def offset(self, count: int) -> Self:
        """Without the first so many."""
        return self._with(_offset=count)

    def options(self, *options: Any, **_: Any) -> Self:
        """The query itself: how rows are loaded is no concern here."""
        return self

    with_for_update = execution_options = distinct = enable_eagerloads = yield_per = options

    def all(self) -> list[Any]:
        """Every record, or a tuple of the columns that were asked for."""
        records = [self._model(record) for record in current_store().records(self._asked())]
        if not self._columns:
            return records
        return [tuple(getattr(record, column.name) for column in self._columns) for record in records]

    def first(self) -> Any:
        """The first record, or None."""
        found = self.limit(1).all()
        return found[0] if found else None

    def one_or_none(self) -> Any:
        """The only record, or None; raises when there are several."""
        found = self.limit(2).all()
        if len(found) > 1:
            raise InsideError(f"several records of {self._model.__name__} match, expected one", "filter further")
        return found[0] if found else None

    def one(self) -> Any:
        """The only record; raises when there is none or several."""
        found = self.one_or_none()
        if found is None:
            raise InsideError(f"no record of {self._model.__name__} matches", "filter less, or use first()")
        return found

    def scalar(self) -> Any:
        """The first column of the only record, or None."""
        found = self.one_or_none()
        return found[0] if isinstance(found, tuple) else found

    def count(self) -> int:
        """How many there are."""
        found = current_store().records(replace(self._asked(), count=True))
        return int(found[0]["count"])

    def exists(self) -> bool:
        """Whether there is any."""
        return self.first() is not None

    def __iter__(self) -> Iterator[Any]:
        return iter(self.all())

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise refused(f"{name}() on a query of {self._model.__name__}", self._model.__name__)

    def _asked(self) -> RecordQuery:
        if self._model.kind is None:
            raise InsideError(
                f"there are no rows of {self._model.__name__} here", "Headway does not keep them; remove the query"
            )
        return RecordQuery(self._model.kind, self._tests, self._order, self._limit, self._offset)

    def _with(self, **changes: Any) -> Self:
        made = copy(self)
        made.__dict__.update(changes)
        return made


class Session:
    """A session of Airflow's metastore that reads; there is nothing to commit."""

    def query(self, *wanted: Any) -> Query:
        """A query of a model, or of some columns of one model."""
        models = {one.model if isinstance(one, Column) else view_of(one) for one in wanted}
        if len(models) != 1 or not hasattr(model := models.pop(), "kind"):
            raise refused("a query over anything but one of Airflow's models")
        columns = tuple(one for one in wanted if isinstance(one, Column))
        return Query(model, columns)

    def get(self, model: Any, key: Any, **_: Any) -> Any:
        """The record of this id, or None."""
        return self.query(model).filter_by(id=key).first()

    def _nothing(self, *args: Any, **kwargs: Any) -> None:
        """Done: a session that only reads has nothing to do here."""

    commit = flush = rollback = close = expunge = expunge_all = expire_all = refresh = remove = _nothing

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)

        def refuse(*args: Any, **kwargs: Any) -> NoReturn:
            target = args[0] if args else None
            model = target.__name__ if isinstance(target, type) else type(target).__name__
            raise refused(f"session.{name}()", model)

        return refuse

    def __call__(self) -> Session:
        """``settings.Session()``: the session itself."""
        return self


#: What a signature holds where ``provide_session`` is to put a session.
NEW_SESSION: Any = None


@contextmanager
def create_session(scoped: bool = True) -> Iterator[Session]:
    """A session for a ``with`` block."""
    yield Session()


def provide_session(function: F) -> F:
    """Give ``function`` a session under the argument ``session`` when its caller passes none."""
    parameters = list(inspect.signature(function).parameters)
    place = parameters.index("session") if "session" in parameters else None

    @functools.wraps(function)
    def with_session(*args: Any, **kwargs: Any) -> Any:
        given = kwargs.get("session") is not None or (place is not None and place < len(args))
        return function(*args, **kwargs) if given else function(*args, **{**kwargs, "session": Session()})

    return with_session  # type: ignore[return-value]


class Engine:
    """Stands for the database engine of Airflow's metastore, which tasks cannot reach."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise InsideError(
            f"engine.{name}: tasks have no connection to Headway's metastore",
            "read through session.query(DagRun) and its kin, or define a connection and use a PostgresHook",
        )


engine = Engine()
