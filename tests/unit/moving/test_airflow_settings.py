"""Airflow's configuration as a source of settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from headway.airflow_settings import SETTING_OF, airflow_keys, config_file, settings_of
from headway.errors import SettingsError
from headway.operations.configuration import all_settings
from headway.settings import Settings, load_settings


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("AIRFLOW_HOME", str(tmp_path))
    monkeypatch.delenv("AIRFLOW_CONFIG", raising=False)
    return tmp_path


def test_the_file_and_the_environment_are_read(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "airflow.cfg").write_text("[core]\ndags_folder = /a\nparallelism = 7\nhostname_callable = a%b\n")
    monkeypatch.setenv("AIRFLOW__CORE__PARALLELISM", "9")
    monkeypatch.setenv("AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION", "False")
    settings = load_settings()
    assert (settings.dags.folder, settings.scheduler.parallelism) == (Path("/a"), 9)
    assert settings.dags.paused_at_creation is False
    sources = {one.key: one.source for one in all_settings(settings)}
    assert sources["dags.folder"] == f"core.dags_folder in {home / 'airflow.cfg'}"
    assert sources["scheduler.parallelism"] == "core.parallelism in AIRFLOW__CORE__PARALLELISM"


def test_headways_own_settings_go_first(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "airflow.cfg").write_text("[core]\ndags_folder = /a\n")
    monkeypatch.setenv("HEADWAY_DAGS__FOLDER", "/b")
    assert load_settings().dags.folder == Path("/b")


def test_addresses_and_secrets_of_a_running_airflow_are_left_to_it(home: Path) -> None:
    (home / "airflow.cfg").write_text(
        "[core]\nsql_alchemy_conn = postgresql://x\nfernet_key = k\n[celery]\nbroker_url = redis://x\n"
    )
    settings = load_settings()
    assert not any(
        one.get_secret_value() for one in (settings.metastore.url, settings.broker.url, settings.security.key)
    )


def test_a_value_that_does_not_fit_names_the_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW__CORE__PARALLELISM", "many")
    with pytest.raises(SettingsError, match=r"scheduler\.parallelism"):
        load_settings()


def test_newer_names_of_a_key_win() -> None:
    keys = airflow_keys({"AIRFLOW__CORE__DAG_CONCURRENCY": "3", "AIRFLOW__CORE__MAX_ACTIVE_TASKS_PER_DAG": "5"}, None)
    assert settings_of(keys) == {"dags": {"max_active_tasks": "5"}}
    assert airflow_keys({"AIRFLOW__CORE__FERNET_KEY_CMD": "cat key", "AIRFLOW__X": "1"}, None) == []


def test_every_setting_of_the_table_exists() -> None:
    known = {one.key for one in all_settings(Settings.model_construct(home=Path("/")), environment={})}
    assert set(SETTING_OF.values()) - known == set()


def test_which_file(tmp_path: Path) -> None:
    assert config_file({}) is None
    assert config_file({"AIRFLOW_HOME": str(tmp_path)}) is None
    (tmp_path / "other.cfg").write_text("")
    assert config_file({"AIRFLOW_CONFIG": str(tmp_path / "other.cfg")}) == tmp_path / "other.cfg"
