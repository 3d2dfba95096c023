"""``airflow.models.DagBag``, for the DAG integrity tests that people bring along."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from headway.authoring.current_file import current_scope
from headway.settings import load_settings
from headway.testing.folder import DagFolder


class DagBag:
    """The DAGs of a folder or of one file, under Airflow's names; loaded when something is first asked.

    Airflow's other arguments are taken and mean nothing here: examples are never mixed in, and nothing comes from a
    database. A DAG file that looks into its own folder does not see itself.
    """

    def __init__(
        self, dag_folder: str | Path | None = None, include_examples: Any = None, *_more: Any, **_named: Any
    ) -> None:
        self.dag_folder = str(dag_folder or load_settings().dag_folder)

    @property
    def dags(self) -> Mapping[str, Any]:
        """Every DAG by its id."""
        return self._folder.dags

    @cached_property
    def import_errors(self) -> dict[str, str]:
        """Why files cannot be loaded, by their absolute paths."""
        return {str(self._folder.root / file): str(error) for file, error in self._folder.errors.items()}

    @property
    def dag_ids(self) -> list[str]:
        """The ids of all DAGs."""
        return list(self.dags)

    def get_dag(self, dag_id: str, session: Any = None) -> Any:
        """The DAG, or None."""
        return self.dags.get(dag_id)

    def size(self) -> int:
        """How many DAGs there are."""
        return len(self.dags)

    def collect_dags(self, *_: Any, **__: Any) -> None:
        """Load the files now."""
        self._folder.load()

    @cached_property
    def _folder(self) -> DagFolder:
        scope = current_scope()
        return DagFolder(self.dag_folder, besides=Path(scope.path) if scope else None)
