"""Assets as authors write them: URIs, references, aliases, @asset, schedules of assets and times."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from headway.authoring.assets import Asset, AssetAlias, AssetRef, AssetWatcher, Dataset
from headway.authoring.loader import LoadedFile
from headway.authoring.schedules import normalise
from headway.authoring.structure import describe
from headway.authoring.timetables import AssetOrTimeSchedule, CronTriggerTimetable, PartitionedAssetTimetable
from headway.errors import DagFileError

Load = Callable[..., LoadedFile]


@pytest.mark.parametrize(
    ("given", "uri"),
    [
        ("S3://Bucket/Key/", "s3://Bucket/Key"),
        ("s3://films", "s3://films"),
        ("s3://b/k?b=2&a=1#part", "s3://b/k?a=1&b=2"),
        ("postgres://me:secret@host/db/table", "postgres://host/db/table"),
        ("postgres://me@host/db/table", "postgres://me@host/db/table"),
        ("x-mine://A B/", "x-mine://A B/"),
        ("file:///tmp/x", "file:///tmp/x"),
        ("/tmp/my_file.txt", "/tmp/my_file.txt"),
        ("//example/asset", "//example/asset"),
        ("orders", "orders"),
    ],
)
def test_a_uri_has_one_spelling(given: str, uri: str) -> None:
    assert (Asset(given).uri, Asset(given).name) == (uri, uri)
    assert Dataset(given) == Asset(given)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("  ", "not blank"),
        ("èxample", "ASCII"),
        ("airflow://x", "reserved"),
        ("s3://", "names nothing"),
        ("x" * 1501, "at most 1500"),
    ],
)
def test_uris_that_airflow_refuses_are_refused(given: str, message: str) -> None:
    with pytest.raises(DagFileError, match=message):
        Asset(given)


def test_names_and_uris_are_two_things() -> None:
    asset = Asset("orders", "s3://orders/", group="shop", extra={"by": "us"})
    assert asset.as_outlet() == {"name": "orders", "uri": "s3://orders", "group": "shop", "extra": {"by": "us"}}
    assert asset != Asset("s3://orders")
    assert f"{asset.uri}/x" == "s3://orders/x"


def test_references_and_aliases() -> None:
    assert Asset.ref(name="orders").describe() == {"asset_ref": {"name": "orders"}}
    assert Asset.ref(uri="S3://orders/").describe() == {"asset_ref": {"uri": "s3://orders"}}
    assert AssetAlias("a") == AssetAlias("a") != AssetAlias("b")
    with pytest.raises(DagFileError, match="either its name or its uri"):
        AssetRef()


def test_a_schedule_of_assets_and_times() -> None:
    schedule = AssetOrTimeSchedule(
        timetable=CronTriggerTimetable("0 1 * * 3", timezone="UTC"), assets=[Asset("a"), Asset("b")]
    )
    found = normalise(schedule, 3, "UTC")
    assert (found.spec["kind"], found.text) == ("cron", "0 1 * * 3, or when 2 assets updated")
    assert found.spec["expression"] == {"all": [Asset("a").describe(), Asset("b").describe()]}


def test_partitions_fall_back_to_the_assets() -> None:
    found = normalise(PartitionedAssetTimetable(assets=Asset("a"), default_partition_mapper=object()), 3, "UTC")
    assert found.spec == {"kind": "assets", "expression": Asset("a").describe()}


def test_what_nothing_does_here_is_said(load: Load) -> None:
    loaded = load("""
        from airflow.sdk import DAG, Asset, AssetWatcher, CronPartitionTimetable
        queue = Asset("queue", watchers=[AssetWatcher("w", trigger=object())])
        with DAG("watch", schedule=[queue]):
            pass
        with DAG("parts", schedule=CronPartitionTimetable("0 * * * *", timezone="UTC")):
            pass
    """)
    [[watchers], [partitions]] = [describe(dag)["warnings"] for dag in loaded.dags]
    assert "has watchers, which nothing runs" in watchers["text"]
    assert "have no partitions" in partitions["text"]
    assert loaded.dags[1].schedule.spec["crons"] == ["0 * * * *"]
    assert AssetWatcher("w").name == "w"


def test_the_decorator_makes_a_dag_of_one_task(load: Load) -> None:
    loaded = load("""
        from airflow.sdk import Asset, asset, task

        @asset(uri="s3://b/raw", schedule="@daily", tags=["t"], group="shop")
        def raw():
            "What it is."

        @asset(name="tidy", dag_id="tidy_up", schedule=raw)
        def clean(self, context, raw, outlet_events, limit=5):
            pass

        @asset.multi(schedule=None, outlets=[Asset("a"), Asset("b")])
        def both(tidy):
            pass

        @asset(schedule=raw | both)
        @task.bash(retries=3)
        def shelled():
            return "echo"
    """)
    dags = {dag.dag_id: describe(dag) for dag in loaded.dags}
    assert list(dags) == ["raw", "tidy_up", "both", "shelled"]
    tasks = {name: dag["tasks"][0] for name, dag in dags.items()}
    assert [task["task_id"] for task in tasks.values()] == ["raw", "tidy", "both", "shelled"]
    assert (dags["raw"]["tags"], tasks["raw"]["doc_md"]) == (["t"], "What it is.")
    assert tasks["raw"]["outlets"] == [{"name": "raw", "uri": "s3://b/raw", "group": "shop"}]
    assert tasks["tidy_up"]["inlets"] == [{"asset_ref": {"name": "raw"}}]
    assert tasks["tidy_up"]["outlets"] == [{"name": "tidy", "uri": "tidy"}]
    assert [one["name"] for one in tasks["both"]["outlets"]] == ["a", "b"]
    assert (tasks["shelled"]["operator"], tasks["shelled"]["retries"]) == ("@task.bash", 3)
    assert dags["tidy_up"]["schedule"]["expression"] == {"asset": {"name": "raw", "uri": "s3://b/raw"}}
    assert list(dags["shelled"]["schedule"]["expression"]) == ["any"]


def test_a_function_that_takes_anything_names_no_assets(load: Load) -> None:
    with pytest.raises(DagFileError, match=r"f takes \*\*context"):
        load("""
            from airflow.sdk import asset
            @asset(schedule=None)
            def f(self, **context):
                pass
        """)
