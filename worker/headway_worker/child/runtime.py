"""A running task's way to the outside: the authoring layer's ``TaskRuntime`` over the metastore.

Every call waits while the metastore is away, for its outage is not the task's fault; meanwhile the
task's time-out by the worker is put off.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from headway.authoring.exceptions import AirflowTaskTerminated
from headway.authoring.records import RecordQuery
from headway.authoring.runtime import AssetEventFacts, AssetFacts, EventQuery, InstanceSummary, RunFacts, XComRow
from headway.crypto import Vault, open_vault
from headway.masking import Masker
from headway.metastore.database import Connection
from headway.metastore.queries import asset_reads, attempts, secrets, task_reads
from headway.metastore.queries.attempts import Claimed
from headway.metastore.queries.records import find as find_records
from headway.operations.secrets import find_connection, find_variable
from headway.settings import Settings
from headway_worker.child.other_dags import MetastoreDags
from headway_worker.child.recollection import Recollection
from headway_worker.child.states import MetastoreStates
from headway_worker.store import Store

if TYPE_CHECKING:
    from headway_worker.child.child import Child

T = TypeVar("T")


class VaultDoor:
    """Opens the vault at first need and keeps it for the child's life."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._vault: Vault | None = None

    def open(self, conn: Connection) -> Vault:
        """The vault; raises ``VaultError`` when this host's key is missing or wrong."""
        if self._vault is None:
            self._vault = open_vault(self._settings, conn)
        return self._vault


def runtime_of(child: Child, claimed: Claimed) -> MetastoreRuntime:
    """The way to the outside of a task that ``child`` runs."""
    dags = MetastoreDags(child.store, claimed, lambda: child.bus)
    return MetastoreRuntime(child.store, claimed, child.capture.masker, child.door, dags, child.recollection)


class MetastoreRuntime:
    """See ``headway.authoring.runtime.TaskRuntime``."""

    def __init__(
        self,
        store: Store,
        claimed: Claimed,
        masker: Masker,
        door: VaultDoor,
        dags: MetastoreDags,
        recollection: Recollection,
    ) -> None:
        self.dags = dags
        self.states = MetastoreStates(store, claimed)
        self._recollection = recollection
        self._store = store
        self._claimed = claimed
        self._masker = masker
        self._door = door

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

    def variable_get(self, key: str) -> str | None:
        """The variable's text, decrypted."""
        found = self._call(lambda conn: find_variable(conn, partial(self._door.open, conn), key))
        return found.value if found else None

    def variable_set(self, key: str, value: str, description: str | None = None) -> None:
        """Encrypt and write."""

        def write(conn: Connection) -> None:
            secrets.set_variable(conn, key, self._door.open(conn).encrypt(value), description)

        self._call(write)

    def variable_delete(self, key: str) -> bool:
        """Delete; whether there was one."""
        return self._call(lambda conn: secrets.delete_variable(conn, key))

    def connection_get(self, conn_id: str) -> Mapping[str, Any] | None:
        """The connection's fields; its password is masked in the log from now on."""
        found = self._call(lambda conn: find_connection(conn, partial(self._door.open, conn), conn_id))
        if found is None:
            return None
        if found.password:
            self.mask_secret(found.password)
        return found.as_mapping(conn_id)

    def records(self, query: RecordQuery) -> list[dict[str, Any]]:
        """What the metastore knows of DAGs, runs and tasks."""
        return self._call(lambda conn: find_records(conn, query))

    def mask_secret(self, value: str) -> None:
        """Keep ``value`` out of this child's logs."""
        self._masker.add(value)

    def _call(self, work: Callable[[Connection], T]) -> T:
        return self._store.call(work)
