"""A runtime in memory: for running a DAG in one process, without a metastore."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from headway.authoring.local_dags import LocalDags, Neighbourhood
from headway.authoring.moments import now
from headway.authoring.records import RecordQuery, select
from headway.authoring.runtime import AssetEventFacts, AssetFacts, XComRow

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
    from datetime import datetime, timedelta

    from headway.authoring.results import AssetUpdate
    from headway.authoring.runtime import EventQuery, InstanceFacts, InstanceSummary, RunFacts, ValueStore

T = TypeVar("T")


class XComKey(NamedTuple):
    """Where an XCom lies."""

    dag_id: str
    run_id: str
    task_id: str
    map_index: int
    key: str


@dataclass
class LocalWorld:
    """What all runtimes of one process share: runs, task instances, XComs, variables, connections.

    What ``variables`` and ``connections`` lack is asked of ``beyond``; what tasks write stays in this world.
    ``masked`` collects what must not appear in logs.
    """

    variables: dict[str, str] = field(default_factory=dict)
    connections: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    beyond: ValueStore | None = None
    deleted: set[str] = field(default_factory=set)
    runs: list[RunFacts] = field(default_factory=list)
    instances: dict[tuple[str, str], list[InstanceSummary]] = field(default_factory=dict)
    xcoms: dict[XComKey, XComRow] = field(default_factory=dict)
    masked: set[str] = field(default_factory=set)
    asset_events: list[AssetEventFacts] = field(default_factory=list)
    first_pokes: dict[tuple[str, str, str, int], datetime] = field(default_factory=dict)
    around: Neighbourhood = field(default_factory=Neighbourhood)
    states: dict[tuple[str, str], str] = field(default_factory=dict)

    def variable_get(self, key: str) -> str | None:
        """The variable's text, or None."""
        if key in self.variables or key in self.deleted or self.beyond is None:
            return self.variables.get(key)
        return self.beyond.variable_get(key)

    def variable_set(self, key: str, value: str, description: str | None = None) -> None:
        """Write a variable, for this process alone."""
        self.variables[key] = value
        self.deleted.discard(key)

    def variable_delete(self, key: str) -> bool:
        """Delete a variable, for this process alone; whether there was one."""
        known = self.variable_get(key) is not None
        self.variables.pop(key, None)
        self.deleted.add(key)
        return known

    def connection_get(self, conn_id: str) -> Mapping[str, Any] | None:
        """The connection's fields, or None."""
        if conn_id in self.connections or self.beyond is None:
            return self.connections.get(conn_id)
        return self.beyond.connection_get(conn_id)

    def records(self, query: RecordQuery) -> list[dict[str, Any]]:
        """The runs and task instances of this process; of other kinds what lies beyond it knows."""
        if query.kind == "dag_run":
            return select(map(_run_record, self.runs), query)
        if query.kind == "task_instance":
            listed = [(where, one) for where, found in self.instances.items() for one in found]
            return select([{**asdict(one), "dag_id": dag, "run_id": run} for (dag, run), one in listed], query)
        return [] if self.beyond is None else self.beyond.records(query)

    def mask_secret(self, value: str) -> None:
        """Remember a secret."""
        self.masked.add(value)

    def store_xcoms(self, run: RunFacts, instance: InstanceFacts, xcoms: Mapping[str, str]) -> None:
        """Keep encoded XComs of one task instance."""
        for key, value in xcoms.items():
            where = XComKey(run.dag_id, run.run_id, instance.task_id, instance.map_index, key)
            row = XComRow(run.run_id, instance.task_id, instance.map_index, value, now())
            self.xcoms.pop(where, None)  # the newest row goes to the end
            self.xcoms[where] = row

    def store_updates(self, run: RunFacts, instance: InstanceFacts, updates: Sequence[AssetUpdate]) -> None:
        """Keep the events of the assets that a task instance has updated."""
        source = (run.dag_id, instance.task_id, run.run_id, instance.map_index)
        for one in updates:
            number, what = len(self.asset_events) + 1, (one.name or one.uri, one.uri or one.name, one.group, one.extra)
            self.asset_events.append(AssetEventFacts(number, *what, now(), *source, tuple(one.aliases), run))

    def clear_xcoms(self, run: RunFacts, instance: InstanceFacts) -> None:
        """Forget a task instance's XComs, as a new try does."""
        own = (run.dag_id, run.run_id, instance.task_id, instance.map_index)
        self.xcoms = {where: row for where, row in self.xcoms.items() if where[:4] != own}

    def earlier_runs(self, dag_id: str, than: datetime | None) -> list[RunFacts]:
        """The DAG's runs before a logical date, newest first."""
        dated = [run for run in self.runs if run.dag_id == dag_id and run.logical_date is not None]
        before = [run for run in dated if than is not None and _date(run) < than]
        return sorted(before, key=_date, reverse=True)


class LocalStates:
    """``StatePort`` in a ``LocalWorld``: nothing expires while a process lives."""

    def __init__(self, world: LocalWorld, run: RunFacts, instance: InstanceFacts) -> None:
        self._kept = world.states
        self._task = f"task/{run.dag_id}/{run.run_id}/{instance.task_id}/{instance.map_index}"

    def get(self, owner: str, key: str) -> str | None:
        """The JSON text under a key."""
        return self._kept.get((self._name(owner), key))

    def set(self, owner: str, key: str, value: str, retention: timedelta | None) -> bool:
        """Write."""
        self._kept[self._name(owner), key] = value
        return True

    def delete(self, owner: str, key: str | None) -> None:
        """Delete one key, or all."""
        for name, known in list(self._kept):
            if name == self._name(owner) and key in (known, None):
                del self._kept[name, known]

    def _name(self, owner: str) -> str:
        return self._task if owner == "task" else owner


class LocalRuntime:
    """``TaskRuntime`` of one task instance in a ``LocalWorld``."""

    def __init__(self, world: LocalWorld, run: RunFacts, instance: InstanceFacts) -> None:
        self.world = world
        self.dags = LocalDags(world)
        self.states = LocalStates(world, run, instance)
        self._run = run
        self._instance = instance

    def keep_rendered(self, task: Any) -> None:
        """The task itself is at hand here: ``Execution.fields`` tells."""

    def xcom_push(self, key: str, value: str, length: int | None = None) -> None:
        """Keep this instance's XCom."""
        self.world.store_xcoms(self._run, self._instance, {key: value})

    def xcom_pull(
        self,
        *,
        dag_id: str,
        run_id: str,
        task_ids: Sequence[str] | None,
        key: str | None,
        map_indexes: Sequence[int] | None,
        include_prior_dates: bool,
    ) -> list[XComRow]:
        """XComs that match, newest run first, then by task id and map index."""
        runs = [run_id, *(self._earlier(dag_id, run_id) if include_prior_dates else ())]
        found = [
            row
            for where, row in self.world.xcoms.items()
            if where.dag_id == dag_id
            and where.run_id in runs
            and _matches(where.task_id, task_ids)
            and _matches(where.key, None if key is None else [key])
            and _matches(where.map_index, map_indexes)
        ]
        return sorted(found, key=lambda row: (runs.index(row.run_id), row.task_id, row.map_index))

    def xcom_indexes(self, *, dag_id: str, run_id: str, task_id: str, key: str) -> list[int]:
        """The map indexes under which a mapped task left something."""
        wanted = (dag_id, run_id, task_id, key)
        found = (at for at in self.world.xcoms if (at.dag_id, at.run_id, at.task_id, at.key) == wanted)
        return sorted(at.map_index for at in found if at.map_index >= 0)

    def recall(self, what: Hashable, read: Callable[[], T]) -> T:
        """Read it: in this process that costs little."""
        return read()

    def previous_run(self, state: str | None = None) -> RunFacts | None:
        """The run before this one, or the last one before it in ``state``."""
        earlier = self.world.earlier_runs(self._run.dag_id, self._run.logical_date)
        return next((run for run in earlier if state is None or run.state == state), None)

    def run_instances(self, dag_id: str, run_id: str) -> list[InstanceSummary]:
        """The task instances that were put into the world for a run."""
        return list(self.world.instances.get((dag_id, run_id), ()))

    def hosts(self, task_ids: Sequence[str]) -> dict[str, str]:
        """This host for all of them."""
        return dict.fromkeys(task_ids, self._instance.hostname)

    def note(self, *, run: int | None = None, ti: int = 0) -> str | None:
        """None: nobody notes anything on what runs in one process."""
        return None

    def reschedules(self) -> int:
        """Not counted: a sensor that waits here keeps its only slot."""
        return 0

    def first_poke(self) -> datetime | None:
        """When this was first asked, which is the first poke; None at that first time."""
        where = (self._run.dag_id, self._run.run_id, self._instance.task_id, self._instance.map_index)
        known = self.world.first_pokes.get(where)
        self.world.first_pokes.setdefault(where, now())
        return known

    def asset_named(self, name: str) -> AssetFacts | None:
        """An asset of which there was an event."""
        found = next((one for one in self.world.asset_events if one.name == name), None)
        return AssetFacts(found.name, found.uri, found.group, {}) if found else None

    def asset_events(self, query: EventQuery) -> list[AssetEventFacts]:
        """The events of this process that match."""
        found = [one for one in self.world.asset_events if _fits(one, query)]
        found.sort(key=lambda one: one.timestamp, reverse=not query.ascending)
        return found[: query.limit]

    def triggering_events(self) -> list[AssetEventFacts]:
        """None: nothing but a person starts a run here."""
        return []

    def variable_get(self, key: str) -> str | None:
        """The variable's text, or None."""
        return self.world.variable_get(key)

    def variable_set(self, key: str, value: str, description: str | None = None) -> None:
        """Write a variable."""
        self.world.variable_set(key, value, description)

    def variable_delete(self, key: str) -> bool:
        """Delete a variable; whether there was one."""
        return self.world.variable_delete(key)

    def connection_get(self, conn_id: str) -> Mapping[str, Any] | None:
        """The connection's fields, or None."""
        return self.world.connection_get(conn_id)

    def records(self, query: RecordQuery) -> list[dict[str, Any]]:
        """What this process knows of runs and tasks."""
        return self.world.records(query)

    def mask_secret(self, value: str) -> None:
        """Remember a secret."""
        self.world.mask_secret(value)

    def _earlier(self, dag_id: str, run_id: str) -> Iterable[str]:
        known = next((run for run in self.world.runs if (run.dag_id, run.run_id) == (dag_id, run_id)), self._run)
        return (run.run_id for run in self.world.earlier_runs(dag_id, known.logical_date))


def _matches(value: Any, wanted: Sequence[Any] | None) -> bool:
    return wanted is None or value in wanted


def _date(run: RunFacts) -> datetime:
    assert run.logical_date is not None
    return run.logical_date


def _run_record(run: RunFacts) -> dict[str, Any]:
    return {**asdict(run), "external_trigger": run.external_trigger}


def _fits(event: AssetEventFacts, query: EventQuery) -> bool:
    if query.alias is not None:
        known = query.alias in event.aliases
    else:
        known = event.name == query.name if query.name is not None else event.uri == query.uri
    late = query.after is None or event.timestamp >= query.after
    return known and late and (query.before is None or event.timestamp <= query.before)
