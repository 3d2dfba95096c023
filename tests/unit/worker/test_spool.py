from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from headway.metastore.queries.attempts import Result
from headway.states import Outcome
from headway_worker.claims import Ending
from headway_worker.slots import Attempt
from headway_worker.spool import Spool

RESULT = Result(
    Outcome.RETRY,
    error="ValueError: no",
    due=datetime(2026, 3, 1, tzinfo=UTC),
    xcoms={"k": '"v"'},
    outlets=["a"],
    exit_signal=9,
    log_bytes=5,
    peak_rss=7,
    cpu_seconds=0.5,
)


def test_an_ending_comes_back_as_it_was(tmp_path: Path) -> None:
    spool, ending = Spool(tmp_path), Ending(Attempt(3, 2), 9, "host", RESULT)
    spool.put(ending)
    assert Attempt(3, 2) in spool
    assert spool.attempts() == [Attempt(3, 2)]
    assert list(Spool(tmp_path).endings()) == [ending]
    spool.remove(Attempt(3, 2))
    assert list(spool.endings()) == []


def test_a_half_written_ending_is_none(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    (spool.folder / "3.2.draft").write_text("{")
    assert spool.attempts() == []
