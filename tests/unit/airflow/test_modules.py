"""Small modules of Airflow's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest


def test_dates():
    from airflow.utils import dates

    start = datetime(2024, 1, 1, tzinfo=UTC)
    assert dates.date_range(start, num=3, delta=timedelta(days=1))[-1] == datetime(2024, 1, 3, tzinfo=UTC)
    assert dates.date_range(start, num=-3, delta=timedelta(days=1))[0] == datetime(2023, 12, 30, tzinfo=UTC)
    assert len(dates.date_range(start, end_date=datetime(2024, 1, 2, tzinfo=UTC), delta="0 */6 * * *")) == 5
    late = start + timedelta(hours=12, minutes=40)
    assert dates.round_time(late, timedelta(hours=1)) == start + timedelta(hours=12)
    assert dates.round_time(late, "@daily") == start
    assert (dates.infer_time_unit([90]), dates.infer_time_unit([200]), dates.infer_time_unit([8000])) == (
        "seconds",
        "minutes",
        "hours",
    )
    assert dates.scale_time_units([60, 120], "minutes") == [1, 2]
    assert dates.parse_execution_date("2024-01-01") == start
    assert dates.cron_presets["@daily"] == "0 0 * * *"


def test_a_moving_start_date_warns():
    import airflow

    made = airflow.utils.dates.days_ago(2, hour=3)
    assert (made.hour, made.tzinfo) == (3, UTC)


def test_lists_and_dictionaries():
    from airflow.utils import helpers

    assert list(helpers.chunks([1, 2, 3], 2)) == [[1, 2], [3]]
    assert helpers.merge_dicts({"a": {"x": 1}, "b": 1}, {"a": {"y": 2}}) == {"a": {"x": 1, "y": 2}, "b": 1}
    assert helpers.prune_dict({"a": None, "b": {"c": None}, "d": 0}) == {"d": 0}
    assert helpers.prune_dict({"d": 0, "e": 1}, mode="truthy") == {"e": 1}
    assert helpers.convert_camel_to_snake("TaskGroup") == "task_group"
    assert helpers.as_flattened_list([[1], [2, 3]]) == [1, 2, 3]
    assert (helpers.exactly_one(1, 0), helpers.at_most_one(1, 1)) == (True, False)
    with pytest.raises(ValueError, match="expected an id"):
        helpers.validate_key("no spaces")


def test_states_and_run_types():
    from airflow.utils.state import DagRunState, State, TaskInstanceState
    from airflow.utils.types import DagRunType

    assert State.SUCCESS == "success" == TaskInstanceState.SUCCESS == DagRunState.SUCCESS
    assert State.NONE is None
    assert "failed" in State.finished
    assert "running" in State.unfinished
    assert DagRunType.from_run_id("scheduled__2024") is DagRunType.SCHEDULED


def test_folders_are_those_of_the_file_being_loaded(tmp_path):
    from airflow import settings
    from airflow.configuration import AIRFLOW_HOME, conf, get_airflow_home

    from headway.authoring.current_file import FileScope, loading

    assert conf.get("x", "y", fallback="z") == "z"
    assert get_airflow_home() == AIRFLOW_HOME
    (tmp_path / "dags").mkdir()
    with loading(FileScope(str(tmp_path / "dags" / "a.py"), str(tmp_path))):
        assert str(tmp_path) == settings.AIRFLOW_HOME
        assert str(tmp_path / "dags") == settings.DAGS_FOLDER
        assert str(tmp_path / "plugins") == settings.PLUGINS_FOLDER
    assert str(settings.TIMEZONE) == "Timezone('UTC')" or settings.TIMEZONE.name == "UTC"


def test_secrets_are_kept_out():
    from airflow.utils.log.secrets_masker import mask_secret, redact

    from headway.authoring.runtime import use_store

    masked = []

    class Store:
        def mask_secret(self, value):
            masked.append(value)

    with use_store(Store()):
        mask_secret({"password": "p", "host": "h", "deeper": {"api_key": "k"}})
    assert masked == ["p", "k"]
    assert redact({"password": "p", "rows": [1]}) == {"password": "***", "rows": [1]}


def test_metrics_are_taken_and_dropped():
    from airflow.stats import Stats

    Stats.incr("a")
    with Stats.timer("b"):
        pass


def test_a_class_logs_under_its_name():
    from airflow.utils.log.logging_mixin import LoggingMixin

    class Mine(LoggingMixin):
        pass

    assert Mine().log.name.endswith(".Mine")


def test_helpers_of_airflows_examples_lie_beside_the_file(tmp_path):
    from headway.authoring.loader import load_file, purge_modules

    (tmp_path / "libs").mkdir()
    (tmp_path / "libs" / "helper.py").write_text("def print_stuff():\n    pass\n")
    file = tmp_path / "example.py"
    file.write_text(
        "from airflow import DAG\nfrom airflow.example_dags.libs.helper import print_stuff\nwith DAG('d'): pass\n"
    )
    assert [dag.dag_id for dag in load_file(file, tmp_path).dags] == ["d"]
    purge_modules(tmp_path)


@pytest.mark.parametrize(
    ("wanted", "package"),
    [
        ("airflow.providers.google.cloud.operators.bigquery", "apache-airflow-providers-google"),
        ("airflow.providers.cncf.kubernetes.operators.pod", "apache-airflow-providers-cncf-kubernetes"),
        ("airflow.contrib.operators.bigquery_operator", "apache-airflow-providers-google"),
        ("airflow.contrib.operators.emr_add_steps_operator", "apache-airflow-providers-amazon"),
        ("airflow.operators.jdbc_operator", "apache-airflow-providers-jdbc"),
        ("airflow.providers.dbt.cloud.operators.dbt", "apache-airflow-providers-dbt-cloud"),
        ("airflow.providers.snowflake.operators.snowflake", "apache-airflow-providers-snowflake"),
    ],
)
def test_a_missing_import_names_the_package_that_has_it(wanted, package):
    from headway.airflow.remedies import remedy_for

    assert f"pip install --no-deps {package}`" in remedy_for(wanted)
    with pytest.raises(ImportError, match=f"pip install --no-deps {package}`"):
        import_module(wanted)
