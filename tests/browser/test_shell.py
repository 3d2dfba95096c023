"""What surrounds the views: login, the list of DAGs, the trigger form, pausing, administration, language and theme."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from browser.conftest import PASSWORD
from browser.watching import OpenPage
from headway.standalone.server import free_port
from support.clusters import TestCluster
from support.webs import Served

DARK = "html[data-mantine-color-scheme=dark]"


@pytest.mark.usefixtures("run_id")
def test_a_login_leads_to_where_one_wanted_to_go(open_page: OpenPage) -> None:
    page = open_page(None, bears_refusals=True)
    page.goto("/dags?q=shop")
    expect(page).to_have_url(re.compile(r"/login\?next="))
    page.get_by_label("User name").fill("visitor")
    page.get_by_label("Password", exact=True).fill("wrong-password")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("alert")).to_contain_text("password")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page).to_have_url(re.compile(r"/dags\?q=shop$"))
    expect(page.get_by_role("link", name="shop_report", exact=True)).to_be_visible()


def test_whoever_must_choose_a_password_does_nothing_before(open_page: OpenPage, web: Served) -> None:
    body = {"username": "newcomer", "role": "viewer", "password": PASSWORD}
    assert web.as_("admin").post("/users", json=body).status_code == 201
    page = open_page("newcomer")
    page.goto("/dags")
    expect(page.get_by_role("heading", name="Choose a password")).to_be_visible()
    expect(page.get_by_role("navigation")).to_have_count(0)
    page.get_by_label("Present password").fill(PASSWORD)
    page.get_by_label("New password", exact=True).fill("another-word-7")
    page.get_by_label("New password, again").fill("another-word-8")
    page.get_by_role("button", name="Set password").click()
    expect(page.get_by_text("The two are not the same.")).to_be_visible()
    page.get_by_label("New password, again").fill("another-word-7")
    page.get_by_role("button", name="Set password").click()
    expect(page.get_by_role("heading", name="DAGs")).to_be_visible()


@pytest.mark.usefixtures("run_id")
def test_the_list_of_dags_is_narrowed_and_its_filters_are_the_address(page: Page) -> None:
    page.goto("/dags")
    names = page.locator("[role=row] a[title]").filter(has_text=re.compile("^(shop|asked)"))
    expect(names.filter(has_text="asked")).to_be_visible()
    page.get_by_role("button", name="shop", exact=True).first.click()
    expect(names).to_have_text(["shop", "shop_report"])
    assert parse_qs(urlsplit(page.url).query) == {"tag": ["shop"]}
    page.get_by_role("searchbox", name="Name or label").fill("report")
    expect(names).to_have_text(["shop_report"])
    page.reload()
    expect(names).to_have_text(["shop_report"])
    page.get_by_role("button", name="Clear filters").click()
    expect(names.filter(has_text="asked")).to_be_visible()


def test_a_run_is_triggered_by_a_form_made_from_the_params(open_page: OpenPage, cluster: TestCluster) -> None:
    page = open_page(bears_refusals=True)
    page.goto("/dags/asked")
    page.get_by_role("button", name="Trigger").click()
    form = page.get_by_role("dialog")
    expect(form.get_by_text("Their full name. ", exact=False)).to_be_visible()
    expect(form.locator("b", has_text="no html")).to_have_count(0)
    form.get_by_role("button", name="Trigger").click()
    expect(form.get_by_text("A value is needed.")).to_be_visible()
    expect(form.get_by_label("Customer")).to_be_focused()
    form.get_by_label("Customer").fill("x")
    expect(form.locator("[id$=description]", has_text="At least 2 characters.")).to_be_visible()
    expect(form.locator("[id$=error]", has_text="At least 2 characters.")).to_be_visible()
    form.get_by_label("Customer").fill("Example Inc.")
    form.get_by_label("count").fill("7")
    form.get_by_label("day").fill("2026-02-28")
    form.get_by_label("hurry").check()
    form.get_by_label("options").fill('{"shallow": true}')
    form.get_by_role("button", name="Run id").click()
    form.get_by_label("Run id").fill("no good")
    form.get_by_role("button", name="Trigger").click()
    expect(form.get_by_text("'deep' is a required property")).to_be_visible()
    expect(form.get_by_label("options")).to_be_focused()
    form.get_by_label("options").fill('{"deep": false}')
    form.get_by_role("button", name="Trigger").click()
    expect(form.get_by_text("expected 1 to 250 letters")).to_be_visible()
    form.get_by_label("Run id").fill("by-form")
    form.get_by_role("button", name="Trigger").click()
    expect(page).to_have_url(re.compile(r"/dags/asked/runs/by-form"))
    conf = cluster.conn.execute("SELECT conf FROM dag_run WHERE run_id = 'by-form'").fetchone()
    assert conf == (
        {
            "who": "Example Inc.",
            "count": 7,
            "day": "2026-02-28",
            "size": "small",
            "lines": ["a", "b"],
            "options": {"deep": False},
            "hurry": True,
            "kind": "order",
        },
    )


def test_unpausing_says_how_many_runs_it_creates(page: Page) -> None:
    page.goto("/dags/overdue/details")
    page.get_by_role("switch", name="Unpause overdue").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(re.compile(r"\d+ runs are due"))
    dialog.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("switch", name="Unpause overdue")).not_to_be_checked()
    page.get_by_role("switch", name="Unpause overdue").click()
    page.get_by_role("dialog").get_by_role("button", name=re.compile("^Unpause, create")).click()
    expect(page.get_by_role("switch", name="Pause overdue")).to_be_checked()
    page.get_by_role("switch", name="Pause overdue").click()
    expect(page.get_by_role("switch", name="Unpause overdue")).not_to_be_checked()


def test_a_connection_is_made_changed_and_its_password_never_shown(page: Page, web: Served) -> None:
    page.goto("/admin/connections")
    page.get_by_role("button", name="Add connection").click()
    form = page.get_by_role("dialog")
    form.get_by_label("Connection id").fill("warehouse")
    form.get_by_label("From a URI").fill(f"postgresql://127.0.0.1:{free_port()}/sales?sslmode=require")
    form.get_by_role("button", name="Fill in").click()
    form.get_by_label("Password", exact=True).fill("top-secret-9")
    form.get_by_role("button", name="Test warehouse").click()
    expect(form.get_by_role("status")).to_contain_text("tried by")
    expect(form.get_by_role("status")).to_contain_text("refused")
    form.get_by_label("Host").fill("db.example.com")
    form.get_by_label("Port").fill("")
    form.get_by_role("button", name="Save").click()
    expect(page.get_by_text("db.example.com/sales")).to_be_visible()
    page.get_by_role("button", name="Edit warehouse").click()
    expect(form.get_by_label("TLS")).to_have_value("require")
    expect(form.get_by_label("Password", exact=True)).to_have_value("")
    form.get_by_label("Host").fill("replica.example.com")
    form.get_by_role("button", name="Save").click()
    expect(page.get_by_text("replica.example.com/sales")).to_be_visible()
    stored = web.as_("admin").get("/connections/warehouse").json()
    assert (stored["has_password"], stored["extra"]) == (True, '{"sslmode":"require"}')
    page.get_by_role("button", name="Delete warehouse").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_text("No connections yet")).to_be_visible()


def test_a_token_is_shown_once_and_works_until_it_is_revoked(page: Page, web: Served) -> None:
    page.goto("/account")
    page.get_by_role("button", name="New token").click()
    form = page.get_by_role("dialog")
    form.get_by_label("Name").fill("export")
    form.get_by_role("button", name="Make token").click()
    token = form.locator("pre", has_text=re.compile("^hw_")).inner_text()
    nobody = web.as_(None)
    nobody.headers["Authorization"] = f"Bearer {token}"
    assert nobody.get("/dags").status_code == 200
    form.get_by_role("button", name="I have copied it").click()
    expect(page.get_by_text(token)).to_have_count(0)
    page.get_by_role("button", name="Delete export").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_text("No tokens yet")).to_be_visible()
    assert nobody.get("/dags").status_code == 401


def test_a_viewer_sees_why_buttons_do_nothing(open_page: OpenPage) -> None:
    page = open_page("viewer")
    page.goto("/dags/asked/details")
    trigger = page.get_by_role("button", name="Trigger")
    expect(trigger).to_be_disabled()
    trigger.locator("xpath=..").hover()
    expect(page.get_by_role("tooltip")).to_have_text("Needs the role Operator; you are Viewer.")
    expect(page.get_by_role("switch", name="Pausing asked needs the role operator")).to_be_disabled()
    page.get_by_role("link", name="Admin").click()
    expect(page.get_by_role("button", name="Add pool")).to_be_disabled()
    expect(page.get_by_role("link", name="Users")).to_have_count(0)


def test_language_theme_and_zone_are_chosen_and_stay(open_page: OpenPage) -> None:
    page = open_page(timezone_id="Asia/Seoul", color_scheme="light")
    page.goto("/dags/asked/details")
    page.get_by_role("button", name="Account and settings").click()
    page.get_by_text("Dark", exact=True).click()
    expect(page.locator(DARK)).to_have_count(1)
    page.get_by_text("My zone", exact=True).click()
    expect(page.locator("time", has_text="2026-01-01 09:00:00")).to_be_visible()
    page.get_by_role("menu").get_by_text("UTC", exact=True).click()
    expect(page.locator("time", has_text="2026-01-01 00:00:00")).to_be_visible()
    page.get_by_text("한국어", exact=True).click()
    expect(page.get_by_role("link", name="노드")).to_be_visible()
    page.reload()
    expect(page.get_by_role("link", name="노드")).to_be_visible()
    expect(page.locator(DARK)).to_have_count(1)
    assert page.locator("html").get_attribute("lang") == "ko"


def test_keys_lead_through_the_pages(page: Page) -> None:
    page.goto("/")
    expect(page.get_by_role("heading", name="Home")).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Go to Queues")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("g")
    page.keyboard.press("d")
    expect(page).to_have_url(re.compile("/dags$"))
    page.keyboard.press("/")
    page.keyboard.type("ask")
    page.get_by_role("option", name="asked").click()
    expect(page).to_have_url(re.compile("/dags/asked/grid$"))


def test_a_lost_stream_of_notices_is_told_and_taken_up_again(open_page: OpenPage) -> None:
    page = open_page(bears_refusals=True)
    page.add_init_script("delete globalThis.SharedWorker")  # as on phones: the page has a stream of its own
    page.route("**/api/v1/events", lambda route: route.fulfill(status=404))
    page.goto("/dags")
    status = page.get_by_role("banner").get_by_role("status")
    expect(status).to_contain_text("Not live")
    page.unroute("**/api/v1/events")
    expect(status).to_have_text("Live")


def test_many_tabs_are_live_on_one_connection(open_page: OpenPage, cluster: TestCluster) -> None:
    first = open_page()
    tabs = [first, *(first.context.new_page() for _ in range(7))]  # over HTTP/1.1 a browser gives a host six
    for tab in tabs:
        tab.goto("/dags/shop")
        expect(tab.get_by_role("banner").get_by_role("status")).to_have_text("Live")
    for told in ((first, tabs[-1]), (tabs[1], tabs[-1])):
        run = cluster.trigger("shop")
        for tab in told:
            expect(tab.get_by_role("columnheader", name=run)).to_be_attached()
        first.close()  # the others stay live without it


def test_a_session_that_has_ended_leads_to_the_login_and_back(open_page: OpenPage) -> None:
    page = open_page("operator", bears_refusals=True)
    page.goto("/dags?paused=paused")
    expect(page.get_by_role("link", name="overdue")).to_be_visible()
    page.context.clear_cookies()
    page.get_by_role("searchbox", name="Name or label").fill("over")
    expect(page.get_by_text("Your session has ended.")).to_be_visible()
    assert parse_qs(urlsplit(page.url).query)["next"][0].startswith("/dags?")
