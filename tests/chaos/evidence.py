"""What the proof is made from, and nothing else: data, so that tests can plant any violation in it.

All times are seconds of the monotonic clock of this machine; those of the metastore are converted to it.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from chaos.dags.shapes import Shape, Task
from chaos.injector import Struck
from chaos.observers import Look
from headway.metastore.database import Connection
from support.transition_guard import Move


@dataclass(frozen=True)
class Instance:
    """A task instance as it stands at the end."""

    ti: int
    dag_id: str
    run_id: str
    task_id: str
    map_index: int
    state: str
    try_number: int

    def __str__(self) -> str:
        index = "" if self.map_index < 0 else f"[{self.map_index}]"
        return f"{self.dag_id}/{self.run_id}/{self.task_id}{index}"


@dataclass(frozen=True)
class Attempt:
    """A claimed dispatch in the history."""

    ti: int
    dispatch: int
    try_number: int
    outcome: str
    host: str
    queued: float
    started: float
    ended: float
    error: str | None = None


@dataclass(frozen=True)
class Mark:
    """A line that a task or its subprocess has written outside."""

    at: float
    kind: str
    who: str
    ti: int
    dispatch: int
    pid: int


@dataclass
class Evidence:
    """All of it. ``runs`` maps (dag id, run id) to a state, ``values`` a task instance to its return value.

    ``capacity`` is how many tasks each of the ``workers`` runs at once.
    """

    shapes: Sequence[Shape]
    triggered: Sequence[tuple[str, str]]
    pools: dict[str, int]
    capacity: int
    workers: Sequence[str]
    max_lost: int
    runs: dict[tuple[str, str], str] = field(default_factory=dict)
    instances: dict[int, Instance] = field(default_factory=dict)
    attempts: list[Attempt] = field(default_factory=list)
    values: dict[int, object] = field(default_factory=dict)
    moves: list[Move] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    torn: list[str] = field(default_factory=list)
    timeline: list[Struck] = field(default_factory=list)
    looks: list[Look] = field(default_factory=list)
    leftovers: list[str] = field(default_factory=list)

    def tasks(self) -> dict[tuple[str, str], Task]:
        """Every task by DAG and id."""
        return {(shape.dag_id, task.full_id): task for shape in self.shapes for task in shape.tasks}

    def dag_of(self, ti: int) -> str:
        """The DAG of a task instance; empty if no run has it."""
        return self.instances[ti].dag_id if ti in self.instances else ""

    def name(self, ti: int) -> str:
        """A task instance for people."""
        return str(self.instances.get(ti, f"task instance {ti}, which no run has"))


def read_metastore(conn: Connection, evidence: Evidence, moves: list[Move]) -> None:
    """Add what the metastore says."""
    shift = time.monotonic() - time.time()  # all clocks are this machine's
    evidence.runs = {
        (dag_id, run_id): state
        for dag_id, run_id, state in conn.execute("SELECT dag_id, run_id, state FROM dag_run").fetchall()
    }
    instances = conn.execute(
        "SELECT t.id, r.dag_id, r.run_id, t.task_id, t.map_index, t.state, t.try_number"
        " FROM task_instance t JOIN dag_run r ON r.id = t.run_id"
    ).fetchall()
    evidence.instances = {row[0]: Instance(*row) for row in instances}
    attempts = conn.execute(
        "SELECT ti_id, dispatch, try_number, outcome, hostname, extract(epoch FROM queued_at)::float,"
        " extract(epoch FROM started_at)::float, extract(epoch FROM ended_at)::float, error FROM task_attempt"
        " ORDER BY ti_id, dispatch"
    ).fetchall()
    evidence.attempts = [
        Attempt(ti, dispatch, number, outcome, host, queued + shift, started + shift, ended + shift, error)
        for ti, dispatch, number, outcome, host, queued, started, ended, error in attempts
    ]
    values = conn.execute("SELECT ti_id, value FROM xcom WHERE key = 'return_value'").fetchall()
    evidence.values = {ti: json.loads(value) for ti, value in values}
    evidence.moves = moves


def read_marks(path: Path, evidence: Evidence) -> None:
    """Add the lines that tasks have written."""
    for line in path.read_text().splitlines():
        try:
            clock, kind, who, attempt, pid = line.split()
            ti, _, dispatch = attempt.partition(".")
            evidence.marks.append(Mark(int(clock) / 1e9, kind, who, int(ti), int(dispatch), int(pid)))
        except ValueError:
            evidence.torn.append(line)


#: What must be empty when nothing runs any more: a name for people, and a count.
_EMPTY = {
    "claims": "SELECT count(*) FROM claim",
    "timers": "SELECT count(*) FROM timer",
    "triggers": "SELECT count(*) FROM trigger",
    "pool slots in use": "SELECT coalesce(sum(value::int), 0) FROM pool, jsonb_each_text(used)",
    "callbacks": "SELECT count(*) FROM callback",
    "unfinished task instances": "SELECT count(*) FROM task_instance WHERE state NOT IN"
    " ('success', 'failed', 'skipped', 'upstream_failed', 'removed')",
}


def leftovers(conn: Connection) -> list[str]:
    """What is left in the metastore of work that has ended."""
    counts = {name: conn.execute(query).fetchone() for name, query in _EMPTY.items()}
    return [f"{row[0]} {name} in the metastore" for name, row in counts.items() if row and row[0]]
