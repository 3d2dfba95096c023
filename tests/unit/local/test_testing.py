"""``headway.testing``: what users' own tests call."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from headway import DAG
from headway.authoring.connections import Connection
from headway.authoring.loader import purge_modules
from headway.errors import NotFound
from headway.operators.python import PythonOperator
from headway.testing import DagFolder, render_task, run_dag, run_task
from headway.testing.dag_bag import DagBag

SALES = """
from datetime import datetime
from airflow import DAG
from airflow.hooks.base import BaseHook
from airflow.models import Variable
from airflow.operators.python import PythonOperator
from rates import RATE

REGION = Variable.get("region", "nowhere")

def count(ti, shop):
    host = BaseHook.get_connection("warehouse").host
    return f"{shop} of {REGION} at {RATE} in {host}, {ti.xcom_pull(task_ids='before')}"

with DAG("sales", start_date=datetime(2026, 1, 1), schedule_interval="@daily") as dag:
    PythonOperator(task_id="count", python_callable=count, op_kwargs={"shop": "{{ var.value.shop }} {{ ds }}"})
"""


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Path]:
    """A project with a plugin module, a file that is hidden, one that is broken and one without DAGs."""
    (tmp_path / "dags").mkdir()
    (tmp_path / "plugins").mkdir()
    (tmp_path / "plugins" / "rates.py").write_text("RATE = 7\n")
    (tmp_path / "dags" / "sales.py").write_text(SALES)
    (tmp_path / "dags" / "broken.py").write_text("from airflow import DAG\nimport no_such_module_here\n")
    (tmp_path / "dags" / "hidden.py").write_text("from airflow import DAG\nraise RuntimeError\n")
    (tmp_path / "dags" / ".airflowignore").write_text("hidden.py\n")
    yield tmp_path / "dags"
    purge_modules(tmp_path)


def test_a_folder_is_loaded_as_a_scheduler_loads_it(project: Path) -> None:
    folder = DagFolder(project, variables={"region": "north"})
    assert list(folder.dags) == ["sales"]
    assert list(folder.errors) == ["dags/broken.py"]
    assert folder.errors["dags/broken.py"].line == 2
    assert [one.text for one in folder.warnings["dags/sales.py"]] == [
        "DAG 'sales': schedule_interval is an old name, write schedule"
    ]
    with pytest.raises(NotFound, match=r"(?s)no DAG 'sale'.*broken.py:2.*did you mean 'sales'"):
        folder.dag("sale")


@pytest.mark.parametrize(
    "warehouse", ["postgres://db.example.com/shop", {"host": "db.example.com"}, Connection(host="db.example.com")]
)
def test_runs_find_the_values_that_a_test_gives(project: Path, warehouse: object) -> None:
    folder = DagFolder(project, variables={"region": "north", "shop": "all"})
    run = folder.run("sales", "2026-02-01", variables={"shop": "corner"}, connections={"warehouse": warehouse})  # type: ignore[dict-item]
    assert run.xcom("count") == "corner 2026-02-01 of north at 7 in db.example.com, None"


def test_a_task_by_itself(project: Path) -> None:
    folder = DagFolder(project, connections={"warehouse": "http://h"}, variables={"shop": "corner"})
    report = folder.run_task("sales", "count", "2026-02-01", xcoms={"before": [1]})
    assert report.state == "success"
    assert folder.render("sales", "count", "2026-02-01") == {
        "templates_dict": None, "op_args": (), "op_kwargs": {"shop": "corner 2026-02-01"},
    }  # fmt: skip
    dag = folder.dag("sales")
    assert run_task(dag, "count").error is not None  # no connection
    assert render_task(dag, "count", "2026-02-02", variables={"shop": 5})["op_kwargs"] == {"shop": "5 2026-02-02"}


def test_a_task_by_itself_knows_that_it_is_a_test() -> None:
    with DAG("shop") as dag:
        PythonOperator(task_id="one", python_callable=lambda test_mode: print(test_mode) or str(test_mode))
        PythonOperator(task_id="sql", python_callable=print, op_args=["{{ test_mode }}"])
    assert render_task(dag, "sql")["op_args"] == ["True"]
    assert run_dag(dag).xcom("one") == "False"


def test_one_file(project: Path) -> None:
    assert list(DagFolder(project / "sales.py").dags) == ["sales"]


def test_dag_bag_under_airflows_names(project: Path) -> None:
    bag = DagBag(dag_folder=str(project), include_examples=False)
    assert (bag.dag_ids, bag.size()) == (["sales"], 1)
    assert bag.get_dag("sales").task_ids == ["count"]
    assert bag.get_dag("other") is None
    assert list(bag.import_errors) == [str(project / "broken.py")]


def test_a_dag_file_that_looks_at_its_own_folder_does_not_see_itself(project: Path) -> None:
    (project / "catalogue.py").write_text(
        "from airflow import DAG\nfrom airflow.models import DagBag\n"
        "with DAG('catalogue', description=','.join(DagBag(__file__.rpartition('/')[0]).dag_ids)):\n    pass\n"
    )
    assert DagFolder(project).dag("catalogue").description == "sales"


def test_the_example_of_the_documentation_runs(tmp_path: Path) -> None:
    """The page's own DAG file and test file, with the fixtures of the pytest plugin."""
    page = (Path(__file__).parents[3] / "docs" / "testing.md").read_text()
    blocks = re.findall(r"```python\n# (\S+)\n(.*?)```", page, re.DOTALL)
    assert [name for name, _ in blocks] == ["dags/sales.py", "tests/test_dags.py", "tests/test_integrity.py"]
    for name, text in blocks:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    installed = {point.name for point in entry_points(group="pytest11")}
    plugin = ["-p", "no:schemathesis", *([] if "headway" in installed else ["-p", "headway.testing.plugin"])]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *plugin, "-p", "no:cacheprovider", "tests"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "7 passed" in done.stdout, done.stdout + done.stderr
