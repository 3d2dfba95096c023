"""Child processes for triggers that are not of the known kinds: one for each version of the DAG code that needs it."""

from __future__ import annotations

import logging
import threading
import time
from typing import Any

from headway.authoring.deferral import Firing, firing_of_error
from headway.bundles.fetch import materialise
from headway.bundles.requirements import check_requirements
from headway.errors import BundleError, HeadwayError, MetastoreUnavailable
from headway.metastore.database import LOST
from headway.operations.stored_values import StoredValues
from headway.settings import Settings
from headway_triggerer.logbook import LogBook
from headway_triggerer.service import Service
from headway_triggerer.version_host import Host
from headway_triggerer.work import Fire, Key, Work

log = logging.getLogger(__name__)

_IDLE = 60.0  # seconds until a child without triggers is ended
_MOST_DEATHS = 3  # children that a trigger may lose before it fails
_END_GRACE = 5.0  # seconds in which triggers may clean up


class Hosts(Service):
    """Starts children, hands them triggers, starts them anew when they die.

    A child that dies takes no task along: its triggers run again in the next one; a trigger that was there each time
    fails with the third. One that blocks its event loop for long fails by itself, and the others go on in a new child.
    """

    name = "hosts"
    interval = 5.0

    def __init__(self, settings: Settings, fire: Fire, book: LogBook) -> None:
        super().__init__(settings)
        self._fire = fire
        self._book = book
        self._lock = threading.RLock()
        self._hosts: dict[str, Host] = {}
        self._waiting: list[Work] = []
        self._asking = threading.Lock()
        self._values = StoredValues(settings, lambda: self._answers.conn)
        self._answers = _Answers(settings)

    def add(self, work: Work) -> None:
        """Run it as soon as its version's child is there."""
        with self._lock:
            self._waiting.append(work)
        self.wake()

    def drop(self, key: Key, *, killed: bool) -> None:
        """Run it no more."""
        with self._lock:
            self._waiting = [work for work in self._waiting if work.key != key]
            hosts = list(self._hosts.values())
        for host in hosts:
            host.drop(key, killed=killed)

    def fence(self) -> None:
        """Kill every child."""
        with self._lock:
            self._waiting.clear()
            hosts, self._hosts = list(self._hosts.values()), {}
        for host in hosts:
            host.kill()

    def run_once(self) -> float | None:
        """Hand out what waits; end children that have nothing to do."""
        with self._lock:
            waiting, self._waiting = self._waiting, []
        for place, work in enumerate(waiting):
            try:
                self._host_of(work).run(work)
            except (*LOST, MetastoreUnavailable):
                with self._lock:
                    self._waiting[:0] = waiting[place:]
                raise
            except (HeadwayError, OSError) as error:
                self._fire(work, firing_of_error(f"the trigger's code cannot be run here: {error}"))
        self._end_idle()
        return None

    def on_end(self) -> None:
        """End the children, with time to clean up."""
        with self._lock:
            hosts, self._hosts = list(self._hosts.values()), {}
        for host in hosts:
            host.end()
        for host in hosts:
            host.wait(_END_GRACE)
        self._answers.stop()

    @property
    def count(self) -> int:
        """How many children there are."""
        return len(self._hosts)

    def _host_of(self, work: Work) -> Host:
        bundle = work.taken.bundle
        with self._lock:
            host = self._hosts.get(bundle)
        if host is None:
            host = Host(
                self._beginning(work),
                answer=self._answer,
                on_fired=self._fired,
                on_log=self._book.write,
                on_blocked=self._blocked,
                on_end=lambda host, status: self._ended(bundle, host, status),
            )
            log.info("process %d runs the triggers of version %s of the code", host.pid, bundle[:12])
            with self._lock:
                self._hosts[bundle] = host
        return host

    def _beginning(self, work: Work) -> dict[str, Any]:
        """What a child must know; raises ``BundleError`` for code that is gone or cannot run on this host."""
        taken, settings = work.taken, self.settings
        if not taken.bundle:
            raise BundleError(
                f"the code that run {taken.run_id!r} began with is not in the metastore", "clear the task"
            )
        root = materialise(self.conn, taken.bundle, settings.home)
        check_requirements(root, taken.dag_folder)
        return {
            "root": str(root),
            "folder": taken.dag_folder,
            "style": settings.dags.style,
            "prefer_airflow": settings.dags.prefer_airflow,
            "secrets": [settings.secrets.backend, settings.secrets.backend_kwargs.get_secret_value()],
            "defaults": settings.unsaid(),
            "blocking": [settings.triggerer.blocking_after, settings.triggerer.blocking_limit],
        }

    def _answer(self, kind: str, key: str) -> Any:
        with self._asking:
            try:
                return self._values.look_up(kind, key)
            except LOST as error:
                self._answers.forget()
                raise MetastoreUnavailable(f"the metastore does not answer: {error}", "") from None

    def _fired(self, work: Work, firing: Firing) -> None:
        self._fire(work, firing)

    def _blocked(self, host: Host, work: Work, seconds: float, stack: str) -> None:
        taken = work.taken
        what = f"the trigger {taken.classpath} blocks the event loop for {seconds:.1f} s, and all that waits beside it"
        remedy = "await asyncio.to_thread(...) for calls that block"
        log.warning("%s (task %s of %s, run %s): %s", what, taken.task_id, taken.dag_id, taken.run_id, remedy)
        where = "" if stack == work.blocked_at else f"\n{stack}"
        work.blocked_at = stack
        self._book.say(work, "WARNING", f"{what}: {remedy}{where}")
        if seconds >= self.settings.triggerer.blocking_limit:
            host.works.pop(work.key, None)
            self._fire(work, firing_of_error(f"{what}: {remedy}", stack))
            self._restart(host)

    def _restart(self, host: Host) -> None:
        """Kill a child; its triggers go on in another."""
        with self._lock:
            self._hosts = {bundle: other for bundle, other in self._hosts.items() if other is not host}
            self._waiting += host.works.values()
        host.kill()
        self.wake()

    def _ended(self, bundle: str, host: Host, status: int) -> None:
        """A child is gone; if nobody ended it, its triggers run again."""
        with self._lock:
            if self._hosts.get(bundle) is host:
                del self._hosts[bundle]
            if host.ending:
                return
            orphans = list(host.works.values())
        log.warning("the process of version %s of the code ended with status %d", bundle[:12], status)
        for work in orphans:
            work.deaths += 1
            if work.deaths >= _MOST_DEATHS:
                text = f"the process that ran the trigger died {work.deaths} times, the last time with status {status}"
                self._fire(work, firing_of_error(text))
            else:
                self.add(work)

    def _end_idle(self) -> None:
        moment = time.monotonic()
        with self._lock:
            idle = [b for b, host in self._hosts.items() if not host.works and moment - host.idle_since > _IDLE]
            ended = [self._hosts.pop(bundle) for bundle in idle]
        for host in ended:
            host.end()
            threading.Thread(target=host.wait, args=(_END_GRACE,), daemon=True).start()


class _Answers(Service):
    """The connection over which children's questions are answered; never runs as a thread."""

    name = "answers"

    def run_once(self) -> float | None:
        """Nothing by itself."""
        return None

    def forget(self) -> None:
        """Open another connection at the next question."""
        self._drop()

    def stop(self, timeout: float = 0.0) -> None:
        """Close the connection."""
        self._drop()
