from __future__ import annotations

from headway.states import FINISHED, OCCUPYING, READY, TRANSITIONS, UNFINISHED, TaskState, may_move, sources


def reachable(start: TaskState) -> set[TaskState]:
    found, look = {start}, [start]
    while look:
        new = TRANSITIONS[look.pop()] - found
        found |= new
        look += new
    return found


def test_every_state_can_be_reached_from_the_first() -> None:
    assert reachable(TaskState.NONE) == set(TaskState)


def test_from_every_state_a_task_instance_can_come_to_an_end() -> None:
    assert [state for state in TaskState if not reachable(state) & {TaskState.SUCCESS, TaskState.FAILED}] == []


def test_the_table_names_every_state() -> None:
    assert set(TRANSITIONS) == set(TaskState)


def test_sources_are_the_table_read_backwards() -> None:
    pairs = {(before, after) for before, all_after in TRANSITIONS.items() for after in all_after}
    assert {(before, after) for after in TaskState for before in sources(after)} == pairs
    assert {(a, b) for a in TaskState for b in TaskState if may_move(a, b)} == pairs


def test_a_worker_gets_only_what_was_queued() -> None:
    assert sources(TaskState.RUNNING) == {TaskState.QUEUED}


def test_what_is_ready_can_be_queued_and_nothing_else_can() -> None:
    assert sources(TaskState.QUEUED) == READY


def test_finished_ones_move_only_when_a_person_says_so() -> None:
    marked = {TaskState.SUCCESS, TaskState.FAILED, TaskState.SKIPPED}
    by_hand = {TaskState.NONE, *marked, TaskState.REMOVED}
    for state in FINISHED:
        may_still_run = {TaskState.RESTARTING} if state in marked else set()
        assert TRANSITIONS[state] <= by_hand | may_still_run


def test_states_fall_into_finished_and_unfinished() -> None:
    assert frozenset(TaskState) == FINISHED | UNFINISHED
    assert not FINISHED & UNFINISHED
    assert OCCUPYING <= UNFINISHED
    assert READY <= UNFINISHED
