"""Change notices of a scheduler: what those who show runs hear of them."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from headway import notices
from headway.broker.bus import NOTICES, Bus, open_bus
from headway.metastore.queries.attempts import Claimed, Result
from headway.notices import Notice
from headway.operations.wake import wake_schedulers
from headway.states import Outcome
from support.structures import mapped, task
from support.waiting import wait_for

from .conftest import Yard


class Ear:
    """Hears notices from the moment it is made."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self.heard: list[Notice] = []
        bus.listen(NOTICES, 0)

    def of_run(self, run_id: str = "r1") -> list[dict[str, object]]:
        """What was said of a run so far."""
        for data in self._bus.listen(NOTICES, 0.1):
            self.heard += notices.decode(data)
        return [each.data for each in self.heard if each.kind == notices.RUN and each.data["dag_run_id"] == run_id]

    def await_state(self, state: str, run_id: str = "r1", **counts: int) -> list[dict[str, object]]:
        """Wait for word of a run in this state with these counts."""

        def said() -> list[dict[str, object]] | None:
            found = self.of_run(run_id)
            hit = any(one["state"] == state and counts.items() <= one["counts"].items() for one in found)  # type: ignore[attr-defined]
            return found if hit else None

        return wait_for(said, 60, f"{run_id} {state} {counts}")


@pytest.fixture
def ear(yard: Yard) -> Iterator[Ear]:
    bus = open_bus(yard.settings, name="ear")
    yield Ear(bus)
    bus.close()


def test_a_run_is_heard_of_from_its_making_to_its_end(yard: Yard, ear: Ear) -> None:
    yard.dag("d", task("a"), task("b", "a"))
    yard.scheduler()
    yard.run()
    yard.worker()
    said = ear.await_state("success", success=2)
    assert [one["state"] for one in said][-1] == "success", "the last word is the end"
    versions = [one["version"] for one in said]
    assert versions == sorted(versions)  # type: ignore[type-var]
    assert said[-1] | {"version": 0} == {
        "dag_id": "d", "dag_run_id": "r1", "state": "success", "counts": {"success": 2}, "version": 0,
    }  # fmt: skip
    wait_for(lambda: ear.of_run() and notices.of(notices.QUEUES) in ear.heard, 60, "word of the queues")


def test_a_run_that_waits_for_its_turn_is_heard_of_too(yard: Yard, ear: Ear) -> None:
    yard.dag("d", task("a"), max_active_runs=1)
    yard.scheduler()
    yard.run(run_id="r1")
    ear.await_state("running", run_id="r1")
    yard.run(run_id="r2")
    assert ear.await_state("queued", run_id="r2")[0]["counts"] == {}


def test_what_runs_is_told_from_what_is_queued(yard: Yard, ear: Ear) -> None:
    """The scheduler's memory does not know that a worker has begun; those who look at the run do."""
    release = threading.Event()

    def hold(_claimed: Claimed) -> Result:
        release.wait(110)
        return Result(Outcome.SUCCESS)

    yard.dag("d", *(task(f"t{n}") for n in range(3)), task("z", "t0"))
    yard.scheduler()
    yard.run()
    yard.worker(hold, slots=2)
    ear.await_state("running", running=2, queued=1, none=1)
    release.set()
    ear.await_state("success", success=4)


def test_mapped_instances_are_counted(yard: Yard, ear: Ear) -> None:
    yard.dag("d", task("m", **mapped(5, "m")))
    yard.scheduler()
    yard.run()
    yard.worker()
    assert ear.await_state("success", success=5)[-1]["counts"] == {"success": 5}


def test_a_change_by_hand_is_heard_of(yard: Yard, ear: Ear) -> None:
    bus = open_bus(yard.settings, name="cli")
    wake_schedulers(yard.conn, bus, "pause", ["d"])
    wake_schedulers(yard.conn, bus, "pool")
    wake_schedulers(yard.conn, bus, "worker")
    bus.close()
    wanted = [notices.of_dags("d"), notices.of(notices.POOLS), notices.of(notices.NODES)]
    wait_for(lambda: ear.of_run() == [] and ear.heard == wanted, 60, "three notices")
