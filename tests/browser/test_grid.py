"""The Grid: find what failed, clear it, mark it; by mouse and by keyboard; large."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from browser.accessibility import findings
from browser.grids import GridPage, write_runs
from browser.watching import OpenPage
from support.clusters import TestCluster
from support.webs import Served

HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def folder(cluster: TestCluster, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two failed runs of ``patched``: ``broken`` and ``skipped``; the folder where they look for their file."""
    place = tmp_path_factory.mktemp("patched")
    runs = [cluster.trigger("patched", {"folder": str(place)}, run_id) for run_id in ("broken", "skipped")]
    for run_id in runs:
        cluster.wait_run("patched", run_id, "failed")
    return place


def test_a_failure_is_found_cleared_and_seen_to_succeed(page: Page, cluster: TestCluster, folder: Path) -> None:
    grid = GridPage(page, "patched")
    expect(grid.column("broken")).to_have_attribute("data-state", "failed")
    grid.click("late.deliver", "broken")
    expect(grid.panel).to_contain_text(f"the address is missing {HOSTILE}")
    grid.panel.get_by_role("button", name="Clear").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Clear 2 task instances")).to_be_enabled()
    dialog.get_by_label("Downstream too").uncheck()
    expect(dialog.get_by_role("button", name="Clear 1 task instance")).to_be_enabled()
    assert cluster.states("patched", "broken")["late.deliver"] == "failed", "the preview changed something"
    dialog.get_by_label("Downstream too").check()
    (folder / "mended").touch()
    dialog.get_by_role("button", name="Clear 2 task instances").click()
    expect(page.get_by_text("2 task instances cleared")).to_be_visible()
    expect(grid.column("broken")).to_have_attribute("data-state", "success")
    expect(grid.panel.locator("[data-state=success]")).to_be_visible()


@pytest.mark.usefixtures("folder")
def test_a_task_is_marked_by_hand(page: Page, cluster: TestCluster) -> None:
    grid = GridPage(page, "patched", "?run=skipped&task=late.notify")
    grid.panel.get_by_role("button", name="Mark as").click()
    page.get_by_role("menuitem", name="skipped").click()
    page.get_by_role("button", name="Mark 1 as skipped").click()
    expect(grid.panel.locator("[data-state=skipped]")).to_be_visible()
    assert cluster.states("patched", "skipped")["late.notify"] == "skipped"


@pytest.mark.usefixtures("folder")
def test_a_task_is_held_and_released(page: Page) -> None:
    grid = GridPage(page, "patched", "?run=skipped&task=late.deliver")
    grid.panel.get_by_role("button", name="Hold").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Why").fill("the bank is closed")
    dialog.get_by_role("button", name="Hold").click()
    expect(grid.panel).to_contain_text(re.compile("Held by admin since .*: “the bank is closed”"))
    grid.panel.get_by_role("button", name="Release").click()
    expect(grid.panel).not_to_contain_text("Held by")


@pytest.mark.usefixtures("folder")
def test_a_task_is_held_in_all_runs_for_everybody_to_see(page: Page, open_page: OpenPage) -> None:
    grid = GridPage(page, "patched", "?task=late.deliver")
    viewer = GridPage(open_page("viewer"), "patched", "?task=late.deliver")
    expect(viewer.panel.get_by_role("button", name="Hold in all runs")).to_be_disabled()
    grid.panel.get_by_role("button", name="Hold in all runs").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Why").fill("the bank is closed")
    dialog.get_by_role("button", name="Hold").click()
    for each in (grid, viewer):
        expect(each.panel).to_contain_text(re.compile("Held by admin since .*: “the bank is closed”"))
        expect(each.row("late.deliver").get_by_label("held")).to_be_visible()
    assert findings(viewer.page) == []
    grid.panel.get_by_role("button", name="Release in all runs").click()
    for each in (grid, viewer):
        expect(each.row("late.deliver").get_by_label("held")).to_have_count(0)
        expect(each.panel).not_to_contain_text("Held by")


@pytest.mark.usefixtures("folder")
def test_a_note_and_a_name_stay_text(page: Page) -> None:
    page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
    grid = GridPage(page, "patched", "?run=skipped&task=prepare")
    expect(grid.row("prepare")).to_have_text(HOSTILE)
    grid.panel.get_by_role("button", name="Add a note").click()
    grid.panel.get_by_label("Note").fill(f"see **the log** {HOSTILE}")
    grid.panel.get_by_role("button", name="Save").click()
    note = grid.panel.get_by_role("region", name="Note")
    expect(note).to_contain_text(f"see the log {HOSTILE}")
    expect(note.locator("strong")).to_have_text("the log")
    expect(note.locator("header")).to_contain_text("admin")


@pytest.mark.usefixtures("folder")
def test_a_viewer_sees_but_does_not_touch(open_page: OpenPage) -> None:
    grid = GridPage(open_page("viewer"), "patched", "?run=skipped&task=late.deliver")
    expect(grid.panel.get_by_role("button", name="Clear")).to_be_disabled()
    expect(grid.panel.get_by_role("button", name="Mark as")).to_be_disabled()


@pytest.mark.usefixtures("folder")
def test_the_keyboard_reaches_everything(page: Page) -> None:
    grid = GridPage(page, "patched")
    grid.grid.focus()
    grid.await_active(f"{HOSTILE} in run skipped")  # the newest run's first task
    page.keyboard.press("ArrowLeft")
    grid.await_active(f"{HOSTILE} in run broken")
    page.keyboard.press("ArrowUp")
    grid.await_active("Run broken")
    page.keyboard.press("Enter")
    expect(grid.panel).to_contain_text("broken")
    page.keyboard.press("Escape")
    expect(grid.panel).to_have_count(0)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowLeft")
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    grid.await_active("late")
    page.keyboard.press("Enter")
    expect(grid.row("late.deliver")).to_have_count(0)
    expect(grid.row("late")).to_have_attribute("aria-expanded", "false")
    again = GridPage(page, "patched")
    expect(again.row("late")).to_be_visible()
    expect(again.row("late.deliver")).to_have_count(0)


@pytest.mark.usefixtures("folder")
def test_a_mapped_task_shows_its_instances(page: Page) -> None:
    grid = GridPage(page, "patched")
    grid.click("square", "skipped")
    expect(grid.panel.get_by_role("link", name="2", exact=True)).to_be_visible()
    grid.panel.get_by_role("link", name="2", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("square [2]")


def test_two_hundred_tasks_by_a_hundred_runs(page: Page, cluster: TestCluster, web: Served) -> None:
    cluster.await_dag("wide")
    write_runs(web.conn, "wide", 100)
    page.emulate_media(reduced_motion="reduce")
    grid = GridPage(page, "wide")
    expect(grid.row("part_00.step_0")).to_be_visible()
    expect(grid.column("r100")).to_be_visible()
    grid.grid.dispatch_event("scroll")  # as a small one does: the oldest run is near
    expect(grid.grid).to_have_attribute("aria-colcount", "101")
    expect(grid.column("r100")).to_be_in_viewport()  # the older runs have moved nothing
    grid.grid.evaluate("(grid) => { grid.scrollLeft = 0; grid.scrollTop = grid.scrollHeight; }")
    expect(grid.column("r1")).to_be_visible()
    expect(grid.row("part_19.step_9")).to_be_visible()
    expect(grid.row("part_00.step_0")).to_have_count(0)
    assert grid.grid.locator("*").count() < 1_500, "only what is in sight has elements"
    page.get_by_role("button", name="Fold all groups").click()
    expect(grid.grid).to_have_attribute("aria-rowcount", "21")
    page.get_by_role("searchbox", name="Filter tasks").fill("part_07.step_3")
    expect(grid.grid).to_have_attribute("aria-rowcount", "3")
