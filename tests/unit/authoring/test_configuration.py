"""``conf``: the environment, the folders, airflow.cfg, Airflow's defaults, what the caller falls back to."""

from __future__ import annotations

from pathlib import Path

import pytest

from headway.authoring.configuration import conf, folder_of
from headway.errors import NotFound
from headway.testing import DagFolder


def test_the_environment_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW__CORE__PARALLELISM", "7")
    assert conf.getint("core", "parallelism") == 7


def test_options_that_nobody_has_set_have_airflows_defaults() -> None:
    assert conf.getint("core", "parallelism") == 32
    assert conf.getboolean("core", "dags_are_paused_at_creation")
    assert conf.get("kubernetes_executor", "WORKER_CONTAINER_REPOSITORY") == ""
    assert conf.get("core", "parallelism", fallback="1") == "32"  # as in Airflow, a default goes before a fallback
    assert conf.has_option("smtp", "smtp_host")


def test_folders_are_those_of_the_dag_files() -> None:
    assert conf.get("core", "dags_folder") == folder_of("DAGS_FOLDER")


def test_an_option_of_the_users_own_needs_a_value_or_a_fallback() -> None:
    assert conf.get("mine", "colour", fallback="red") == "red"
    with pytest.raises(NotFound, match=r"no option \[mine\] colour") as caught:
        conf.get("mine", "colour")
    assert "AIRFLOW__MINE__COLOUR" in caught.value.remedy


def test_sections_of_ones_own_stand_in_airflow_cfg(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "airflow.cfg"
    file.write_text("[my_team]\nbucket = s3://lake\nrows = 5\n[core]\nparallelism = 7\ndags_folder = /elsewhere\n")
    monkeypatch.setenv("AIRFLOW_CONFIG", str(file))
    monkeypatch.setenv("AIRFLOW__MY_TEAM__ROWS", "6")
    assert (conf.get("my_team", "bucket"), conf.getint("my_team", "rows"), conf.getint("core", "parallelism")) == (
        "s3://lake", 6, 7,
    )  # fmt: skip
    assert conf.get("core", "dags_folder") != "/elsewhere"
    monkeypatch.delenv("AIRFLOW_CONFIG")
    assert not conf.has_option("my_team", "bucket")


def test_folders_are_those_of_the_dag_files_in_a_task_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "dags").mkdir()
    (tmp_path / "dags" / "where.py").write_text(
        "from airflow.configuration import conf\n"
        "from airflow.decorators import dag, task\n"
        "@dag(schedule=None)\n"
        "def where():\n"
        "    @task\n"
        "    def folders():\n"
        "        from airflow import settings\n"
        "        return [conf.get('core', 'dags_folder'), settings.DAGS_FOLDER, settings.AIRFLOW_HOME]\n"
        "    folders()\n"
        "where()\n"
    )
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    monkeypatch.delenv("AIRFLOW_HOME", raising=False)
    (tmp_path / "plugins").mkdir()  # so that the bundle begins here
    run = DagFolder(tmp_path / "dags").run("where")
    assert run.xcom("folders") == [str(tmp_path / "dags"), str(tmp_path / "dags"), str(tmp_path)]
