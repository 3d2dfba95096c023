"""What made a run last as long as it did."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from headway.operations.critical_path import Ran, critical_path

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


def ran(task_id: str, start: float, end: float, map_index: int = -1) -> Ran:
    return Ran(task_id, map_index, BEGIN + timedelta(seconds=start), BEGIN + timedelta(seconds=end))


def path(upstream: dict[str, list[str]], *found: Ran) -> list[str]:
    steps = critical_path(found, upstream)
    return [step.task_id if step.map_index < 0 else f"{step.task_id}[{step.map_index}]" for step in steps]


def test_the_slower_of_two_branches_is_critical() -> None:
    upstream = {"fast": ["begin"], "slow": ["begin"], "end": ["fast", "slow"]}
    found = path(upstream, ran("begin", 0, 1), ran("fast", 1, 2), ran("slow", 1, 9), ran("end", 9, 10))
    assert found == ["begin", "slow", "end"]


def test_it_ends_with_what_ended_last_wherever_that_stands() -> None:
    found = path({"leaf": ["begin"], "long": []}, ran("begin", 0, 1), ran("leaf", 1, 2), ran("long", 0, 50))
    assert found == ["long"]


def test_tasks_that_did_not_run_are_looked_through() -> None:
    upstream = {"skipped": ["begin"], "end": ["skipped"]}
    assert path(upstream, ran("begin", 0, 1), ran("end", 1, 2)) == ["begin", "end"]


def test_the_last_instance_of_a_mapped_task_holds_up_what_follows() -> None:
    found = path({"sum": ["each"]}, ran("each", 0, 3, 0), ran("each", 0, 7, 1), ran("each", 0, 5, 2), ran("sum", 7, 8))
    assert found == ["each[1]", "sum"]


def test_in_a_mapped_group_each_index_waits_for_its_own() -> None:
    upstream = {"second": ["first"]}
    times = [ran("first", 0, 3, 0), ran("first", 0, 9, 1), ran("second", 3, 4, 0), ran("second", 9, 12, 1)]
    assert path(upstream, *times) == ["first[1]", "second[1]"]
    alone = [ran("first", 0, 3, 0), ran("first", 0, 9, 1), ran("second", 3, 14, 0)]
    assert path(upstream, *alone) == ["first[0]", "second[0]"]


def test_nothing_that_ran_has_no_path() -> None:
    assert critical_path([], {"a": []}) == []
