"""``DagBag``: the DAGs of a folder, for tests of DAG files and for files that look at others."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from headway.airflow.modules.configuration import folder_of
from headway.authoring.current_file import current_scope

if TYPE_CHECKING:
    from headway.authoring.dag import DAG


class Found(NamedTuple):
    """The DAGs by id, and what is wrong with each file that cannot be loaded."""

    dags: dict[str, DAG]
    errors: dict[str, str]


class DagBag:
    """Loads every DAG file of ``dag_folder`` (a folder or one file) when one of them is first asked for."""

    def __init__(self, dag_folder: Any = None, include_examples: bool = True, *args: Any, **kwargs: Any) -> None:
        self.dag_folder = str(dag_folder or folder_of("DAGS_FOLDER"))

    @property
    def dags(self) -> dict[str, DAG]:
        """The DAGs by their ids."""
        return self._found.dags

    @property
    def import_errors(self) -> dict[str, str]:
        """What is wrong with each file that cannot be loaded, by its path."""
        return self._found.errors

    @property
    def dag_ids(self) -> list[str]:
        """The ids of the DAGs."""
        return list(self.dags)

    def get_dag(self, dag_id: str, session: Any = None) -> DAG | None:
        """The DAG of this id, or None."""
        return self.dags.get(dag_id)

    def size(self) -> int:
        """How many DAGs there are."""
        return len(self.dags)

    def collect_dags(self, *_: Any, **__: Any) -> None:
        """Load the files now."""
        _ = self._found

    @cached_property
    def _found(self) -> Found:
        from headway.authoring.loader import load_file, may_hold_dags
        from headway.errors import DagFileError

        found = Found({}, {})
        folder = Path(self.dag_folder).resolve()
        scope = current_scope()
        files = [folder] if folder.is_file() else sorted(folder.rglob("*.py"))
        for file in files:
            # A DAG file that looks into the folder it lies in must not load itself again and again.
            if (scope and str(file) == scope.path) or not may_hold_dags(file.read_bytes()):
                continue
            try:
                loaded = load_file(file, folder if folder.is_dir() else folder.parent)
            except DagFileError as error:
                found.errors[str(file)] = str(error)
            else:
                found.dags.update({dag.dag_id: dag for dag in loaded.dags})
        return found
