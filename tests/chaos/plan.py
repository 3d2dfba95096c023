"""What happens in a run of the suite: when runs are triggered and who is shot at; a pure function of the seed."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from chaos.dags.shapes import Shape
from chaos.world import BROKER, DATABASE, NODES, SCHEDULERS, TRIGGERER, WORKERS

#: Who can be hit, by role.
ROLES: dict[str, tuple[str, ...]] = {
    "scheduler": SCHEDULERS,
    "worker": WORKERS,
    "triggerer": (TRIGGERER,),
    "broker": (BROKER,),
    "database": (DATABASE,),
}
#: What can happen to a role. ``kill``: SIGKILL to its main process; ``power``: to every process on its host;
#: ``pause``: SIGSTOP to its main process; ``freeze``: to every process on its host; ``cut``: parted from others.
HARMS: dict[str, tuple[str, ...]] = {
    "scheduler": ("kill", "freeze", "cut"),
    "worker": ("kill", "power", "pause", "freeze", "cut"),
    "triggerer": ("kill", "freeze", "cut"),
    "broker": ("power", "freeze", "cut"),
    "database": ("power", "freeze", "cut"),
}
SERVERS = ("broker", "database")
_RESTART = (0.2, 3.0)  # seconds until what was killed is started again
_AWAY = (1.0, 9.0)  # seconds that a node is paused or cut off: shorter and longer than a lease
_SERVER_AWAY = (0.5, 7.0)
_REST = 1.0  # seconds between two faults of one victim


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong: ``at`` and ``seconds`` in seconds, from the start of the plan and from ``at``.

    ``peers`` are the hosts that a cut parts the victim from.
    """

    at: float
    role: str
    harm: str
    victim: str
    seconds: float
    peers: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """Role and harm, as recovery times are listed."""
        return f"{self.role} {self.harm}"

    def __str__(self) -> str:
        whom = f" from {', '.join(self.peers)}" if self.peers else ""
        return f"{self.at:6.2f} s  {self.kind:<17} {self.victim}{whom} for {self.seconds:.2f} s"


@dataclass(frozen=True)
class Plan:
    """The triggers, (seconds, dag id, run id) each, and the faults, both in the order of time."""

    seed: int
    triggers: tuple[tuple[float, str, str], ...]
    faults: tuple[Fault, ...]


@dataclass(frozen=True)
class Size:
    """``waves`` runs of each shape and ``faults`` faults within ``span`` seconds, all done within ``limit``."""

    waves: int
    span: float
    faults: int
    limit: float


FULL = Size(waves=10, span=70.0, faults=24, limit=600.0)
SHORT = Size(waves=1, span=18.0, faults=7, limit=300.0)


def make_plan(seed: int, size: Size, shapes: Sequence[Shape]) -> Plan:
    """The plan of a seed."""
    triggers = _triggers(random.Random(f"triggers {seed}"), size, shapes)
    return Plan(seed, tuple(triggers), tuple(_faults(random.Random(f"faults {seed}"), size)))


def _triggers(chance: random.Random, size: Size, shapes: Sequence[Shape]) -> list[tuple[float, str, str]]:
    """Each shape once in each wave, in any order, spread over the wave; the first ones at once."""
    made: list[tuple[float, str, str]] = []
    wave_length = size.span / size.waves
    for wave in range(size.waves):
        order = chance.sample(shapes, len(shapes))
        for number, shape in enumerate(order):
            at = wave_length * (wave + number / len(order) / 1.5)
            made.append((at, shape.dag_id, f"wave{wave}"))
    return sorted(made)


def _faults(chance: random.Random, size: Size) -> list[Fault]:
    """So many faults, evenly spread but for some jitter; nobody is hit while he still lies on the ground."""
    step = (size.span - 2.0) / size.faults
    free_at = dict.fromkeys((victim for victims in ROLES.values() for victim in victims), 0.0)
    made: list[Fault] = []
    for number, (role, harm) in enumerate(_kinds(chance, size.faults)):
        at = 2.0 + step * (number + chance.uniform(0, 0.8))
        victim = chance.choice(ROLES[role])
        at = max(at, free_at[victim])
        seconds = _seconds(chance, role, harm)
        free_at[victim] = at + seconds + _REST
        made.append(Fault(at, role, harm, victim, seconds, _peers(chance, role, victim) if harm == "cut" else ()))
    return sorted(made, key=lambda fault: fault.at)


def _kinds(chance: random.Random, count: int) -> list[tuple[str, str]]:
    """Every kind before any kind twice; every role is among the first five."""
    first = [(role, chance.choice(HARMS[role])) for role in ROLES]
    rest = [(role, harm) for role, harms in HARMS.items() for harm in harms if (role, harm) not in first]
    chance.shuffle(rest)
    again = [(role, chance.choice(HARMS[role])) for role in chance.choices(list(ROLES), k=count)]
    chosen = (first + rest + again)[:count]
    chance.shuffle(chosen)
    return chosen


def _seconds(chance: random.Random, role: str, harm: str) -> float:
    if harm in ("kill", "power"):
        return chance.uniform(*_RESTART)
    return chance.uniform(*(_SERVER_AWAY if role in SERVERS else _AWAY))


def _peers(chance: random.Random, role: str, victim: str) -> tuple[str, ...]:
    """A server loses some nodes or all of them; a node loses one server or both."""
    if role in SERVERS:
        return chance.choice([NODES, SCHEDULERS, WORKERS, tuple(sorted(chance.sample(NODES, 3)))])
    return chance.choice([(DATABASE,), (BROKER,), (DATABASE, BROKER)])
