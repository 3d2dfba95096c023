"""The Graph: found, walked through, folded, and changing while somebody looks."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from browser.watching import SetValue
from support.clusters import TestCluster


def box(page: Page, name: str) -> Locator:
    return page.locator(f"[data-box='{name}']")


@pytest.fixture
def graph(page: Page, run_id: str) -> Page:
    """The graph of a finished run."""
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"/dags/shop/graph?run={run_id}")
    expect(box(page, "read_orders")).to_have_attribute("data-state", "success")
    return page


def test_it_tells_of_mapped_tasks_rules_branches_and_setups(graph: Page) -> None:
    expect(box(graph, "price")).to_contain_text("map 3/3")
    expect(box(graph, "close_shop")).to_contain_text("all_done_setup_success")
    expect(box(graph, "open_shop").get_by_label("Setup")).to_be_visible()
    expect(box(graph, "pay.cash")).to_have_attribute("data-idle", "true")
    expect(box(graph, "pay.card")).not_to_have_attribute("data-idle", "true")
    expect(graph.get_by_text("with card", exact=True)).to_be_visible()


def test_a_search_brings_a_task_into_sight_and_opens_it(graph: Page) -> None:
    for _ in range(6):
        graph.get_by_role("button", name="Zoom in").click()
    graph.get_by_placeholder("Find a task").fill("cash")
    graph.get_by_role("option", name="pay.cash").click()
    expect(box(graph, "pay.cash")).to_be_focused()
    expect(box(graph, "pay.cash")).to_be_in_viewport(ratio=0.9)
    expect(graph.locator("main aside")).to_contain_text("skipped")
    assert "task=pay.cash" in graph.url


def test_a_run_and_its_dag_are_held_from_here(graph: Page) -> None:
    """What can be done to the run stands beside the graph until a task is chosen."""
    graph.get_by_role("button", name="About the run").click()
    beside = graph.locator("main aside")
    expect(beside.get_by_role("button", name="Clear")).to_be_visible()
    beside.get_by_role("button", name="Hold").click()
    hold(graph, "stocktaking")
    expect(beside.get_by_text("held", exact=True)).to_be_visible()
    beside.get_by_role("button", name="Release").click()
    expect(beside.get_by_text("held", exact=True)).to_be_hidden()
    graph.get_by_role("button", name="More actions").click()
    graph.get_by_role("menuitem", name="Hold").click()
    hold(graph, "closed for the summer")
    expect(graph.get_by_text(re.compile("Held by admin since .*: “closed for the summer”"))).to_be_visible()
    graph.get_by_role("button", name="More actions").click()
    graph.get_by_role("menuitem", name="Release").click()
    expect(graph.get_by_text("Held by")).to_be_hidden()


def hold(page: Page, reason: str) -> None:
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Why").fill(reason)
    dialog.get_by_role("button", name="Hold").click()
    expect(dialog).to_be_hidden()


def test_the_keyboard_leads_from_task_to_task(graph: Page) -> None:
    box(graph, "open_shop").focus()
    graph.keyboard.press("ArrowRight")
    expect(box(graph, "read_orders")).to_be_focused()
    graph.keyboard.press("Enter")
    expect(graph.locator("main aside")).to_contain_text("read_orders")
    expect(box(graph, "open_shop")).to_have_attribute("data-emphasis", "upstream")
    expect(box(graph, "pay.card")).to_have_attribute("data-emphasis", "downstream")
    box(graph, "read_orders").focus()
    graph.keyboard.press("Escape")
    expect(graph.locator("main aside")).to_have_count(0)


def test_groups_fold_and_unfold(graph: Page) -> None:
    graph.get_by_role("button", name="Fold pay").click()
    expect(box(graph, "pay.card")).to_have_count(0)
    expect(box(graph, "group:pay")).to_contain_text("3 tasks")
    graph.get_by_role("button", name="Unfold all groups").click()
    expect(box(graph, "pay.card")).to_be_visible()


def test_an_older_version_is_shown_without_states(graph: Page) -> None:
    graph.goto("/dags/shop/graph?version=1")
    expect(box(graph, "read_orders")).to_be_visible()
    expect(box(graph, "read_orders")).not_to_have_attribute("data-state", "success")


def test_states_change_while_somebody_looks(page: Page, cluster: TestCluster, set_value: SetValue) -> None:
    run = cluster.trigger("gated", conf={"gate": "watched"}, run_id="watched")
    page.goto(f"/dags/gated/graph?run={run}")
    expect(box(page, "gate")).to_have_attribute("data-state", "running")
    expect(box(page, "after")).to_have_attribute("data-state", "none")
    set_value("watched", "open")
    expect(box(page, "after")).to_have_attribute("data-state", "success")
