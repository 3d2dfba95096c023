from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from headway.metastore.database import Connection, connection
from headway.settings import Settings, load_settings
from headway_scheduler.parse.service import ParseService
from support.waiting import wait_for

_DAG = """
from datetime import datetime
from airflow import DAG
from airflow.operators.empty import EmptyOperator
{before}
with DAG({dag_id!r}, start_date=datetime(2024, 1, 1){arguments}):
    {tasks}
"""


def dag_text(dag_id: str, *tasks: str, before: str = "", arguments: str = "") -> str:
    """The text of a DAG file; ``before`` stands above the DAG."""
    lines = [f"EmptyOperator(task_id={task!r})" for task in tasks or ("only",)]
    extra = f", {arguments}" if arguments else ""
    return _DAG.format(dag_id=dag_id, before=before, tasks="\n    ".join(lines), arguments=extra)


class Project:
    """A DAG folder, a parse service that runs when it is told to, and what the metastore says."""

    def __init__(self, settings: Settings, conn: Connection) -> None:
        self.settings = settings
        self.conn = conn
        self.folder = settings.dag_folder
        self.folder.mkdir(parents=True)
        self.reasons: list[str] = []
        self.error_changes = 0
        self.services: list[ParseService] = []
        self.service = self.new_service()

    def new_service(self, **dags: Any) -> ParseService:
        """A scheduler's parse service, as after a (re)start; ``dags`` are further settings."""
        changed = self.settings.dags.model_copy(update=dags)
        settings = self.settings.model_copy(update={"dags": changed})
        made = ParseService(
            settings, node=str(uuid4()), on_change=self.reasons.append, on_errors=self._count_error_change
        )
        self.services.append(made)
        return self.services[-1]

    def _count_error_change(self) -> None:
        self.error_changes += 1

    def restart(self, **dags: Any) -> None:
        """End the service in order, and start another one on the same metastore."""
        self.service.on_end()
        self.service = self.new_service(**dags)

    def write(self, path: str, text: str) -> None:
        """Save a file below the DAG folder."""
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_text(text)

    def parse(self) -> int:
        """Bring the metastore up to date; how many files were loaded for it."""
        before = self.service.parsed
        self.service.notice()
        wait_for(lambda: self.service.run_once() is None, 60, "a snapshot of a folder at rest")
        return self.service.parsed - before

    def rows(self, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
        """What a query says."""
        return self.conn.execute(sql, parameters).fetchall()

    def value(self, sql: str, *parameters: object) -> Any:
        """The only value that a query says."""
        return self.rows(sql, *parameters)[0][0]

    def dags(self) -> list[str]:
        """The DAGs that are not stale."""
        return [row[0] for row in self.rows("SELECT dag_id FROM dag WHERE NOT is_stale ORDER BY dag_id")]

    def errors(self) -> dict[str, tuple[int, str, str]]:
        """Line, message and remedy by file."""
        return {row[0]: row[1:] for row in self.rows("SELECT file, line, message, remedy FROM import_error")}

    def tasks(self, dag_id: str) -> list[str]:
        """The tasks of a DAG's present version."""
        return [
            row[0]
            for row in self.rows(
                "SELECT t.task_id FROM dag d JOIN version_task t USING (version_id) WHERE d.dag_id = %s"
                " ORDER BY t.position",
                dag_id,
            )
        ]

    def version(self, dag_id: str) -> int:
        """The number of a DAG's present version."""
        return int(
            self.value(
                "SELECT v.number FROM dag d JOIN dag_version v ON v.id = d.version_id WHERE d.dag_id = %s", dag_id
            )
        )

    def bundle_file(self, dag_id: str, path: str) -> str | None:
        """A file's text in the bundle that a DAG runs on."""
        found = self.rows(
            "SELECT b.data FROM dag d JOIN bundle u ON u.id = d.bundle_id"
            " JOIN blob b ON b.hash = u.manifest -> 'files' -> %s ->> 0 WHERE d.dag_id = %s",
            path,
            dag_id,
        )
        return bytes(found[0][0]).decode() if found else None


@pytest.fixture
def make_project(metastore_url: str, tmp_path: Path) -> Iterator[Callable[..., Project]]:
    """Makes projects; arguments are settings of the section ``dags``."""
    made: list[Project] = []

    def make(**dags: Any) -> Project:
        folder = {"folder": tmp_path / "dags", **dags}
        settings = load_settings(home=tmp_path / "home", metastore={"url": metastore_url}, dags=folder)
        made.append(Project(settings, opened))
        return made[-1]

    with connection(load_settings(metastore={"url": metastore_url}).metastore) as opened:
        yield make
        for project in made:
            for service in project.services:
                service.on_end()


@pytest.fixture
def project(make_project: Callable[..., Project]) -> Project:
    return make_project()
