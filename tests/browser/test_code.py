"""Code: each version as it was, what changed between two, and values that look like markup."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from support.clusters import TestCluster

_BEFORE = """
from datetime import timedelta

from airflow.operators.bash import BashOperator
from airflow.sdk import DAG, task

with DAG("versions", schedule=None):

    @task(retries=1)
    def load():
        return "<b>1</b>"

    BashOperator(
        task_id="say", bash_command="echo {{ run_id }}", env={"API_TOKEN": "hunter22"}, append_env=True, retries=2,
        retry_delay=timedelta(minutes=5), trigger_rule="all_done", doc_md="Says **who** it is.",
    )
    load()
"""
_AFTER = (
    _BEFORE.replace("retries=1", "retries=2")
    .replace("    load()\n", "    load() >> save()\n")
    .replace("@task(retries", "@task\n    def save():\n        return 2\n\n    @task(retries")
)


def _await_version(cluster: TestCluster, number: int) -> None:
    newest = "SELECT max(number) FROM dag_version WHERE dag_id = 'versions'"
    cluster.wait_until(lambda: cluster.conn.execute(newest).fetchone() == (number,), 60, f"version {number}")


@pytest.fixture(scope="module")
def versions(cluster: TestCluster) -> None:
    """A DAG of two versions, each of which has run."""
    for number, source in enumerate((_BEFORE, _AFTER), start=1):
        cluster.write("versions.py", source)
        _await_version(cluster, number)
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
    page.goto("/dags/versions/code?version=1#L9-L11")
    expect(page.locator("#L11[data-chosen]")).to_contain_text("<b>1</b>")
    expect(page.locator("[data-chosen]")).to_have_count(3)
    expect(page.locator("main")).not_to_contain_text("save")
    page.locator("#L4 a").click()
    expect(page.locator("[data-chosen]")).to_have_count(1)
    assert page.url.endswith("?version=1#L4")


@pytest.mark.usefixtures("versions")
def test_a_mended_function_and_a_mended_module_are_versions_too(page: Page, cluster: TestCluster) -> None:
    cluster.write("wording.py", "WORD = 'two'\n")
    cluster.write("versions.py", "import wording\n" + _AFTER.replace("return 2", "return wording.WORD"))
    _await_version(cluster, 3)
    cluster.write("wording.py", "WORD = 'three'\n")
    _await_version(cluster, 4)
    page.goto("/dags/versions/code?compare=3")
    expect(page.locator("main")).to_contain_text("The tasks and their order are the same.")
    module = page.get_by_label("Changes of wording.py from version 3 to 4")
    expect(module.locator("td[data-kind=added]").filter(has_text="'three'")).to_be_visible()
    page.goto("/dags/versions/code?version=3")
    page.get_by_role("combobox", name="File").click()
    page.get_by_role("option", name="wording.py").click()
    expect(page.get_by_label("File wording.py, version 3")).to_contain_text("'two'")


@pytest.mark.usefixtures("versions")
def test_what_a_task_rendered_and_how_it_is_set_up(page: Page, cluster: TestCluster) -> None:
    kept = "SELECT count(*) FROM rendered"
    cluster.wait_until(lambda: cluster.conn.execute(kept).fetchone() >= (2,), 60, "what both runs have rendered")
    run_id = cluster.conn.execute("SELECT min(run_id) FROM dag_run WHERE dag_id = 'versions'").fetchone()
    assert run_id is not None
    page.goto(f"/dags/versions/runs/{run_id[0]}/tasks/say?tab=rendered")
    expect(page.get_by_label("bash_command")).to_contain_text(f"echo {run_id[0]}")
    expect(page.get_by_label("env")).to_contain_text('"***"')
    page.get_by_role("tab", name="Details").click()
    for words in ("all_done", "2, each after 5m 00s", "Says who it is."):
        expect(page.get_by_text(words)).to_be_visible()
    page.goto("/dags/versions/grid?task=save")
    page.get_by_role("link", name="load").click()
    expect(page).to_have_url(re.compile("/dags/versions/graph"))


@pytest.mark.usefixtures("versions")
def test_a_run_and_its_tries_lead_to_the_code_that_they_ran(page: Page, cluster: TestCluster) -> None:
    run_id = cluster.conn.execute("SELECT min(run_id) FROM dag_run WHERE dag_id = 'versions'").fetchone()
    assert run_id is not None
    page.goto(f"/dags/versions/runs/{run_id[0]}/tasks/load?tab=tries")
    page.get_by_role("link", name="v1").click()
    expect(page).to_have_url(re.compile(r"/dags/versions/code\?version=1$"))
    page.goto(f"/dags/versions/code?run={quote(run_id[0])}")
    expect(page.locator("main")).to_contain_text(f"The run {run_id[0]} used version 1.")
    expect(page.get_by_label("File versions.py, version 1")).to_contain_text("retries=1")


@pytest.mark.usefixtures("run_id")
def test_values_are_data_never_markup(page: Page) -> None:
    page.goto("/dags/shop/runs/first/tasks/read_orders?tab=xcom")
    value = page.locator("main").get_by_text('"<script>alert(1)</script>"')
    expect(value).to_be_visible()
    page.get_by_role("button", name="Unfold nested").or_(page.get_by_role("button", name="Unfold all")).first.click()
    expect(page.locator("main")).to_contain_text("deeper")
    assert page.locator("main script").count() == 0
