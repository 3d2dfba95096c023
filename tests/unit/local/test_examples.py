"""Every example that needs no other DAG and no server runs in one process to the same end as on a cluster."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from headway.testing import DagFolder

ROOT = Path(__file__).parents[3]
SERVERS = {"example_sql", "example_http", "example_s3", "user_processing"}  # their connections lead to servers
ENDS: dict[str, dict[str, Any]] = tomllib.loads((ROOT / "tests" / "acceptance" / "examples.toml").read_text())


@pytest.fixture(scope="module")
def examples() -> Iterator[DagFolder]:
    with DagFolder(ROOT / "dags" / "examples") as folder:
        yield folder


@pytest.mark.parametrize(
    "dag_id", [dag_id for dag_id, end in ENDS.items() if "by" not in end and dag_id not in SERVERS]
)
def test_an_example_ends_as_on_a_cluster(examples: DagFolder, dag_id: str) -> None:
    end = ENDS[dag_id]
    run = examples.run(dag_id, conf=end.get("conf"))
    other = {task_id: state for state in ("skipped", "failed", "upstream_failed") for task_id in end.get(state, ())}
    assert run.state == end.get("run", "success")
    wrong = {one.label: (one.state, one.error) for one in run.tasks if one.state != other.get(one.label, "success")}
    assert wrong == {}
    for task_id, value in end.get("xcoms", {}).items():
        assert json.loads(json.dumps(run.xcom(task_id))) == json.loads(value), task_id
