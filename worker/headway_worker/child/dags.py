"""DAG code in a child: loaded from the bundle once, kept as long as the bundle stays the same."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Any

from headway.authoring.loader import load_file, purge_modules
from headway.authoring.runtime import ValueStore, use_store
from headway.bundles.fetch import materialise
from headway.bundles.requirements import check_requirements
from headway.errors import BundleError, DagFileError
from headway.metastore.queries.attempts import Claimed
from headway.settings import Settings
from headway_worker.store import Store


class DagShelf:
    """The DAGs of one bundle; another bundle's modules never mix with them."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self._settings = settings
        self._store = store
        self._bundle = ""
        self._root = Path()
        self._dags: dict[tuple[str, str], Any] = {}

    def task(self, claimed: Claimed, values: ValueStore) -> tuple[Any, Any]:
        """The DAG and the task of a claim.

        Raises ``DagFileError`` when the file cannot be loaded here or lacks them, ``BundleError`` when the
        bundle cannot be laid out or this host lacks what its ``requirements.txt`` asks for.
        """
        if not (claimed.bundle and claimed.file):
            raise BundleError(
                f"the code that run {claimed.run_id!r} of DAG {claimed.dag_id!r} began with is not in the metastore",
                "trigger a new run; somebody has deleted rows of `bundle` or `dag_version` that this one refers to",
            )
        if claimed.bundle != self._bundle:
            self._turn_to(claimed.bundle)
        dag = self._dags.get((claimed.file, claimed.dag_id))
        if dag is None:
            dag = self._load(claimed, values)
        return dag, dag.get_task(claimed.task_id)

    def forget(self) -> None:
        """Load everything anew at the next claim: loading was interrupted half-way."""
        if self._bundle:
            purge_modules(self._root)
            gc.unfreeze()
        self._dags.clear()
        self._bundle = ""

    def _turn_to(self, bundle: str) -> None:
        self.forget()
        self._root = self._store.call(lambda conn: materialise(conn, bundle, self._settings.home))
        self._bundle = bundle

    def _load(self, claimed: Claimed, values: ValueStore) -> Any:
        path = self._root / claimed.file
        check_requirements(self._root, claimed.dag_folder)
        options = self._settings.dags
        with use_store(values):
            loaded = load_file(path, self._root, options.style, options.prefer_airflow, claimed.dag_folder)
        for dag in loaded.dags:
            self._dags[claimed.file, dag.dag_id] = dag
        gc.freeze()  # a large DAG must not be searched for garbage after every few tasks
        if (claimed.file, claimed.dag_id) not in self._dags:
            raise DagFileError(
                f"the file defines no DAG {claimed.dag_id!r} on this host",
                "a DAG file must define the same DAGs wherever it is loaded: "
                "look for what depends on the host, the time or the environment",
                file=claimed.file,
            )
        return self._dags[claimed.file, claimed.dag_id]
