"""``headway airflow import``: plan what is to change, then change it in one transaction.

A DAG's last run in Airflow becomes an ended run here, so that planning goes on with the interval after it: none is
repeated, none is left out. A DAG with a run that has not ended in Airflow is left alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial

from headway.authoring.connections import Connection as AirflowConnection
from headway.authoring.value_files import PoolEntry, VariableEntry
from headway.crypto import Vault
from headway.errors import Conflict
from headway.metastore.database import Connection
from headway.metastore.queries import dag_list, pools, takeover
from headway.metastore.queries.dag_list import ScheduleFacts
from headway.metastore.queries.pools import DEFAULT_POOL, DEFAULT_SLOTS
from headway.moving.airflow_runs import AirflowDag, AirflowRun
from headway.operations import dags as dag_operations
from headway.operations import secrets
from headway.operations.pools import set_pool
from headway.timetables import Bounds, count_due, lead_of, timetable

BY = "airflow import"
NEW, CHANGE, SAME, CONFLICT, LEFT = "new", "change", "same", "conflict", "left alone"
_COUNTED = 1000


@dataclass(frozen=True)
class Luggage:
    """What is to be taken over. With ``keep_paused`` no DAG is unpaused."""

    connections: Mapping[str, AirflowConnection] = field(default_factory=dict)
    variables: Mapping[str, VariableEntry] = field(default_factory=dict)
    pools: Mapping[str, PoolEntry] = field(default_factory=dict)
    dags: list[AirflowDag] = field(default_factory=list)
    keep_paused: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to take over: ``what`` becomes of it and why; nothing secret is in it."""

    kind: str
    name: str
    what: str
    detail: str = ""


def plan(conn: Connection, vault: Vault, luggage: Luggage) -> list[Step]:
    """What an import would do; changes nothing."""
    return [
        *_plan_values(conn, vault, luggage),
        *(step for dag in luggage.dags for step in _plan_dag(conn, dag, luggage)),
    ]


def take_over(conn: Connection, vault: Vault, luggage: Luggage, *, overwrite: bool, actor: str) -> list[Step]:
    """Do it, all or nothing; raises ``Conflict`` when something here differs and ``overwrite`` is not given."""
    with conn.transaction():
        steps = plan(conn, vault, luggage)
        refused = [step for step in steps if step.what == CONFLICT]
        if refused and not overwrite:
            names = ", ".join(f"{step.kind} {step.name}" for step in refused[:5])
            raise Conflict(
                f"{len(refused)} differ from what is here already, so nothing was imported: {names}",
                "look at them with --dry-run; --overwrite takes Airflow's",
            )
        changed = {(step.kind, step.name) for step in steps if step.what in (NEW, CHANGE, CONFLICT)}
        _store_values(conn, vault, luggage, changed, actor)
        for dag in luggage.dags:
            _store_dag(conn, dag, luggage, changed, actor)
    return steps


def _plan_values(conn: Connection, vault: Vault, luggage: Luggage) -> Iterator[Step]:
    opened = partial(_itself, vault)
    for name, connection in sorted(luggage.connections.items()):
        here = secrets.find_connection(conn, opened, name)
        yield Step("connection", name, _compared(here, secrets.fields_of_connection(connection)))
    for key, entry in sorted(luggage.variables.items()):
        found = secrets.find_variable(conn, opened, key)
        yield Step("variable", key, _compared(found and found.value, entry.value))
    known = {pool.name: pool.slots for pool in pools.all_pools(conn)}
    for name, pool in sorted(luggage.pools.items()):
        untouched = name == DEFAULT_POOL and known.get(name) == DEFAULT_SLOTS
        what = _compared(known.get(name), pool.slots)
        detail = f"{known[name]} -> {pool.slots} slots" if what == CONFLICT else f"{pool.slots} slots"
        yield Step("pool", name, CHANGE if what == CONFLICT and untouched else what, detail)


def _compared(here: object, there: object) -> str:
    return NEW if here is None else SAME if here == there else CONFLICT


def _plan_dag(conn: Connection, dag: AirflowDag, luggage: Luggage) -> Iterator[Step]:
    facts = _facts(conn, dag.dag_id)
    if facts is None:
        yield Step("dag", dag.dag_id, LEFT, "no file here defines it")
        return
    if dag.unfinished:
        runs = ", ".join(dag.unfinished[:3])
        yield Step("dag", dag.dag_id, LEFT, f"Airflow has not ended {runs}: pause it there, wait, and import again")
        return
    entry = _entry(dag.last, facts) if dag.last else None
    if dag.last and entry is None:
        yield Step("run", dag.dag_id, SAME, "its schedule is no matter of time")
    elif entry is not None and facts.last_start is not None and facts.last_start >= entry[0]:
        yield Step("run", dag.dag_id, SAME, f"the interval from {_shown(entry[0])} has been here already")
    elif entry is not None:
        yield Step("run", dag.dag_id, NEW, f"last one in Airflow: {_shown(entry[0])}; {_after(facts, entry[0])}")
    if dag.is_paused is not None:
        yield _pausing(dag.dag_id, facts, paused=dag.is_paused or luggage.keep_paused)


def _pausing(dag_id: str, facts: ScheduleFacts, *, paused: bool) -> Step:
    detail = "paused" if paused else "runs"
    if paused == facts.is_paused:
        return Step("paused", dag_id, SAME, detail)
    return Step("paused", dag_id, CHANGE, f"{'paused' if facts.is_paused else 'runs'} -> {detail}")


def _store_values(conn: Connection, vault: Vault, luggage: Luggage, changed: set[tuple[str, str]], actor: str) -> None:
    for name, connection in luggage.connections.items():
        if ("connection", name) in changed:
            secrets.set_connection(conn, vault, name, secrets.fields_of_connection(connection), actor=actor)
    for key, entry in luggage.variables.items():
        if ("variable", key) in changed:
            secrets.set_variable(conn, vault, key, entry.value, description=entry.description, actor=actor)
    for name, pool in luggage.pools.items():
        if ("pool", name) in changed:
            set_pool(conn, name, pool.slots, description=pool.description or None, actor=actor)


def _store_dag(conn: Connection, dag: AirflowDag, luggage: Luggage, changed: set[tuple[str, str]], actor: str) -> None:
    facts = _facts(conn, dag.dag_id)
    if facts is None:
        return
    entry = _entry(dag.last, facts) if dag.last else None
    if ("run", dag.dag_id) in changed and dag.last is not None and entry is not None:
        run_id = f"scheduled__{entry[0].astimezone(UTC).isoformat()}"
        fresh = takeover.enter_run(
            conn, dag_id=dag.dag_id, run_id=run_id, state=dag.last.state, start=entry[0], end=entry[1], by=BY
        )
        if not fresh:
            raise Conflict(
                f"DAG {dag.dag_id!r} has a run for {_shown(entry[0])} that no schedule made",
                f"look at it with `headway dags runs {dag.dag_id}`; delete it or the DAG's history, then import again",
            )
    if ("paused", dag.dag_id) in changed:
        paused = bool(dag.is_paused) or luggage.keep_paused
        (dag_operations.pause if paused else dag_operations.unpause)(conn, [dag.dag_id], actor=actor)


def _facts(conn: Connection, dag_id: str) -> ScheduleFacts | None:
    if dag_list.dag(conn, dag_id) is None:
        return None
    facts = dag_list.schedule_facts(conn, dag_id)
    return None if facts.is_stale else facts


def _entry(run: AirflowRun, facts: ScheduleFacts) -> tuple[datetime, datetime] | None:
    """The interval of Airflow's last run as this DAG's schedule counts here; None where time makes no runs.

    A data-interval schedule is dated by the interval's start, a trigger schedule by the moment when the run is due,
    whichever of the two Airflow used.
    """
    table = timetable(facts.schedule)
    if table is None:
        return None
    if facts.schedule.get("interval") != "data":
        due = run.end or run.logical_date
        return due - lead_of(facts.schedule), due
    start = run.start or run.logical_date
    following = table.next_run(None, Bounds(start, None, catchup=True), facts.now)
    return start, run.end or (following.end if following is not None and following.start == start else start)


def _after(facts: ScheduleFacts, last: datetime) -> str:
    """What comes next once ``last`` is the start of the last interval."""
    table = timetable(facts.schedule)
    bounds = Bounds(facts.start_date, facts.end_date, facts.catchup)
    following = table.next_run(last, bounds, facts.now) if table is not None else None
    if following is None:
        return "no further run"
    due = count_due(facts.schedule, bounds, last, facts.now, _COUNTED)
    waiting = f", {due} due once it is unpaused" if due else f", due {_shown(following.run_after)}"
    return f"next: {_shown(following.logical_date)}{waiting}"


def _shown(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M}Z"


def _itself(vault: Vault) -> Vault:
    return vault
