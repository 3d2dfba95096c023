"""The Grid in the browser: its cells are painted, so they are found by where their row and column cross."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from headway.metastore.database import Connection
from support.waiting import wait_for

_RUNS = """
INSERT INTO dag_run (dag_id, run_id, run_type, state, logical_date, run_after, queued_at, start_date, end_date,
                     version_id, bundle_id, triggered_by)
SELECT %(dag_id)s, 'r' || n, 'scheduled', CASE WHEN n %% 7 = 0 THEN 'failed' ELSE 'success' END,
       at, at, at, at + interval '2 seconds', at + interval '1 second' * (30 + n), version.id, version.bundle_id, 'test'
FROM generate_series(1, %(count)s) AS n,
     LATERAL (SELECT timestamptz '2026-01-01 00:00Z' + interval '1 hour' * n AS at) AS moment,
     (SELECT id, bundle_id FROM dag_version WHERE dag_id = %(dag_id)s ORDER BY number DESC LIMIT 1) AS version
"""
_INSTANCES = """
INSERT INTO task_instance (run_id, task_id, queue, pool, state, start_date, end_date)
SELECT r.id, v.task_id, v.queue, v.pool, CASE WHEN (r.id + v.position) %% 37 = 0 THEN 'failed' ELSE 'success' END,
       r.start_date, r.end_date
FROM dag_run r JOIN version_task v ON v.version_id = r.version_id WHERE r.dag_id = %(dag_id)s
"""


def write_runs(conn: Connection, dag_id: str, count: int) -> None:
    """Write ended runs of a DAG with all their task instances straight into the metastore: r1, r2, …"""
    conn.execute(_RUNS, {"dag_id": dag_id, "count": count})
    conn.execute(_INSTANCES, {"dag_id": dag_id})


class GridPage:
    """The Grid of a DAG."""

    def __init__(self, page: Page, dag_id: str, query: str = "") -> None:
        self.page = page
        page.goto(f"/dags/{dag_id}/grid{query}")
        self.grid: Locator = page.get_by_role("grid")
        expect(self.grid).to_be_visible()

    @property
    def panel(self) -> Locator:
        """The details of what is selected."""
        return self.page.get_by_role("complementary", name="Details of the selection")

    def row(self, task: str) -> Locator:
        """The name of a task or group."""
        return self.grid.locator(f"[data-row={task!r}]")

    def column(self, run: str) -> Locator:
        """The head of a run."""
        return self.grid.locator(f"[data-run={run!r}]")

    def click(self, task: str, run: str) -> None:
        """Click the cell of a task in a run."""
        row, column = self.row(task).bounding_box(), self.column(run).bounding_box()
        assert row is not None
        assert column is not None
        self.page.mouse.click(column["x"] + column["width"] / 2, row["y"] + row["height"] / 2)

    def active(self) -> str:
        """What a screen reader says of the place where the keyboard is."""
        place = self.grid.get_attribute("aria-activedescendant")
        if place is None:
            return ""
        element = self.page.locator(f"[id='{place}']")
        return element.get_attribute("aria-label") or element.inner_text()

    def await_active(self, words: str) -> None:
        """Wait until the place where the keyboard is begins with these words."""
        wait_for(lambda: self.active().startswith(words), what=lambda: f"{words!r}, not {self.active()!r},")
