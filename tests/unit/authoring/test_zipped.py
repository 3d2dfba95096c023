"""DAG files in zip files."""

from __future__ import annotations

import sys
import zipfile

import pytest

from headway.authoring.loader import load_file, may_hold_dags, purge_modules
from headway.errors import DagFileError


@pytest.fixture
def archive(root):
    def pack(files: dict[str, str]):
        path = root / "packed.zip"
        with zipfile.ZipFile(path, "w") as made:
            for name, text in files.items():
                made.writestr(f"{name}.py", text)
        return path

    return pack


def test_each_file_at_the_top_is_loaded_with_the_modules_beside_it(root, archive):
    path = archive(
        {
            "one": "from airflow import DAG\nfrom shared import START\nfrom package.deep import NAME\n"
            "dag = DAG(NAME, start_date=START)\n",
            "two": "from airflow.sdk import DAG\nwith DAG('second'): pass\n",
            "shared": "from datetime import datetime\nSTART = datetime(2024, 1, 1)\n",
            "package/__init__": "",
            "package/deep": "NAME = 'first'\nfrom airflow import DAG\nDAG('not_at_the_top')\n",
        }
    )
    assert may_hold_dags(path.read_bytes())
    loaded = load_file(path, root)
    assert [(dag.dag_id, dag.style) for dag in loaded.dags] == [("first", 2), ("second", 3)]
    assert loaded.dags[0].place == (str(path / "one.py"), 4)
    assert loaded.modules == [], "a change of the zip file itself is noticed anyway"
    purge_modules(root)
    assert str(path) not in sys.path
    assert "shared" not in sys.modules


def test_an_error_names_the_file_inside(root, archive):
    path = archive({"broken": "from airflow import DAG\n\nDAG('d', scheduel=None)\n"})
    with pytest.raises(DagFileError) as error:
        load_file(path, root)
    assert (error.value.file, error.value.line) == ("packed.zip/broken.py", 3)


def test_zip_files_without_dags_and_files_that_are_none(root, archive):
    assert not may_hold_dags(archive({"x": "print(1)\n"}).read_bytes())
    assert not may_hold_dags(b"PK\x03\x04 dag airflow, but no archive")
