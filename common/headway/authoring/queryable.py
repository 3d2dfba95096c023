"""Classes that code also queries: ``session.query(Connection).filter(Connection.conn_id == "x")``.

Headway reads such things through other means; the class's columns belong to the view that stands for it.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any


class Queryable(type):
    """Gives a class the columns of the view ``record_view`` (``module:name``) as class attributes."""

    record_view: str

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("_") or name == "record_view":
            raise AttributeError(f"type object {cls.__name__!r} has no attribute {name!r}")
        return getattr(view_of(cls), name)


def view_of(model: Any) -> Any:
    """The view that a class is queried as: the one that it names, or itself."""
    if not isinstance(model, Queryable):
        return model
    module, _, name = model.record_view.partition(":")
    return getattr(import_module(module), name)
