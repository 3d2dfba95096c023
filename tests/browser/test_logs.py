"""Logs in the browser: read as they are written, searched, linked to, and never anything but text."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from headway.crypto import open_vault
from headway.operations.secrets import set_variable
from support.clusters import TestCluster


@pytest.fixture(scope="module")
def read_run(cluster: TestCluster, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A run of ``patched`` whose log of 400 lines is there."""
    folder = tmp_path_factory.mktemp("read")
    (folder / "mended").touch()
    return cluster.run_to_end("patched", conf={"folder": str(folder)}, run_id="read").run_id


def test_a_log_is_read_as_it_is_written(page: Page, cluster: TestCluster) -> None:
    run = cluster.trigger("gated", {"gate": "followed"})
    cluster.wait_task("gated", run, "gate", "running")
    page.goto(f"/dags/gated/runs/{run}/tasks/gate?tab=logs")
    lines = page.get_by_role("region", name="Log lines")
    expect(lines).to_contain_text("waiting at followed")
    expect(page.locator("main").get_by_role("status")).to_contain_text("Following")
    set_variable(cluster.conn, open_vault(cluster.settings, cluster.conn), "followed", "open", actor="test")
    expect(lines).to_contain_text("the gate is open")
    expect(page.locator("main").get_by_role("status")).to_contain_text("End of the log")
    expect(page.get_by_role("heading", level=1).locator("xpath=..")).to_contain_text("success")


def test_what_a_task_prints_stays_text(page: Page, read_run: str) -> None:
    page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
    page.goto(f"/dags/patched/runs/{read_run}/tasks/prepare?tab=logs#L1")
    lines = page.get_by_role("region", name="Log lines")
    expect(lines).to_contain_text("green <img src=x onerror=alert(1)> click")
    expect(lines.locator("img, a, script")).to_have_count(0)
    expect(lines.get_by_text("green", exact=True)).to_have_css("color", "rgb(28, 122, 65)")


def test_a_log_is_searched_and_filtered(page: Page, read_run: str) -> None:
    page.goto(f"/dags/patched/runs/{read_run}/tasks/prepare?tab=logs")
    lines = page.get_by_role("region", name="Log lines")
    expect(lines).to_contain_text("line 399")
    search = page.get_by_role("searchbox", name="Search the log")
    search.fill("NEEDLE")
    expect(page.get_by_text("2 matches")).to_be_visible()
    search.press("Enter")
    expect(lines.locator("[data-current] mark")).to_have_text("needle")
    expect(lines.locator("[data-current]")).to_contain_text("line 100")
    search.press("Enter")
    expect(lines.locator("[data-current]")).to_contain_text("line 300")
    search.press("Shift+Enter")
    expect(lines.locator("[data-current]")).to_contain_text("line 100")
    page.get_by_role("button", name="Jump to end").click()
    expect(lines).to_contain_text("line 399")
    page.get_by_role("button", name="stdout 401").click()
    expect(page.locator("main").get_by_role("status")).to_contain_text("401 lines are hidden by level")


def test_a_line_has_an_address(page: Page, read_run: str) -> None:
    page.goto(f"/dags/patched/runs/{read_run}/tasks/prepare?tab=logs#L250")
    lines = page.get_by_role("region", name="Log lines")
    expect(lines.locator("[data-chosen]")).to_contain_text("line 248")
    lines.get_by_role("button", name="252", exact=True).click(modifiers=["Shift"])
    expect(lines.locator("[data-chosen]")).to_have_count(3)
    assert page.url.endswith("#L250-L252")
