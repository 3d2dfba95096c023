"""Every page: reached by its address, without a complaint of the browser, usable by everybody, in both languages."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from browser.accessibility import findings
from browser.watching import OpenPage
from support.webs import Served

DAG = "/dags/shop"
RUN = f"{DAG}/runs/first"
TASK = f"{RUN}/tasks/read_orders"

#: Pages with much beside each other.
NARROW = [
    f"{DAG}/grid",
    f"{DAG}/graph",
    "/dags",
    "/runs",
    "/tasks",
    "/assets",
    "/backfills",
    "/triggers",
    "/holds",
    "/queues",
    "/nodes",
    "/api-docs#trigger_run",
]

#: Each address with words or a selector that stand on the page only when its content is there.
PAGES = {
    "/": "main h1",
    "/dags": "main >> text=shop_report",
    "/runs": "main >> text=shop_report",
    "/tasks": "main >> text=read_orders",
    f"{DAG}/grid": "main >> text=read_orders",
    f"{DAG}/graph": "[data-box='read_orders'][data-state]",
    f"{DAG}/graph?run=first&task=read_orders": "main aside >> text=read_orders",
    f"{DAG}/duration": "main canvas, main svg, main table",
    f"{DAG}/gantt?run=first": "main >> text=read_orders",
    f"{DAG}/code#L1": "#L1[data-chosen]",
    f"{DAG}/runs": "main >> text=first",
    f"{DAG}/details": "main dl, main table",
    RUN: "main >> text=first",
    f"{TASK}?tab=logs": "main >> text=onerror",
    f"{TASK}?tab=xcom": "main >> text=return_value",
    f"{TASK}?tab=details": "main dl",
    f"{TASK}?tab=tries": "main table, main [role=table], main dl",
    f"{RUN}/tasks/price/1": "main [role=tab]",
    "/assets": "main >> text=s3://shop/orders.csv",
    "/assets?view=graph": "[data-box='asset:orders']",
    "/assets/1": "main >> text=shop_report",
    "/backfills": "main h1",
    "/backfills/new": "main form",
    "/deadlines": "main [role=tab]",
    "/triggers": "main h1",
    "/holds": "main h1",
    "/queues": "main section[data-health]",
    "/nodes": "main >> text=scheduler",
    "/admin/pools": "main >> text=default_pool",
    "/admin/connections": "main h1, main h2",
    "/admin/variables": "main h1, main h2",
    "/admin/users": "main >> text=visitor",
    "/admin/tokens": "main h1, main h2",
    "/admin/import-errors": "main h1, main h2",
    "/admin/audit": "main h1, main h2",
    "/admin/config": "main h1, main h2",
    "/api-docs#trigger_run": "main article[data-open] pre",
    "/account": "main h1",
}


_HANGUL = re.compile("[가-힣]")

#: Leads to another page without loading everything anew, as links do.
_GO = "(address) => { history.pushState({}, '', address); dispatchEvent(new PopStateEvent('popstate')); }"


def settled(page: Page, address: str, content: str) -> None:
    """Open an address and wait for its content; nothing is still awaited then, and nothing has failed."""
    page.goto(address)
    shows(page, content)


def shows(page: Page, content: str) -> None:
    """Wait for a page's content."""
    expect(page.locator(content).first).to_be_visible()
    expect(page.locator("main [aria-busy=true]")).to_have_count(0)
    expect(page.locator("main [role=alert]")).to_have_count(0)


@pytest.mark.usefixtures("run_id")
@pytest.mark.parametrize("address", PAGES)
def test_a_page_is_there_and_everybody_can_use_it(kept_page: Page, address: str) -> None:
    page = kept_page
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    settled(page, address, PAGES[address])
    assert findings(page) == [], "light"
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    expect(page.locator("html[data-mantine-color-scheme=dark]")).to_have_count(1)
    assert findings(page, "color-contrast") == [], "dark"


@pytest.mark.usefixtures("run_id")
def test_every_page_speaks_korean(open_page: OpenPage) -> None:
    page = open_page(language="ko")
    page.goto("/")
    for address, content in PAGES.items():
        page.evaluate(_GO, address)
        shows(page, content)
        expect(page.locator("main")).to_contain_text(_HANGUL)
    expect(page.locator("html")).to_have_attribute("lang", "ko")


@pytest.mark.usefixtures("run_id")
@pytest.mark.parametrize("address", NARROW)
def test_a_narrow_screen_needs_no_scrolling_sideways(open_page: OpenPage, address: str) -> None:
    page = open_page(viewport={"width": 390, "height": 800})
    settled(page, address, PAGES.get(address, "main h1"))
    overflow = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0


def test_everything_that_is_held_is_listed_and_released(page: Page, web: Served) -> None:
    client = web.as_("operator")
    for place in ("/dags/ledger", "/dags/ledger/tasks/book", "/dags/patient"):
        assert client.put(f"{place}/hold", json={"reason": "the books are closed"}).status_code == 200
    page.goto("/")
    page.get_by_role("link", name="3 held back").click()
    rows = page.locator("main [role=row]", has_text="the books are closed")
    expect(rows).to_have_count(3)
    expect(rows.first).to_contain_text("operator")
    assert findings(page) == []
    rows.filter(has_text="task in all runs").get_by_role("button", name="Release").click()
    expect(rows).to_have_count(2)
    page.get_by_label("Choose all that are shown").check()
    page.get_by_label("What is chosen").get_by_role("button", name="Release").click()
    page.get_by_role("dialog").get_by_role("button", name="Release 2 holds").click()
    expect(page.get_by_text("Nothing is held.")).to_be_visible()
    assert client.get("/holds").json() == {"holds": []}


def test_login_page_is_usable_and_asks_nobody_else(open_page: OpenPage) -> None:
    page = open_page(None)
    page.emulate_media(color_scheme="light")
    page.goto("/login")
    expect(page.locator("form")).to_be_visible()
    assert findings(page) == []
    page.emulate_media(color_scheme="dark")
    assert findings(page, "color-contrast") == []
