"""The code of a DAG as it was stored, and what two versions of it differ in."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from headway.errors import NotFound
from headway.metastore.database import Connection
from headway.metastore.queries import versions
from headway.metastore.queries.versions import Source, Structure
from headway.operations.lookup import find_dag, find_head

#: What of a structure is compared apart from the DAG's own fields, or says nothing.
_NOT_OF_THE_DAG = frozenset({"v", "tasks", "groups", "edge_labels", "warnings"})


@dataclass(frozen=True, slots=True)
class SourceFile:
    """The file that defines a DAG in one version; ``content`` is text."""

    number: int
    file: str
    bundle: str
    content: str


@dataclass(frozen=True, slots=True)
class StructureDiff:
    """Ids of tasks that came and went, the fields that differ by task id, and fields of the DAG itself."""

    added: list[str]
    removed: list[str]
    changed: dict[str, list[str]]
    dag: list[str]


@dataclass(frozen=True, slots=True)
class SourceDiff:
    """What two versions differ in; ``unified`` is empty where ``file`` is the same or code is ``missing``."""

    file: str
    unified: str
    structure: StructureDiff
    missing: list[int]


def source(conn: Connection, dag_id: str, *, number: int | None = None, run_id: str | None = None) -> SourceFile:
    """The code of a version, of the bundle that a run uses, or (without both) of what new runs use.

    Raises ``NotFound``, also where the bundle was cleaned away.
    """
    found = versions.source(conn, dag_id, number=number, run_id=run_id)
    if found is None:
        raise _missing(conn, dag_id, number, run_id)
    if found.content is None:
        what = f"version {found.number} of DAG {dag_id!r}"
        raise NotFound(
            f"the code of {what} is not stored any more", "a bundle is kept as long as a DAG, version or run needs it"
        )
    return SourceFile(found.number, found.file, found.bundle, _text(found))


def structure(conn: Connection, dag_id: str, number: int | None = None) -> Structure:
    """The structure of a version, of the present one when none is named; raises ``NotFound``."""
    found = versions.structure(conn, dag_id, number)
    if found is None:
        raise _missing(conn, dag_id, number, None)
    return found


def diff(conn: Connection, dag_id: str, old: int, new: int) -> SourceDiff:
    """What changed from one version to another; raises ``NotFound`` for a version that is not known."""
    before, after = structure(conn, dag_id, old), structure(conn, dag_id, new)
    files = {number: versions.source(conn, dag_id, number=number) for number in (old, new)}
    known = {number: found for number, found in files.items() if found and found.content is not None}
    unified = _unified(known[old], known[new]) if len(known) == len(files) else ""
    newer = files[new]
    return SourceDiff(
        newer.file if newer else "",
        unified,
        compare(before.structure, after.structure),
        [number for number in files if number not in known],
    )


def _unified(old: Source, new: Source) -> str:
    lines = difflib.unified_diff(
        _text(old).splitlines(keepends=True),
        _text(new).splitlines(keepends=True),
        f"{old.file} (version {old.number})",
        f"{new.file} (version {new.number})",
    )
    return "".join(map(_ended, lines))


def _text(found: Source) -> str:
    return (found.content or b"").decode("utf-8", "replace")


def compare(old: Mapping[str, Any], new: Mapping[str, Any]) -> StructureDiff:
    """What two structures differ in."""
    before = {task["task_id"]: task for task in old["tasks"]}
    after = {task["task_id"]: task for task in new["tasks"]}
    both = [task_id for task_id in after if task_id in before]
    changed = {task_id: _fields(before[task_id], after[task_id]) for task_id in both}
    return StructureDiff(
        added=[task_id for task_id in after if task_id not in before],
        removed=[task_id for task_id in before if task_id not in after],
        changed={task_id: fields for task_id, fields in changed.items() if fields},
        dag=[name for name in _fields(old, new) if name not in _NOT_OF_THE_DAG],
    )


def _fields(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    return sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))


def _ended(line: str) -> str:
    return line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _missing(conn: Connection, dag_id: str, number: int | None, run_id: str | None) -> NotFound:
    find_dag(conn, dag_id)
    if run_id is not None:
        find_head(conn, dag_id, run_id)
        return NotFound(f"run {run_id!r} of DAG {dag_id!r} has no version yet", "wait until it has begun")
    known = [row.number for row in versions.page(conn, dag_id, before=None, limit=20)]
    remedy = f"it has {', '.join(map(str, known))}" if known else "its file has not been read yet"
    return NotFound(f"DAG {dag_id!r} has no version {number}", remedy)
