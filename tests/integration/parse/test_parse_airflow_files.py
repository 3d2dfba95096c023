"""Files that were written for Airflow: what they ask of its tables while they load, and DAGs in zip files."""

from __future__ import annotations

import zipfile
from pathlib import Path

from .conftest import Project, dag_text

QUERIES = """
from airflow import DAG, settings
from airflow.models import Connection, DagModel
from airflow.operators.empty import EmptyOperator

session = settings.Session()
known = [one.dag_id for one in session.query(DagModel).filter(DagModel.is_paused == True).order_by(DagModel.dag_id)]
found = session.query(Connection.conn_id).filter(Connection.conn_id.ilike("%source%")).all()
with DAG("queries", schedule=None):
    for name in [*known, *(row[0] for row in found)]:
        EmptyOperator(task_id=f"about_{name}")
"""


def test_a_file_that_reads_tables_is_answered_by_the_scheduler(project: Project) -> None:
    project.write("a.py", dag_text("first"))
    project.parse()
    project.conn.execute("INSERT INTO connection (conn_id, host) VALUES ('source_1', 'h'), ('sink', 'h')")
    project.write("b.py", QUERIES)
    assert project.parse() == 1
    assert project.errors() == {}
    assert project.tasks("queries") == ["about_first", "about_source_1"]
    project.conn.execute("UPDATE dag SET is_paused = false")
    assert project.parse() == 0, "runs and pauses change all the time; a file is not read anew for that"


def test_dags_of_a_zip_file_follow_its_content(project: Project, tmp_path: Path) -> None:
    def pack(task: str) -> None:
        packed = tmp_path / "packed.zip"
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("a.py", dag_text("zipped", task))
            archive.writestr("notes.txt", "x")
        folder = Path(project.folder)
        (folder / "packed.zip").write_bytes(packed.read_bytes())

    pack("one")
    assert project.parse() == 1
    assert project.tasks("zipped") == ["one"]
    assert project.parse() == 0
    pack("two")
    assert project.parse() == 1
    assert project.tasks("zipped") == ["two"]
