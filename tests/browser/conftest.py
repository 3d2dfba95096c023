"""One cluster with runs, one browser, and pages that watch what the browser complains about."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from playwright.sync_api import Browser, Page, expect, sync_playwright

from browser.watching import OpenPage, SetValue, Watch, watched
from headway.crypto import open_vault
from headway.operations.secrets import set_variable
from headway.operations.users import create_user
from headway_web.static import FOLDER
from support import services
from support.clusters import TestCluster
from support.services import Databases
from support.webs import Served, serve

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
#: How long a page may take to show what it should, on a machine that is busy with other things, too.
PATIENCE_MS = 60_000
PASSWORD = "look-around-42"


@pytest.fixture(scope="package")
def cluster(databases: Databases, migrated: str) -> Iterator[TestCluster]:
    """A scheduler and a worker with the DAGs beside this file; nobody consumes the queue ``lonely``."""
    assert (FOLDER / "index.html").exists(), "the UI is not built: run `make ui`"
    name = databases.create(template=migrated)
    with services.valkey() as valkey, services.open_folder("browser") as folder:
        made = TestCluster(
            folder / "home", metastore=databases.url(name), broker=valkey.url(), key=Fernet.generate_key().decode()
        )
        for file in sorted((Path(__file__).parent / "dags").glob("*.py")):
            shutil.copy(file, made.dags)
        made.start()
        try:
            yield made
        finally:
            made.stop()
    databases.drop(name)


@pytest.fixture(scope="package")
def web(cluster: TestCluster) -> Iterator[Served]:
    """A web node for the cluster, with a user who has a password besides those by role."""
    with serve(cluster.settings) as served:
        create_user(served.conn, "visitor", role="operator", password=PASSWORD, actor="test", must_change=False)
        yield served


@pytest.fixture(scope="package")
def run_id(cluster: TestCluster) -> str:
    """A finished run of ``shop``, and a failed one of ``mended``; the report that an asset started has run, too."""
    shop = cluster.trigger("shop", run_id="first")
    mended = cluster.trigger("mended", run_id="first")
    cluster.wait_run("mended", mended, "failed")
    cluster.wait_run("shop", shop)
    count = "SELECT count(*) FROM dag_run WHERE dag_id = 'shop_report' AND state = 'success'"
    cluster.wait_until(lambda: (cluster.conn.execute(count).fetchone() or (0,))[0], 60, "the run of shop_report")
    return shop


@pytest.fixture(scope="package")
def set_value(cluster: TestCluster) -> SetValue:
    """Sets a variable, which running tasks may wait for."""
    vault = open_vault(cluster.settings, cluster.conn)
    return lambda key, value: set_variable(cluster.conn, vault, key, value, actor="test")


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """A chromium of the system; nothing is downloaded."""
    assert Path(CHROMIUM).exists(), "chromium is missing: install your system's package (`apt-get install chromium`)"
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def open_page(browser: Browser, web: Served) -> Iterator[OpenPage]:
    """Makes pages of users by role (None: nobody). Any complaint of the browser's fails the test."""
    watches: list[Watch] = []

    def make(role: str | None = "admin", *, language: str = "en", **context: object) -> Page:
        watch = watched(browser, web, role, language=language, patience=PATIENCE_MS, **context)
        watches.append(watch)
        return watch.page

    yield make
    complaints = [complaint for watch in watches for complaint in watch.close()]
    assert not complaints, "\n".join(complaints)


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """A page of an admin."""
    return open_page()


@pytest.fixture(scope="package")
def kept_watch(browser: Browser, web: Served) -> Iterator[Watch]:
    """A page of an admin that stays open: what it has fetched once it need not fetch again."""
    watch = watched(browser, web, "admin", language="en", patience=PATIENCE_MS)
    yield watch
    watch.close()


@pytest.fixture
def kept_page(kept_watch: Watch) -> Iterator[Page]:
    """The page that stays open; complaints of the browser's while a test has it fail that test."""
    kept_watch.complaints.clear()
    yield kept_watch.page
    assert not kept_watch.complaints, "\n".join(kept_watch.complaints)
