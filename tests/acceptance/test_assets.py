"""Asset-triggered runs on a real cluster, among them DAG files that users brought along, as they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from headway.authoring.xcom_codec import decode
from headway.metastore.queries.run_list import Run, runs
from support.clusters import TestCluster
from support.command import Command

ROOT = Path(__file__).parents[1]
SEEDS = ROOT / "seeds"
WRITTEN = [Path("/tmp/my_file.txt"), Path("/tmp/my_file_2.txt")]


LISTENER = """
    from airflow.listeners import hookimpl
    from airflow.plugins_manager import AirflowPlugin

    class Ears:
        @hookimpl
        def on_dag_run_success(self, dag_run, msg):
            print(f"ears: {dag_run.dag_id} {dag_run.run_type} {dag_run.state}")

    class EarsPlugin(AirflowPlugin):
        name = "ears"
        listeners = [Ears()]
"""


@pytest.fixture
def cluster(
    make_cluster: Callable[..., TestCluster], open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[TestCluster]:
    """A cluster with two queues whose `sleep` returns at once: the DAG that sleeps for 30 s stays as it is."""
    program = open_folder / "bin" / "sleep"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\nexit 0\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    for file in WRITTEN:
        file.unlink(missing_ok=True)
    cluster = make_cluster(sections={"scheduler": {"sweep_interval": 600}})  # nothing waits for a sweep
    for source in (SEEDS / "producer.py", SEEDS / "parallel_dag.py", ROOT.parent / "dags" / "examples" / "assets.py"):
        cluster.write(source.name, source.read_text())
    cluster.write("plugins/ears.py", LISTENER)
    cluster.start({"default": 2, "high_cpu": 1})
    yield cluster
    for file in WRITTEN:
        file.unlink(missing_ok=True)


def ended_runs(cluster: TestCluster, dag_id: str, count: int) -> list[Run]:
    """The runs of a DAG, oldest first, once so many have ended well."""

    def found() -> list[Run] | None:
        every = runs(cluster.conn, dag_id, limit=10)[::-1]
        return every if len(every) >= count and all(run.state == "success" for run in every) else None

    return cluster.wait_until(found, 60, f"{count} runs of {dag_id}")  # type: ignore[no-any-return]


def returned(cluster: TestCluster, dag_id: str, task_id: str) -> Any:
    """What a task of the DAG's newest run returned."""
    row = cluster.conn.execute(
        "SELECT x.value FROM xcom x JOIN task_instance t ON t.id = x.ti_id JOIN dag_run r ON r.id = t.run_id"
        " WHERE r.dag_id = %s AND t.task_id = %s AND x.key = 'return_value' ORDER BY r.id DESC",
        (dag_id, task_id),
    ).fetchone()
    assert row is not None
    return decode(row[0])


def test_dags_follow_their_assets(cluster: TestCluster) -> None:
    # The seeds: new DAGs are not paused here, so the producer's day runs by itself and the consumer follows once.
    [followed] = ended_runs(cluster, "consumer", 1)
    [made] = ended_runs(cluster, "producer", 1)
    [parallel] = ended_runs(cluster, "parallel_dag", 1)
    cluster.conn.execute("UPDATE dag SET next_due = '9999-01-01' WHERE next_due IS NOT NULL")  # midnight may come
    assert followed.run_type == "asset_triggered"
    assert cluster.states("producer", made.run_id) == {"update_dataset": "success", "update_dataset_2": "success"}
    assert [file.read_text() for file in WRITTEN] == ["producer update"] * 2
    cluster.run_to_end("producer")
    assert len(ended_runs(cluster, "consumer", 2)) == 2
    assert set(cluster.states("parallel_dag", parallel.run_id).values()) == {"success"}

    # The example: an asset, its two consumers, and one that waits for whatever is reported under an alias.
    headway = Command(cluster.home)
    assert headway("assets", "materialize", "s3://shop/orders.csv", "-o", "json").json["dag_id"] == "asset_orders"
    for dag_id in ("asset_customers", "asset_report", "asset_mail"):
        [run] = ended_runs(cluster, dag_id, 1)
    assert run.logical_date is None
    assert returned(cluster, "asset_mail", "send") == {"asset_orders": {"rows": 3}, "customers": {"customers": 2}}

    # What people see of them.
    listed = {row["name"]: row for row in headway("assets", "list", "-o", "json").json}
    assert listed["customers"]["producers"] == ["asset_customers.load"]
    assert listed["asset_orders"]["consumers"] == ["asset_customers", "asset_report"]
    assert listed["s3://shop/report.html"]["consumers"] == ["asset_mail"]
    assert listed["s3://shop/report.html"]["producers"] == ["asset_report.write"]
    assert listed["/tmp/my_file.txt"]["events"] == 2
    assert "waits for  asset_orders and customers" in headway("dags", "show", "asset_report").out

    # A plugin's listener hears of the end of a run on a worker, and writes to the log of its last task.
    heard = "SELECT 1 FROM task_log WHERE text LIKE '%ears: consumer asset_triggered success%'"
    cluster.wait_until(lambda: cluster.conn.execute(heard).fetchone(), 60, "the listener's line")
