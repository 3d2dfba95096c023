"""What operators look after: backfills, deadlines, and what deferred tasks wait for."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from browser.accessibility import findings
from browser.watching import OpenPage
from support.clusters import TestCluster
from support.webs import Served


def assert_readable_in_the_dark(open_page: OpenPage, address: str, content: str) -> None:
    """No finding about contrast on a page that was opened in the dark, once it shows some text."""
    page = open_page(color_scheme="dark", reduced_motion="reduce")
    page.goto(address)
    expect(page.locator("main")).to_contain_text(content)
    expect(page.locator("html[data-mantine-color-scheme=dark]")).to_have_count(1)
    assert findings(page, "color-contrast") == []


def test_past_dates_are_filled_after_a_look_at_what_would_become_of_them(
    open_page: OpenPage, cluster: TestCluster
) -> None:
    cluster.await_dag("filled")
    page = open_page("operator", timezone_id="UTC", bears_refusals=True)
    page.goto("/dags/filled")
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Backfill…").click()
    expect(page).to_have_url(re.compile(r"/backfills/new\?dag_id=filled$"))
    expect(page.get_by_role("alert")).to_contain_text("has no date in the range")  # the DAG had ended by last week
    create = page.get_by_role("button", name="Create backfill")
    expect(create).to_be_disabled()
    page.get_by_role("textbox", name="From", exact=True).fill("2025-01-02T00:00")
    preview, to = page.get_by_role("region", name="Preview"), page.get_by_role("textbox", name="To", exact=True)
    to.fill("2999-01-01T00:00")
    expect(preview).to_contain_text(re.compile("The range ends at .+: the DAG's end date is "))
    to.fill("2025-01-04T23:59")
    expect(preview).to_contain_text("3 dates: 3 new runs")
    assert findings(page) == []
    assert cluster.conn.execute("SELECT 1 FROM dag_run WHERE dag_id = 'filled'").fetchall() == []

    page.get_by_role("button", name="Create backfill of 3 runs").click()
    expect(page.locator("[data-backfill=completed]")).to_be_visible()
    expect(page.locator("[data-part=success]")).to_have_text("3 succeeded")
    dates = page.get_by_role("table", name="Dates")
    expect(dates.locator("[data-state=success]")).to_have_count(3)
    expect(page.get_by_role("button", name="Cancel backfill")).to_have_count(0)
    assert findings(page) == []
    assert_readable_in_the_dark(open_page, urlsplit(page.url).path, "3 succeeded")

    title = page.get_by_role("heading", level=1).inner_text()
    page.goto("/dags/filled/grid?run=backfill__2025-01-03T00:00:00%2B00:00")
    page.get_by_role("link", name=title, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)


def test_a_backfill_is_paused_and_cancelled_by_those_who_may(
    open_page: OpenPage, cluster: TestCluster, web: Served
) -> None:
    cluster.await_dag("held_dates")
    span = {"from_date": "2024-12-01T00:00:00Z", "to_date": "2025-01-04T00:00:00Z"}
    made = web.as_("operator").post("/backfills", json={"dag_id": "held_dates", **span}).json()["id"]
    viewer = open_page("viewer")
    viewer.goto(f"/backfills/{made}")
    expect(viewer.locator("main")).to_contain_text("held_dates is paused, and holds its backfills")
    expect(viewer.locator("main")).to_contain_text(re.compile("The range begins at .+: the DAG's start date is "))
    for name in ("Pause", "Cancel backfill"):
        expect(viewer.get_by_role("button", name=name)).to_be_disabled()

    page = open_page("operator")
    page.goto("/backfills?dag_id=held_dates")
    row = page.get_by_role("row").filter(has_text="held_dates")
    expect(row).to_contain_text("0 of 4")
    row.get_by_role("link", name=f"Backfill {made}").click()
    asked = page.get_by_role("dialog")
    page.get_by_role("button", name="Pause").click()
    asked.get_by_role("button", name="Pause").click()
    expect(page.locator("[data-backfill=paused]")).to_be_visible()
    expect(asked).to_have_count(0)
    page.get_by_role("button", name="Cancel backfill").click()
    asked.get_by_role("button", name="Cancel backfill").click()
    expect(page.locator("[data-part=skipped]")).to_have_text("4 left out")
    expect(viewer.locator("[data-backfill=cancelled]")).to_be_visible()  # seen by who only looks, too
    expect(viewer.get_by_role("button", name="Cancel backfill")).to_have_count(0)
    assert web.as_("viewer").get(f"/backfills/{made}").json()["state"] == "cancelled"


def test_a_missed_deadline_is_shown(page: Page, open_page: OpenPage, cluster: TestCluster) -> None:
    cluster.run_to_end("late", run_id="too-late")
    missed = "SELECT 1 FROM deadline d JOIN dag_run r ON r.id = d.run_id WHERE r.dag_id = 'late' AND d.state = 'missed'"
    cluster.wait_until(lambda: cluster.conn.execute(missed).fetchone(), 60, "the missed deadline")
    page.goto("/deadlines")
    row = page.get_by_role("table", name="Missed").get_by_role("row").filter(has_text="late")
    expect(row).to_contain_text("whole run")
    expect(row.get_by_role("link", name="too-late")).to_have_attribute("href", "/dags/late/runs/too-late")
    assert findings(page) == []
    assert_readable_in_the_dark(open_page, "/deadlines", "too-late")
    page.get_by_role("tab", name="Waiting").click()
    expect(page).to_have_url(re.compile(r"\?tab=waiting$"))
    expect(page.get_by_text("No run has a deadline before it.")).to_be_visible()


def test_what_a_deferred_task_waits_for_and_that_nobody_watches_it(
    page: Page, open_page: OpenPage, cluster: TestCluster, web: Served
) -> None:
    run = cluster.trigger("patient")
    cluster.wait_task("patient", run, "wait_long", "deferred")
    page.goto("/triggers")
    row = page.get_by_role("row").filter(has_text="wait_long")
    expect(row).to_contain_text("DateTimeTrigger")
    expect(row).to_contain_text("none yet")
    expect(page.get_by_role("alert")).to_contain_text("No triggerer is running")
    assert findings(page) == []
    assert_readable_in_the_dark(open_page, "/triggers", "No triggerer is running")
    web.as_("operator").patch(f"/dags/patient/dagRuns/{run}", json={"state": "failed"}).raise_for_status()
    expect(page.get_by_text("No task is deferred.")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)
