"""Keys of objects: readable, and below their store whatever ids are."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.log_store.keys import LogOwner, is_safe, key_of

DAY = date(2026, 1, 31)


def key(dag_id: str = "shop", run_id: str = "r", task_id: str = "t", map_index: int = -1, ti: int = 7) -> str:
    return key_of(LogOwner(ti, 2, DAY, dag_id, run_id, task_id, map_index, 1), 0, 99)


def test_a_key_can_be_read() -> None:
    run_id = "scheduled__2026-01-31T00:00:00+00:00"
    assert key(run_id=run_id, task_id="group.load") == f"2026-01-31/shop/{run_id}/group.load/try-1.7-2.0-99.log"
    assert key(map_index=3).split("/")[3] == "t.3"


@pytest.mark.parametrize(
    "name", ["..", ".", "../../etc/passwd", "a/b", "a\\b", "é ß 漢", "a*?[b]", "a\nb", "%2e%2e", "\ud800"]
)
def test_odd_ids_stay_one_part_of_the_key(name: str) -> None:
    made = key(dag_id=name, run_id=name, task_id=name)
    assert len(made.split("/")) == 5
    assert is_safe(made)
    assert ".." not in made
    assert not set(made) & set("*?[]\\\n ")


@given(st.text(max_size=300), st.integers(1, 2**62))
def test_any_id_gives_a_short_plain_key(name: str, ti: int) -> None:
    made = key(dag_id=name or "x", run_id=name or "x", task_id=name or "x", ti=ti)
    assert made.isascii()
    assert len(made) < 700
    assert all(len(part) < 200 for part in made.split("/"))
    assert is_safe(made)


def test_two_instances_never_share_a_key() -> None:
    assert key(dag_id="A" * 300, ti=1) != key(dag_id="A" * 299 + "B", ti=2)


@pytest.mark.parametrize("hostile", ["../x", "a/../../x", "/etc/passwd", "a//b", "", ".", "a/."])
def test_keys_that_leave_the_store_are_refused(hostile: str) -> None:
    assert not is_safe(hostile)
