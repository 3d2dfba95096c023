"""A small history in which everything is right, to plant violations in."""

from __future__ import annotations

from dataclasses import replace

from chaos.dags.shapes import FULL_HOUSE, Shape, Task
from chaos.evidence import Attempt, Evidence, Instance, Mark
from chaos.injector import Struck
from chaos.plan import Fault
from support.transition_guard import Move

SHAPE = Shape(
    "d",
    [
        Task("plain", pool="p", slots=2),
        Task("once", pool="p", slots=2, retries=1, fails=1),
        Task("each", copies=2, per_dag=1),
        Task("few", copies=2, per_run=1),
        Task("below", state="upstream_failed"),
    ],
    max_active_tasks=2,
)
HOUSE = Shape(FULL_HOUSE.dag_id, [Task("guest0", kind="guest"), Task("guest1", kind="guest")])
PLAIN, ONCE, EACH, FEW, BELOW, PLACEHOLDERS, GUESTS = 1, 2, (3, 4), (5, 6), 7, (8, 9), (10, 11)


def good() -> Evidence:
    """One run, its tasks one after another; ``plain`` lost its first host. Then the last run, at once."""
    triggered = [("d", "r"), (HOUSE.dag_id, "last")]
    evidence = Evidence([SHAPE, HOUSE], triggered, {"p": 2}, capacity=2, workers=["w1"], max_lost=3)
    evidence.runs = dict.fromkeys(triggered, "success")
    evidence.instances = {each.ti: each for each in _instances()}
    add(evidence, PLAIN, 1, "lost", 10.0)
    add(evidence, PLAIN, 2, "success", 20.0)
    add(evidence, ONCE, 1, "retry", 30.0)
    add(evidence, ONCE, 2, "success", 40.0, number=2)
    for number, ti in enumerate((*EACH, *FEW)):
        add(evidence, ti, 1, "success", 50.0 + 10 * number)
    for ti in GUESTS:
        add(evidence, ti, 1, "success", 100.0)
    return evidence


def add(
    evidence: Evidence, ti: int, dispatch: int, outcome: str, began: float, *, number: int = 1, host: str = "w1"
) -> None:
    """An attempt of 2 seconds with its moves, its lines outside and its value; a lost one writes no end."""
    evidence.attempts.append(Attempt(ti, dispatch, number, outcome, host, began - 1, began, began + 2))
    evidence.marks += [
        Mark(began + 0.1, "start", "task", ti, dispatch, 99),
        Mark(began + 1, "tick", "task", ti, dispatch, 99),
    ]
    if outcome != "lost":
        evidence.marks.append(Mark(began + 1.9, "end", "task", ti, dispatch, 99))
        evidence.values[ti] = f"{ti}.{dispatch}"
    evidence.moves += [move(evidence, ti, "none", "queued"), move(evidence, ti, "running", "success")]


def move(evidence: Evidence, ti: int, old: str, new: str) -> Move:
    """A transition of one of its task instances."""
    task_id = evidence.instances[ti].task_id
    return Move(ti, old, new, 1, task_id, 1, "d", "", 1, "default")


def change(evidence: Evidence, ti: int, dispatch: int, **fields: object) -> None:
    """Change the row of one attempt."""
    evidence.attempts = [
        replace(each, **fields) if (each.ti, each.dispatch) == (ti, dispatch) else each  # type: ignore[arg-type]
        for each in evidence.attempts
    ]


def frozen(victim: str, began: float, ended: float) -> Struck:
    """A host that was frozen from one moment to another."""
    return Struck(Fault(0.0, "worker", "freeze", victim, ended - began), began, ended)


def _instances() -> list[Instance]:
    return [
        Instance(PLAIN, "d", "r", "plain", -1, "success", 1),
        Instance(ONCE, "d", "r", "once", -1, "success", 2),
        *(Instance(ti, "d", "r", "each", index, "success", 1) for index, ti in enumerate(EACH)),
        *(Instance(ti, "d", "r", "few", index, "success", 1) for index, ti in enumerate(FEW)),
        *(Instance(ti, HOUSE.dag_id, "last", f"guest{n}", -1, "success", 1) for n, ti in enumerate(GUESTS)),
        Instance(BELOW, "d", "r", "below", -1, "upstream_failed", 1),
        Instance(PLACEHOLDERS[0], "d", "r", "each", -1, "removed", 1),
        Instance(PLACEHOLDERS[1], "d", "r", "few", -1, "removed", 1),
    ]
