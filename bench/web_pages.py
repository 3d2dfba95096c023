"""What each page of the UI asks the API for, over the world of ``bench.web_world``."""

from __future__ import annotations

import random
from collections.abc import Callable
from urllib.parse import quote

from bench.web_world import GRAPH, GRID, MAPPED, PLAIN

from headway.metastore.database import Connection


class Places:
    """Draws DAGs, runs and tasks, the same ones each time."""

    def __init__(self, conn: Connection) -> None:
        self._draw = random.Random(7)
        rows = conn.execute(
            "SELECT dag_id, array_agg(run_id ORDER BY run_after DESC) FROM dag_run WHERE state IN ('success', 'failed')"
            " GROUP BY dag_id"
        ).fetchall()
        self._runs: dict[str, list[str]] = dict(rows)
        self._plain = sorted(name for name in self._runs if name.startswith(PLAIN))

    def dag(self, kind: str = PLAIN) -> str:
        """The id of a DAG of a kind."""
        return self._draw.choice(self._plain) if kind == PLAIN else f"{kind}_0"

    def run(self, kind: str = PLAIN) -> str:
        """The path of a run of a kind of DAG."""
        dag = self.dag(kind)
        return f"/dags/{dag}/dagRuns/{quote(self._draw.choice(self._runs[dag]), safe='')}"

    def newest(self, kind: str) -> str:
        """The path of the newest finished run of a kind of DAG."""
        dag = self.dag(kind)
        return f"/dags/{dag}/dagRuns/{quote(self._runs[dag][0], safe='')}"

    def task(self, kind: str = PLAIN) -> str:
        """The path of a task instance."""
        if kind == MAPPED:
            return f"{self.run(kind)}/taskInstances/each/{self._draw.randrange(10_000)}"
        return f"{self.run(kind)}/taskInstances/group_{self._draw.randrange(3)}.task_{self._draw.randrange(6)}/-1"


Call = Callable[[Places], str]

PAGES: dict[str, list[Call]] = {
    "Home": [
        lambda _: "/dashboard",
        lambda _: "/queues",
        lambda _: "/nodes",
    ],
    "DAGs": [
        lambda _: "/dags?limit=50",
        lambda _: "/dags?limit=50&state=failed",
        lambda _: "/dags?limit=50&order_by=-last_run&q=plain_9",
        lambda _: "/dags?limit=50&tags=tag_7&order_by=next_run",
        lambda _: "/tags",
        lambda _: "/owners",
    ],
    "DAG": [
        lambda at: f"/dags/{at.dag()}",
        lambda at: f"/dags/{at.dag(GRAPH)}",
        lambda at: f"/dags/{at.dag()}/calendar",
        lambda at: f"/dags/{at.dag()}/runs-due",
    ],
    "Grid": [
        lambda at: f"/dags/{at.dag()}/grid?limit=25",
        lambda at: f"/dags/{at.dag(GRID)}/grid?limit=100",
        lambda at: f"/dags/{at.dag(MAPPED)}/grid?limit=10",
    ],
    "Graph": [
        lambda at: f"/dags/{at.dag(GRAPH)}/structure",
        lambda at: f"{at.run(GRAPH)}/graph",
        lambda at: f"{at.run()}/graph",
    ],
    "Task Duration": [
        lambda at: f"/dags/{at.dag()}/durations",
        lambda at: f"/dags/{at.dag(GRID)}/durations?limit=100",
    ],
    "Gantt": [
        lambda at: f"{at.run()}/gantt",
        lambda at: f"{at.run(GRAPH)}/gantt",
        lambda at: f"{at.run(MAPPED)}/gantt",
    ],
    "Code": [
        lambda at: f"/dags/{at.dag()}/versions",
        lambda at: f"/dags/{at.dag()}/source",
        lambda at: f"/dags/{at.dag()}/source/diff?from=1&to=3",
    ],
    "Runs": [
        lambda _: "/dags/~/dagRuns",
        lambda _: "/dags/~/dagRuns?state=failed",
        lambda _: "/dags/~/dagRuns?state=running",
        lambda _: "/dags/~/dagRuns?run_type=manual&state=failed",
        lambda at: f"/dags/{at.dag()}/dagRuns?state=failed",
        lambda at: f"/dags/{at.dag(MAPPED)}/dagRuns?limit=20",
        lambda at: at.run(),
    ],
    "Run": [
        lambda at: f"{at.run()}/taskInstances",
        lambda at: f"{at.run(GRAPH)}/taskInstances?limit=500",
        lambda at: f"{at.run(MAPPED)}/taskInstances/each/listMapped?limit=100",
        lambda at: f"{at.run(MAPPED)}/taskInstances/each/listMapped?state=failed",
        lambda _: "/dags/~/dagRuns/~/taskInstances?state=failed",
        lambda _: "/dags/~/dagRuns/~/taskInstances?state=running",
        lambda _: "/dags/~/dagRuns/~/taskInstances?state=skipped",
    ],
    "Task": [
        lambda at: at.task(),
        lambda at: at.task(MAPPED),
        lambda at: f"{at.task()}/tries",
        lambda at: f"{at.task()}/xcomEntries",
        lambda at: f"{at.task()}/logs/0",
        lambda at: f"{at.newest(GRID)}/taskInstances/begin/-1/logs/1",
    ],
    "Assets": [
        lambda _: "/assets",
        lambda _: "/assets/graph",
        lambda _: "/assets/events",
    ],
    "Queues": [lambda _: "/queues", lambda _: "/queues/queue_1/history?minutes=60"],
    "Admin": [
        lambda _: "/pools",
        lambda _: "/variables",
        lambda _: "/connections",
        lambda _: "/importErrors",
        lambda _: "/eventLogs",
        lambda _: "/eventLogs?actor=user_3&action=dag.pause",
        lambda _: "/users",
        lambda _: "/tokens",
    ],
}
