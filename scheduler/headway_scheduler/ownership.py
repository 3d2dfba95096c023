"""Ownership: which DAGs and runs this scheduler decides about, and how they come into its memory.

A scheduler takes a DAG with active runs that no live scheduler owns, and with it all its runs. Each
look compares the metastore's list of active runs with memory: a run that is new is adopted (its version
grows, so that a former owner cannot write any more), one whose version has grown without us (cleared,
marked) is rebuilt, one that is no longer active is dropped. A run whose version this code cannot read
waits for code that can, and disturbs no other.
"""

from __future__ import annotations

import logging
import time

from headway.flow.blueprint import Blueprint, compile_blueprint
from headway.flow.run_memory import RunMemory
from headway.metastore.database import Connection
from headway.metastore.queries import scheduling
from headway.metastore.queries.scheduling import ActiveRun
from headway.states import RunState
from headway_scheduler.book import Book, DagMemory

log = logging.getLogger(__name__)

_CACHED_BLUEPRINTS = 2000


class Ownership:
    """Keeps the book in step with the metastore; ``me`` is this scheduler's incarnation."""

    def __init__(self, me: str, book: Book) -> None:
        self._me = me
        self._book = book
        self._blueprints: dict[int, Blueprint] = {}
        self._unreadable: set[tuple[int, int]] = set()  # (run, version)

    def refresh(self, conn: Connection) -> list[RunMemory]:
        """Adopt, rebuild, drop and start runs; return those whose memory is new."""
        adopted = scheduling.adopt_dags(conn, me=self._me)
        if adopted:
            log.info("took over %d DAG(s): %s", len(adopted), ", ".join(adopted[:5]))
        active = scheduling.active_runs(conn, me=self._me)
        self._refresh_dags(conn)
        active = self._adopt(conn, active)
        self._drop_all_but({run.key for run in active if run.state == RunState.RUNNING})
        loaded = [self._load(conn, run) for run in active if self._must_load(run)]
        self._book.set_waiting([run for run in active if run.state == RunState.QUEUED])
        return [memory for memory in loaded if memory is not None] + self.start_waiting(conn)

    def start_waiting(self, conn: Connection) -> list[RunMemory]:
        """Start queued runs as far as the limits of their DAGs and backfills allow, in order."""
        started = []
        for dag in self._book.dags.values():
            while (run := dag.next_waiting()) is not None:
                if self._start(conn, run):
                    started.append(self._load(conn, run))
        return [memory for memory in started if memory is not None]

    def _refresh_dags(self, conn: Connection) -> None:
        facts = {found.dag_id: found for found in scheduling.owned_dags(conn, me=self._me)}
        for dag_id, found in facts.items():
            known = self._book.dags.get(dag_id)
            if known is None:
                self._book.dags[dag_id] = DagMemory(found)
            else:
                if known.facts.holds != found.holds:
                    self._book.stale.update(known.running)
                known.facts = found
        for dag_id in self._book.dags.keys() - facts.keys():
            for key in list(self._book.dags[dag_id].running):
                self._book.drop(key)
            del self._book.dags[dag_id]

    def _adopt(self, conn: Connection, active: list[ActiveRun]) -> list[ActiveRun]:
        """Become the owner of the runs that are not ours yet; the answer carries their new versions."""
        active = [run for run in active if run.dag_id in self._book.dags]
        foreign = [(run.key, run.version) for run in active if run.owner != self._me]
        versions = scheduling.adopt_runs(conn, me=self._me, runs=foreign) if foreign else {}
        return [_with_version(run, versions.get(run.key, run.version)) for run in active]

    def _drop_all_but(self, running: set[int]) -> None:
        for key in self._book.runs.keys() - running:
            self._book.drop(key)

    def _must_load(self, run: ActiveRun) -> bool:
        if run.state != RunState.RUNNING or (run.key, run.version) in self._unreadable:
            return False
        known = self._book.runs.get(run.key)
        return known is None or known.version != run.version or run.key in self._book.stale

    def _start(self, conn: Connection, run: ActiveRun) -> bool:
        if run.version_id is None:
            return False
        return scheduling.start_run(conn, run=run.key, version=run.version, version_id=run.version_id)

    def _load(self, conn: Connection, run: ActiveRun) -> RunMemory | None:
        self._book.drop(run.key)
        try:
            memory = self._read(conn, run)
        except (LookupError, TypeError, ValueError) as error:
            log.error("run %s of %s waits: its version of the DAG cannot be read (%r)", run.run_id, run.dag_id, error)  # noqa: TRY400
            self._unreadable.add((run.key, run.version))
            return None
        memory.last_event = time.monotonic()
        self._book.add(memory)
        return memory

    def _read(self, conn: Connection, run: ActiveRun) -> RunMemory:
        if run.version_id is None:
            raise LookupError("no version")
        return RunMemory(
            key=run.key,
            run_id=run.run_id,
            version=run.version,
            bundle=run.bundle or "",
            blueprint=self._blueprint(conn, run.version_id),
            run_after=run.run_after,
            backfill=run.backfill,
            rows=scheduling.instances(conn, run.key),
        )

    def _blueprint(self, conn: Connection, version_id: int) -> Blueprint:
        found = self._blueprints.get(version_id)
        if found is None:
            found = compile_blueprint(*scheduling.structure(conn, version_id))
            if len(self._blueprints) >= _CACHED_BLUEPRINTS:
                self._blueprints.pop(next(iter(self._blueprints)))
            self._blueprints[version_id] = found
        return found


def _with_version(run: ActiveRun, version: int) -> ActiveRun:
    if version == run.version:
        return run
    fields = {name: getattr(run, name) for name in ActiveRun.__slots__}
    return ActiveRun(**{**fields, "version": version})
