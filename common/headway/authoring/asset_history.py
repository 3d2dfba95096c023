"""Asset events that have been: one as tasks see it, and an asset's events as a lazy list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, overload

from headway.authoring.assets import Asset, AssetAlias, AssetLeaf
from headway.authoring.dag_run import DagRun, OtherRun
from headway.authoring.moments import to_pendulum
from headway.authoring.results import RETURN_KEY
from headway.authoring.runtime import EventQuery
from headway.authoring.values import moment
from headway.authoring.xcom_pull import pull

if TYPE_CHECKING:
    import pendulum

    from headway.authoring.runtime import AssetEventFacts, TaskRuntime


@dataclass(frozen=True)
class SourceInstance:
    """The task instance that updated an asset."""

    dag_id: str
    task_id: str
    run_id: str
    map_index: int
    runtime: TaskRuntime

    def xcom_pull(self, *, key: str = RETURN_KEY, default: Any = None) -> Any:
        """What it pushed under ``key``."""
        return pull(
            self.runtime,
            dag_id=self.dag_id,
            run_id=self.run_id,
            own_task_id=self.task_id,
            style=3,
            task_ids=self.task_id,
            key=key,
            include_prior_dates=False,
            map_indexes=self.map_index,
            default=default,
        )


class AssetEvent:
    """One update of an asset."""

    def __init__(self, facts: AssetEventFacts, runtime: TaskRuntime) -> None:
        self._facts = facts
        self._runtime = runtime
        self.id = facts.id
        self.name = facts.name
        self.uri = facts.uri
        self.extra = dict(facts.extra)
        self.source_dag_id = facts.source_dag_id
        self.source_task_id = facts.source_task_id
        self.source_run_id = facts.source_run_id
        self.source_map_index = facts.source_map_index
        self.source_aliases = list(facts.aliases)

    @cached_property
    def asset(self) -> Asset:
        """The asset."""
        return Asset(self.name, self.uri, group=self._facts.group)

    @cached_property
    def timestamp(self) -> pendulum.DateTime:
        """When it happened."""
        return to_pendulum(self._facts.timestamp)

    @cached_property
    def source_dag_run(self) -> DagRun | None:
        """The run whose task did it, as long as it is kept."""
        run = self._facts.source_run
        return OtherRun(run, None, self._runtime) if run is not None else None

    @property
    def source_task_instance(self) -> SourceInstance | None:
        """The task instance that did it; None when no task did."""
        if not self.source_task_id:
            return None
        names = (self.source_dag_id, self.source_task_id, self.source_run_id, self.source_map_index)
        return SourceInstance(*names, self._runtime)

    def __repr__(self) -> str:
        source = f"{self.source_dag_id}.{self.source_task_id} {self.source_run_id}"
        return f"AssetEvent(uri={self.uri!r}, timestamp={self._facts.timestamp.isoformat()}, source={source!r})"


class EventList(Sequence[AssetEvent]):
    """An asset's events, the earliest first; looked up when one of them is asked for.

    ``after``, ``before``, ``ascending`` and ``limit`` give lists that hold less, or the latest first.
    """

    def __init__(self, leaf: AssetLeaf, runtime: TaskRuntime, query: EventQuery | None = None) -> None:
        self._leaf = leaf
        self._runtime = runtime
        self._query = query or _query_of(leaf)

    def after(self, when: Any) -> EventList:
        """Those at or after a moment (a datetime or an ISO 8601 text)."""
        return self._with(after=moment(when))

    def before(self, when: Any) -> EventList:
        """Those at or before a moment."""
        return self._with(before=moment(when))

    def ascending(self, ascending: bool = True) -> EventList:
        """The earliest first, or the latest."""
        return self._with(ascending=ascending)

    def limit(self, number: int) -> EventList:
        """The first ``number`` of them."""
        return self._with(limit=number)

    def _with(self, **changes: Any) -> EventList:
        return EventList(self._leaf, self._runtime, replace(self._query, **changes))

    @cached_property
    def _events(self) -> list[AssetEvent]:
        return [AssetEvent(facts, self._runtime) for facts in self._runtime.asset_events(self._query)]

    @overload
    def __getitem__(self, index: int) -> AssetEvent: ...
    @overload
    def __getitem__(self, index: slice) -> list[AssetEvent]: ...
    def __getitem__(self, index: Any) -> Any:
        return self._events[index]

    def __len__(self) -> int:
        return len(self._events)

    def __iter__(self) -> Iterator[AssetEvent]:
        return iter(self._events)

    def __repr__(self) -> str:
        return f"<events of {self._leaf!r}>"


def _query_of(leaf: AssetLeaf) -> EventQuery:
    if isinstance(leaf, AssetAlias):
        return EventQuery(alias=leaf.name)
    return EventQuery(name=leaf.name) if leaf.name else EventQuery(uri=getattr(leaf, "uri", ""))
