"""``make screenshots``: a picture of every page, light and dark, for docs/images/ui; no test of `make test`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from browser.test_pages import PAGES, settled
from browser.watching import OpenPage

FOLDER = Path(__file__).parents[2] / "docs" / "images" / "ui"
SCHEMES = ("light", "dark")
_SIZE = {"width": 1280, "height": 800}
_QUALITY = 60  # of JPEG: pages stay readable at about 50 kB


def name_of(address: str) -> str:
    """A file's name for an address: its words, joined by dashes."""
    return "-".join(re.findall(r"[a-z0-9_]+", address.lower())) or "home"


@pytest.mark.usefixtures("run_id")
@pytest.mark.parametrize("address", PAGES)
def test_take(open_page: OpenPage, address: str) -> None:
    """Both pictures of a page."""
    page = open_page(viewport=_SIZE)
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        settled(page, address, PAGES[address])
        take(page, f"{name_of(address)}-{scheme}")


def test_take_login(open_page: OpenPage) -> None:
    """The first page that anybody sees."""
    page = open_page(None, viewport=_SIZE)
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.goto("/login")
        expect(page.locator("input[type=password]")).to_be_visible()
        take(page, f"login-{scheme}")


def take(page: Page, name: str) -> None:
    """Write one picture."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=FOLDER / f"{name}.jpg", type="jpeg", quality=_QUALITY)
