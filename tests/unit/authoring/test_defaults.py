"""What DAGs and tasks get that do not say, where the installation says it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from headway import DAG
from headway.airflow import timezone
from headway.authoring import defaults
from headway.authoring.loader import load_file
from headway.errors import SettingsError
from headway.operators.empty import EmptyOperator
from headway.settings import load_settings
from headway_scheduler.parse.process import Job


@pytest.fixture(autouse=True)
def _nothing_said_afterwards() -> Iterator[None]:
    yield
    defaults.configure()


def test_naive_dates_and_schedules_without_dates_are_in_the_default_zone() -> None:
    defaults.configure(timezone="Europe/Berlin")
    naive = DAG("naive", start_date=datetime(2026, 1, 1), schedule="0 6 * * *")  # noqa: DTZ001
    aware = DAG("aware", start_date=datetime(2026, 1, 1, tzinfo=UTC), schedule="0 6 * * *")
    assert naive.start_date == datetime(2026, 1, 1, tzinfo=ZoneInfo("Europe/Berlin"))
    assert [dag.schedule.spec["timezone"] for dag in (naive, aware, DAG("none", schedule="@daily"))] == [
        "Europe/Berlin", "UTC", "Europe/Berlin",
    ]  # fmt: skip


def test_airflows_helpers_know_the_zone() -> None:
    defaults.configure(timezone="Europe/Berlin")
    berlin = datetime(2026, 1, 1, tzinfo=ZoneInfo("Europe/Berlin"))
    naive = datetime(2026, 1, 1)  # noqa: DTZ001
    assert timezone.datetime(2026, 1, 1) == timezone.make_aware(naive) == timezone.parse("2026-01-01") == berlin
    assert timezone.coerce_datetime(naive) == berlin
    assert timezone.make_naive(berlin) == naive


def test_arguments_of_tasks_are_the_weakest_of_all() -> None:
    defaults.configure(retries=2, retry_delay=7.5, queue="slow", owner="team", execution_timeout=None)
    with DAG("shop", default_args={"retries": 3}):
        plain, said = EmptyOperator(task_id="plain"), EmptyOperator(task_id="said", retries=0, queue="fast")
    assert (plain.retries, plain.retry_delay, plain.queue, plain.owner) == (3, timedelta(seconds=7.5), "slow", "team")
    assert (said.retries, said.queue, said.execution_timeout) == (0, "fast", None)


def test_catchup_of_every_style(tmp_path: Path) -> None:
    file = tmp_path / "two.py"
    source = "from airflow import DAG\na = DAG('a', schedule='@daily')\nb = DAG('b', schedule='@daily', catchup=True)\n"
    file.write_text(source)
    assert [dag.catchup for dag in load_file(file, tmp_path).dags] == [True, True]
    defaults.configure(catchup=False)
    assert [dag.catchup for dag in load_file(file, tmp_path).dags] == [False, True]


def test_the_settings_say_it_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HEADWAY_HOME", str(tmp_path))
    monkeypatch.setenv("AIRFLOW__CORE__DEFAULT_TIMEZONE", "utc")
    monkeypatch.setenv("AIRFLOW__CORE__DEFAULT_TASK_RETRIES", "2")
    monkeypatch.setenv("AIRFLOW__CORE__DEFAULT_TASK_EXECUTION_TIMEOUT", "")
    found = load_settings().defaults
    assert (found.timezone, found.retries, found.execution_timeout) == ("UTC", 2, None)
    defaults.configure(**load_settings().unsaid())
    assert defaults.defaults().task == {"retries": 2}
    monkeypatch.setenv("HEADWAY_DEFAULTS__TIMEZONE", "Mars/Olympus")
    with pytest.raises(SettingsError, match=r"defaults\.timezone"):
        load_settings()


def test_limits_of_dags_that_say_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HEADWAY_HOME", str(tmp_path))
    monkeypatch.setenv("AIRFLOW__CORE__MAX_ACTIVE_RUNS_PER_DAG", "3")
    monkeypatch.setenv("HEADWAY_DAGS__MAX_ACTIVE_TASKS", "8")
    before = DAG("before")
    defaults.configure(**load_settings().unsaid())
    dags = before, DAG("plain"), DAG("said", max_active_runs=5, max_active_tasks=9), DAG("one", schedule="@continuous")
    assert [(dag.max_active_runs, dag.max_active_tasks) for dag in dags] == [(16, 16), (3, 8), (5, 9), (1, 8)]


def test_files_are_parsed_with_what_the_settings_say(tmp_path: Path) -> None:
    settings = load_settings(home=tmp_path, dags={"max_active_runs": 3}, defaults={"retries": 2})
    job = Job.of(settings, "dags/a.py", tmp_path, "dags")
    assert (job.defaults["max_active_runs"], job.defaults["retries"]) == (3, 2)
