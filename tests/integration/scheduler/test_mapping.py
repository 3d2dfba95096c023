"""Mapped tasks: how many instances they get, what waits for them, and what a clear changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from headway.metastore.queries import scheduling
from headway.metastore.queries.attempts import Claimed, Result
from headway.metastore.queries.expansion import Ending, expand
from headway.operations.clear import Selection, clear
from headway.states import Outcome, TaskState
from support.mini_worker import Behaviour, Gate, succeed
from support.structures import mapped, task
from support.waiting import wait_for

from .conftest import Yard

GROUP = (
    task("make"),
    task("first", "make", **mapped("make", "g")),
    task("second", "first", **mapped("make", "g")),
    task("end", "second"),
)


def leaving(lengths: dict[str, int], inner: Behaviour = succeed) -> Behaviour:
    """Tasks that leave a list of such a length, as far as they are named; the rest do as ``inner`` says."""

    def behave(claimed: Claimed) -> Result:
        if claimed.task_id not in lengths:
            return inner(claimed)
        return Result(Outcome.SUCCESS, xcoms={"return_value": "[]"}, lengths={"return_value": lengths[claimed.task_id]})

    return behave


def by_index(outcome: Callable[[Claimed], Outcome]) -> Behaviour:
    """Tasks that end as ``outcome`` says, and leave a value when that is a success."""

    def behave(claimed: Claimed) -> Result:
        ended = outcome(claimed)
        return Result(ended, xcoms={"return_value": "1"} if ended is Outcome.SUCCESS else {})

    return behave


def states(yard: Yard, run: int, task_id: str) -> list[str]:
    """The states of a mapped task's instances by index; of its placeholder while it has none."""
    rows = yard.conn.execute(
        "SELECT state FROM task_instance WHERE run_id = %s AND task_id = %s AND (map_index >= 0 OR state <> 'removed')"
        " ORDER BY map_index",
        (run, task_id),
    ).fetchall()
    return [row[0] for row in rows]


def clear_run(yard: Yard, **selection: Any) -> int:
    cleared = clear(yard.conn, "d", "r1", Selection(**selection), actor="ann@host")
    for scheduler in yard.schedulers:
        scheduler.wake("clear")
    return len(cleared.instances)


def test_over_a_list_in_the_file(yard: Yard) -> None:
    yard.dag("d", task("m", **mapped(3, "m")), task("end", "m"))
    yard.scheduler()
    worker = yard.worker()
    run = yard.run()
    assert yard.await_end(run) == ["success"]
    assert states(yard, run, "m") == ["success"] * 3
    ran = [(each.task_id, each.map_index) for each in worker.claimed]
    assert sorted(ran[:3]) == [("m", 0), ("m", 1), ("m", 2)]
    assert ran[3] == ("end", -1)


def test_over_what_a_task_left(yard: Yard) -> None:
    spec = {
        "kind": "product",
        "of": [{"kind": "result", "task": "make", "key": "return_value"}, {"kind": "known", "length": 2}],
    }
    yard.dag("d", task("make"), task("m", "make", **mapped(spec, "m")))
    yard.scheduler()
    yard.worker(leaving({"make": 3}))
    run = yard.run()
    assert yard.await_end(run) == ["success"]
    assert states(yard, run, "m") == ["success"] * 6


def test_over_nothing_is_skipped(yard: Yard) -> None:
    rule = {"trigger_rule": "none_failed"}
    yard.dag("d", task("make"), task("m", "make", **mapped("make", "m")), task("a", "m"), task("b", "m", **rule))
    yard.scheduler()
    yard.worker(leaving({"make": 0}))
    run = yard.run()
    assert yard.await_end(run) == ["success"]
    assert [states(yard, run, each) for each in ("m", "a", "b")] == [["skipped"], ["skipped"], ["success"]]


def test_over_the_results_of_a_mapped_task_only_those_count_that_are_there(yard: Yard) -> None:
    rule = {"trigger_rule": "none_failed"}
    yard.dag("d", task("m", **mapped(4, "m")), task("n", "m", **mapped("m", "n"), **rule))
    yard.scheduler()
    yard.worker(by_index(lambda it: Outcome.SKIPPED if (it.task_id, it.map_index) == ("m", 1) else Outcome.SUCCESS))
    run = yard.run()
    assert yard.await_end(run) == ["success"]
    assert states(yard, run, "m") == ["success", "skipped", "success", "success"]
    assert states(yard, run, "n") == ["success"] * 3


def test_instances_of_a_group_wait_for_their_own_index_alone(yard: Yard) -> None:
    yard.dag("d", *GROUP)
    yard.scheduler()
    gate = Gate()
    hold = lambda claimed: gate(claimed) if (claimed.task_id, claimed.map_index) == ("first", 1) else succeed(claimed)  # noqa: E731
    yard.worker(leaving({"make": 3}, hold))
    run = yard.run()
    gate.await_held(1)
    wait_for(lambda: states(yard, run, "second") == ["success", "none", "success"] or None, 60, "the others' second")
    assert states(yard, run, "end") == ["none"]
    gate.open()
    assert yard.await_end(run) == ["success"]
    assert states(yard, run, "second") == ["success"] * 3


def test_a_failed_instance_fails_what_follows_it_in_its_group(yard: Yard) -> None:
    yard.dag("d", *GROUP, task("aside", "second", trigger_rule="all_done"))
    yard.scheduler()
    fail = by_index(lambda it: Outcome.FAILED if (it.task_id, it.map_index) == ("first", 1) else Outcome.SUCCESS)
    yard.worker(leaving({"make": 3}, fail))
    run = yard.run()
    assert yard.await_end(run) == ["failed"]
    assert states(yard, run, "second") == ["success", "upstream_failed", "success"]
    assert states(yard, run, "end") == ["upstream_failed"]
    assert states(yard, run, "aside") == ["success"]


def test_without_a_length_no_task_of_a_group_runs(yard: Yard) -> None:
    yard.dag("d", *GROUP[:2], task("second", "first", trigger_rule="all_done", **mapped("make", "g")))
    yard.scheduler()
    yard.worker(by_index(lambda _: Outcome.FAILED))
    run = yard.run()
    assert yard.await_end(run) == ["failed"]
    assert (states(yard, run, "first"), states(yard, run, "second")) == (["upstream_failed"], ["upstream_failed"])


def test_a_branch_skips_a_mapped_task_and_a_group(yard: Yard) -> None:
    yard.dag(
        "d",
        task("branch", kind="branch"),
        task("m", "branch", **mapped(2, "m")),
        task("first", "branch", **mapped(2, "g")),
        task("second", "first", **mapped(2, "g")),
        task("other", "branch"),
    )
    yard.scheduler()
    yard.worker(lambda it: Result(Outcome.SUCCESS, xcoms={"skipmixin_key": '{"followed": ["other"]}'}))
    run = yard.run()
    assert yard.await_end(run) == ["success"]
    assert [states(yard, run, each) for each in ("m", "first", "second", "other")] == [
        ["skipped"], ["skipped"], ["skipped"], ["success"],
    ]  # fmt: skip


def test_a_branch_in_a_group_decides_for_its_own_index(yard: Yard) -> None:
    yard.dag("d", task("b", kind="branch", **mapped(2, "g")), task("x", "b", **mapped(2, "g")), task("end", "x"))
    yard.scheduler()
    skip, gate = Result(Outcome.SUCCESS, xcoms={"skipmixin_key": '{"skipped": ["x", "end"]}'}), Gate()
    yard.worker(lambda it: gate(it) if it.map_index else skip)
    run = yard.run()
    wait_for(lambda: states(yard, run, "x") == ["skipped", "none"] or None, 60, "the decision of the first")
    gate.open()
    assert yard.await_end(run) == ["success"]
    assert states(yard, run, "x") == ["skipped", "success"]
    assert states(yard, run, "end") == ["skipped"]  # by its rule


def test_no_instance_runs_before_the_length_is_known_anew(yard: Yard) -> None:
    """Also under a rule that waits for nothing."""
    yard.dag("d", task("make"), task("m", "make", trigger_rule="always", **mapped("make", "m")))
    yard.scheduler()
    lengths, gate = {"make": 2}, Gate()
    gate.is_open = True
    inner = leaving(lengths)
    worker = yard.worker(lambda it: (gate(it), inner(it))[1] if it.task_id == "make" else inner(it))
    run = yard.run()
    assert yard.await_end(run) == ["success"]
    gate.is_open, lengths["make"] = False, 1
    worker.claimed.clear()
    clear_run(yard)
    gate.await_held(2)  # the first time, and now
    assert states(yard, run, "m") == ["none"] * 3
    gate.open()
    assert yard.await_end(run) == ["success"]
    assert [(each.task_id, each.map_index) for each in worker.claimed] == [("make", -1), ("m", 0)]


def test_too_many_instances_fail_the_task_with_a_reason(yard: Yard) -> None:
    yard.settings = yard.settings.model_copy(
        update={"dags": yard.settings.dags.model_copy(update={"max_map_length": 5})}
    )
    yard.dag("d", task("m", **mapped(6, "m")), task("end", "m"))
    yard.scheduler()
    run = yard.run()
    assert yard.await_end(run) == ["failed"]
    assert (states(yard, run, "m"), states(yard, run, "end")) == (["failed"], ["upstream_failed"])
    assert "it would have 6 instances; at most 5" in yard.value("SELECT error FROM task_attempt")


def test_a_source_that_left_no_list_fails_the_task_with_a_reason(yard: Yard) -> None:
    yard.dag("d", task("make"), task("m", "make", **mapped("make", "m")))
    yard.scheduler()
    yard.worker()
    run = yard.run()
    assert yard.await_end(run) == ["failed"]
    assert states(yard, run, "m") == ["failed"]
    assert "left no list or dictionary" in yard.value("SELECT error FROM task_attempt WHERE outcome = 'failed'")


def test_one_instance_is_tried_again_alone(yard: Yard) -> None:
    yard.dag("d", task("m", retries=1, **mapped(3, "m")))
    yard.scheduler()
    first = lambda it: (it.map_index, it.try_number) == (1, 1)  # noqa: E731
    worker = yard.worker(lambda it: Result(Outcome.RETRY if first(it) else Outcome.SUCCESS))
    run = yard.run()
    assert yard.await_end(run) == ["success"]
    assert sorted((each.map_index, each.try_number) for each in worker.claimed) == [(0, 1), (1, 1), (1, 2), (2, 1)]


def test_limits_of_a_task_hold_for_its_instances(yard: Yard) -> None:
    yard.dag("d", task("m", max_active_tis_per_dagrun=2, **mapped(4, "m")))
    yard.scheduler()
    gate = Gate()
    yard.worker(gate, slots=4)
    run = yard.run()
    gate.await_held(2)
    assert sorted(states(yard, run, "m")) == ["none", "none", "running", "running"]
    gate.open()
    assert yard.await_end(run) == ["success"]


def test_a_clear_of_one_index_leaves_the_others(yard: Yard) -> None:
    yard.dag("d", *GROUP)
    yard.scheduler()
    worker = yard.worker(leaving({"make": 3}))
    run = yard.run()
    yard.await_end(run)
    worker.claimed.clear()
    assert clear_run(yard, pattern="first", map_index=1, downstream=True) == 3
    assert yard.await_end(run) == ["success"]
    assert [(each.task_id, each.map_index) for each in worker.claimed] == [("first", 1), ("second", 1), ("end", -1)]


def test_a_clear_with_fewer_and_then_more_elements(yard: Yard) -> None:
    yard.dag("d", *GROUP)
    yard.scheduler()
    lengths = {"make": 4}
    worker = yard.worker(leaving(lengths))
    run = yard.run()
    yard.await_end(run)
    for length, wanted in (
        (2, ["success"] * 2 + ["removed"] * 2),
        (0, ["skipped"] + ["removed"] * 4),
        (5, ["success"] * 5),
    ):
        lengths["make"] = length
        worker.claimed.clear()
        clear_run(yard)
        assert yard.await_end(run) == ["success"]
        assert states(yard, run, "first") == states(yard, run, "second") == wanted
        assert sum(each.task_id == "second" for each in worker.claimed) == length


def test_a_mapped_task_that_is_cleared_while_it_runs_starts_anew(yard: Yard) -> None:
    yard.dag("d", task("m", **mapped(2, "m")))
    yard.scheduler()
    gate = Gate()
    worker = yard.worker(gate)
    run = yard.run()
    gate.await_held(2)
    assert clear_run(yard) == 2
    gate.open()
    assert yard.await_end(run) == ["success"]
    assert sorted((each.map_index, each.try_number) for each in worker.claimed) == [(0, 1), (0, 2), (1, 1), (1, 2)]


def test_instances_of_before_a_clear_go_when_the_task_gets_none(yard: Yard) -> None:
    """Their source fails this time: what stands for the mapped task fails with it, and nothing is left open."""
    yard.dag("d", *GROUP)
    yard.scheduler()
    outcomes = {"make": Outcome.SUCCESS}
    made = leaving({"make": 2})
    yard.worker(lambda it: made(it) if outcomes.get(it.task_id) is not Outcome.FAILED else Result(Outcome.FAILED))
    run = yard.run()
    assert yard.await_end(run) == ["success"]
    outcomes["make"] = Outcome.FAILED
    clear_run(yard)
    assert yard.await_end(run) == ["failed"]
    assert states(yard, run, "first") == states(yard, run, "second") == ["upstream_failed", "removed", "removed"]


def test_what_still_runs_of_an_index_that_is_no_more_is_refused(yard: Yard) -> None:
    yard.dag("d", task("make"), task("m", "make", **mapped("make", "m")))
    yard.scheduler()
    lengths, gate = {"make": 2}, Gate()
    hold = lambda it: gate(it) if it.map_index == 1 else succeed(it)  # noqa: E731
    worker = yard.worker(leaving(lengths, hold))
    run = yard.run()
    gate.await_held(1)
    lengths["make"] = 1
    clear_run(yard)
    assert yard.await_end(run) == ["success"]
    assert states(yard, run, "m") == ["success", "removed"]
    assert yard.value("SELECT count(*) FROM claim") == 0
    gate.open()
    wait_for(lambda: None in worker.answers or None, 60, "the refusal of the late result")
    assert states(yard, run, "m") == ["success", "removed"]


def test_the_next_run_waits_for_every_instance_of_the_last(yard: Yard) -> None:
    yard.dag("d", task("m", depends_on_past=True, **mapped(2, "m")))
    yard.scheduler()
    gate = Gate()
    worker = yard.worker(lambda it: gate(it) if (it.run_id, it.map_index) == ("r1", 1) else succeed(it))
    first = yard.run("d", "r1", logical_date="2026-01-01T00:00:00Z")
    gate.await_held(1)
    second = yard.run("d", "r2", logical_date="2026-01-02T00:00:00Z")
    wait_for(lambda: yard.value("SELECT state FROM dag_run WHERE id = %s", second) == "running" or None, 60, "a start")
    wait_for(lambda: states(yard, first, "m")[0] == "success" or None, 60, "the first instance")
    assert states(yard, second, "m") == ["none"]
    gate.open()
    assert yard.await_end(first, second) == ["success", "success"]
    assert sorted((each.run_id, each.map_index) for each in worker.claimed[2:]) == [("r2", 0), ("r2", 1)]


def test_another_scheduler_goes_on_in_the_middle(yard: Yard) -> None:
    """What the first knew is read back from rows: instances of which some have ended, and a task still to expand."""
    yard.dag("d", *GROUP, task("n", "end", **mapped("first", "n")))
    first = yard.scheduler()
    gate = Gate(by_index(lambda _: Outcome.SUCCESS))
    hold = lambda it: gate(it) if it.map_index == 1 else by_index(lambda _: Outcome.SUCCESS)(it)  # noqa: E731
    yard.worker(leaving({"make": 3}, hold))
    run = yard.run()
    wait_for(lambda: states(yard, run, "second")[::2] == ["success"] * 2 or None, 60, "the others' second")
    gate.await_held(1)
    first.kill()
    yard.conn.execute("UPDATE node SET state = 'dead' WHERE id = %s", (first.id,))
    gate.open()
    yard.scheduler()
    assert yard.await_end(run) == ["success"]
    assert states(yard, run, "n") == ["success"] * 3


def test_two_schedulers_expand_many_runs_once(yard: Yard) -> None:
    for number in range(6):
        yard.dag(f"d{number}", *GROUP)
    yard.scheduler()
    yard.scheduler()
    worker = yard.worker(leaving({"make": 3}))
    runs = [yard.run(f"d{number}") for number in range(6)]
    assert yard.await_end(*runs) == ["success"] * 6
    assert len({(each.dag_id, each.task_id, each.map_index) for each in worker.claimed}) == len(worker.claimed) == 6 * 8


def test_a_stale_owner_expands_nothing(yard: Yard) -> None:
    """The version that it knows is old: no row changes, and who reads the run anew makes the instances."""
    yard.dag("d", task("m", **mapped(3, "m")))
    yard.run()
    run = start_run_by_hand(yard)
    placeholder = yard.value("SELECT id FROM task_instance WHERE run_id = %s", run)
    ending = Ending(placeholder, "m", 3, TaskState.REMOVED, "")
    assert expand(yard.conn, run=run, version=7, endings=[ending]) is None
    assert yard.value("SELECT count(*) FROM task_instance") == 1
    done = expand(yard.conn, run=run, version=1, endings=[ending])
    assert done is not None
    assert (done.version, [row[1:] for row in done.made]) == (2, [("m", 0), ("m", 1), ("m", 2)])
    assert expand(yard.conn, run=run, version=1, endings=[ending]) is None
    yard.scheduler()
    yard.worker()
    assert yard.await_end(run) == ["success"]
    assert states(yard, run, "m") == ["success"] * 3


def start_run_by_hand(yard: Yard) -> int:
    run, version_id = yard.conn.execute("SELECT id, version_id FROM dag_run").fetchone() or (0, 0)
    assert scheduling.start_run(yard.conn, run=run, version=1, version_id=version_id)
    return int(run)
