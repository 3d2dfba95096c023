"""What came of parsed files, written to the metastore as soon as it is known.

A DAG belongs to the file that had it first; of two files that are new at the same time, to the one whose
path sorts first. A file that wants a DAG of another file is put off until all files are parsed, when it is
known what the other file still defines.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

import psycopg

from headway.metastore.database import Connection
from headway.metastore.queries import assets, code
from headway.metastore.queries.code import ANY_MODULE, FileError, KnownFile, ParsedDag
from headway.settings import DagSettings
from headway_scheduler.parse.asset_rows import awaited_assets, declared_assets
from headway_scheduler.parse.changes import Fingerprints
from headway_scheduler.parse.process import Parsed
from headway_scheduler.parse.rows import dag_rows

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a file, the snapshot that it was loaded from, and the bundle that its DAGs shall run on."""

    parsed: Parsed
    fingerprints: Fingerprints
    bundle_id: int

    @property
    def file(self) -> str:
        """The file's path relative to the root."""
        return self.parsed.file

    @property
    def code(self) -> dict[str, str]:
        """The hashes of the file and of the modules that it imported, by path."""
        return self.fingerprints.code(self.file, self.parsed.reads)


class Results:
    """Writes results; ``on_change`` is called with a reason after each one that brought new code, ``on_errors``
    after each one that changed what cannot be loaded.
    """

    def __init__(self, defaults: DagSettings, on_change: Callable[[str], None], on_errors: Callable[[], None]) -> None:
        self._defaults = defaults
        self._on_change = on_change
        self._on_errors = on_errors
        self._written: dict[str, Result] = {}
        self._contested: dict[str, Result] = {}

    def write(self, conn: Connection, result: Result) -> None:
        """Store what came of one file, or put it off when another file has one of its DAGs."""
        rivals = _rivals(conn, result)
        losers = {file for file in rivals.values() if file in self._written and result.file < file}
        if set(rivals.values()) - losers:
            self._contested[result.file] = result
            return
        for file in losers:
            self._contested[file] = self._written.pop(file)
        self._store(conn, result, {})
        self._written[result.file] = result

    def finish(self, conn: Connection) -> None:
        """Store the files that were put off: each without the DAGs that are another file's."""
        for _, result in sorted(self._contested.items()):
            self._store(conn, result, _rivals(conn, result))
        self.forget()

    def forget(self) -> None:
        """Begin anew."""
        self._contested.clear()
        self._written.clear()

    def _store(self, conn: Connection, result: Result, taken: Mapping[str, str]) -> None:
        try:
            changed, errors = self._store_all(conn, result, taken)
        except (psycopg.DataError, UnicodeError) as error:
            changed, errors = self._store_all(conn, _refused(result, error), {})
        if errors:
            self._on_errors()
        if changed:
            self._on_change(f"new code of {', '.join(changed[:3])}")

    def _store_all(self, conn: Connection, result: Result, taken: Mapping[str, str]) -> tuple[list[str], bool]:
        """All of one file in one transaction; returns the DAGs that have changed, and whether its error has."""
        parsed = result.parsed
        reads = sorted({*parsed.reads, *taken.values()})
        error = parsed.error or _duplicate(result.file, taken)
        with conn.transaction():
            changed = [] if parsed.error else self._store_dags(conn, result, taken)
            errors = code.set_error(conn, result.file, error)
            known = KnownFile(result.file, result.fingerprints.of(result.file, reads), reads)
            code.save_file(conn, known, seconds=parsed.seconds)
        if error:
            log.warning("%s:%d: %s", result.file, error.line, error.message.splitlines()[0])
        return changed, errors

    def _store_dags(self, conn: Connection, result: Result, taken: Collection[str]) -> list[str]:
        mine = [structure for structure in result.parsed.dags if structure["dag_id"] not in taken]
        dags = [dag_rows(structure, result.file, result.code, self._defaults) for structure in mine]
        changed = [dag.dag_id for dag in dags if _store_dag(conn, dag, result.bundle_id)]
        return changed + code.drop_dags(conn, result.file, besides=[dag.dag_id for dag in dags])


def _refused(result: Result, error: Exception) -> Result:
    """A file whose DAGs hold values that PostgreSQL does not take, such as a text with a zero byte."""
    text = f"the file's DAGs cannot be stored: {str(error).splitlines()[0]}"
    remedy = "look for zero bytes, NaN and numbers or dates out of range in the arguments of its DAGs and tasks"
    parsed = replace(result.parsed, dags=[], error=FileError(0, text, remedy), reads=[*result.parsed.reads, ANY_MODULE])
    return replace(result, parsed=parsed)


def _store_dag(conn: Connection, dag: ParsedDag, bundle_id: int) -> bool:
    version_id, new = code.save_version(conn, dag, bundle_id=bundle_id)
    code.save_dag(conn, dag, version_id=version_id, bundle_id=bundle_id)
    assets.declare(conn, declared_assets(dag.structure))
    assets.set_consumer(conn, dag.dag_id, awaited_assets(dag.schedule))
    return new


def _rivals(conn: Connection, result: Result) -> dict[str, str]:
    """The DAGs of this file that belong to another one, with that file."""
    ids = _ids(result.parsed.dags)
    return code.owners(conn, ids, besides=result.file) if ids else {}


def _ids(structures: Collection[Mapping[str, Any]]) -> list[str]:
    return [structure["dag_id"] for structure in structures]


def _duplicate(file: str, taken: Mapping[str, str]) -> FileError | None:
    if not taken:
        return None
    dag_id, owner = min(taken.items())
    text = f"the DAG id {dag_id!r} is used by two files: {owner}, which keeps it, and {file}"
    return FileError(0, text, "give one of the two another dag_id")
