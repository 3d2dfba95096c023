"""The reporter: delivers what children could not, out of the spool or in the name of a dead child."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, replace
from pathlib import Path

from headway.broker.bus import Bus
from headway.errors import BrokerUnavailable
from headway.messages import Finished, Wake
from headway.metastore.database import Connection
from headway.metastore.queries import attempts, nodes, task_reads
from headway.metastore.queries.attempts import Claimed, Result
from headway.settings import Settings
from headway.states import Outcome
from headway_worker import claims, verdicts
from headway_worker.claims import Ending
from headway_worker.logs import log_files
from headway_worker.logs.log_files import LogName
from headway_worker.parent.service import Service
from headway_worker.slots import Attempt, Cause, Phase, Reading
from headway_worker.spool import Spool
from headway_worker.store import Store
from headway_worker.verdicts import Death

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Loss:
    """A child that died with an attempt: its slot as it was, and how it died."""

    reading: Reading
    death: Death


class Reporter(Service):
    """Delivers until the metastore accepts or refuses."""

    name = "reporter"
    interval = 1.0

    def __init__(self, settings: Settings, bus: Bus, *, name: str, hostname: str) -> None:
        super().__init__()
        self._settings = settings
        self._bus = bus
        self._hostname = hostname
        self._store = Store(settings.metastore, name=f"headway {name} reporter")
        self._spool = Spool(settings.home)
        self._outbox = log_files.outbox(settings.home, name)
        self._cap = settings.logs.max_mb * 1_000_000
        self._losses: list[Loss] = []
        self._lock = threading.Lock()

    def lost(self, loss: Loss) -> None:
        """A child has died; what it held is to be reported at once."""
        with self._lock:
            self._losses.append(loss)
        self.wake()

    def undelivered(self) -> list[Attempt]:
        """The attempts whose endings are here and not yet in the metastore."""
        with self._lock:
            held = [loss.reading for loss in self._losses if loss.reading.phase is not Phase.CALLBACKS]
        return [reading.attempt for reading in held] + self._spool.attempts()

    def unreported(self) -> list[Attempt]:
        """The attempts of dead children to whose logs there is something to add."""
        with self._lock:
            return [loss.reading.attempt for loss in self._losses]

    def announce(self, conn: Connection, event: Finished | Wake) -> None:
        """Tell every scheduler: who owns the run is not known here."""
        try:
            for scheduler in nodes.live_schedulers(conn):
                self._bus.send_event(scheduler, event.encode())
        except BrokerUnavailable as error:
            log.warning("%s; the schedulers find out at their next sweep", error.message)

    def run_once(self) -> None:
        """Deliver all that waits."""
        for loss in list(self._losses):
            self._report(loss)
            with self._lock:
                self._losses.remove(loss)
        for ending in self._spool.endings():
            self._deliver(ending)
            self._spool.remove(ending.attempt)

    def close(self) -> None:
        """Let go of the connections."""
        self._store.drop()
        self._bus.close()

    def _report(self, loss: Loss) -> None:
        attempt = loss.reading.attempt
        if loss.reading.phase is Phase.CALLBACKS:
            self._tell_of_callbacks(loss)
            return
        if attempt in self._spool:  # it died after its work was done
            return
        with self._store.using() as conn:
            claimed = attempts.claimed(conn, ti=attempt.ti, dispatch=attempt.dispatch, nonce=loss.reading.nonce)
            facts = task_reads.try_facts(conn, ti=attempt.ti, dispatch=attempt.dispatch)
        if claimed is None or facts is None or loss.reading.cause is Cause.FENCE:
            return  # not ours, ended already, or lost with the lease, which is no fault of the task
        result = self._judge(loss, facts)
        log.warning("task instance %d: %s", attempt.ti, result.error)
        bytes_written = self._write_log(claimed, result)
        self._deliver(Ending(attempt, claimed.run, self._hostname, replace(result, log_bytes=bytes_written)))

    def _judge(self, loss: Loss, facts: task_reads.TryFacts) -> Result:
        if loss.reading.phase is Phase.CLAIMING:  # none of the task's code has run
            return Result(Outcome.INTERRUPTED, error=f"before it began, {loss.death.describe()}")
        return verdicts.of_death(loss.death, loss.reading, facts)

    def _write_log(self, claimed: Claimed, result: Result) -> int:
        path = self._outbox / str(LogName.of(Attempt(claimed.ti, claimed.dispatch), claimed.started_at))
        self._end_log(path, result.error or "")
        return log_files.size(path)

    def _tell_of_callbacks(self, loss: Loss) -> None:
        """Their attempt has ended, and its state stays as it is: what became of them stands in its log alone."""
        path = log_files.log_of(self._outbox, loss.reading.attempt)
        if path is None:  # it was no attempt: the test of a connection
            return
        text = verdicts.of_callbacks(loss.death, loss.reading, self._settings.worker.callback_limit)
        log.warning("task instance %d: %s", loss.reading.attempt.ti, text)
        self._end_log(path, text)

    def _end_log(self, path: Path, text: str) -> None:
        log_files.seal_with_cap(path, self._cap)
        log_files.append(path, log_files.line("ERROR", text).encode())

    def _deliver(self, ending: Ending) -> None:
        state = claims.finish(self._store, ending)
        attempt = ending.attempt
        if state is None:
            log.info("the end of task instance %d came too late: another attempt counts", attempt.ti)
            return
        with self._store.using() as conn:
            self.announce(conn, Finished(ending.run, attempt.ti, attempt.dispatch, state))
