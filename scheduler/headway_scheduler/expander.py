"""Expander: mapped tasks whose turn has come get their instances.

Only lengths are read, never values. One statement a run ends the placeholders, makes the instances and lets
the run's version grow; what it answers is taken into memory. If the run has changed meanwhile, nothing happens
and the run is read anew.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field

from headway.flow.expansion import Expansion, expansions, sources_of
from headway.flow.lengths import Source
from headway.flow.run_memory import RunMemory
from headway.metastore.database import Connection
from headway.metastore.queries import expansion
from headway.metastore.queries.expansion import Ending, Expanded
from headway.states import TaskState
from headway_scheduler.book import Book

log = logging.getLogger(__name__)

Place = tuple[RunMemory, int]


@dataclass(slots=True)
class _Pending:
    """What is to be done in one run: placeholders to expand, and those that end without instances."""

    run: RunMemory
    expand: dict[int, list[Source]] = field(default_factory=dict)
    end: dict[int, Expansion] = field(default_factory=dict)


@dataclass(slots=True)
class News:
    """What has come to its end by expansion, and what may be asked for now."""

    ended: list[Place] = field(default_factory=list)
    opened: list[Place] = field(default_factory=list)


class Expander:
    """Collects placeholders, then expands them; ``limit`` is the largest number of instances of a task."""

    def __init__(self, book: Book, limit: int) -> None:
        self._book = book
        self._limit = limit
        self._pending: dict[int, _Pending] = {}

    def __len__(self) -> int:
        return len(self._pending)

    def add(self, run: RunMemory, slot: int) -> None:
        """A placeholder's trigger rule lets it go; it waits on while the length is not known."""
        sources = sources_of(run, slot)
        if sources is not None:
            self._of(run).expand[slot] = sources

    def end(self, run: RunMemory, slot: int, state: TaskState) -> None:
        """A placeholder ends without instances, and those that it had before a clear are removed."""
        self._of(run).end[slot] = Expansion(slot, 0, state)

    def run_once(self, conn: Connection) -> News:
        """Expand all that was collected."""
        pending, self._pending = self._pending, {}
        news = News()
        for each in pending.values():
            if self._book.has(each.run):
                self._expand(conn, each, news)
        return news

    def _of(self, run: RunMemory) -> _Pending:
        found = self._pending.get(run.key)
        if found is None or found.run is not run:
            found = self._pending[run.key] = _Pending(run)
        return found

    def _expand(self, conn: Connection, pending: _Pending, news: News) -> None:
        run = pending.run
        plan = self._plan(conn, pending)
        if not plan:
            return
        done = expansion.expand(
            conn, run=run.key, version=run.version, endings=[_ending(run, each) for each in plan.values()]
        )
        if done is None:
            self._book.stale.add(run.key)
            return
        self._take_in(run, plan, done, news)

    def _plan(self, conn: Connection, pending: _Pending) -> dict[int, Expansion]:
        run = pending.run
        sources = sorted({source for wanted in pending.expand.values() for source in wanted})
        known = expansion.lengths(conn, run.key, sources) if sources else {}
        plan = dict(pending.end)
        for slot in pending.expand:
            for each in expansions(run, slot, known, self._limit):
                plan.setdefault(each.slot, each)
        return {slot: each for slot, each in plan.items() if run.is_open(slot)}

    def _take_in(self, run: RunMemory, plan: dict[int, Expansion], done: Expanded, news: News) -> None:
        run.version = done.version
        run.admit(done.made)
        for ti in done.surplus:
            if (slot := run.slot_of(ti)) is not None:
                self._book.move(run, slot, TaskState.REMOVED)
                news.ended.append((run, slot))
        for ti in done.back:
            if (slot := run.slot_of(ti)) is not None:
                self._book.move(run, slot, TaskState.NONE)
        for each in plan.values():
            self._book.move(run, each.slot, each.state)
            run.dispatch[each.slot] += bool(each.why)
            self._tell(run, each, news)

    def _tell(self, run: RunMemory, each: Expansion, news: News) -> None:
        task = run.task(each.slot)
        log.info("%s of run %s: %s", task.task_id, run.run_id, each.why or f"{each.count} instances")
        if each.state is TaskState.REMOVED:
            news.opened += [(run, slot) for slot in run.slots_of_task(task.position) if run.is_open(slot)]
        else:
            news.ended.append((run, each.slot))


def _ending(run: RunMemory, each: Expansion) -> Ending:
    return Ending(run.ti(each.slot), run.task(each.slot).task_id, each.count, each.state, each.why)
