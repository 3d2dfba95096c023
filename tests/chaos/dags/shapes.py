"""The work that is shot at: ten shapes of DAGs, as data that the DAG file builds from and the proof compares with.

It imports nothing but the standard library, for it travels with the DAG file to the workers.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Task:
    """One task as it is written and as it must end.

    ``kind``: ``python``, ``parent`` (has a subprocess, and both mark), ``shell`` (Bash, whose subprocess marks),
    ``sensor`` (reschedules), ``deferred`` (a trigger that triggerers know), ``own_trigger`` (one of the DAG's own),
    ``guest`` (keeps its place until it is let go, at most so many seconds).
    ``copies`` > 0: mapped so many times. The first ``fails`` tries fail. ``state`` and ``tries`` are what must stand
    at the end.
    """

    task_id: str
    kind: str = "python"
    seconds: float = 0.05
    after: tuple[str, ...] = ()
    copies: int = 0
    pool: str = "default_pool"
    slots: int = 1
    per_dag: int | None = None
    per_run: int | None = None
    queue: str = "default"
    retries: int = 0
    fails: int = 0
    rule: str = "all_success"
    state: str = "success"
    group: str = ""

    @property
    def full_id(self) -> str:
        """The id in its group."""
        return f"{self.group}.{self.task_id}" if self.group else self.task_id

    @property
    def tries(self) -> int:
        """The try that the last attempt must belong to: no loss of a host may add one."""
        return 1 + min(self.fails, self.retries)

    @property
    def indexes(self) -> range:
        """The map indexes of its task instances."""
        return range(self.copies) if self.copies else range(-1, 0)


@dataclass(frozen=True)
class Shape:
    """One DAG. ``state`` is how its runs must end."""

    dag_id: str
    tasks: list[Task] = field(default_factory=list)
    max_active_tasks: int = 200
    state: str = "success"

    @property
    def size(self) -> int:
        """Task instances in one run."""
        return sum(len(task.indexes) for task in self.tasks)


#: Pools and their slots.
POOLS = {"narrow": 4, "wide": 12}

#: Tasks that all workers together run at once.
PLACES = 18

#: The last run, when nobody shoots any more: a task for each place, and none is let go before all have begun.
FULL_HOUSE = Shape("full_house", [Task(f"guest{number}", kind="guest", seconds=60) for number in range(PLACES)])


def shapes(seed: int) -> list[Shape]:
    """Every shape; only durations depend on the seed."""
    chance = random.Random(f"shapes {seed}")
    return [
        Shape("wide", list(_wide(chance))),
        Shape("chains", list(_chains(chance))),
        Shape("mapped", list(_mapped())),
        Shape("retries", list(_retries()), state="failed"),
        Shape("waits", list(_waits(chance))),
        Shape("shell", list(_shell(chance))),
        Shape("second", list(_second())),
        Shape("narrow", list(_narrow()), max_active_tasks=6),
        Shape("long", list(_long(chance))),
        Shape("slow", list(_slow(chance))),
    ]


def _wide(chance: random.Random) -> Iterator[Task]:
    """Independent tasks, some of them in pools."""
    for number in range(40):
        yield Task(f"free{number}", seconds=chance.uniform(0, 0.2))
    for number in range(30):
        yield Task(f"narrow{number}", seconds=chance.uniform(0, 0.2), pool="narrow", slots=1 + number % 2)
    for number in range(30):
        yield Task(f"wide{number}", seconds=chance.uniform(0, 0.2), pool="wide", slots=1 + number % 3)


def _chains(chance: random.Random) -> Iterator[Task]:
    """Tasks one after another."""
    for chain in range(8):
        for link in range(12):
            after = (f"c{chain}_{link - 1}",) if link else ()
            yield Task(f"c{chain}_{link}", seconds=chance.uniform(0, 0.05), after=after)


def _mapped() -> Iterator[Task]:
    """A list, tasks mapped over it, and one that waits for them all."""
    yield Task("first")
    yield Task("each", copies=60, after=("first",), seconds=0.03)
    yield Task("few", copies=20, after=("first",), seconds=0.05, per_dag=3)
    yield Task("last", after=("each", "few"))


def _retries() -> Iterator[Task]:
    """Tasks that fail once, tasks that fail for good, and what their trigger rules make of it."""
    for number in range(20):
        yield Task(f"once{number}", retries=1, fails=1)
    for number in range(5):
        yield Task(f"never{number}", retries=1, fails=2, state="failed")
    never = tuple(f"never{number}" for number in range(5))
    yield Task("below", after=never, state="upstream_failed")
    yield Task("beyond", after=("below",), state="upstream_failed")
    yield Task("alarm", after=never, rule="one_failed")
    yield Task("tidy", after=(*never, "alarm"), rule="all_done")
    yield Task("never_mind", after=tuple(f"once{number}" for number in range(20)), rule="one_failed", state="skipped")


def _waits(chance: random.Random) -> Iterator[Task]:
    """Sensors that let go of their slot, and deferred tasks."""
    for number in range(15):
        yield Task(f"sensor{number}", kind="sensor", seconds=chance.uniform(1, 4))
    for number in range(20):
        yield Task(f"deferred{number}", kind="deferred", seconds=chance.uniform(0.5, 5))
    for number in range(10):
        yield Task(f"own{number}", kind="own_trigger", seconds=chance.uniform(0.5, 5))
    yield Task("end", after=tuple(f"{kind}{number}" for kind in ("sensor", "deferred", "own") for number in range(10)))


def _shell(chance: random.Random) -> Iterator[Task]:
    """Tasks with subprocesses."""
    for number in range(12):
        yield Task(f"sh{number}", kind="shell", seconds=chance.uniform(0.2, 1.5))
        yield Task(f"parent{number}", kind="parent", seconds=chance.uniform(0.2, 1.5))


def _second() -> Iterator[Task]:
    """Task groups on another queue."""
    for group in ("one", "two"):
        for number in range(15):
            yield Task(f"t{number}", group=group, queue="second", seconds=0.1)
        yield Task("end", group=group, after=tuple(f"{group}.t{number}" for number in range(15)))
    yield Task("end", after=("one.end", "two.end"))


def _narrow() -> Iterator[Task]:
    """More than may run at once in the DAG, and in one task."""
    for number in range(30):
        yield Task(f"t{number}", seconds=0.05)
    yield Task("three", copies=20, seconds=0.05, per_dag=3)
    yield Task("two", copies=10, seconds=0.05, per_run=2)


def _long(chance: random.Random) -> Iterator[Task]:
    """What runs for so long that somebody will shoot at it, and some of it for longer than a lease.

    Without its fence such a task would still run when its next attempt begins.
    """
    for number in range(14):
        outlasts = number % 3 == 0
        seconds = chance.uniform(8, 13) if outlasts else chance.uniform(2, 5)
        kind = "python" if number < 8 else ("shell", "parent")[number % 2]
        yield Task(f"{kind}{number}", kind=kind, seconds=seconds, pool="wide" if kind == "shell" else "default_pool")
    yield Task("end", after=tuple(f"python{number}" for number in range(8)))


def _slow(chance: random.Random) -> Iterator[Task]:
    """The same, shorter and in two rounds."""
    for number in range(10):
        yield Task(f"first{number}", seconds=chance.uniform(1, 4))
        yield Task(f"then{number}", kind="parent", seconds=chance.uniform(1, 4), after=(f"first{number}",))
