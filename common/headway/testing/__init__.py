"""For tests of your own DAGs: load a folder of DAG files, run a DAG or a task in this process, look at what it did.

::

    from headway.testing import DagFolder

    def test_sales() -> None:
        run = DagFolder("dags").run("sales", "2026-01-31", variables={"bucket": "test"})
        assert run.state == "success"
        assert run.states["load"] == "success"
        assert run.xcom("count_rows") == 42

With pytest the fixtures ``headway_dags`` and ``headway_run`` are there without an import.
"""

from __future__ import annotations

from headway.local.results import RunReport, TaskReport
from headway.testing.folder import DagFolder
from headway.testing.running import render_task, run_dag, run_task

__all__ = ["DagFolder", "RunReport", "TaskReport", "render_task", "run_dag", "run_task"]
