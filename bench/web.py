"""``python -m bench.web``: how long each page's API calls take on a metastore as it is after a season.

One client, one call after the other, to a real web node on loopback; beside each other the 95th percentiles of the
calls, of a session's look (login alone), and of a bare ``SELECT 1`` over psycopg. What reads a big table from end to
end is named, too. At last a browser scrolls the long pages (``bench.web_scroll``).
"""

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from bench import servers, web_scroll, web_world
from bench.web_pages import PAGES, Places
from cryptography.fernet import Fernet

from headway.metastore import migrate
from headway.metastore.database import Connection, connection
from headway.metastore.queries import accounts
from headway.operations.tokens import create_token
from headway.settings import Settings, load_settings
from headway.standalone.cluster import as_environment
from headway.standalone.server import free_port

_RESULTS = Path(__file__).parent / "results" / "web.json"
LIMIT_MS = 150.0
_BIG = ("dag_run", "task_instance", "task_attempt", "task_log", "xcom", "event_log")
_STATISTICS_PAUSE = 1.2  # seconds after which a server process has told what it has read


def main() -> None:
    """Fill a metastore, measure, print; exit status 1 when a page is over its limit."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory(prefix="headway-bench-", ignore_cleanup_errors=True) as name:
        home = Path(name)
        home.chmod(0o711)
        with _metastore(home, arguments) as settings, connection(settings.metastore) as conn, _node(settings) as client:
            calls = _measure(conn, client, arguments)
            beside = _beside(conn, client, arguments.repeats)
            origin = str(client.base_url.join("/"))
            scrolled = web_scroll.measure(conn, origin) if web_scroll.PAGE in arguments.page else []
    _RESULTS.parent.mkdir(exist_ok=True)
    _RESULTS.write_text(json.dumps({"beside": beside, "calls": calls, "scrolled": scrolled}, indent=1))
    _show(calls, beside)
    web_scroll.show(scrolled)
    slow = any(call["p95_ms"] > LIMIT_MS or call["scans"] for call in calls)
    sys.exit(slow or any(web_scroll.is_over(row) for row in scrolled))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.web", description=__doc__)
    parser.add_argument("--repeats", type=int, default=40, help="times that each call is made")
    pages = [*PAGES, web_scroll.PAGE]
    parser.add_argument("--page", nargs="+", default=pages, choices=pages, metavar="PAGE")
    parser.add_argument("--metastore", help="URL of a metastore that is filled already")
    parser.add_argument("--broker", help="URL of its broker")
    return parser.parse_args()


@contextmanager
def _metastore(home: Path, arguments: argparse.Namespace) -> Iterator[Settings]:
    key = {"key": Fernet.generate_key().decode()}
    if arguments.metastore:
        yield load_settings(
            home=home, metastore={"url": arguments.metastore}, broker={"url": arguments.broker}, security=key
        )
        return
    with servers.running(home) as found:
        settings = load_settings(
            home=home, metastore={"url": found.metastore}, broker={"url": found.broker}, security=key
        )
        migrate.upgrade(settings)
        with connection(settings.metastore) as conn:
            web_world.fill(conn, say=lambda text: print(f"made: {text}", file=sys.stderr))
        yield settings


@contextmanager
def _node(settings: Settings) -> Iterator[httpx.Client]:
    """A client of a web node that runs, as an admin."""
    with connection(settings.metastore) as conn:
        username = f"bench-{os.getpid()}"
        accounts.insert(conn, username=username, role="admin")
        _, token = create_token(conn, username, "bench", scopes=["admin"], expires_at=None, actor="bench")
    sections = {
        "metastore": {"url": settings.metastore.url.get_secret_value()},
        "broker": {"url": settings.broker.url.get_secret_value()},
        "security": {"key": settings.security.key.get_secret_value()},
    }
    environment = {**os.environ, "HEADWAY_HOME": str(settings.home), **as_environment(sections)}
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "headway", "web", "--port", str(port)], env=environment)
    headers = {"Authorization": f"Bearer {token}"}
    try:
        with httpx.Client(
            base_url=f"http://127.0.0.1:{port}/api/v1", headers=headers, timeout=60, trust_env=False
        ) as client:
            _await(client)
            yield client
    finally:
        process.terminate()
        process.wait(30)


def _await(client: httpx.Client) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            client.get("/version").raise_for_status()
        except httpx.TransportError:
            if time.monotonic() > deadline:
                sys.exit("the web node does not start")
            time.sleep(0.1)
        else:
            return


def _measure(conn: Connection, client: httpx.Client, arguments: argparse.Namespace) -> list[dict[str, Any]]:
    places = Places(conn)
    found = []
    for page in arguments.page:
        for call in PAGES.get(page, []):
            paths = [call(places) for _ in range(arguments.repeats)]
            _ask(client, paths[0])  # prepares the statements
            scans = _scans(conn)
            times = [_ask(client, path) for path in paths]
            time.sleep(_STATISTICS_PAUSE)
            _ask(client, "/session")
            size = len(client.get(paths[0]).content)
            read = [table for table, count in _scans(conn).items() if count > scans[table]]
            found.append({"page": page, "call": _general(paths[0]), **_figures(times), "bytes": size, "scans": read})
    return found


def _ask(client: httpx.Client, path: str) -> float:
    """Milliseconds that a call takes."""
    began = time.perf_counter()
    answer = client.get(path)
    took = 1000 * (time.perf_counter() - began)
    if answer.status_code != 200:
        sys.exit(f"{path}: {answer.status_code} {answer.text[:300]}")
    return took


def _scans(conn: Connection) -> dict[str, int]:
    """How often each big table, or a partition of it, was read from end to end."""
    rows = conn.execute(
        "SELECT regexp_replace(relname, '_(p[0-9]{8}|default)$', ''), sum(seq_scan)::bigint FROM pg_stat_user_tables"
        " WHERE n_live_tup > 1000 GROUP BY 1"
    ).fetchall()
    known: dict[str, int] = dict(rows)
    return {table: known.get(table, 0) for table in _BIG}


def _beside(conn: Connection, client: httpx.Client, repeats: int) -> dict[str, dict[str, float]]:
    """The least that any call can take: a look at the session, a round trip to the metastore."""

    def select() -> float:
        began = time.perf_counter()
        conn.execute("SELECT 1").fetchone()
        return 1000 * (time.perf_counter() - began)

    return {
        "GET /session": _figures([_ask(client, "/session") for _ in range(repeats)]),
        "SELECT 1": _figures([select() for _ in range(repeats)]),
    }


def _figures(times: list[float]) -> dict[str, float]:
    return {
        "p50_ms": round(statistics.median(times), 2),
        "p95_ms": round(statistics.quantiles(times, n=20)[-1], 2),
    }


def _general(path: str) -> str:
    """A path without its ids."""
    path = re.sub(r"/dagRuns/[^/?~]+", "/dagRuns/RUN", path)
    path = re.sub(r"/taskInstances/[^/?]+/-?\d+", "/taskInstances/TASK/INDEX", path)
    return re.sub(r"plain_\d+(?=[/?]|$)", "plain", path)


def _show(calls: list[dict[str, Any]], beside: dict[str, dict[str, float]]) -> None:
    for name, figures in beside.items():
        print(f"{'':14} {name:78} {figures['p50_ms']:8.1f} {figures['p95_ms']:8.1f} ms")
    for call in calls:
        mark = "OVER" if call["p95_ms"] > LIMIT_MS else ""
        scans = f"reads all of {', '.join(call['scans'])}" if call["scans"] else ""
        print(
            f"{call['page']:14} {call['call']:78} {call['p50_ms']:8.1f} {call['p95_ms']:8.1f} ms {call['bytes']:9,} B"
            f" {mark} {scans}"
        )


if __name__ == "__main__":
    main()
