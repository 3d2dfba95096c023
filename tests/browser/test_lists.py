"""The lists over all DAGs, and the ways that lead to them."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from browser.accessibility import findings
from browser.grids import write_runs
from browser.watching import OpenPage
from support.clusters import TestCluster
from support.webs import Served


@pytest.mark.usefixtures("run_id")
def test_homes_figures_lead_to_runs_of_all_dags_which_are_narrowed_and_sorted(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="succeeded in 24 h").click()
    expect(page).to_have_url(re.compile(r"/runs\?state=success&ended=day$"))
    runs = page.get_by_role("table", name="Runs")
    expect(runs.get_by_role("link", name="shop_report").first).to_be_visible()
    page.get_by_role("searchbox", name="Run id").fill("FIRS")
    expect(runs.get_by_role("link", name="shop_report")).to_have_count(0)
    page.get_by_role("combobox", name="DAG").fill("shop")
    page.get_by_role("option", name="shop", exact=True).click()
    expect(page).to_have_url(re.compile(r"dag_id=shop&q=FIRS&state=success&ended=day$"))
    runs.get_by_role("button", name="Logical date").click()
    expect(runs.get_by_role("columnheader", name="Logical date")).to_have_attribute("aria-sort", "descending")
    runs.get_by_role("link", name="first", exact=True).click()
    expect(page).to_have_url(re.compile(r"/dags/shop/runs/first$"))


def test_what_waits_in_a_queue_and_an_entry_of_the_audit_trail_lead_on(page: Page, cluster: TestCluster) -> None:
    cluster.write(
        "stranded.py",
        """
        from airflow.sdk import DAG, task

        with DAG("stranded", schedule=None):

            @task(queue="desert")
            def wait_for_rain():
                return 1

            wait_for_rain()
        """,
    )
    run = cluster.trigger("stranded")
    cluster.wait_task("stranded", run, "wait_for_rain", "queued")
    page.goto("/queues?queue=desert")
    page.get_by_role("region", name="desert").get_by_role("link", name="Waiting tasks").click()
    expect(page).to_have_url(re.compile(r"/tasks\?queue=desert&state=waiting$"))
    expect(page.get_by_role("table", name="Task instances").get_by_role("link", name="wait_for_rain")).to_be_visible()
    page.goto("/admin/audit?subject=stranded")
    page.get_by_role("link", name="stranded").first.click()
    expect(page.get_by_role("heading", name=run, exact=True)).to_be_visible()
    cluster.start_worker("desert", concurrency=1)  # the cluster is shared: nothing may wait for ever
    cluster.wait_run("stranded", run)


@pytest.fixture
def runs(cluster: TestCluster, web: Served) -> list[str]:
    """Ended runs of a DAG that is paused, so that nothing goes on with them."""
    cluster.await_dag("ledger")
    write_runs(web.conn, "ledger", 3)
    web.conn.execute(
        "UPDATE task_instance t SET state = 'success' FROM dag_run r WHERE r.id = t.run_id AND r.dag_id = 'ledger'"
    )
    return ["r1", "r2", "r3"]


def test_rows_are_chosen_and_changed_together(
    open_page: OpenPage, cluster: TestCluster, web: Served, runs: list[str]
) -> None:
    page = open_page(bears_refusals=True)
    page.goto("/tasks?dag_id=ledger")
    tasks = page.get_by_role("table", name="Task instances")
    tasks.get_by_role("checkbox", name="ledger · r2 · book").focus()
    page.keyboard.press("Space")
    tasks.get_by_role("checkbox", name="ledger · r3 · book").check()
    page.get_by_role("button", name="Mark failed").click()
    page.get_by_role("button", name="Mark 2 task instances as failed").click()
    expect(tasks.locator("[data-state=failed]")).to_have_count(2)
    assert [cluster.states("ledger", run)["book"] for run in runs] == ["success", "failed", "failed"]

    page.goto("/dags/ledger/runs")
    page.get_by_role("checkbox", name="Choose all that are shown").check()
    assert findings(page) == []
    page.get_by_role("button", name="Delete").click()
    web.as_("admin").delete("/dags/ledger/dagRuns/r1").raise_for_status()  # somebody else is faster
    asked = page.get_by_role("dialog")
    asked.get_by_role("button", name="Delete 3 runs").click()
    expect(asked.get_by_role("alert")).to_contain_text("r1")
    expect(asked.get_by_role("listitem")).to_have_count(1)
    assert findings(page) == []
    found = cluster.conn.execute("SELECT run_id FROM dag_run WHERE dag_id = 'ledger' AND run_id = ANY(%s)", (runs,))
    assert found.fetchall() == []
