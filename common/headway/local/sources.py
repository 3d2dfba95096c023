"""Where DAG files are, and the DAGs in them, loaded in this process."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from headway.authoring import defaults
from headway.authoring.loader import LoadedFile, load_file, purge_modules
from headway.authoring.runtime import ValueStore, use_store
from headway.bundles.candidates import dag_files
from headway.bundles.layout import Layout, find_layout
from headway.errors import DagFileError, HeadwayError, InvalidInput, NotFound
from headway.operations.nearest import nearest
from headway.settings import Settings, load_settings


@dataclass
class Source:
    """DAG files of one root; ``only`` is the one file to look at, by its path below the root.

    Files are loaded as a scheduler and a worker load them; ``values`` answers what they ask for meanwhile.
    """

    layout: Layout
    settings: Settings
    values: ValueStore
    only: str | None = None
    errors: dict[str, HeadwayError] = field(default_factory=dict)

    def files(self) -> list[str]:
        """Paths of the files that may hold DAGs, relative to the root."""
        return [self.only] if self.only else dag_files(self.layout)

    def load(self, file: str) -> LoadedFile:
        """Load one file; raises ``DagFileError``."""
        options = self.settings.dags
        with use_store(self.values):
            return load_file(
                self.layout.root / file, self.layout.root, options.style, options.prefer_airflow, self.layout.dag_folder
            )

    def find(self, dag_id: str) -> Any:
        """The DAG of that id; files that name it are loaded first, and none after it was found.

        Raises ``NotFound``, or the error of a file that names it and cannot be loaded.
        """
        seen: list[str] = []
        named: list[HeadwayError] = []
        for file, names_it in self._likely_first(dag_id):
            try:
                dags = self.load(file).dags
            except DagFileError as error:
                self.errors[file] = error
                named += [error] if names_it else []
                continue
            seen += [dag.dag_id for dag in dags]
            if found := [dag for dag in dags if dag.dag_id == dag_id]:
                return found[0]
        if named:
            raise named[0]
        raise self._not_found(dag_id, seen)

    def forget(self) -> None:
        """Forget every module below the root, so that the next load reads them anew."""
        purge_modules(self.layout.root)

    def _likely_first(self, dag_id: str) -> Iterator[tuple[str, bool]]:
        texts = {file: (self.layout.root / file).read_bytes() for file in self.files()}
        wanted = dag_id.encode()
        for file in sorted(texts, key=lambda one: wanted not in texts[one]):
            yield file, wanted in texts[file]

    def _not_found(self, dag_id: str, seen: list[str]) -> NotFound:
        where = self.only or self.layout.root / self.layout.dag_folder
        broken = f"; {len(self.errors)} files there cannot be loaded" if self.errors else ""
        remedy = nearest(dag_id, seen) or _WHERE
        return NotFound(f"no file in {where} defines the DAG {dag_id!r}{broken}", remedy)


def open_source(values: ValueStore, *, folder: Path | None = None, file: Path | None = None) -> Source:
    """The DAG files of ``folder``, or the one ``file``, or those of the settings' own DAG folder.

    Raises ``InvalidInput`` for a file that does not exist and ``BundleError`` for a folder.
    """
    if file is not None and not file.is_file():
        raise InvalidInput(f"there is no file {file}", "check the path")
    place = folder or (_folder_of(file.resolve()) if file is not None else None)
    settings = load_settings() if place is None else load_settings(dags={"folder": place.absolute()})
    if place is None and not settings.dag_folder.is_dir():
        raise InvalidInput(f"the DAG folder {settings.dag_folder} does not exist", _WHERE)
    layout = find_layout(settings)
    defaults.configure(**settings.unsaid())
    only = str(file.resolve().relative_to(layout.root)) if file is not None else None
    return Source(layout, settings, values, only)


_WHERE = "name another one with --dags FOLDER, or a file with --file FILE"


def _folder_of(file: Path) -> Path:
    """The DAG folder that a file lies in: the settings' one, a ``dags`` above it, or its own folder."""
    configured = load_settings().dag_folder.resolve()
    if file.is_relative_to(configured):
        return configured
    return next((above for above in file.parents if above.name == "dags"), file.parent)
