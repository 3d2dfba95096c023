"""The port between a running task and the world around it.

A process that runs a task builds ``RunFacts`` and ``InstanceFacts`` and implements ``TaskRuntime`` (a
worker over the metastore, ``local_runtime`` in memory). Everything else on this side, from ``ti`` to
``Variable``, reaches the outside through the runtime that is in use and through nothing else::

    with use_runtime(runtime):
        Variable.get("bucket")          # → current_store().variable_get("bucket")

A process that only loads DAG files offers the smaller ``ValueStore`` with ``use_store``.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from headway.authoring.exceptions import OutsideTaskError

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
    from datetime import datetime

    from headway.authoring.other_dags import OtherDags
    from headway.authoring.records import RecordQuery
    from headway.authoring.state_store import StatePort

T = TypeVar("T")

#: Environment variables that mark every process of an attempt, so that its whole tree can be found and
#: killed. The worker sets them around a task; operators hand them to each process that they start.
MARKER_VARIABLES: tuple[str, ...] = ("HEADWAY_ATTEMPT", "HEADWAY_INCARNATION")


@dataclass(frozen=True, slots=True)
class RunFacts:
    """One DAG run as tasks see it. All datetimes are aware and in UTC.

    ``run_type`` is ``manual``, ``scheduled``, ``backfill`` or ``asset_triggered``; ``logical_date`` and
    the data interval may be missing for runs that no schedule made.
    """

    id: int
    dag_id: str
    run_id: str
    run_type: str
    state: str
    logical_date: datetime | None
    data_interval_start: datetime | None
    data_interval_end: datetime | None
    run_after: datetime
    start_date: datetime | None
    conf: Mapping[str, Any] = field(default_factory=dict)
    end_date: datetime | None = None
    queued_at: datetime | None = None
    triggering_user: str | None = None

    @property
    def external_trigger(self) -> bool:
        """Whether a person or another DAG started the run, and no schedule did."""
        return self.run_type == "manual"


@dataclass(frozen=True, slots=True)
class InstanceFacts:
    """The task instance that this process runs.

    ``dispatch`` is the token of the claim; ``try_number`` counts from 1; a failed try is repeated while
    ``try_number <= max_tries``; ``map_index`` is -1 for a task that is not mapped.
    """

    id: int
    dispatch: int
    task_id: str
    map_index: int
    try_number: int
    max_tries: int
    queue: str
    pool: str
    priority_weight: int
    hostname: str
    start_date: datetime
    queued_at: datetime | None = None
    pool_slots: int = 1
    log_url: str = ""


@dataclass(frozen=True, slots=True)
class InstanceSummary:
    """Another task instance of a run: what ``dag_run.get_task_instances()`` lists."""

    task_id: str
    map_index: int
    state: str
    try_number: int
    start_date: datetime | None = None
    end_date: datetime | None = None
    dag_id: str = ""
    run_id: str = ""

    def current_state(self, session: Any = None) -> str:
        """The state."""
        return self.state

    @property
    def duration(self) -> float | None:
        """Seconds from start to end, or None while one of them is missing."""
        if self.start_date is None or self.end_date is None:
            return None
        return (self.end_date - self.start_date).total_seconds()


@dataclass(frozen=True, slots=True)
class AssetFacts:
    """A declared asset."""

    name: str
    uri: str
    group: str
    extra: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class AssetEventFacts:
    """One update of an asset; ``source_run`` is None when no task made it, or its run is not kept any more."""

    id: int
    name: str
    uri: str
    group: str
    extra: Mapping[str, Any]
    timestamp: datetime
    source_dag_id: str = ""
    source_task_id: str = ""
    source_run_id: str = ""
    source_map_index: int = -1
    aliases: Sequence[str] = ()
    source_run: RunFacts | None = None


@dataclass(frozen=True, slots=True)
class EventQuery:
    """Which events of assets are wanted: those of a name, of a URI, or of what an alias stands for."""

    name: str | None = None
    uri: str | None = None
    alias: str | None = None
    after: datetime | None = None
    before: datetime | None = None
    ascending: bool = True
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class XComRow:
    """One stored XCom; ``value`` is what ``xcom_codec.encode`` wrote."""

    run_id: str
    task_id: str
    map_index: int
    value: str
    written_at: datetime


class ValueStore(Protocol):
    """Variables and connections: what DAG files may also ask for while they are loaded."""

    def variable_get(self, key: str) -> str | None:
        """The variable's text, or None when there is none."""

    def variable_set(self, key: str, value: str, description: str | None = None) -> None:
        """Write a variable; ``description`` None leaves the old one."""

    def variable_delete(self, key: str) -> bool:
        """Delete a variable; whether there was one."""

    def connection_get(self, conn_id: str) -> Mapping[str, Any] | None:
        """The connection's fields, decrypted, or None.

        Keys: conn_type, host, login, password, schema, port, description, extra (JSON text or mapping).
        """

    def records(self, query: RecordQuery) -> list[dict[str, Any]]:
        """What the metastore knows of DAGs, runs and tasks; the rows are plain data."""

    def mask_secret(self, value: str) -> None:
        """Keep ``value`` out of the logs from now on."""


class TaskRuntime(ValueStore, Protocol):
    """All that one running task instance may ask of the outside."""

    @property
    def dags(self) -> OtherDags:
        """Other DAGs and their runs."""

    @property
    def states(self) -> StatePort:
        """What this task instance and its assets keep."""

    def keep_rendered(self, task: Any) -> None:
        """Keep what the template fields of ``task`` became, for people to see."""

    def xcom_push(self, key: str, value: str, length: int | None = None) -> None:
        """Write this instance's XCom at once, fenced by its dispatch token; ``value`` is encoded.

        ``length`` is that of a list or dictionary over which other tasks are mapped.
        """

    def xcom_pull(
        self,
        *,
        dag_id: str,
        run_id: str,
        task_ids: Sequence[str] | None,
        key: str | None,
        map_indexes: Sequence[int] | None,
        include_prior_dates: bool,
    ) -> Sequence[XComRow]:
        """XComs that match; None stands for "any".

        With ``include_prior_dates`` also those of the DAG's earlier runs (by logical date). Rows come
        with the newest run first, in a run by task id and map index.
        """

    def xcom_indexes(self, *, dag_id: str, run_id: str, task_id: str, key: str) -> Sequence[int]:
        """The map indexes of the instances of a mapped task that left something under ``key``, in order."""

    def recall(self, what: Hashable, read: Callable[[], T]) -> T:
        """What ``read`` returns. It may be kept for other tasks as long as nobody has changed this run meanwhile."""

    def previous_run(self, state: str | None = None) -> RunFacts | None:
        """The run of this DAG before this one by logical date, or the last such one in ``state``."""

    def run_instances(self, dag_id: str, run_id: str) -> Sequence[InstanceSummary]:
        """Every task instance of a run with its present state."""

    def hosts(self, task_ids: Sequence[str]) -> Mapping[str, str]:
        """The hosts on which tasks of this run succeeded, by task id; of a mapped one, any."""

    def asset_named(self, name: str) -> AssetFacts | None:
        """A declared asset, or None."""

    def asset_events(self, query: EventQuery) -> Sequence[AssetEventFacts]:
        """The events that match."""

    def triggering_events(self) -> Sequence[AssetEventFacts]:
        """The events that started this run, the earliest first; none when no asset did."""

    def note(self, *, run: int | None = None, ti: int = 0) -> str | None:
        """What somebody has noted on a run (None: this one), or on one of its task instances; by their numbers."""

    def reschedules(self) -> int:
        """How often this try gave its slot back to run again later."""

    def first_poke(self) -> datetime | None:
        """When this instance first gave its slot back to run again later, since it was last cleared.

        That is the start of the dispatch that did so, tries before this one included; None: it never has.
        """


class InUse(Generic[T]):
    """What the running code may reach: a context variable, with a way in for users' threads."""

    def __init__(self, name: str) -> None:
        self._here: ContextVar[T | None] = ContextVar(name, default=None)
        # Threads that a task starts do not inherit context variables; they get the process's latest.
        self._latest: list[T] = []

    def get(self) -> T | None:
        """The value in use, or None."""
        here = self._here.get()
        if here is not None:
            return here
        return self._latest[-1] if self._latest else None

    @contextmanager
    def use(self, value: T) -> Iterator[None]:
        """Have ``value`` in use inside the ``with`` block."""
        token = self._here.set(value)
        self._latest.append(value)
        try:
            yield
        finally:
            self._forget(value)
            self._here.reset(token)

    def _forget(self, value: T) -> None:
        # By identity: comparing contexts as mappings would compute all their keys.
        place = max(at for at, one in enumerate(self._latest) if one is value)
        del self._latest[place]


_runtime: InUse[TaskRuntime] = InUse("headway_runtime")
_store: InUse[ValueStore] = InUse("headway_store")


@contextmanager
def use_runtime(runtime: TaskRuntime) -> Iterator[None]:
    """Run a task's code with ``runtime`` as its way to the outside."""
    with _runtime.use(runtime), _store.use(runtime):
        yield


@contextmanager
def use_store(store: ValueStore) -> Iterator[None]:
    """Load DAG files with ``store`` answering for variables and connections."""
    with _store.use(store):
        yield


def a_task_runs() -> bool:
    """Whether this is the code of a running task, or of one of its callbacks."""
    return _runtime.get() is not None


def current_runtime() -> TaskRuntime:
    """The runtime of the task that is running here; raises ``OutsideTaskError`` when none is."""
    runtime = _runtime.get()
    if runtime is None:
        raise OutsideTaskError(
            "XComs and run facts were asked for where no task is running",
            "move the call into a task's callable, an operator's execute() or a callback",
        )
    return runtime


def current_store() -> ValueStore:
    """Where variables and connections come from here; raises ``OutsideTaskError`` when nowhere."""
    store = _store.get()
    if store is None:
        raise OutsideTaskError(
            "variables and connections were asked for where Headway neither runs a task nor loads a DAG file",
            "run the code in a task, or set AIRFLOW_VAR_<KEY> or AIRFLOW_CONN_<ID> in the environment",
        )
    return store


def store_in_use() -> ValueStore | None:
    """Where variables and connections come from here; None for nowhere."""
    return _store.get()


def mask(value: str | None) -> None:
    """Keep ``value`` out of the logs of what runs here; nothing happens where no log is kept."""
    store = _store.get()
    if store is not None and value:
        store.mask_secret(value)
