"""Raw Celery's side: one task that makes two durable single-row updates, and starts its successor if it has one.

Run by ``celery -A bench.raw_tasks worker``; settings come from the environment, as a Celery user's would.
"""

from __future__ import annotations

import psycopg
from bench.workloads import fibonacci

from headway.broker.celery_app import make_app
from headway.settings import load_settings

settings = load_settings()
app = make_app(settings, queues=["raw", "raw_warm"])
_held: list[psycopg.Connection] = []


def connection() -> psycopg.Connection:
    """This child's connection."""
    if not _held:
        url = settings.metastore.url.get_secret_value()
        _held.append(psycopg.connect(url, autocommit=True, prepare_threshold=1))
    return _held[0]


def _work(row: int, left: int, fib: int) -> None:
    """Update ``row`` at start and end; publish the next of ``left`` tasks that wait for this one."""
    conn = connection()
    conn.execute("UPDATE raw_row SET state = 'running', started = clock_timestamp() WHERE id = %s", (row,))
    if fib:
        fibonacci(fib)
    conn.execute("UPDATE raw_row SET state = 'success', ended = clock_timestamp() WHERE id = %s", (row,))
    if left:
        work.apply_async((row + 1, left - 1, fib), queue="raw")


work = app.task(_work, name="raw.work")
