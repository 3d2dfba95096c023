"""Who works with the cluster meanwhile: one who triggers the runs, and one who watches how they go."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

from headway.broker.bus import open_bus
from headway.errors import BrokerUnavailable, Conflict, MetastoreUnavailable
from headway.metastore.database import LOST, Connection, connect, connection
from headway.operations.trigger import trigger
from headway.operations.wake import wake_schedulers
from headway.settings import Settings

_PAUSE = 0.3  # seconds between looks, and between tries
_ACTOR = "chaos"


class Customer:
    """Triggers runs at their times from a thread; one that the metastore does not take is tried again."""

    def __init__(self, settings: Settings, triggers: Sequence[tuple[float, str, str]], start: float) -> None:
        self._settings = settings
        self._triggers = triggers
        self._start = start
        self._thread = threading.Thread(target=self._work, name="customer", daemon=True)
        self._thread.start()

    @property
    def is_done(self) -> bool:
        """Whether all runs have been triggered."""
        return not self._thread.is_alive()

    def _work(self) -> None:
        for at, dag_id, run_id in self._triggers:
            time.sleep(max(0.0, self._start + at - time.monotonic()))
            while not self._trigger(dag_id, run_id):
                time.sleep(_PAUSE)

    def _trigger(self, dag_id: str, run_id: str) -> bool:
        try:
            conn = connect(self._settings.metastore, name="customer")
        except MetastoreUnavailable:
            return False
        with contextlib.closing(conn):
            try:
                trigger(conn, dag_id, run_id=run_id, actor=_ACTOR)
            except Conflict:
                return True  # the reply to an earlier try was lost
            except LOST:
                return False
            self._wake(conn)
        return True

    def _wake(self, conn: Connection) -> None:
        bus = open_bus(self._settings, name="customer")
        with contextlib.suppress(BrokerUnavailable, *LOST):
            wake_schedulers(conn, bus, "trigger")
        with contextlib.suppress(BrokerUnavailable):
            bus.close()


@dataclass(frozen=True)
class Look:
    """What was seen at a monotonic second.

    ``owners`` are the hosts that own the DAGs, ``ended`` counts the runs that had ended, ``waiting`` the triggers that
    had not fired, and ``fired`` is the monotonic second at which the newest of the others had (0: none).
    """

    at: float
    owners: dict[str, str]
    ended: int
    waiting: int = 0
    fired: float = 0.0


class Watcher:
    """Looks at the metastore from a thread, as often as it can."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.looks: list[Look] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="watcher", daemon=True)
        self._thread.start()

    @property
    def ended(self) -> int:
        """How many runs had ended at the last look."""
        return self.looks[-1].ended if self.looks else 0

    def stop(self) -> None:
        """Look no more."""
        self._stop.set()
        self._thread.join(60)

    def _work(self) -> None:
        while not self._stop.wait(_PAUSE):
            with (
                contextlib.suppress(MetastoreUnavailable, *LOST),
                connection(self._settings.metastore, name="watcher") as conn,
            ):
                while not self._stop.wait(_PAUSE):
                    self.looks.append(_look(conn))


def _look(conn: Connection) -> Look:
    at, shift = time.monotonic(), time.monotonic() - time.time()
    owners = conn.execute("SELECT d.dag_id, n.hostname FROM dag d JOIN node n ON n.id = d.owner_id").fetchall()
    ended = conn.execute("SELECT count(*) FROM dag_run WHERE state IN ('success', 'failed')").fetchone()
    triggers = conn.execute(
        "SELECT count(*) FILTER (WHERE fired_at IS NULL), extract(epoch FROM max(fired_at))::float FROM trigger"
    ).fetchone()
    waiting, fired = triggers or (0, None)
    return Look(at, dict(owners), ended[0] if ended else 0, waiting, fired + shift if fired else 0.0)
