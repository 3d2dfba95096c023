"""What ``airflow.lineage`` offers to authors: things that tasks read and write, as inlets and outlets."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeVar

T = TypeVar("T")

__all__ = ["AUTO", "Column", "File", "Table", "Tag", "User", "apply_lineage", "prepare_lineage"]

AUTO = "auto"


def apply_lineage(function: T) -> T:
    """The function itself: lineage is only declared here."""
    return function


prepare_lineage = apply_lineage


@dataclass(frozen=True)
class File:
    """A file."""

    url: str
    type_hint: str | None = None


@dataclass(frozen=True)
class User:
    """A person."""

    email: str
    first_name: str | None = None
    last_name: str | None = None


@dataclass(frozen=True)
class Tag:
    """A word on something."""

    tag_name: str


@dataclass(frozen=True)
class Column:
    """A column of a table."""

    name: str
    description: str | None = None
    data_type: str | None = None
    tags: list[Tag] = field(default_factory=list, hash=False)


@dataclass(frozen=True)
class Table:
    """A table."""

    database: str = ""
    cluster: str = ""
    name: str = ""
    tags: list[Tag] = field(default_factory=list, hash=False)
    description: str | None = None
    columns: list[Column] = field(default_factory=list, hash=False)
    owners: list[User] = field(default_factory=list, hash=False)
    extra: dict[str, Any] = field(default_factory=dict, hash=False)
    type_hint: str | None = None
