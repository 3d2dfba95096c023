"""The code of a DAG as it was stored, and what two versions of it differ in."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from headway.errors import NotFound
from headway.metastore.database import Connection
from headway.metastore.queries import bundles, versions
from headway.metastore.queries.versions import Code, Structure
from headway.operations.lookup import find_dag, find_head
from headway.operations.nearest import nearest

Change = Literal["added", "removed", "changed"]

_LARGEST = 500_000  # characters of a file that is compared line by line
_NOTHING = "(not there)"

#: What of a structure is compared apart from the DAG's own fields, or says nothing.
_NOT_OF_THE_DAG = frozenset({"v", "tasks", "groups", "edge_labels", "warnings"})


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file of a version: the one that defines the DAG, or a module that this imported; ``content`` is text.

    ``files`` are the paths of all of them, the DAG's own first.
    """

    number: int
    file: str
    bundle: str
    content: str
    files: list[str]


@dataclass(frozen=True, slots=True)
class StructureDiff:
    """Ids of tasks that came and went, the fields that differ by task id, and fields of the DAG itself."""

    added: list[str]
    removed: list[str]
    changed: dict[str, list[str]]
    dag: list[str]


@dataclass(frozen=True, slots=True)
class FileDiff:
    """A file that differs; ``unified`` is empty where the file is ``too_large`` to be compared line by line."""

    file: str
    change: Change
    unified: str
    too_large: bool = False


@dataclass(frozen=True, slots=True)
class SourceDiff:
    """What two versions differ in; ``file`` defines the DAG in the newer one.

    ``files`` are those that differ, that one first; it is empty where code of one of the two is ``missing``.
    """

    file: str
    files: list[FileDiff]
    structure: StructureDiff
    missing: list[int]

    @property
    def unified(self) -> str:
        """The differences of all files, one after the other."""
        return "".join(each.unified for each in self.files)


def source(
    conn: Connection, dag_id: str, *, number: int | None = None, run_id: str | None = None, file: str | None = None
) -> SourceFile:
    """A file of a version, of what a run goes with, or (without both) of what new runs use; by default the DAG's own.

    Raises ``NotFound``, also where the bundle was cleaned away.
    """
    code = versions.code(conn, dag_id, number=number, run_id=run_id)
    if code is None:
        raise _missing(conn, dag_id, number, run_id)
    what = f"version {code.number} of DAG {dag_id!r}"
    if file is not None and file not in code.files:
        raise NotFound(f"{what} has no file {file!r}", f"it has {', '.join(_paths(code)) or 'none any more'}")
    shown = file or code.file
    contents = dict(bundles.blobs(conn, [code.files[shown]] if shown in code.files else []))
    if not contents:
        remedy = "a bundle is kept as long as a DAG, version or run needs it"
        raise NotFound(f"the code of {what} is not stored any more", remedy)
    return SourceFile(code.number, shown, code.bundle, _text(contents[code.files[shown]]), _paths(code))


def _paths(code: Code) -> list[str]:
    return sorted(code.files, key=lambda path: (path != code.file, path))


def structure(conn: Connection, dag_id: str, number: int | None = None) -> Structure:
    """The structure of a version, of the present one when none is named; raises ``NotFound``."""
    found = versions.structure(conn, dag_id, number)
    if found is None:
        raise _missing(conn, dag_id, number, None)
    return found


def task(
    conn: Connection, dag_id: str, task_id: str, *, number: int | None = None, run_id: str | None = None
) -> tuple[Code, Mapping[str, Any]]:
    """A task as a version, that of a run, or (without both) that of new runs has it; raises ``NotFound``."""
    code = versions.code(conn, dag_id, number=number, run_id=run_id)
    if code is None:
        raise _missing(conn, dag_id, number, run_id)
    tasks = {each["task_id"]: each for each in code.structure["tasks"]}
    if task_id not in tasks:
        what = f"version {code.number} of DAG {dag_id!r}"
        raise NotFound(f"{what} has no task {task_id!r}", nearest(task_id, tasks) or "`headway tasks list` shows them")
    return code, tasks[task_id]


def diff(conn: Connection, dag_id: str, old: int, new: int) -> SourceDiff:
    """What changed from one version to another; raises ``NotFound`` for a version that is not known."""
    before, after = _code(conn, dag_id, old), _code(conn, dag_id, new)
    pairs = _differing(before, after)
    hashes = {
        code.number: [code.files.get(pair[side]) for pair in pairs if pair[side]]
        for side, code in enumerate((before, after))
    }
    contents = dict(bundles.blobs(conn, {each for found in hashes.values() for each in found if each}))
    missing = [number for number, found in hashes.items() if any(each not in contents for each in found)]
    files = [] if missing else [_compared(before, after, pair, contents) for pair in pairs]
    return SourceDiff(after.file, files, compare(before.structure, after.structure), missing)


#: A file's path in the older and in the newer version; empty where it is not part of one.
_Pair = tuple[str, str]


def _code(conn: Connection, dag_id: str, number: int) -> Code:
    found = versions.code(conn, dag_id, number=number)
    if found is None:
        raise _missing(conn, dag_id, number, None)
    return found


def _differing(before: Code, after: Code) -> list[_Pair]:
    """The files that differ, the DAG's own first; modules only where they were recorded with both versions."""
    own = (before.file, after.file)
    pairs = [own]
    if before.recorded and after.recorded:
        modules = sorted((before.files.keys() | after.files.keys()) - set(own))
        pairs += [(path if path in before.files else "", path if path in after.files else "") for path in modules]
    return [pair for pair in pairs if _is_other(before.files.get(pair[0]), after.files.get(pair[1]))]


def _is_other(old: str | None, new: str | None) -> bool:
    return old is None or old != new


def _compared(before: Code, after: Code, pair: _Pair, contents: Mapping[str, bytes]) -> FileDiff:
    old, new = pair
    texts = [
        _text(contents[code.files[path]]) if path else "" for code, path in zip((before, after), pair, strict=True)
    ]
    if max(map(len, texts)) > _LARGEST:
        return FileDiff(new or old, _change(pair), "", too_large=True)
    old_name, new_name = (
        f"{path or _NOTHING} (version {code.number})" for code, path in zip((before, after), pair, strict=True)
    )
    old_lines, new_lines = (text.splitlines(keepends=True) for text in texts)
    lines = difflib.unified_diff(old_lines, new_lines, old_name, new_name)
    return FileDiff(new or old, _change(pair), "".join(map(_ended, lines)))


def _change(pair: _Pair) -> Change:
    if not pair[0]:
        return "added"
    return "changed" if pair[1] else "removed"


def _text(content: bytes) -> str:
    return content.decode("utf-8", "replace")


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
