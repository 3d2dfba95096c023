"""Time partitions: made ahead of need, and dropped when their time is over."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from headway.metastore import partitions
from headway.metastore.database import Connection, connection, fetch_value
from headway.settings import Settings, load_settings

LATER = date(2031, 3, 12)  # a Wednesday


@pytest.fixture
def settings(metastore_url: str) -> Settings:
    return load_settings(metastore={"url": metastore_url})


@pytest.fixture
def conn(settings: Settings) -> Iterator[Connection]:
    with connection(settings.metastore) as opened:
        yield opened


def add_log(conn: Connection, ti: int, day: date) -> None:
    conn.execute("INSERT INTO task_log (ti_id, dispatch, day, byte_offset, text) VALUES (%s, 1, %s, 0, 'x')", (ti, day))


def add_audit(conn: Connection, at: datetime) -> None:
    conn.execute("INSERT INTO event_log (at, actor, action, subject) VALUES (%s, 'a', 'b', 'c')", (at,))


def home(conn: Connection, table: str) -> list[str]:
    """The partitions in which rows lie."""
    rows = conn.execute(f"SELECT tableoid::regclass::text FROM {table} ORDER BY 1").fetchall()
    return [row[0] for row in rows]


def test_today_and_the_time_to_come_are_there_from_the_start(conn: Connection) -> None:
    today = fetch_value(conn, "SELECT (now() AT TIME ZONE 'UTC')::date")
    assert partitions.ensure(conn, today) == []
    add_log(conn, 1, today + timedelta(days=5))
    assert home(conn, "task_log") == [f"task_log_p{today + timedelta(days=5):%Y%m%d}"]


def test_days_and_weeks_are_made_once(conn: Connection) -> None:
    made = partitions.ensure(conn, LATER)
    assert next(name for name in made if name.startswith("task_log")) == "task_log_p20310312"
    assert [name for name in made if name.startswith("event_log")] == [
        f"event_log_p{date(2031, 3, 10) + timedelta(weeks=week):%Y%m%d}" for week in range(4)
    ]
    assert partitions.ensure(conn, LATER) == []


def test_rows_that_came_too_early_move_out_of_the_default(conn: Connection) -> None:
    add_log(conn, 1, LATER)
    add_log(conn, 2, LATER + timedelta(days=90))
    add_audit(conn, datetime(2031, 3, 10, tzinfo=UTC))
    assert set(home(conn, "task_log")) == {"task_log_default"}
    partitions.ensure(conn, LATER)
    assert home(conn, "task_log") == ["task_log_default", "task_log_p20310312"]
    assert home(conn, "event_log") == ["event_log_p20310310"]
    add_audit(conn, datetime(2031, 3, 11, tzinfo=UTC))
    assert fetch_value(conn, "SELECT count(DISTINCT id) FROM event_log") == 2  # ids go on counting


def test_a_week_ends_at_the_next_monday(conn: Connection) -> None:
    partitions.ensure(conn, LATER)
    for moment in (datetime(2031, 3, 16, 23, 59, 59, tzinfo=UTC), datetime(2031, 3, 17, tzinfo=UTC)):
        add_audit(conn, moment)
    assert home(conn, "event_log") == ["event_log_p20310310", "event_log_p20310317"]


def test_several_nodes_may_make_them_at_once_while_rows_come_in(settings: Settings, conn: Connection) -> None:
    failures: list[BaseException] = []
    stop = threading.Event()

    def guarded(work: object) -> None:
        try:
            with connection(settings.metastore) as own:
                work(own)  # type: ignore[operator]
        except BaseException as error:  # noqa: BLE001 - shown below
            failures.append(error)

    def write(own: Connection) -> None:
        number = 0
        while not stop.is_set():
            number += 1
            add_log(own, number, LATER)

    makers = [threading.Thread(target=guarded, args=(lambda own: partitions.ensure(own, LATER),)) for _ in range(4)]
    writer = threading.Thread(target=guarded, args=(write,))
    for thread in (writer, *makers):
        thread.start()
    for thread in makers:
        thread.join(60)
    stop.set()
    writer.join(60)
    assert failures == []
    assert set(home(conn, "task_log")) == {"task_log_p20310312"}


def test_what_is_past_its_time_is_named_and_dropped(conn: Connection) -> None:
    partitions.ensure(conn, LATER)
    add_log(conn, 1, LATER)
    expired = partitions.expired(conn, "task_log", LATER + timedelta(days=1))
    assert expired[-1] == "task_log_p20310312"
    assert "task_log_p20310312" not in partitions.expired(conn, "task_log", LATER)
    assert "task_log_default" not in expired
    partitions.drop(conn, "task_log_p20310312")
    assert fetch_value(conn, "SELECT count(*) FROM task_log") == 0
    assert "task_log_p20310312" not in partitions.expired(conn, "task_log", LATER + timedelta(days=1))


def test_a_week_is_past_only_when_all_of_it_is(conn: Connection) -> None:
    partitions.ensure(conn, LATER)
    assert "event_log_p20310310" not in partitions.expired(conn, "event_log", date(2031, 3, 16))
    assert "event_log_p20310310" in partitions.expired(conn, "event_log", date(2031, 3, 17))
