"""Queue samples: one for each moment, whoever writes it, with what ended since the moment before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from headway.metastore.database import Connection
from headway.metastore.queries import queue_samples
from headway.operations.queues import queue_history
from headway.settings import Settings
from headway.states import Outcome
from headway_scheduler.reconcile.queue_samples import QueueSamples
from support.stage import Stage
from support.structures import task

AT = datetime(2026, 1, 31, 6, 0, 15, tzinfo=UTC)


def attempt(conn: Connection, queue: str, ended: float, seconds: float, outcome: Outcome = Outcome.SUCCESS) -> None:
    """An attempt that ended so many seconds before ``AT``, having taken ``seconds``."""
    end = AT - timedelta(seconds=ended)
    conn.execute(
        "INSERT INTO task_attempt (ti_id, dispatch, try_number, outcome, queue, started_at, ended_at)"
        " VALUES ((random() * 1e9)::int, 1, 1, %s, %s, %s, %s)",
        (outcome, queue, end - timedelta(seconds=seconds), end),
    )


def test_a_moment_is_sampled_once_for_every_queue(settings: Settings, conn: Connection) -> None:
    stage = Stage(conn)
    stage.dag(task("a"), task("b", queue="gpu"))
    stage.join_worker()
    stage.start()
    stage.queue("a")
    told: list[str] = []
    for _ in range(2):  # two schedulers
        service = QueueSamples(settings, on_sample=lambda: told.append("sample"))
        pause = service.run_once()
        assert pause is not None
        assert 0 < pause <= queue_samples.INTERVAL + 1
    moments = conn.execute("SELECT count(DISTINCT at) FROM queue_sample").fetchone()
    assert moments is not None
    assert len(told) == moments[0] <= 2, "two only if the interval has passed meanwhile"
    rows = conn.execute(
        "SELECT DISTINCT queue, outstanding, backlog, slots, wanted_workers FROM queue_sample"
    ).fetchall()
    assert sorted(rows) == [("default", 1, 0, 2, 1), ("gpu", 0, 1, 0, 1)]
    assert queue_history(conn, "gpu", 60)[0].backlog == 1


def test_what_has_ended_in_an_interval_and_how_long_it_took(conn: Connection) -> None:
    for queue, ended, seconds in (
        ("a", 15.0, 10.0),
        ("a", 0.5, 20.0),
        ("a", 15.5, 900.0),
        ("a", 0.0, 900.0),
        ("b", 1, 1),
    ):
        attempt(conn, queue, ended, seconds)
    attempt(conn, "a", 2.0, 900.0, Outcome.LOST)
    attempt(conn, "b", 2.0, 2.0, Outcome.FAILED)
    assert queue_samples.finished_before(conn, AT) == {"a": (2, 30.0), "b": (2, 3.0)}


def test_an_hour_counts_and_where_it_is_empty_the_day(conn: Connection) -> None:
    sample = "INSERT INTO queue_sample VALUES (%s, now() - make_interval(mins => %s), 0, 0, 0, NULL, 0, 0, 0, %s, %s)"
    for queue, minutes, finished, busy in (
        ("busy", 10, 1, 2.0), ("busy", 20, 3, 10.0), ("busy", 300, 1, 500.0), ("calm", 300, 2, 8.0), ("new", 1, 0, 0.0),
    ):  # fmt: skip
        conn.execute(sample, (queue, minutes, finished, busy))
    assert queue_samples.mean_durations(conn) == {"busy": 3.0, "calm": 4.0}


def test_samples_are_kept_for_a_day(conn: Connection) -> None:
    for hours in (1, 23, 25):
        conn.execute(
            "INSERT INTO queue_sample VALUES ('q', now() - make_interval(hours => %s), 0, 0, 0, NULL, 0, 0, 0, 0, 0)",
            (hours,),
        )
    assert queue_samples.forget_old(conn) == 1
    assert len(queue_samples.history(conn, "q", minutes=1440)) == 2


def test_a_long_history_comes_in_steps_with_the_most_of_each(conn: Connection) -> None:
    conn.execute(
        "INSERT INTO queue_sample SELECT 'q', now() - make_interval(secs => n * 15), n, 0, 0, NULL, 0, 0, 0, 0, 0"
        " FROM generate_series(0, 5000) AS n"
    )
    points = queue_history(conn, "q", 1200)
    assert 300 < len(points) <= 361
    assert points[0].backlog in (4799, 4800)
    assert points == sorted(points, key=lambda point: point.at)
