"""Assets, plugins and users' timetables on their way to the metastore."""

from __future__ import annotations

import pytest

from .conftest import Project

PLUGIN = """
from datetime import timedelta
from airflow.plugins_manager import AirflowPlugin
from airflow.timetables.base import DagRunInfo, Timetable

class Days(Timetable):
    def next_dagrun_info(self, *, last_automated_data_interval, restriction):
        last = last_automated_data_interval
        start = last.end if last else restriction.earliest
        return DagRunInfo.interval(start, start + timedelta(days=1))

class Mine(AirflowPlugin):
    name = "mine"
"""
DAG = """
from datetime import datetime
from airflow import DAG
from days import Days
with DAG("d", schedule=Days(), start_date=datetime(2024, 1, 1), catchup=True):
    pass
"""


def first_listed(project: Project) -> str:
    found: str = project.value("SELECT schedule #>> '{runs,0,start}' FROM dag WHERE dag_id = 'd'")
    return found


def test_a_users_timetable_goes_on_from_the_last_run_and_its_dates_make_no_new_version(project: Project) -> None:
    project.write("plugins/days.py", PLUGIN)
    project.write("d.py", DAG)
    project.parse()
    assert project.errors() == {}
    assert first_listed(project) == "2024-01-01T00:00:00+00:00"
    [[reads]] = project.rows("SELECT modules FROM dag_file WHERE path = 'd.py'")
    assert "plugins/days.py" in reads
    assert any(read.startswith("?until:") for read in reads)
    project.conn.execute(
        "INSERT INTO dag_run (dag_id, run_id, run_type, data_interval_start, data_interval_end)"
        " VALUES ('d', 'r', 'scheduled', '2024-03-01Z', '2024-03-02Z')"
    )
    project.write("plugins/days.py", PLUGIN + "\n")
    assert project.parse() == 2, "the plugin is a file of its own, and the DAG depends on it"
    assert first_listed(project) == "2024-03-02T00:00:00+00:00"
    assert project.version("d") == 2, "the code of a module that the DAG's file imported has changed"
    project.write("plugins/days.py", PLUGIN)
    project.parse()
    assert first_listed(project) == "2024-03-02T00:00:00+00:00"
    assert project.version("d") == 1, "the code came back, and other dates make no version"


def test_a_broken_plugin_is_shown_at_its_line_and_disturbs_no_dag(project: Project) -> None:
    project.write("plugins/days.py", PLUGIN)
    project.write("plugins/broken.py", "from airflow.plugins_manager import AirflowPlugin\nimport nothing_there\n")
    project.write("d.py", DAG)
    project.parse()
    assert project.dags() == ["d"]
    [(file, (line, message, _))] = project.errors().items()
    assert (file, line) == ("plugins/broken.py", 2)
    assert "nothing_there" in message
    project.write("plugins/broken.py", "from airflow.plugins_manager import AirflowPlugin\n")
    project.parse()
    assert project.errors() == {}


@pytest.mark.parametrize("later", ["None", "[Asset('b')]"])
def test_what_a_dag_declares_and_waits_for(project: Project, later: str) -> None:
    text = """
from airflow.sdk import DAG, Asset, AssetAlias, task
with DAG("d", schedule={schedule}):
    @task(outlets=[Asset("out", "s3://out", group="g", extra={{"k": 1}})], inlets=[Asset.ref(name="in")])
    def t(): pass
    t()
"""
    wanted = "Asset('a', 's3://a') & (Asset.ref(uri='s3://b') | AssetAlias('c'))"
    project.write("d.py", text.format(schedule=wanted))
    project.parse()
    assert project.errors() == {}
    assert project.rows("SELECT name, uri, group_name, extra FROM asset ORDER BY name") == [
        ("a", "s3://a", "asset", {}),
        ("out", "s3://out", "g", {"k": 1}),
    ]
    consumer = "SELECT kind, value FROM asset_consumer WHERE dag_id = 'd' ORDER BY 1"
    assert project.rows(consumer) == [("alias", "c"), ("name", "a"), ("uri", "s3://b")]
    project.write("d.py", text.format(schedule=later))
    project.parse()
    assert project.rows(consumer) == ([] if later == "None" else [("name", "b")])
