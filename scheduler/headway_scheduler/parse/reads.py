"""What a DAG file depends on: every file of the bundle that its loading opened, every folder that it listed.

Modules are only one part of that: files that make DAGs from YAML or SQL files beside them are common.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import source_from_cache
from pathlib import Path
from typing import Any

_LISTINGS = frozenset({"os.listdir", "os.scandir"})


class Reads:
    """Listens to the interpreter's audit events; one to a process, for a hook can never be removed.

    ``found`` is called once for each path, at once, so that what a file read is known even when it never
    ends. Paths are relative to the root; those of folders end with ``/``, the root's own is ``/``.
    """

    def __init__(self, found: Callable[[str], None]) -> None:
        self._found = found
        self._seen: set[str] = set()
        self._root = ""
        self._process = os.getpid()
        sys.addaudithook(self._hook)

    @contextmanager
    def below(self, root: Path) -> Iterator[None]:
        """Listen to what is read below ``root`` inside the ``with`` block."""
        self._seen = set()
        self._root = str(root)
        try:
            yield
        finally:
            self._root = ""

    def _hook(self, event: str, args: tuple[Any, ...]) -> None:
        if not self._root:
            return
        if event == "open":
            self._note(args[0], "")
        elif event in _LISTINGS and not _called_by_import():
            self._note("." if args[0] is None else args[0], "/")

    def _note(self, place: Any, suffix: str) -> None:
        if not isinstance(place, (str, os.PathLike)):  # a descriptor, or bytes
            return
        path = os.path.normpath(os.path.join(self._root, os.fspath(place)))  # noqa: PTH118 - called for every open
        if path != self._root and not path.startswith(self._root + "/"):
            return
        inside = _source_of(path[len(self._root) + 1 :]) + suffix
        if inside not in self._seen and os.getpid() == self._process:  # children of users' code inherit the hook
            self._seen.add(inside)
            self._found(inside)


def _source_of(path: str) -> str:
    if not path.endswith(".pyc"):
        return path
    try:
        return source_from_cache(path)
    except ValueError:
        return path


def _called_by_import() -> bool:
    # The import system and the search for entry points list every folder of sys.path; a new file beside the
    # DAGs changes nothing in them.
    caller = sys._getframe(2).f_code.co_filename
    return caller.startswith("<frozen importlib") or "/importlib/metadata/" in caller
