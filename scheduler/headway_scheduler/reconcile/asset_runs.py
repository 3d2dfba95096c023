"""Asset runs: creates the run of a DAG when every asset that it waits for has been updated.

A finish delivers each asset event to the DAGs that wait for it, in its own statement. A run takes all that
wait for its DAG in the statement that creates it, under a lock of the DAG's row: no event starts two runs,
and none is lost between two of them, whoever of several schedulers is faster or dies on the way.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from headway.broker.bus import Bus
from headway.errors import BrokerUnavailable
from headway.messages import Wake
from headway.metastore.queries import assets, planning
from headway.metastore.queries.assets import Arrived, Consumer
from headway.settings import Settings
from headway_scheduler.service import Service

log = logging.getLogger(__name__)

_PREFIXES = {1: "dataset_triggered", 2: "dataset_triggered", 3: "asset_triggered"}  # of run ids, by style


class AssetRuns(Service):
    """Looks when it is woken by a task that has updated an asset, else at the sweep interval.

    Any scheduler (``me``) creates any DAG's run; ``on_runs`` is called for those of our own DAGs and of nobody's,
    other owners are told over the broker.
    """

    name = "asset runs"

    def __init__(self, me: str, settings: Settings, bus: Bus, *, on_runs: Callable[[], None]) -> None:
        super().__init__(settings)
        self.interval = settings.scheduler.sweep_interval
        self._me = me
        self._bus = bus
        self._on_runs = on_runs

    def run_once(self) -> float | None:
        """Create the runs for which everything has arrived."""
        ready = [each for each in assets.waiting(self.conn) if is_met(each.condition, each.arrived)]
        for owner in {each.owner for each in ready if self._create(each.dag_id)}:
            self._tell(owner)
        return None

    def on_end(self) -> None:
        """Leave the broker."""
        self._bus.close()

    def _create(self, dag_id: str) -> bool:
        with self.conn.transaction():
            consumer = assets.locked_consumer(self.conn, dag_id)
            if consumer is None or not is_met(consumer.condition, consumer.arrived):
                return False  # another scheduler was faster
            now = planning.clock(self.conn)
            name = _run_id(consumer, now)
            taken = assets.create_run(self.conn, consumer, run_id=name, now=now)
        log.info("run %s of %s: %d asset event(s)", name, dag_id, taken)
        return taken > 0

    def _tell(self, owner: str | None) -> None:
        if owner is None or owner == self._me:
            self._on_runs()
            return
        try:
            self._bus.send_event(owner, Wake("assets updated").encode())
        except BrokerUnavailable as error:
            log.warning("%s; the run's owner finds it at its next sweep", error.message)


def is_met(condition: dict[str, Any], arrived: Sequence[Arrived]) -> bool:
    """Whether an expression of assets holds, given those of which events have arrived."""
    if "all" in condition:
        return all(is_met(part, arrived) for part in condition["all"])
    if "any" in condition:
        return any(is_met(part, arrived) for part in condition["any"])
    if "alias" in condition:
        return any(condition["alias"]["name"] in one.aliases for one in arrived)
    wanted = condition.get("asset_ref") or {"name": condition["asset"]["name"]}
    return any(all(getattr(one, part) == value for part, value in wanted.items()) for one in arrived)


def _run_id(consumer: Consumer, now: datetime) -> str:
    return f"{_PREFIXES[consumer.style]}__{now.astimezone(UTC).isoformat()}"
