"""Code: each version as it was, what changed between two, and values that look like markup."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from support.clusters import TestCluster

_BEFORE = """
from airflow.sdk import DAG, task

with DAG("versions", schedule=None):

    @task(retries=1)
    def load():
        return "<b>1</b>"

    load()
"""
_AFTER = (
    _BEFORE.replace("retries=1", "retries=2")
    .replace("    load()\n", "    load() >> save()\n")
    .replace("@task(retries", "@task\n    def save():\n        return 2\n\n    @task(retries")
)


@pytest.fixture(scope="module")
def versions(cluster: TestCluster) -> None:
    """A DAG of two versions, each of which has run."""
    newest = "SELECT max(number) FROM dag_version WHERE dag_id = 'versions'"
    for number, source in enumerate((_BEFORE, _AFTER), start=1):
        cluster.write("versions.py", source)
        cluster.wait_until(
            lambda number=number: cluster.conn.execute(newest).fetchone() == (number,), 30, f"version {number}"
        )
        cluster.run_to_end("versions")


@pytest.mark.usefixtures("versions")
def test_what_changed_between_two_versions(page: Page) -> None:
    page.goto("/dags/versions/code?compare=1")
    changes = page.get_by_label("What changed in the DAG")
    expect(changes).to_contain_text("Added: save")
    expect(changes).to_contain_text("load")
    expect(changes).to_contain_text("retries")
    for name in ("Unified", "Side by side"):
        page.get_by_text(name, exact=True).click()
        diff = page.get_by_label("Changes from version 1 to 2")
        expect(diff.locator("td[data-kind=removed]").filter(has_text="retries=1")).to_be_visible()
        expect(diff.locator("td[data-kind=added]").filter(has_text="retries=2")).to_be_visible()


@pytest.mark.usefixtures("versions")
def test_lines_have_addresses_and_versions_their_own_code(page: Page) -> None:
    page.goto("/dags/versions/code?version=1#L6-L8")
    expect(page.locator("#L8[data-chosen]")).to_contain_text("<b>1</b>")
    expect(page.locator("[data-chosen]")).to_have_count(3)
    expect(page.locator("main")).not_to_contain_text("save")
    page.locator("#L4 a").click()
    expect(page.locator("[data-chosen]")).to_have_count(1)
    assert page.url.endswith("?version=1#L4")


@pytest.mark.usefixtures("run_id")
def test_values_are_data_never_markup(page: Page) -> None:
    page.goto("/dags/shop/runs/first/tasks/read_orders?tab=xcom")
    value = page.locator("main").get_by_text('"<script>alert(1)</script>"')
    expect(value).to_be_visible()
    page.get_by_role("button", name="Unfold nested").or_(page.get_by_role("button", name="Unfold all")).first.click()
    expect(page.locator("main")).to_contain_text("deeper")
    assert page.locator("main script").count() == 0
