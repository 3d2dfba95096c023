"""``DagFolder``: the DAG files of a folder, loaded once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from headway.authoring.current_file import Notice
from headway.authoring.loader import LoadedFile
from headway.authoring.local_runtime import LocalWorld
from headway.authoring.runtime import store_in_use
from headway.errors import DagFileError, NotFound
from headway.local.results import RunReport, TaskReport
from headway.local.sources import Source, open_source
from headway.operations.nearest import nearest
from headway.testing.running import AnyConnection, AnyDate, render_task, run_dag, run_task, world_with


class DagFolder:
    """The DAGs of a folder, or of one file, loaded as a scheduler loads them.

    ``variables`` and ``connections`` are what the files find while they are loaded; later calls find them too. Files
    are loaded when something is first asked of the folder. ``besides`` is a file to leave out. A process that loads
    several projects, one after the other, calls ``forget`` in between, or uses ``with DagFolder(...) as dags``.
    """

    def __init__(
        self,
        place: str | Path,
        *,
        variables: Mapping[str, Any] | None = None,
        connections: Mapping[str, AnyConnection] | None = None,
        besides: Path | None = None,
    ) -> None:
        self._besides = besides
        self._variables = dict(variables or {})
        self._connections = dict(connections or {})
        self._place = Path(place)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.forget()

    def forget(self) -> None:
        """Forget every module that was loaded from the project, and what of it is importable."""
        self._source.forget()

    @property
    def root(self) -> Path:
        """The project's root: paths of files are relative to it."""
        return self._source.layout.root

    @cached_property
    def dags(self) -> dict[str, Any]:
        """Every DAG by its id."""
        return {dag.dag_id: dag for _, loaded in self._loaded() for dag in loaded.dags}

    def load(self) -> None:
        """Load the files now."""
        _ = self._files

    @property
    def errors(self) -> dict[str, DagFileError]:
        """Why files cannot be loaded, by path below the root; empty when all is well."""
        return {file: found for file, found in self._files.items() if isinstance(found, DagFileError)}

    @property
    def warnings(self) -> dict[str, list[Notice]]:
        """What the authors of files should change, by path below the root: lines and texts."""
        found = {file: _notices(loaded) for file, loaded in self._loaded()}
        return {file: notices for file, notices in found.items() if notices}

    def dag(self, dag_id: str) -> Any:
        """One DAG; raises ``NotFound``, naming the files that cannot be loaded."""
        if dag_id not in self.dags:
            broken = "".join(f"\n  {error}" for error in self.errors.values())
            raise NotFound(f"{self._place} has no DAG {dag_id!r}{broken}", nearest(dag_id, self.dags))
        return self.dags[dag_id]

    def run(
        self,
        dag_id: str,
        date: AnyDate = None,
        *,
        conf: Mapping[str, Any] | None = None,
        variables: Mapping[str, Any] | None = None,
        connections: Mapping[str, AnyConnection] | None = None,
        mark_success: str | None = None,
    ) -> RunReport:
        """Run a DAG; see ``headway.testing.run_dag``."""
        return run_dag(
            self.dag(dag_id),
            date,
            conf=conf,
            variables={**self._variables, **(variables or {})},
            connections={**self._connections, **(connections or {})},
            mark_success=mark_success,
        )

    def run_task(self, dag_id: str, task_id: str, date: AnyDate = None, **more: Any) -> TaskReport:
        """Run one task; ``more`` as in ``headway.testing.run_task``."""
        return run_task(self.dag(dag_id), task_id, date, **self._with_values(more))

    def render(self, dag_id: str, task_id: str, date: AnyDate = None, **more: Any) -> dict[str, Any]:
        """A task's rendered template fields; ``more`` as in ``headway.testing.render_task``."""
        return render_task(self.dag(dag_id), task_id, date, **self._with_values(more))

    def _with_values(self, more: Mapping[str, Any]) -> dict[str, Any]:
        variables = {**self._variables, **(more.get("variables") or {})}
        connections = {**self._connections, **(more.get("connections") or {})}
        return {**more, "variables": variables, "connections": connections}

    @cached_property
    def _source(self) -> Source:
        world = world_with(self._variables, self._connections, LocalWorld(beyond=store_in_use()))
        is_file = self._place.is_file()
        return open_source(world, file=self._place) if is_file else open_source(world, folder=self._place)

    @cached_property
    def _files(self) -> dict[str, LoadedFile | DagFileError]:
        files = [file for file in self._source.files() if self.root / file != self._besides]
        return {file: _load(self._source, file) for file in files}

    def _loaded(self) -> Iterator[tuple[str, LoadedFile]]:
        return ((file, found) for file, found in self._files.items() if isinstance(found, LoadedFile))


def _load(source: Source, file: str) -> LoadedFile | DagFileError:
    try:
        return source.load(file)
    except DagFileError as error:
        return error


def _notices(loaded: LoadedFile) -> list[Notice]:
    found = {*loaded.warnings, *(one for dag in loaded.dags for one in dag.notices)}
    return sorted(found | {one for dag in loaded.dags for task in dag.tasks for one in task.notices})
