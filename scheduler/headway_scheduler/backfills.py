"""Backfills: makes the runs of a backfill's dates, as many at a time as it may have at once.

What is made is queued; the engine starts it when the backfill has room (``ownership.py``). A date whose run exists
is run again or left out, as the backfill says; that is decided at the moment at which its turn comes.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from headway.metastore.queries import backfills
from headway.metastore.queries.backfills import Date, Progressing
from headway.operations.backfills import run_id_of, verdict
from headway.operations.clear import Selection, clear
from headway.settings import Settings
from headway_scheduler.service import Service

log = logging.getLogger(__name__)

_AHEAD = 20  # queued runs beyond those that may run at once, so that short runs follow each other without a pause


class Backfills(Service):
    """Looks when a run has ended or somebody wakes it.

    ``on_runs`` is called when there are new runs, ``on_completed`` with the DAG of a backfill that is complete.
    """

    name = "backfills"

    def __init__(self, settings: Settings, *, on_runs: Callable[[], None], on_completed: Callable[[str], None]) -> None:
        super().__init__(settings)
        self.interval = settings.scheduler.sweep_interval
        self._on_runs = on_runs
        self._on_completed = on_completed

    def run_once(self) -> float | None:
        """Bring every running backfill a step on."""
        last, made = 0, 0
        while True:
            with self.conn.transaction():
                backfill = backfills.lock_progressing(self.conn, after=last)
                if backfill is None:
                    break
                last = backfill.id
                taken = self._go_on(backfill)
            made += taken or 0
            if taken is None:
                log.info("backfill %d of %s is complete", backfill.id, backfill.dag_id)
                self._on_completed(backfill.dag_id)
        if made:
            self._on_runs()
        return None

    def _go_on(self, backfill: Progressing) -> int | None:
        """How many runs were made or are run again; None when the backfill is complete."""
        room = backfill.max_active_runs + _AHEAD - backfill.active
        dates = backfills.waiting_dates(self.conn, backfill.id, limit=max(room, 1))
        if not dates and not backfill.active:
            backfills.set_state(self.conn, backfill.id, before=("running",), state="completed")
            return None
        return self._take_all(backfill, dates) if room > 0 else 0

    def _take_all(self, backfill: Progressing, dates: list[Date]) -> int:
        """A run that exists is cleared when it may start at once, so that a cancel finds the others as they were."""
        taken = 0
        for date in dates:
            outcome = self._take(backfill, date, may_rerun=backfill.active + taken < backfill.max_active_runs)
            if outcome == "waiting":
                break
            taken += outcome != "skipped"
        return taken

    def _take(self, backfill: Progressing, date: Date, *, may_rerun: bool) -> str:
        """Make or re-make the run of a date; what became of it, ``waiting`` when its turn is still to come."""
        run = backfills.make_run(self.conn, backfill, date, run_id=run_id_of(date.logical_date))
        outcome, reason = "made", ""
        if run is None:
            found = backfills.existing(self.conn, backfill.dag_id, date.logical_date, date.logical_date)
            outcome, reason = verdict(found[0] if found else None, backfill.reprocess)
            run = found[0].key if found else None
            if not found:  # a run of another date has its id
                outcome, reason = "skipped", f"a run {run_id_of(date.logical_date)} exists"
            elif outcome == "rerun" and not may_rerun:
                return "waiting"
            elif outcome == "rerun":
                self._clear(backfill, found[0].run_id, found[0].key)
        backfills.note_outcome(self.conn, backfill.id, date, outcome, run=run, reason=reason)
        return outcome

    def _clear(self, backfill: Progressing, run_id: str, key: int) -> None:
        clear(self.conn, backfill.dag_id, run_id, Selection(), actor=f"backfill {backfill.id} of {backfill.actor}")
        backfills.take_run(self.conn, key, backfill.id)
