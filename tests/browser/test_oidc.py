"""Login by OpenID Connect as a person does it: the button, the provider's page, and back to where one wanted to go."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from browser.conftest import PATIENCE_MS
from browser.watching import watched
from headway.settings import OidcSettings
from headway.standalone.server import free_port
from support.clusters import TestCluster
from support.oidc_provider import CLIENT, SECRET, Provider, oidc_provider
from support.webs import Served, serve_another


@pytest.fixture
def provider() -> Iterator[Provider]:
    with oidc_provider() as running:
        yield running


@pytest.fixture
def node(cluster: TestCluster, web: Served, provider: Provider) -> Iterator[Served]:
    """One more web node of the cluster, which trusts the provider."""
    port = free_port()
    oidc = OidcSettings(name="Example", issuer=provider.url, client_id=CLIENT, client_secret=SECRET, operators=["data"])
    public = web.settings.web.model_copy(update={"public_url": f"http://127.0.0.1:{port}"})
    with serve_another(cluster.settings.model_copy(update={"oidc": oidc, "web": public}), port) as served:
        yield served


@pytest.fixture
def stranger(browser: Browser, node: Served, provider: Provider) -> Iterator[Page]:
    """A page of somebody who has not logged in."""
    watch = watched(
        browser, node, None, language="en", patience=PATIENCE_MS, bears_refusals=True, elsewhere=(provider.url,)
    )
    yield watch.page
    assert watch.close() == []


def log_in(page: Page) -> None:
    page.get_by_role("link", name="Continue with Example").click()
    page.get_by_role("link", name="Agree").click()


def test_there_and_back_with_the_role_of_a_group(stranger: Page, provider: Provider) -> None:
    provider.claims = {"sub": "1", "preferred_username": "night-shift", "groups": ["staff"]}
    stranger.goto("/queues?queue=default")
    expect(stranger).to_have_url(re.compile(r"/login\?next="))
    log_in(stranger)
    expect(stranger.get_by_role("alert")).to_contain_text("gives you no role here")

    provider.claims["groups"] = ["data"]
    stranger.goto("/queues?queue=default")
    log_in(stranger)
    expect(stranger).to_have_url(re.compile(r"/queues\?queue=default$"))
    stranger.get_by_role("button", name="Account and settings").click()
    expect(stranger.get_by_role("menu")).to_contain_text("night-shift")
    expect(stranger.get_by_role("menu")).to_contain_text("Operator")
