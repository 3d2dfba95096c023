"""XComs as JSON that people can read, and versions held against each other."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from pandas import DataFrame

from headway.authoring.xcom_codec import encode
from headway.operations.redaction import redacted_text, restored_text
from headway.operations.sources import compare
from headway.operations.xcoms import kind, plain
from support.structures import structure, task


@pytest.mark.parametrize(
    ("value", "shown", "type_"),
    [
        ({"a": [1, 2.5, None, True, "x"]}, {"a": [1, 2.5, None, True, "x"]}, "dict"),
        (None, None, "null"),
        (datetime(2026, 1, 2, 3, tzinfo=UTC), "2026-01-02T03:00:00+00:00", "datetime"),
        (datetime(2026, 1, 2, 3, tzinfo=ZoneInfo("Asia/Seoul")), "2026-01-02T03:00:00[Asia/Seoul]", "datetime"),
        (date(2026, 1, 2), "2026-01-02", "date"),
        (time(3, 4), "03:04:00", "time"),
        (timedelta(days=1, seconds=2, microseconds=500_000), "86402.5 seconds", "timedelta"),
        (Decimal("1.10"), "1.10", "decimal"),
        (DataFrame({"n": [1, 2]}), {"rows": 2, "columns": ["n"]}, "data_frame"),
        ({1}, [1], "set"),
        ((1, "b"), [1, "b"], "tuple"),
        ({1: "one", (2, 3): "more"}, {"1": "one", "[2, 3]": "more"}, "dict"),
        ({"__headway__": "datetime", "value": "no date"}, {"__headway__": "datetime", "value": "no date"}, "dict"),
        (b"ab", "YWI=", "bytes"),
        (UUID(int=7), "00000000-0000-0000-0000-000000000007", "uuid"),
        (PurePosixPath("/a/b"), "/a/b", "path"),
        (float("inf"), "inf", "float"),
        ([datetime(2026, 1, 2, tzinfo=UTC)], ["2026-01-02T00:00:00+00:00"], "list"),
    ],
)
def test_every_kind_of_value_becomes_plain_json(value: Any, shown: Any, type_: str) -> None:
    packed = json.loads(encode(value))
    assert (plain(packed), kind(packed)) == (shown, type_)


def test_kinds_that_nobody_knows_are_shown_as_they_are() -> None:
    packed = {"__headway__": "of a newer version", "value": {"x": 1}}
    assert (plain(packed), kind(packed)) == ({"x": 1}, "of a newer version")
    assert plain({"__headway__": ["no", "tag"], "value": 3}) == 3


def test_two_structures_differ_in_tasks_fields_and_the_dag_itself() -> None:
    old = structure("d", task("gone"), task("same"), task("new_rule", "same"), catchup=False)
    new = structure("d", task("same"), task("new_rule", "same", trigger_rule="one_done", retries=2), task("come"))
    found = compare(old, new | {"catchup": True})
    assert (found.added, found.removed) == (["come"], ["gone"])
    assert found.changed == {"new_rule": ["retries", "trigger_rule"]}
    assert found.dag == ["catchup"]


def test_what_stands_too_deep_is_hidden_and_comes_back() -> None:
    text = '{"a": ' * 480 + '{"password": "p"}' + "}" * 480
    shown = redacted_text(text)
    assert '"p"' not in shown
    assert restored_text(shown, text) == text
