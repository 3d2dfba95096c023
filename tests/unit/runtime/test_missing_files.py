from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from headway.authoring.execute import Execution
from headway.authoring.local_runtime import LocalRuntime
from headway.operators.python import PythonOperator
from support.one_task import INSTANCE, RUN, Bench, shop


class Elsewhere(LocalRuntime):
    """Upstream tasks ran on other hosts."""

    def hosts(self, task_ids) -> dict[str, str]:
        return {"first": "host-b", "second": INSTANCE.hostname} if task_ids == ["first", "second"] else {}


def read(path: str) -> None:
    Path(path).read_text()


@pytest.mark.parametrize(("path", "hint"), [("/no/such/file.csv", True), ("no-such-file.csv", False)])
def test_a_missing_file_points_to_other_hosts(
    bench: Bench, caplog: pytest.LogCaptureFixture, path: str, hint: bool
) -> None:
    with shop() as dag:
        first, second, third = (
            PythonOperator(task_id=name, python_callable=read, op_args=[path]) for name in ("first", "second", "third")
        )
        first >> second >> third
    facts = replace(INSTANCE, task_id="third")
    Execution(dag, third, RUN, facts, Elsewhere(bench.world, RUN, facts)).run()
    told = [record.getMessage() for record in caplog.records if record.getMessage().startswith("Hint")]
    assert len(told) == hint
    if hint:
        assert "/no/such/file.csv is not on this host, host-a." in told[0]
        assert "these tasks ran elsewhere: first on host-b." in told[0]


def test_no_hint_where_all_ran_on_this_host(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    with shop():
        first = PythonOperator(task_id="first", python_callable=read, op_args=["/no/such/file"])
        second = PythonOperator(task_id="second", python_callable=read, op_args=["/no/such/file"])
        first >> second
    bench.run(second)
    assert "Hint" not in caplog.text
