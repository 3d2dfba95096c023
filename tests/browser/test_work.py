"""What people come for: start a run and watch it, find why one failed and mend it, see which queue needs a worker."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from browser.conftest import PASSWORD
from browser.watching import OpenPage, SetValue
from support.clusters import TestCluster


def test_log_in_trigger_and_watch_the_log_as_it_is_written(
    open_page: OpenPage, cluster: TestCluster, set_value: SetValue
) -> None:
    cluster.await_dag("gated")
    page = open_page(None)
    page.goto("/login?next=%2Fdags%2Fgated")
    page.get_by_label("User name").fill("visitor")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()
    page.get_by_role("button", name="Trigger", exact=True).click()
    form = page.get_by_role("dialog")
    form.get_by_label("Which gate").fill("pressed")
    form.get_by_role("button", name="Trigger", exact=True).click()
    expect(form).to_have_count(0)
    page.wait_for_url("**/dags/gated/runs/**")
    page.goto(f"{page.url}/tasks/gate?tab=logs")
    expect(page.locator("main")).to_contain_text("waiting at pressed")
    expect(page.locator("main")).not_to_contain_text("the gate is open")
    set_value("pressed", "open")
    expect(page.locator("main")).to_contain_text("the gate is open")


@pytest.mark.usefixtures("run_id")
def test_find_why_a_run_failed_mend_it_and_run_it_again(page: Page, cluster: TestCluster) -> None:
    page.goto("/")
    page.locator("main").get_by_role("link", name="mended").first.click()
    expect(page.locator("main")).to_contain_text("deliver")
    page.goto("/dags/mended/runs/first/tasks/deliver?tab=logs")
    expect(page.locator("main")).to_contain_text("the address of the customer is missing")

    page.goto("/admin/variables")
    page.get_by_role("button", name="Add variable").first.click()
    form = page.get_by_role("dialog")
    form.get_by_label("Key").fill("customer_address")
    form.get_by_label("Value").fill("Harbour Street 1")
    form.get_by_role("button", name="Save").click()
    expect(page.locator("main")).to_contain_text("customer_address")

    page.goto("/dags/mended/runs/first/tasks/deliver")
    page.get_by_role("button", name="Clear", exact=True).first.click()
    page.get_by_role("button", name="Clear 1 task instance").click()
    expect(page.locator("main [data-state=success]").first).to_be_visible()
    assert cluster.wait_run("mended", "first").state == "success"


def test_a_queue_that_nobody_consumes_is_told_until_a_worker_comes(page: Page, cluster: TestCluster) -> None:
    cluster.write(
        "lonely.py",
        """
        from airflow.sdk import DAG, task

        with DAG("lonely", schedule=None):

            @task(queue="lonely")
            def wait_for_somebody():
                return 1

            wait_for_somebody()
        """,
    )
    run = cluster.trigger("lonely")
    cluster.wait_task("lonely", run, "wait_for_somebody", "queued")
    page.goto("/queues")
    told = page.get_by_role("alert").filter(has_text="lonely")
    expect(told).to_contain_text("Nobody consumes lonely, and 1 task waits in it.")
    expect(told).to_contain_text("headway worker -Q lonely")
    cluster.start_worker("lonely", concurrency=1)
    expect(told).to_have_count(0)
    cluster.wait_run("lonely", run)


def test_a_worker_is_drained_from_the_page(page: Page, cluster: TestCluster) -> None:
    cluster.start_worker("spare", concurrency=1)
    page.goto("/nodes")
    row = page.get_by_role("row").filter(has_text="worker-spare")
    row.get_by_role("button", name="Drain").click()
    asked = page.get_by_role("dialog")
    expect(asked).to_contain_text("No other worker consumes spare")
    asked.get_by_role("button", name="Drain the node").click()
    expect(asked).to_have_count(0)
    expect(row).to_have_count(0)


@pytest.mark.usefixtures("run_id")
def test_a_viewer_looks_and_changes_nothing(open_page: OpenPage) -> None:
    page = open_page("viewer")
    page.goto("/dags/shop")
    expect(page.get_by_role("button", name="Trigger", exact=True)).to_be_disabled()
    page.goto("/nodes")
    expect(page.get_by_role("button", name="Drain").first).to_be_disabled()
    page.goto("/assets")
    page.locator("main").get_by_role("link", name="orders", exact=True).click()
    expect(page.get_by_role("button", name="Create an update")).to_be_disabled()
    answer = page.request.post("/api/v1/dags/shop/dagRuns", data={})
    assert answer.status == 403


@pytest.mark.usefixtures("run_id")
def test_an_update_made_by_hand_starts_who_waits_for_the_asset(page: Page, cluster: TestCluster) -> None:
    before = len(cluster.conn.execute("SELECT 1 FROM dag_run WHERE dag_id = 'shop_report'").fetchall())
    page.goto("/assets")
    page.locator("main").get_by_role("link", name="orders", exact=True).click()
    page.get_by_role("button", name="Create an update").click()
    form = page.get_by_role("dialog")
    form.get_by_label("Extra (JSON, may be left empty)").fill('{"rows": 120}')
    form.get_by_role("button", name="Create the update").click()
    expect(page.locator("main")).to_contain_text('{"rows":120}')
    runs = "SELECT 1 FROM dag_run WHERE dag_id = 'shop_report'"
    cluster.wait_until(lambda: len(cluster.conn.execute(runs).fetchall()) > before, 60, "another run of shop_report")
