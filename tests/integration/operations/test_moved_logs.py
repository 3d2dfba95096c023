"""Logs that move to a log store: read from there as before, whole, and deleted there when their time is over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, timedelta
from pathlib import Path

import pytest

from headway.errors import NotFound, SettingsError
from headway.log_store.objects import LogStoreUnavailable
from headway.log_store.reading import LogStore
from headway.metastore.queries import logs, moved_logs, triggers
from headway.metastore.queries.moved_logs import Moved
from headway.operations import log_pages
from headway.operations.cleaning import clean
from headway.operations.runs import delete_run
from headway.operations.task_logs import Ended, LogEnd, LogReader, LogRequest, Text
from headway_scheduler.log_mover.mover import Mover
from support.log_stores import TestStore
from support.outside import s3_server
from support.proxy import Proxy
from support.stage import DAG, RUN, Stage
from support.structures import task

ACTOR = "ann"


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    with s3_server() as url:
        yield url


@pytest.fixture(params=["folder", "s3"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> TestStore:
    if request.param == "folder":
        return TestStore.folder(tmp_path / "shared" / "logs")
    return TestStore.bucket(request.getfixturevalue("s3"), tmp_path.name)


@pytest.fixture
def folder(tmp_path: Path) -> TestStore:
    return TestStore.folder(tmp_path / "shared" / "logs")


@pytest.fixture
def one(stage: Stage) -> Stage:
    stage.dag(task("a", retries=1), task("b"))
    stage.start()
    stage.queue("a")
    return stage


def move(stage: Stage, place: TestStore, **more: timedelta) -> int:
    return Mover(place.open(), **more).round(stage.conn).moved


def here(stage: Stage) -> int:
    return int(stage.value("SELECT count(*) FROM task_log"))


def text(stage: Stage, place: TestStore) -> str:
    """The log of task ``a``, as a page of the web shows it."""
    log = log_pages.read(stage.conn, LogStore(place.settings), stage.instance("a").ti, max_bytes=10**9)
    assert [part.end for part in log.parts] == [LogEnd.COMPLETE] * len(log.attempts)
    return "".join(part.text for part in log.parts)


def test_the_log_of_an_ended_attempt_moves_and_reads_as_before(one: Stage, place: TestStore) -> None:
    claimed = one.claim("a")
    middle = one.log(claimed, "één\n")
    end = one.log(claimed, "two\n", middle)
    assert move(one, place) == 0, "it still runs"
    one.finish(claimed, log_bytes=end)
    assert move(one, place) == 1
    assert here(one) == 0
    ((key, stored),) = place.objects().items()
    assert stored == "één\ntwo\n"
    assert f"/{DAG}/{RUN}/a/try-1.{claimed.ti}-{claimed.dispatch}." in key
    assert text(one, place) == "één\ntwo\n"
    assert move(one, place) == 0


def test_what_waits_for_the_rest_of_its_log_or_for_a_trigger_stays(one: Stage, folder: TestStore) -> None:
    claimed = one.claim("a")
    one.log(claimed, "one\n")
    one.finish(claimed, log_bytes=8)
    assert move(one, folder) == 0, "four bytes are on their way"
    assert move(one, folder, patience=timedelta(0)) == 1, "nobody waits for ever"
    one.log(claimed, "two\n", 4)
    assert move(one, folder) == 1
    assert len(folder.objects()) == 2
    assert text(one, folder) == "one\ntwo\n"


def test_shipping_again_what_was_moved_shows_nothing_twice(one: Stage, folder: TestStore) -> None:
    claimed = one.claim("a")
    middle = one.log(claimed, "one\n")
    end = one.log(claimed, "two\n", middle)
    one.finish(claimed, log_bytes=end)
    move(one, folder)
    day = claimed.started_at.astimezone(UTC).date()
    assert logs.stored_to(one.conn, ti=claimed.ti, dispatch=claimed.dispatch, day=day) == end
    assert triggers.log_ends(one.conn, [(claimed.ti, claimed.dispatch)]) == {(claimed.ti, claimed.dispatch): end}
    one.log(claimed, "one\n")
    one.log(claimed, "two\n", middle)
    assert text(one, folder) == "one\ntwo\n"
    move(one, folder)
    assert here(one) == 0
    assert text(one, folder) == "one\ntwo\n"


def test_a_long_log_moves_in_parts_and_is_read_from_any_byte(one: Stage, place: TestStore) -> None:
    claimed = one.claim("a")
    whole, end = "", 0
    for number in range(70):
        piece = "".join(f"{number} {line} é漢\n" for line in range(2_000))
        end = one.log(claimed, piece, end)
        whole += piece
    one.finish(claimed, log_bytes=end)
    assert move(one, place) == 3
    assert text(one, place) == whole
    middle = len(whole[: len(whole) // 2].encode())
    store, ti = LogStore(place.settings), claimed.ti
    part = log_pages.read(one.conn, store, ti, offset=middle, max_bytes=1000).parts[0]
    assert part.end is None
    assert whole.encode()[middle:].decode().startswith(part.text)
    after = claimed.dispatch, middle
    events = list(LogReader(one.conn, store, LogRequest(DAG, "a", RUN, after=after)).events())
    assert "".join(each.text for each in events if isinstance(each, Text)) == whole.encode()[middle:].decode()
    assert isinstance(events[-1], Ended)


def test_a_reader_in_the_middle_of_a_log_does_not_notice_that_it_moves(one: Stage, folder: TestStore) -> None:
    claimed = one.claim("a")
    end = 0
    for number in range(250):
        end = one.log(claimed, f"{number}\n", end)
    one.finish(claimed, log_bytes=end)
    seen = []
    for event in LogReader(one.conn, LogStore(folder.settings), LogRequest(DAG, "a", RUN)).events():
        if isinstance(event, Text):
            seen.append(event.text)
            if len(seen) == 3:
                assert move(one, folder) > 0
    assert "".join(seen) == "".join(f"{number}\n" for number in range(250))


def test_odd_and_hostile_ids(stage: Stage, place: TestStore) -> None:
    dag_id, run_id = "..", "../../x/é 漢?*[a] %2e%2e\n"
    stage.dag(task("a"), dag_id=dag_id)
    stage.start(run_id, dag_id)
    instance = stage.value("SELECT id FROM task_instance")
    stage.conn.execute("UPDATE task_instance SET state = 'running', dispatch = 1")
    stage.conn.execute(
        "INSERT INTO task_attempt (ti_id, dispatch, try_number, outcome, queue, started_at, log_bytes)"
        " VALUES (%s, 1, 1, 'success', 'default', now(), 5)", [instance]
    )  # fmt: skip
    stage.conn.execute(
        "INSERT INTO task_log (ti_id, dispatch, day, byte_offset, text)"
        " VALUES (%s, 1, (now() AT TIME ZONE 'UTC')::date, 0, 'text\n')", [instance]
    )  # fmt: skip
    assert move(stage, place) == 1
    ((key, stored),) = place.objects().items()
    assert stored == "text\n"
    assert ".." not in key
    piece = LogStore(place.settings).read(stage.conn, ti=instance, dispatch=1)
    assert [chunk.text for chunk in piece.chunks] == ["text\n"]


def test_a_key_that_leads_elsewhere_is_not_read(one: Stage, folder: TestStore, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    claimed = one.claim("a")
    one.log(claimed, "text\n")
    one.finish(claimed, log_bytes=5)
    move(one, folder)
    one.conn.execute("UPDATE moved_log SET key = '../../secret'")
    with pytest.raises(NotFound):
        text(one, folder)


def test_logs_go_when_their_run_is_deleted_or_they_are_too_old(one: Stage, place: TestStore) -> None:
    for name in ("a", "b"):
        if name == "b":
            one.queue("b")
        claimed = one.claim(name)
        one.finish(claimed, log_bytes=one.log(claimed, f"{name}\n"))
    move(one, place)
    one.conn.execute("UPDATE moved_log SET day = day - 40 WHERE ti_id = %s", [one.instance("a").ti])
    ages = {"logs": timedelta(days=14)}
    counted = {each.kind: each.count for each in clean(one.conn, ages, dry_run=True, actor=ACTOR)}
    cleaned = {each.kind: each.count for each in clean(one.conn, ages, actor=ACTOR)}
    assert counted["logs in the log store"] == cleaned["logs in the log store"] == 1
    old = LogStore(place.settings).read(one.conn, ti=one.instance("a").ti, dispatch=one.instance("a").dispatch)
    assert old.chunks == [], "nobody sees it any more"
    assert Mover(place.open()).round(one.conn).deleted == 1
    assert list(place.objects().values()) == ["b\n"]
    delete_run(one.conn, DAG, RUN, actor=ACTOR)
    assert Mover(place.open()).round(one.conn).deleted == 1
    assert place.objects() == {}
    assert one.value("SELECT count(*) FROM moved_log") == 0


def test_while_the_store_is_away_logs_stay_and_readers_are_told(one: Stage, s3: str, tmp_path: Path) -> None:
    proxy = Proxy(s3)
    place = TestStore.bucket(proxy.url, tmp_path.name)
    claimed = one.claim("a")
    one.finish(claimed, log_bytes=one.log(claimed, "one\n"))
    proxy.take_away()
    with pytest.raises(LogStoreUnavailable, match="s3://logs/"):
        move(one, place)
    assert text(one, place) == "one\n"
    proxy.bring_back()
    assert move(one, place) == 1, "the turn was given back"
    proxy.take_away()
    with pytest.raises(LogStoreUnavailable) as raised:
        text(one, place)
    assert "s3cret" not in str(raised.value)
    proxy.bring_back()
    assert text(one, place) == "one\n"
    proxy.take_away()


def test_one_log_that_the_store_refuses_keeps_back_no_other(one: Stage, folder: TestStore) -> None:
    for name in ("a", "b"):
        if name == "b":
            one.queue("b")
        claimed = one.claim(name)
        one.finish(claimed, log_bytes=one.log(claimed, f"{name}\n"))
    day = claimed.started_at.astimezone(UTC).date()
    blocked = Path(folder.url.removeprefix("file://")) / f"{day}" / DAG / RUN / "a"
    blocked.parent.mkdir(parents=True)
    blocked.write_text("a file where a folder should be")
    assert move(one, folder) == 1
    assert here(one) == 1
    blocked.unlink()
    assert move(one, folder) == 1


def test_a_folder_that_is_not_mounted_takes_nothing(one: Stage, folder: TestStore) -> None:
    claimed = one.claim("a")
    one.finish(claimed, log_bytes=one.log(claimed, "one\n"))
    move(one, folder)
    root = Path(folder.url.removeprefix("file://"))
    root.rename(root.with_name("elsewhere"))
    one.queue("b")
    claimed = one.claim("b")
    one.finish(claimed, log_bytes=one.log(claimed, "two\n"))
    with pytest.raises(LogStoreUnavailable, match="is empty"):
        move(one, folder)
    assert here(one) == 1
    with pytest.raises(NotFound, match="does not find it"):
        text(one, folder)


def test_two_installations_do_not_share_a_store(one: Stage, place: TestStore) -> None:
    place.open().own("another one")
    claimed = one.claim("a")
    one.finish(claimed, log_bytes=one.log(claimed, "one\n"))
    with pytest.raises(SettingsError, match="another installation"):
        move(one, place)
    assert here(one) == 1


def test_objects_take_the_place_of_just_those_chunks_that_they_hold(one: Stage) -> None:
    claimed = one.claim("a")
    middle = one.log(claimed, "one\n")
    one.log(claimed, "two\n", middle)
    first, second = logs.read(one.conn, ti=claimed.ti, dispatch=claimed.dispatch)

    def moved(end: int) -> list[Moved]:
        return [Moved(claimed.ti, claimed.dispatch, first.day, 0, end, "file:///x", f"to {end}")]

    assert moved_logs.record(one.conn, moved(4), [first])
    assert not moved_logs.record(one.conn, moved(8), [first, second]), "another one was faster"
    assert here(one) == 1
    assert one.value("SELECT string_agg(key, ',') FROM moved_log") == "to 4"


def test_a_turn_keeps_others_out_until_it_ends(one: Stage) -> None:
    assert moved_logs.take_turn(one.conn, 60)
    assert not moved_logs.take_turn(one.conn, 60)
    moved_logs.end_turn(one.conn)
    assert moved_logs.take_turn(one.conn, -1)
    assert moved_logs.take_turn(one.conn, 60), "one that died has had its time"


def test_a_deferred_attempts_log_waits_for_its_triggers_words(one: Stage, folder: TestStore) -> None:
    claimed = one.claim("a")
    end = one.log(claimed, "deferring\n")
    one.finish(claimed, log_bytes=end)
    one.conn.execute(
        "INSERT INTO trigger (ti_id, dispatch, try_number, classpath, sealed, method)"
        " VALUES (%s, %s, 1, 'x', 'x', 'x')",
        [claimed.ti, claimed.dispatch],
    )
    assert move(one, folder) == 0
    one.log(claimed, "the trigger's\n", end)
    one.conn.execute("DELETE FROM trigger")
    assert move(one, folder) == 1
    assert list(folder.objects().values()) == ["deferring\nthe trigger's\n"]
