"""The check of a folder that holds about everything that may be wrong with DAG files; it is checked once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from headway.moving.check import FileReport, Order, Report, check

FILES = {
    "dags/fine.py": """
from airflow.sdk import dag, task
from rates import RATE
print("what files print is in nobody's way")
@dag(schedule="@daily")
def fine():
    @task
    def one():
        return RATE
    one()
fine()
""",
    "plugins/rates.py": "RATE = 7\n",
    "dags/old.py": """
from airflow import DAG
from airflow.utils.dates import days_ago
from airflow.operators.bash_operator import BashOperator
from airflow.sensors.bash import BashSensor
with DAG("old", start_date=days_ago(2), schedule_interval="0 6 * * *", concurrency=3):
    BashOperator(task_id="hello", bash_command="true")
    BashSensor(task_id="wait", bash_command="true", deferrable=True)
""",
    "dags/lacking.py": """
from typing import TYPE_CHECKING
from airflow import DAG
from airflow.providers.snowflake.hooks.snowflake import SnowflakeHook
import surely_not_installed
if TYPE_CHECKING:
    import only_for_type_checkers
try:
    import not_needed_either
except ImportError:
    pass
def work():
    import missing_at_run
""",
    "dags/refused.py": """
from datetime import datetime
from airflow import DAG
from airflow.models import DagRun
from airflow.providers.standard.operators.hitl import ApprovalOperator
with DAG("refused", start_date=datetime(2026, 1, 1)):
    ApprovalOperator(task_id="ask", subject="May we?")
""",
    "dags/asking.py": """
from airflow import DAG
from airflow.models import Variable
region = Variable.get("region")
bucket = Variable.get("bucket")
""",
    "dags/default.py": """
from airflow import DAG
from airflow.models import Variable
with DAG("default_" + Variable.get("suffix", "none")):
    pass
""",
    "dags/hanging.py": """
import time
# an airflow dag that waits
time.sleep(600)
""",
    "dags/leaving.py": """
import os
# an airflow dag that goes
os._exit(3)
""",
    "dags/changing.py": """
import os, sys
os.environ["HOME"] = "/nowhere"
sys.path.insert(0, "/nowhere")
from airflow import DAG
with DAG("changing"):
    pass
""",
    "dags/syntax.py": "from airflow import DAG\ndef broken(:\n",
    "dags/again.py": "from airflow import DAG\nwith DAG('old'):\n    pass\n",
    "airflow.cfg": """
[core]
dags_folder = /opt/airflow/dags
fernet_key = a-secret
parallelism = %s
[webserver]
base_url = http://localhost
""",
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("project")
    for name, text in FILES.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(text)
    (root / "variables.json").write_text(json.dumps({"region": "north"}))
    return root


@pytest.fixture(scope="module")
def report(project: Path) -> Report:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HEADWAY_HOME", str(project / "home"))
        patch.setenv("AIRFLOW__CELERY__WORKER_CONCURRENCY", "8")
        for name in ("AIRFLOW_CONFIG", "AIRFLOW_HOME"):
            patch.delenv(name, raising=False)
        return check(Order(project / "dags", timeout=2.0, variables=project / "variables.json"))


def of(report: Report, name: str) -> FileReport:
    return next(one for one in report.files if one.file == f"dags/{name}.py")


def lines(found: Any) -> list[tuple[int, str]]:
    return [(one["line"], one["what"]) for one in found]


def test_a_file_that_works(report: Report) -> None:
    fine = of(report, "fine")
    assert (fine.works, fine.findings["style"]) == (True, 3)
    assert [(dag["dag_id"], dag["tasks"], dag["schedule_text"]) for dag in fine.dags] == [("fine", 1, "@daily")]


def test_old_arguments_are_told_with_their_lines(report: Report) -> None:
    old = of(report, "old")
    assert (old.works, old.findings["style"]) == (True, 1)
    assert old.findings["deferrable"] == ["wait"]
    assert {6} == {one["line"] for one in old.findings["warnings"]}
    assert any("schedule_interval" in one["text"] for one in old.findings["warnings"])


def test_all_that_is_missing_is_told_at_once(report: Report) -> None:
    lacking = of(report, "lacking")
    assert lacking.error is not None
    assert lacking.error["kind"] == "import"
    missing = lacking.findings["missing"]
    assert lines(missing) == [
        (4, "airflow.providers.snowflake.hooks.snowflake.SnowflakeHook"),
        (5, "surely_not_installed"),
        (13, "missing_at_run"),
    ]
    assert [one["when"] for one in missing] == ["load", "load", "run"]
    assert "apache-airflow-providers-snowflake" in missing[0]["remedy"]
    assert "requirements.txt" in missing[1]["remedy"]


def test_what_parses_and_cannot_run(report: Report) -> None:
    refused = of(report, "refused")
    assert (refused.error, refused.works) == (None, False)
    assert lines(refused.findings["cannot_run"]) == [
        (7, "ApprovalOperator (task ask)"),
        (5, "airflow.providers.standard.operators.hitl.ApprovalOperator"),
    ]
    assert refused.findings["inside"] == ["airflow.models.DagRun"]


def test_values_that_files_ask_for_while_they_are_loaded(report: Report) -> None:
    asking = of(report, "asking")
    assert asking.error is not None
    assert (asking.error["kind"], asking.error["line"]) == ("value", 5)
    assert "import the variable bucket first" in asking.error["remedy"]
    assert asking.findings["values"] == ["variable bucket"]  # region came from the file
    default = of(report, "default")
    assert (default.works, default.findings["values"]) == (True, ["variable suffix"])


def test_files_that_hang_leave_or_are_no_python(report: Report) -> None:
    found = {name: of(report, name).error for name in ("hanging", "leaving", "syntax")}
    assert [(error["kind"], error["line"]) for error in found.values() if error] == [
        ("hangs", 4), ("exits", 0), ("syntax", 2),
    ]  # fmt: skip


def test_a_file_spoils_nothing_for_others(report: Report) -> None:
    assert of(report, "changing").works
    assert of(report, "default").works


def test_dag_ids_that_two_files_define(report: Report) -> None:
    assert report.duplicates == {"old": ["dags/again.py", "dags/old.py"]}
    assert not report.loads


def test_keys_of_airflows_configuration(report: Report, project: Path) -> None:
    found = {key.name: (key.setting, bool(key.reason)) for key in report.keys}
    assert found == {
        "core.dags_folder": ("dags.folder", False),
        "core.parallelism": ("scheduler.parallelism", False),
        "celery.worker_concurrency": ("worker.concurrency", False),
        "core.fernet_key": (None, True),
        "webserver.base_url": (None, True),
    }
    assert report.unread == project / "airflow.cfg"


def test_the_report_for_programs(report: Report) -> None:
    text = json.dumps(report.as_json())
    found = json.loads(text)
    assert found["summary"] == {"files": 11, "files_that_load": 6, "files_that_work": 5, "dags": 6, "tasks": 4}
    assert "a-secret" not in text
    assert {"key", "place", "setting", "reason"} == set(found["configuration"][0])
