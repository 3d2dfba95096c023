from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from headway.authoring.results import AssetUpdate
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
    outlets=[AssetUpdate("a", "s3://a", "asset", {"rows": 3}, ["alias"])],
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


def test_an_ending_of_the_first_version_names_its_assets_alone(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.put(Ending(Attempt(3, 2), 9, "host", RESULT))
    file = spool.folder / "3.2.json"
    body = json.loads(file.read_text())
    body["result"]["outlets"] = ["a"]
    file.write_text(json.dumps(body))
    assert [one.result.outlets for one in spool.endings()] == [[AssetUpdate("a", "a")]]


def test_a_half_written_ending_is_none(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    (spool.folder / "3.2.draft").write_text("{")
    assert spool.attempts() == []
