"""The DAG file that is being loaded: its style, its warnings, and where in it a call was made.

The loader enters ``loading(FileScope(...))`` around a file; everything that DAG authors call asks here for
the style's defaults, reports old arguments by ``warn`` and builds its errors by ``fault``, so that each
names the author's own line.
"""

from __future__ import annotations

import ast
import sys
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from headway.authoring.styles import decide_style
from headway.errors import DagFileError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from headway.authoring.dag import DAG

NATIVE_STYLE = 3
_PACKAGE = str(Path(__file__).resolve().parents[1]) + "/"


class Place(NamedTuple):
    """A line in a file; ``file`` is absolute."""

    file: str
    line: int


class Notice(NamedTuple):
    """A warning for the author of a DAG file: the line that caused it, and what to write instead."""

    line: int
    text: str


@dataclass
class FileScope:
    """What is known of one file while it loads.

    ``created`` holds every DAG made so far, ``registered`` those that count without being a global of the
    module (made by ``with DAG(...)`` or by calling an ``@dag`` function).
    """

    path: str
    root: str
    style: int = NATIVE_STYLE
    notices: list[Notice] = field(default_factory=list)
    created: list[DAG] = field(default_factory=list)
    registered: list[DAG] = field(default_factory=list)


_current: ContextVar[FileScope | None] = ContextVar("headway_dag_file", default=None)


@contextmanager
def loading(scope: FileScope) -> Iterator[FileScope]:
    """Make ``scope`` the current file for the calls made inside."""
    token = _current.set(scope)
    try:
        yield scope
    finally:
        _current.reset(token)


def current_scope() -> FileScope | None:
    """The file being loaded, or None in a plain script or a task."""
    return _current.get()


def current_style() -> int:
    """The style whose defaults apply: that of the loading file, in a script or a test that of the caller's file."""
    scope = _current.get()
    return scope.style if scope else _style_of(call_site().file)


@cache
def _style_of(file: str) -> int:
    """The style that a file would be loaded with; Headway's own (that of Airflow 3) where there is no file to read."""
    try:
        source = Path(file).read_text(encoding="utf-8")
        return decide_style(source, ast.parse(source))
    except (OSError, ValueError, SyntaxError):
        return NATIVE_STYLE


def call_site() -> Place:
    """Where the author called us: the deepest frame in the file being loaded, else the nearest one of theirs."""
    scope = _current.get()
    wanted = scope.path if scope else None
    frame = sys._getframe(1)
    nearest: Place | None = None
    while frame is not None:
        name = frame.f_code.co_filename
        if name == wanted:
            return Place(name, frame.f_lineno)
        if nearest is None and not name.startswith((_PACKAGE, "<frozen")):
            nearest = Place(name, frame.f_lineno)
            if wanted is None:
                break
        frame = frame.f_back  # type: ignore[assignment]
    return nearest or Place("", 0)


def shown(file: str) -> str:
    """``file`` as people should read it: relative to the DAG root where it lies inside."""
    scope = _current.get()
    if scope and file.startswith(scope.root + "/"):
        return file[len(scope.root) + 1 :]
    return file


def fault(message: str, remedy: str, place: Place | None = None) -> DagFileError:
    """An error in a DAG file, placed at ``place`` or at the author's call."""
    file, line = place or call_site()
    return DagFileError(message, remedy, file=shown(file), line=line)


def notice(text: str, place: Place | None = None) -> Notice:
    """Record a warning against the file being loaded and return it, for its DAG or task to keep."""
    made = Notice((place or call_site()).line, text)
    scope = _current.get()
    if scope and made not in scope.notices:
        scope.notices.append(made)
    return made


def notices_so_far() -> list[Notice]:
    """The warnings recorded so far against the file being loaded."""
    scope = _current.get()
    return list(scope.notices) if scope else []
