"""The keeper: renews the lease, takes triggers and hands them to their runners, drops those that are over."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping

from headway.authoring.deferral import Firing, build_trigger, firing_of_error, unpack
from headway.crypto import Vault, VaultError, open_vault
from headway.metastore.queries import nodes, triggers
from headway.metastore.queries.triggers import Taken
from headway.settings import Settings
from headway_triggerer.courier import Courier
from headway_triggerer.logbook import LogBook
from headway_triggerer.service import Service
from headway_triggerer.work import Key, Runner, Work

log = logging.getLogger(__name__)

#: The runners of kinds that this process knows; any other class is run by a child.
KINDS = {
    "headway.triggers.times.DateTimeTrigger": "clock",
    "headway.triggers.filesystem.FileTrigger": "files",
    "headway.triggers.external_task.DagStateTrigger": "runs",
    "headway.triggers.external_task.WorkflowTrigger": "runs",
}


class Keeper(Service):
    """Looks at the lease's interval, and when a deferral or a stop was announced.

    ``on_over`` is called when the node has been declared dead (True), or was asked to drain (False). ``fired_as``
    counts what has ended, by its outcome.
    """

    name = "keeper"

    def __init__(
        self,
        me: str,
        name: str,
        capacity: int,
        settings: Settings,
        courier: Courier,
        book: LogBook,
        *,
        on_over: Callable[[bool], None],
    ) -> None:
        super().__init__(settings)
        self.interval = settings.lease.renewal
        self.deadline = time.monotonic() + settings.lease.length - settings.lease.margin
        self.runners: Mapping[str, Runner] = {}
        self.capacity = capacity
        self.fired_as: Counter[str] = Counter()
        self._me = me
        self._node_name = name
        self._courier = courier
        self._book = book
        self._on_over = on_over
        self._lock = threading.Lock()
        self._works: dict[Key, tuple[Work, Runner]] = {}
        self._vault: Vault | None = None

    def run_once(self) -> float | None:
        """Renew, then look at what is ours."""
        asked = time.monotonic()
        state = nodes.renew(self.conn, node=self._me, lease=self.settings.lease.length)
        if state != "up":
            self._on_over(state is None)
            return None
        self.deadline = asked + self.settings.lease.length - self.settings.lease.margin
        self._look_at_mine()
        return None

    def fired(self, work: Work, firing: Firing) -> None:
        """A runner says that a trigger has ended."""
        if firing.outcome == "error":
            log.warning("a trigger of task %s of %s failed", work.taken.task_id, work.taken.dag_id)
        self._book.say(work, "INFO", f"Trigger {work.taken.classpath} has fired")
        self._courier.put(work.key, firing)  # before it is forgotten: whatever is ours is in one of the two
        with self._lock:
            self._works.pop(work.key, None)
            self.fired_as[firing.outcome] += 1

    def fence(self) -> None:
        """The lease has ended: nothing may run. What comes back with a later renewal starts anew."""
        with self._lock:
            count = len(self._works)
            self._works.clear()
        for runner in self.runners.values():
            runner.fence()
        if count:
            log.warning("the lease could not be renewed: %d trigger(s) are stopped until it is", count)

    def running(self) -> dict[str, float]:
        """How many triggers run, by the name of their runner."""
        with self._lock:
            found = Counter(id(runner) for _, runner in self._works.values())
        return {name: float(found[id(runner)]) for name, runner in self.runners.items()}

    def _look_at_mine(self) -> None:
        with self._lock:
            known = set(self._works)
        known |= self._courier.pending()  # before the metastore is asked: what has fired since is not begun again
        mine = triggers.held(self.conn, node=self._me)
        if triggers.take(self.conn, node=self._me, limit=self.capacity - len(mine)):
            mine = triggers.held(self.conn, node=self._me)
        self._drop_all(known - mine)
        missing = mine - known
        for taken in triggers.described(self.conn, [ti for ti, _ in missing]) if missing else ():
            self._begin(taken)

    def _drop_all(self, keys: set[Key]) -> None:
        with self._lock:
            gone = [self._works.pop(key) for key in keys if key in self._works]
        if not gone:
            return
        resumed = triggers.went_on(self.conn, [(*work.key, work.taken.try_number) for work, _ in gone])
        for work, runner in gone:
            runner.drop(work.key, killed=work.taken.ti not in resumed)

    def _begin(self, taken: Taken) -> None:
        work = Work(taken, "")
        try:
            work.kwargs, _ = json.loads(self._open_vault().decrypt(taken.sealed))
            kind = KINDS.get(taken.classpath, "hosts")
            if kind != "hosts":
                work.trigger = build_trigger(taken.classpath, unpack(work.kwargs))
        except VaultError as error:
            log.error("triggers cannot be read: %s", error)  # noqa: TRY400  (its words say all)
            return
        except Exception as error:  # noqa: BLE001  (arguments that the class refuses)
            self._courier.put(work.key, firing_of_error(f"the trigger {taken.classpath} cannot be made: {error}"))
            return
        self._book.say(work, "INFO", f"Triggerer {self._node_name} waits: {taken.label or taken.classpath}")
        with self._lock:
            self._works[work.key] = (work, self.runners[kind])
        self.runners[kind].add(work)

    def _open_vault(self) -> Vault:
        if self._vault is None:
            self._vault = open_vault(self.settings, self.conn)
        return self._vault
