"""Backfills over timetables that users wrote: a scheduler's child process says which dates they have."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from headway.broker.bus import open_bus
from headway.errors import Conflict, InvalidInput
from headway.messages import RunsAsked, Wake
from headway.metastore.database import Connection, connection
from headway.metastore.queries import nodes
from headway.operations import backfill_dates, backfills
from headway.operations.backfills import Request
from headway.operations.timetable_runs import ask
from headway.settings import Settings, load_settings
from headway.standalone.valkey import EmbeddedValkey
from headway.timetables import DueRun
from headway_scheduler.listener import Listener
from headway_scheduler.parse.service import ParseService
from headway_scheduler.timetable_runs import TimetableRuns
from support import services
from support.services import Databases
from support.waiting import wait_for
from support.webs import serve

FILE = """
from datetime import datetime, timedelta
from airflow import DAG
from airflow.models import Variable
from airflow.operators.empty import EmptyOperator
from airflow.timetables.base import DagRunInfo, Timetable

class Workdays(Timetable):
    def next_dagrun_info(self, *, last_automated_data_interval, restriction):
        given = last_automated_data_interval
        start = given.end if given else restriction.earliest
        while start.weekday() >= 5:
            start += timedelta(days=1)
        if start.year == 2001:
            raise RuntimeError("the calendar of 2001 is lost")
        while start.year == 2002:
            pass
        if start.year == 2003:
            return "soon"
        return DagRunInfo.interval(start, start + timedelta(days=1))

with DAG("own", schedule=Workdays(), start_date=datetime(2000, 1, 1)):
    EmptyOperator(task_id="only")
"""


class Asking:
    """A metastore that knows the DAG ``own``, and what of a scheduler answers questions about its timetable."""

    def __init__(self, settings: Settings, conn: Connection) -> None:
        self.settings = settings
        self.conn = conn
        self.node = str(uuid4())
        self.service = TimetableRuns(settings, open_bus(settings, name="test answers"))
        self.listener = Listener(self.node, open_bus(settings, name="test listener"), self._heard)

    def _heard(self, event: object) -> None:
        if isinstance(event, RunsAsked):
            self.service.ask(event)

    def start(self) -> None:
        nodes.register(
            self.conn, node=self.node, kind="scheduler", name="s1", hostname="here", pid=1, version="0", lease=3600
        )
        self.service.start()
        self.listener.start()

    def stop(self) -> None:
        self.listener.stop()
        bus = open_bus(self.settings, name="test")
        bus.send_event(self.node, Wake("end").encode())
        bus.close()
        self.service.stop()

    def own(self, request: Request, settings: Settings | None = None) -> list[DueRun]:
        wanted = backfills.question(self.conn, "own", request)
        assert wanted is not None
        return ask(settings or self.settings, wanted)


@pytest.fixture(scope="module")
def asking(
    databases: Databases, migrated: str, valkey: EmbeddedValkey, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Asking]:
    name, home = databases.create(template=migrated), tmp_path_factory.mktemp("home")
    settings = load_settings(
        home=home, metastore={"url": databases.url(name)}, broker={"url": services.empty(valkey)},
        dags={"folder": home / "dags"},
    )  # fmt: skip
    with connection(settings.metastore) as conn:
        _parse(settings, home / "dags")
        made = Asking(settings, conn)
        made.start()
        yield made
        made.stop()
    databases.drop(name)


def _parse(settings: Settings, folder: Path) -> None:
    folder.mkdir()
    (folder / "own.py").write_text(FILE)
    service = ParseService(settings, node=str(uuid4()), on_change=lambda _: None, on_errors=lambda: None)
    wait_for(lambda: service.run_once() is None, 60, "a snapshot of the folder")
    service.on_end()


def year(number: int, days: int = 10, **more: Any) -> Request:
    first = datetime(number, 3, 1, tzinfo=UTC)
    return Request(first, first + timedelta(days=days), **more)


@pytest.fixture
def hasty(asking: Asking) -> Settings:
    """Settings with little time for a timetable."""
    return asking.settings.model_copy(update={"dags": asking.settings.dags.model_copy(update={"parse_timeout": 1.5})})


def test_its_dates_are_those_that_it_says_also_long_before_the_listed_ones(asking: Asking) -> None:
    request = year(2005)  # 1 March 2005 was a Tuesday
    own = asking.own(request)
    planned = backfills.preview(asking.conn, "own", request, own).dates
    assert [each.logical_date.day for each in planned] == [1, 2, 3, 4, 7, 8, 9, 10, 11]
    assert planned[3].data_interval_end == datetime(2005, 3, 5, tzinfo=UTC)
    made = backfills.create(asking.conn, "own", request, own, actor="test")
    assert made.waiting == 9
    backfills.cancel(asking.conn, made.id, actor="test")


def test_over_rest_the_dry_run_and_the_backfill_have_them(asking: Asking) -> None:
    body = {"dag_id": "own", "from_date": "2005-03-04T00:00:00Z", "to_date": "2005-03-07T00:00:00Z"}
    with serve(asking.settings) as web:
        operator = web.as_("operator")
        dates = operator.post("/backfills/dry_run", json=body).json()["dates"]
        assert [date["logical_date"][:10] for date in dates] == ["2005-03-04", "2005-03-07"]
        made = operator.post("/backfills", json={**body, "run_backwards": True})
        assert (made.status_code, made.json()["waiting"]) == (201, 2)
        shown = operator.get(f"/backfills/{made.json()['id']}/dates").json()["dates"]
        assert [date["logical_date"][:10] for date in shown] == ["2005-03-07", "2005-03-04"]
        operator.put(f"/backfills/{made.json()['id']}/cancel")
        refused: httpx.Response = operator.post(
            "/backfills/dry_run", json={**body, "from_date": "2001-01-01T00:00:00Z"}
        )
        assert refused.status_code == 422
        assert "own.py, line 15: RuntimeError: the calendar of 2001 is lost" in refused.text


def test_of_a_range_beyond_now_it_is_told_which_date_is_the_last_that_is_due(asking: Asking) -> None:
    now = datetime.now(UTC)
    request = Request(now - timedelta(days=9), now + timedelta(days=9))
    preview = backfills.preview(asking.conn, "own", request, asking.own(request))
    (left_out,) = preview.left_out
    assert (left_out.reason, left_out.bound) == ("not_due", preview.dates[-1].logical_date)
    assert left_out.bound < now
    coming = Request(now + timedelta(days=5), now + timedelta(days=9))
    with pytest.raises(InvalidInput, match="no date of DAG 'own' in the range is due yet"):
        backfills.preview(asking.conn, "own", coming, asking.own(coming))


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        (2001, "own.py, line 15: RuntimeError: the calendar of 2001 is lost"),
        (2003, "next_dagrun_info of timetable Workdays returns str"),
    ],
)
def test_one_that_fails_there_is_named_with_its_line(asking: Asking, number: int, fault: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        asking.own(year(number))
    assert raised.value.message.startswith("no dates for DAG 'own': ")
    assert fault in raised.value.message


def test_one_that_never_ends_is_ended_and_keeps_no_other_question_waiting(asking: Asking, hasty: Settings) -> None:
    with pytest.raises(InvalidInput, match=r"the timetable Workdays came to no end in 1\.5 s; it was at line 1[67]"):
        asking.own(year(2002), hasty)
    hangs = backfills.question(asking.conn, "own", year(2002))
    assert hangs is not None
    over = threading.Event()

    def hang() -> None:
        with contextlib.suppress(Conflict):  # called off
            ask(asking.settings, hangs, called_off=over.is_set)

    hanging = threading.Thread(target=hang)
    hanging.start()
    try:
        assert len(asking.own(year(2006))) == 8
        assert hanging.is_alive(), "its time limit is half a minute"
    finally:
        over.set()
        hanging.join(60)


def test_more_dates_than_a_backfill_takes_are_not_even_listed(asking: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backfill_dates, "MAX_DATES", 100)
    request = year(2005, days=9000)
    own = asking.own(request)
    assert len(own) == 101
    with pytest.raises(InvalidInput, match="more than 100 dates"):
        backfills.preview(asking.conn, "own", request, own)


def test_without_a_scheduler_nobody_can_say(asking: Asking) -> None:
    asking.conn.execute("UPDATE node SET state = 'gone'")
    try:
        with pytest.raises(Conflict, match="no scheduler is running to ask the timetable of DAG 'own'"):
            asking.own(year(2005))
    finally:
        asking.conn.execute("UPDATE node SET state = 'up'")
