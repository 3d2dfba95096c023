"""``headway airflow check``: what of a folder of DAG files works here, and what is to be done for the rest."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from headway.airflow_settings import AirflowKey, airflow_keys, config_file
from headway.authoring.local_runtime import LocalWorld
from headway.errors import HeadwayError
from headway.local.sources import open_source


@dataclass(frozen=True)
class Order:
    """What to check (a folder or one file), and what the files may read while they are loaded.

    ``timeout`` is in seconds for each file.
    """

    folder: Path
    timeout: float = 30.0
    variables: Path | None = None
    connections: Path | None = None
    config: Path | None = None


@dataclass(frozen=True, slots=True)
class FileReport:
    """One file; ``findings`` as ``headway.moving.findings`` describes them."""

    file: str
    findings: Mapping[str, Any]

    @property
    def error(self) -> Mapping[str, Any] | None:
        """Why it does not load."""
        found: Mapping[str, Any] | None = self.findings.get("error")
        return found

    @property
    def dags(self) -> list[dict[str, Any]]:
        """The DAGs that it defines."""
        return list(self.findings.get("dags", ()))

    @property
    def works(self) -> bool:
        """Whether it loads and nothing that a task needs is missing."""
        return self.error is None and not any(map(self.findings.get, ("missing", "cannot_run", "extras")))


@dataclass(frozen=True)
class Report:
    """The whole folder: its files, DAG ids that several files define, and the keys of Airflow's configuration.

    ``unread`` is the ``airflow.cfg`` that was looked at and that the environment does not point to.
    """

    root: Path
    files: list[FileReport]
    duplicates: dict[str, list[str]]
    keys: list[AirflowKey]
    unread: Path | None = None

    @property
    def loads(self) -> bool:
        """Whether every file loads and every DAG id is one file's."""
        return all(one.error is None for one in self.files) and not self.duplicates

    @property
    def summary(self) -> dict[str, int]:
        """How many files and DAGs there are, and how many work."""
        return {
            "files": len(self.files),
            "files_that_load": sum(one.error is None for one in self.files),
            "files_that_work": sum(one.works for one in self.files),
            "dags": sum(len(one.dags) for one in self.files),
            "tasks": sum(dag["tasks"] for one in self.files for dag in one.dags),
        }

    def as_json(self) -> dict[str, Any]:
        """For programs; keys of the configuration come without their values."""
        return {
            "root": str(self.root),
            "summary": self.summary,
            "files": [dict(one.findings) for one in self.files],
            "duplicates": self.duplicates,
            "configuration": [
                {"key": key.name, "place": key.place, "setting": key.setting, "reason": key.reason} for key in self.keys
            ],
        }


def check(order: Order) -> Report:
    """Load every file of the folder in a process of its own and report; raises ``HeadwayError`` for the folder itself.

    Nothing is needed but the files: no metastore, no broker.
    """
    is_file = order.folder.is_file()
    source = open_source(LocalWorld(), **{"file" if is_file else "folder": order.folder})
    settings, layout = source.settings, source.layout
    request = {
        "root": str(layout.root),
        "folder": layout.dag_folder,
        "style": settings.dags.style,
        "prefer_airflow": settings.dags.prefer_airflow,
        "defaults": settings.unsaid(),
        "timeout": order.timeout,
        "variables": str(order.variables.absolute()) if order.variables else None,
        "connections": str(order.connections.absolute()) if order.connections else None,
    }
    files = [FileReport(found["file"], found) for found in _answers(request, source.files())]
    pointed = config_file(os.environ)
    config = order.config or pointed or _beside(order.folder)
    keys = airflow_keys(os.environ, config)
    return Report(layout.root, files, _duplicates(files), keys, config if config != pointed else None)


def _answers(request: Mapping[str, Any], files: list[str]) -> Iterator[dict[str, Any]]:
    text = "".join(json.dumps(line) + "\n" for line in (request, *files))
    done = subprocess.run(
        [sys.executable, "-P", "-m", "headway.moving.checking"], input=text, capture_output=True, text=True, check=False
    )
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no output"])[-1]
        raise HeadwayError(
            f"the process that loads the files has ended: {last}", "this is a fault in Headway: report it"
        )
    yield from map(json.loads, done.stdout.splitlines())


def _duplicates(files: list[FileReport]) -> dict[str, list[str]]:
    places = [(dag["dag_id"], one.file) for one in files for dag in one.dags]
    counts = Counter(dag_id for dag_id, _ in places)
    return {dag_id: [file for id_, file in places if id_ == dag_id] for dag_id, count in counts.items() if count > 1}


def _beside(folder: Path) -> Path | None:
    """The ``airflow.cfg`` of a project: in the DAG folder, or beside it."""
    found = (place / "airflow.cfg" for place in (folder, folder.absolute().parent))
    return next((path for path in found if path.is_file()), None)
