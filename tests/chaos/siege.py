"""One run of the suite: start the world, trigger and shoot by the plan, wait, gather the evidence."""

from __future__ import annotations

import heapq
import itertools
import time
from collections.abc import Callable
from contextlib import closing, suppress
from functools import partial
from pathlib import Path

from chaos.dags.shapes import FULL_HOUSE, PLACES, POOLS, Shape
from chaos.evidence import Evidence, leftovers, read_marks, read_metastore
from chaos.injector import Injector, Struck
from chaos.observers import Customer, Watcher
from chaos.plan import Plan
from chaos.world import CAPACITY, NODES, WORKERS, World
from headway.metastore.database import Connection, connect
from support.transition_guard import moves_of
from support.waiting import wait_for

_FILLING = 120.0  # seconds until the last run has taken every place, and until it has ended
_SETTLING = 60.0  # seconds until nothing may be left of the work
_LAST = "last"
_PAUSE = 0.2

#: A fault's beginning, which tells of it, or its end.
Action = Callable[[], Struck | None]


class Siege:
    """``run`` gives the evidence, also of a siege that did not end in time."""

    def __init__(self, world: World, plan: Plan, shapes: list[Shape], limit: float) -> None:
        self._world = world
        self._plan = plan
        self._shapes = [*shapes, FULL_HOUSE]
        self._limit = limit
        self._injector = Injector(world)

    def run(self) -> Evidence:
        """Do it all; the world must have been started."""
        conn = self._world.prepare(POOLS, [shape.dag_id for shape in self._shapes])
        conn.close()
        start = time.monotonic()
        watcher = Watcher(self._world.settings)
        customer = Customer(self._world.settings, self._plan.triggers, start)
        self._shoot(start)
        problems = self._await_end(watcher, customer, start + self._limit)
        if not problems:
            self._fill_every_place()
        watcher.stop()
        return self._evidence(watcher, problems)

    def _shoot(self, start: float) -> None:
        """Carry out the faults at their times, and their ends at theirs."""
        order = itertools.count()
        due: list[tuple[float, int, Action]] = [
            (start + fault.at, next(order), partial(self._injector.strike, fault)) for fault in self._plan.faults
        ]
        heapq.heapify(due)
        while due:
            at, _, action = heapq.heappop(due)
            time.sleep(max(0.0, at - time.monotonic()))
            struck = action()
            if struck is not None:
                mend: Action = partial(self._injector.mend, struck)
                heapq.heappush(due, (struck.began + struck.fault.seconds, next(order), mend))

    def _await_end(self, watcher: Watcher, customer: Customer, give_up: float) -> list[str]:
        runs = len(self._plan.triggers)
        while not (customer.is_done and watcher.ended == runs):
            if time.monotonic() > give_up:
                return [f"only {watcher.ended} of {runs} runs had ended after {self._limit:.0f} s"]
            time.sleep(_PAUSE)
        return []

    def _fill_every_place(self) -> None:
        """Trigger the last run; let its tasks go when they have taken every place, or have had time enough."""
        Customer(self._world.settings, [(0.0, FULL_HOUSE.dag_id, _LAST)], time.monotonic())
        taken = (
            "SELECT count(*) FROM task_instance t JOIN dag_run r ON r.id = t.run_id WHERE dag_id = %s AND t.state = %s"
        )
        with closing(connect(self._world.settings.metastore, name="chaos")) as conn:

            def guests(state: str) -> int:
                row = conn.execute(taken, (FULL_HOUSE.dag_id, state)).fetchone()
                return int(row[0]) if row else 0

            with suppress(AssertionError):  # the proof tells
                wait_for(lambda: guests("running") == PLACES, _FILLING, "a full house", pause=_PAUSE)
            self._world.released.touch()
            with suppress(AssertionError):
                wait_for(lambda: guests("success") == PLACES, _FILLING, "the end", pause=_PAUSE)

    def _evidence(self, watcher: Watcher, problems: list[str]) -> Evidence:
        triggered = [(dag_id, run_id) for _, dag_id, run_id in self._plan.triggers]
        evidence = Evidence(
            self._shapes, [*triggered, (FULL_HOUSE.dag_id, _LAST)], POOLS, CAPACITY, WORKERS,
            max_lost=self._world.settings.scheduler.max_lost, timeline=self._injector.timeline, looks=watcher.looks,
        )  # fmt: skip
        with closing(connect(self._world.settings.metastore, name="chaos")) as conn:
            evidence.leftovers = problems + self._leftovers(conn)
            read_metastore(conn, evidence, moves_of(conn))
        read_marks(self._world.marks, evidence)
        return evidence

    def _leftovers(self, conn: Connection) -> list[str]:
        """What is still left after a while."""
        found: list[str] = []

        def nothing() -> bool:
            found[:] = [*leftovers(conn), *self._files(), *self._processes()]
            return not found

        with suppress(AssertionError):
            wait_for(nothing, _SETTLING, "rest", pause=_PAUSE)
        return found + self._nodes()

    def _files(self) -> list[str]:
        spools = [path for name in WORKERS for path in (self._world.home(name) / "spool").glob("*")]
        return [f"an undelivered result: {path}" for path in spools]

    def _processes(self) -> list[str]:
        """Subprocesses of tasks."""
        return [
            f"process {pid} on {name}: {command}"
            for name in WORKERS
            for pid in self._world.host(name).processes()
            if "marks.py" in (command := _command(pid))
        ]

    def _nodes(self) -> list[str]:
        logs = {name: self._world.log(name).read_text(errors="replace") for name in NODES}
        return [
            *(
                f"{name} has tried a forbidden move: see its log"
                for name, log in logs.items()
                if "forbidden move" in log
            ),
            *(f"{name} has ended by itself: see its log" for name in self._world.ended_by_themselves()),
        ]


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    except OSError:  # it has ended
        return ""
