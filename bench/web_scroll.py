"""How smoothly long pages scroll in a browser: the tasks of its main thread that took longer than 50 ms.

A chromium of the system turns the wheel over real pages of a real web node. What the first loading brings is told
apart from what scrolling brings, and a task that is long on purpose shows that long tasks are seen at all. Of the tasks
while scrolling the processor time is told, too: on a busy machine a task is long because it had to wait.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from bench.web_world import GRID
from playwright.sync_api import CDPSession, Page, sync_playwright

from headway.metastore.database import Connection
from headway.metastore.queries import accounts, logins
from headway.operations.tokens import digest
from headway_web.security.identify import COOKIE
from headway_web.static import FOLDER

PAGE = "Scrolling"
LIMIT_MS = 50.0  # tasks that took longer are what browsers call long
_FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
_PATIENCE_MS = 120_000
_SETTLED_MS = 2_000  # after which what loading started is over
_NOTCH = 2_000  # pixels that the wheel is turned at once
_SPEED = 4_000  # pixels a second
_BUSY_MS = 80
_MARK = "bench"  # tells the page's main thread from those of the browser's own pages
_PARTS = ("loading", "scrolling")

#: Notes each long task with the page's clock at its begin, and counts frames.
_WATCH = """
const seen = { frames: 0, tasks: [] };
const note = (entries) => seen.tasks.push(...entries.map(({ startTime, duration }) => [startTime, duration]));
const observer = new PerformanceObserver((list) => note(list.getEntries()));
observer.observe({ type: "longtask", buffered: true });
const count = () => { seen.frames += 1; requestAnimationFrame(count); };
requestAnimationFrame(count);
window.bench = () => { note(observer.takeRecords()); return { ...seen, now: performance.now() }; };
"""
_PLACE = """([scroller, complete]) => {
  const element = document.querySelector(scroller);
  const { left, top, width, height } = element.getBoundingClientRect();
  return {
    x: left + width / 2, y: top + height / 2, moved: element.scrollLeft + element.scrollTop,
    isComplete: document.querySelector(complete) !== null,
  };
}"""
_KEEP_BUSY = """(ms) => void setTimeout(() => {
  for (const end = performance.now() + ms; performance.now() < end;);
}, 100)"""

#: Where the wheel leads: signs of the distances in which content moves.
_WAYS = {"down": (0, -1), "up": (0, 1), "left": (1, 0), "right": (-1, 0)}


@dataclass(frozen=True, slots=True)
class View:
    """A page that scrolls: what scrolls in it, what it is once all of it is there, and which ways it goes."""

    name: str
    address: str
    scroller: str
    complete: str
    ways: str


_VIEWS = (
    View("DAGs, 1,000", "/dags", "div:has(> [role=table])", "div:has(> [aria-rowcount='1001'])", "down up"),
    View(
        "Grid, 200 x 100",
        f"/dags/{GRID}_0/grid",
        "[role=grid]",
        "[role=grid][aria-colcount='101']",
        "down left up right left down right up",
    ),
)


def measure(conn: Connection, origin: str) -> list[dict[str, Any]]:
    """Scroll each page from end to end; what was long while it loaded, and while it scrolled."""
    found = []
    with _browser_page(conn, origin) as page:
        for view in _VIEWS:
            found.append(_scrolled(page, view))
            _control(page)
    return found


def is_over(row: dict[str, Any]) -> bool:
    """Whether a page was held up while it scrolled."""
    return bool(row["scrolling"]["longest_ms"] > LIMIT_MS)


def show(rows: list[dict[str, Any]]) -> None:
    """Print a line for each page."""
    for row in rows:
        loading, scrolling = (f"{row[part]['long']:3} long, {row[part]['longest_ms']:5.0f} ms" for part in _PARTS)
        print(
            f"{PAGE:14} {row['view']:16} {row['distance']:8,} px {row['frames']:6,} frames   loading {loading}"
            f"   scrolling {scrolling}, computing {row['computing_ms']:3.0f} ms {'OVER' if is_over(row) else ''}"
        )


@contextmanager
def _browser_page(conn: Connection, origin: str) -> Iterator[Page]:
    """A page of an admin who is logged in."""
    chromium = shutil.which("chromium") or sys.exit("chromium is missing: install your system's package")
    if not (FOLDER / "index.html").exists():
        sys.exit("the UI is not built: run `make ui`")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=_FLAGS)
        context = browser.new_context(base_url=origin, viewport={"width": 1360, "height": 900})
        context.set_default_timeout(_PATIENCE_MS)
        context.add_init_script(_WATCH)
        context.add_cookies([{"name": COOKIE, "value": _log_in(conn), "url": origin}])
        yield context.new_page()
        browser.close()


def _log_in(conn: Connection) -> str:
    """Open a session of an account of its own; its secret."""
    username, secret = f"bench-scroll-{os.getpid()}", secrets.token_urlsafe(32)
    accounts.insert(conn, username=username, role="admin")
    account = accounts.find(conn, username)
    assert account is not None
    logins.open_session(conn, key=digest(secret), account=account.id, address="bench", hours=1)
    return secret


def _scrolled(page: Page, view: View) -> dict[str, Any]:
    page.goto(view.address)
    page.wait_for_selector(view.scroller)
    page.wait_for_timeout(_SETTLED_MS)
    loaded, wheel = _seen(page), page.context.new_cdp_session(page)
    with _processor_times(page) as computing:
        distance = sum(_to_the_end(page, wheel, view, way) for way in view.ways.split())
    after = _seen(page)
    return {
        "view": view.name,
        "distance": round(distance),
        "frames": after["frames"] - loaded["frames"],
        "loading": _figures([ms for at, ms in after["tasks"] if at < loaded["now"]]),
        "scrolling": _figures([ms for at, ms in after["tasks"] if at >= loaded["now"]]),
        "computing_ms": max(computing, default=0.0),
    }


@contextmanager
def _processor_times(page: Page) -> Iterator[list[float]]:
    """Filled at the end: milliseconds of processor time of each task of the page's main thread."""
    browser, times = page.context.browser, list[float]()
    assert browser is not None
    browser.start_tracing(page=page, categories=["toplevel", "blink.user_timing"])
    page.evaluate(f"performance.mark('{_MARK}')")
    yield times
    events = json.loads(browser.stop_tracing())["traceEvents"]
    main = next((event["pid"], event["tid"]) for event in events if event["name"] == _MARK)
    tasks = (event for event in events if event["name"].endswith("::RunTask") and event["ph"] == "X")
    times += [task.get("tdur", 0) / 1000 for task in tasks if (task["pid"], task["tid"]) == main]


def _to_the_end(page: Page, wheel: CDPSession, view: View, way: str) -> float:
    """Turn the wheel until nothing moves any more and all that belongs there has come; pixels moved."""
    deadline = time.monotonic() + _PATIENCE_MS / 1000
    distance, at = 0.0, _place(page, view)
    while time.monotonic() < deadline:
        before = at["moved"]
        _turn(wheel, at, way)
        at = _place(page, view)
        distance += abs(at["moved"] - before)
        if at["moved"] == before and at["isComplete"]:
            return distance
    sys.exit(f"{view.name}: scrolling {way} does not come to an end")


def _place(page: Page, view: View) -> dict[str, float]:
    """Where the page is. The browser's own look-up: Playwright's walks over all elements and would be measured, too."""
    found: dict[str, float] = page.evaluate(_PLACE, [view.scroller, view.complete])
    return found


def _turn(wheel: CDPSession, at: dict[str, float], way: str) -> None:
    """Turn the wheel by a notch in the middle of what scrolls."""
    across, down = _WAYS[way]
    turn = {"xDistance": across * _NOTCH, "yDistance": down * _NOTCH, "speed": _SPEED, "gestureSourceType": "mouse"}
    wheel.send("Input.synthesizeScrollGesture", {"x": at["x"], "y": at["y"], **turn})


def _control(page: Page) -> None:
    """Be busy on purpose: a page in which that is not seen proves nothing."""
    before = len(_seen(page)["tasks"])
    page.evaluate(_KEEP_BUSY, _BUSY_MS)
    page.wait_for_timeout(_SETTLED_MS)
    longest = max((ms for _, ms in _seen(page)["tasks"][before:]), default=0)
    if longest < _BUSY_MS:
        sys.exit(f"the page was busy for {_BUSY_MS} ms, and the browser tells of {longest:.0f} ms: nothing is measured")


def _seen(page: Page) -> Any:
    return page.evaluate("bench()")


def _figures(times: list[float]) -> dict[str, float]:
    return {"long": len(times), "longest_ms": max(times, default=0.0)}
