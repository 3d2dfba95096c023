"""A running task's way to the outside: the authoring layer's ``TaskRuntime`` over the metastore.

Every call waits while the metastore is away, for its outage is not the task's fault; meanwhile the
task's time-out by the worker is put off.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from headway.authoring.exceptions import AirflowTaskTerminated
from headway.authoring.rendered import rendered_fields
from headway.authoring.runtime import AssetEventFacts, AssetFacts, EventQuery, InstanceSummary, RunFacts, XComRow
from headway.masking import Masker
from headway.metastore.queries import asset_reads, attempts, notes, task_reads
from headway.metastore.queries.attempts import Claimed
from headway_worker.child.other_dags import MetastoreDags
from headway_worker.child.recollection import Recollection
from headway_worker.child.states import MetastoreStates
from headway_worker.child.values import MetastoreValues, VaultDoor
from headway_worker.logs import rendered_files
from headway_worker.logs.log_files import LogName
from headway_worker.slots import Attempt
from headway_worker.store import Store

if TYPE_CHECKING:
    from headway_worker.child.child import Child

T = TypeVar("T")


def runtime_of(child: Child, claimed: Claimed) -> MetastoreRuntime:
    """The way to the outside of a task that ``child`` runs."""
    dags = MetastoreDags(child.store, claimed, lambda: child.bus)
    return MetastoreRuntime(
        child.store, claimed, child.capture.masker, child.door, dags, child.recollection, outbox=child.logs
    )


class MetastoreRuntime(MetastoreValues):
    """See ``headway.authoring.runtime.TaskRuntime``."""

    def __init__(
        self,
        store: Store,
        claimed: Claimed,
        masker: Masker,
        door: VaultDoor,
        dags: MetastoreDags,
        recollection: Recollection,
        *,
        outbox: Path,
    ) -> None:
        super().__init__(store, masker, door)
        self.dags = dags
        self.states = MetastoreStates(store, claimed)
        self._recollection = recollection
        self._claimed = claimed
        self._outbox = outbox

    def keep_rendered(self, task: Any) -> None:
        """Leave it beside the log, for the worker's parent to ship: the task need not wait for it."""
        mine = self._claimed
        name = LogName.of(Attempt(mine.ti, mine.dispatch), mine.started_at)
        rendered_files.leave(self._outbox, name, mine.try_number, rendered_fields(task, self._masker))

    def xcom_push(self, key: str, value: str, length: int | None = None) -> None:
        """Write at once; an attempt that is no longer ours stops here."""
        mine = self._claimed
        kept = self._call(
            lambda conn: attempts.xcom_push(
                conn, ti=mine.ti, dispatch=mine.dispatch, key=key, value=value, length=length
            )
        )
        if not kept:
            raise AirflowTaskTerminated("this attempt is no longer the one that counts")

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
        """XComs that match, those of the newest run first."""
        return self._call(
            lambda conn: task_reads.xcoms(
                conn,
                dag_id=dag_id,
                run_id=run_id,
                task_ids=task_ids,
                key=key,
                map_indexes=map_indexes,
                with_earlier=include_prior_dates,
            )
        )

    def xcom_indexes(self, *, dag_id: str, run_id: str, task_id: str, key: str) -> Sequence[int]:
        """The map indexes under which a mapped task left something."""
        return self._call(
            lambda conn: task_reads.xcom_indexes(conn, dag_id=dag_id, run_id=run_id, task_id=task_id, key=key)
        )

    def recall(self, what: Hashable, read: Callable[[], T]) -> T:
        """Read once in this child for each version of the run."""
        return self._recollection.get(self._claimed.run, self._claimed.run_version, what, read)

    def previous_run(self, state: str | None = None) -> RunFacts | None:
        """The run before this one."""
        return self._call(lambda conn: task_reads.previous_run(conn, run=self._claimed.run, state=state))

    def run_instances(self, dag_id: str, run_id: str) -> Sequence[InstanceSummary]:
        """Every task instance of a run."""
        return self._call(lambda conn: task_reads.run_instances(conn, dag_id=dag_id, run_id=run_id))

    def hosts(self, task_ids: Sequence[str]) -> Mapping[str, str]:
        """Where tasks of this run succeeded."""
        return self._call(lambda conn: task_reads.hosts(conn, run=self._claimed.run, task_ids=task_ids))

    def note(self, *, run: int | None = None, ti: int = 0) -> str | None:
        """The text of a note."""
        return self._call(lambda conn: notes.text_of(conn, run=self._claimed.run if run is None else run, ti=ti))

    def reschedules(self) -> int:
        """How often this try was rescheduled."""
        return self._call(lambda conn: task_reads.reschedules(conn, ti=self._claimed.ti))

    def first_poke(self) -> datetime | None:
        """When the first dispatch that was rescheduled began."""
        return self._call(lambda conn: task_reads.first_poke(conn, ti=self._claimed.ti))

    def asset_named(self, name: str) -> AssetFacts | None:
        """A declared asset."""
        return self._call(lambda conn: asset_reads.asset_named(conn, name))

    def asset_events(self, query: EventQuery) -> Sequence[AssetEventFacts]:
        """Events of assets."""
        return self._call(lambda conn: asset_reads.events(conn, query))

    def triggering_events(self) -> Sequence[AssetEventFacts]:
        """The events that started this run."""
        return self._call(lambda conn: asset_reads.triggering_events(conn, self._claimed.run))
