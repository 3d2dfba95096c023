"""Notes on runs and tasks; deleting a run with all that belongs to it; killing what does not run; audit of all."""

from __future__ import annotations

import pytest

from headway.errors import Conflict, InvalidInput, NotFound
from headway.metastore.queries import nodes, notes
from headway.operations.holds import hold, release
from headway.operations.kills import kill
from headway.operations.marks import mark_tasks
from headway.operations.notes import set_run_note, set_task_note
from headway.operations.runs import delete_run
from headway.operations.selection import RunChoice, Selection
from headway.states import Outcome
from support.stage import DAG, RUN, Stage
from support.structures import add_run, task


@pytest.fixture
def begun(stage: Stage) -> Stage:
    stage.dag(task("a", retries=1), task("b", "a"))
    stage.start()
    return stage


def test_notes_are_written_replaced_and_taken_away(begun: Stage) -> None:
    key, ti = begun.run().key, begun.instance("a").ti
    assert set_run_note(begun.conn, DAG, RUN, "  rerun for finance\n", actor="ann@host") == "rerun for finance"
    set_task_note(begun.conn, DAG, RUN, "a", "loaded by hand", actor="ann@host")
    set_run_note(begun.conn, DAG, None, "done", actor="bob@host")
    found = notes.of_runs(begun.conn, [key])
    assert (found[key].text, found[key].actor) == ("done", "bob@host")
    assert {at: note.text for at, note in notes.of_tasks(begun.conn, key).items()} == {ti: "loaded by hand"}
    assert notes.text_of(begun.conn, run=key, ti=ti) == "loaded by hand"
    assert set_run_note(begun.conn, DAG, RUN, " ", actor="ann@host") is None
    assert notes.of_runs(begun.conn, [key]) == {}
    assert [action for action, _ in begun.audit()] == ["run.note", "task.note", "run.note", "run.note"]


def test_a_note_has_a_length(begun: Stage) -> None:
    set_run_note(begun.conn, DAG, RUN, "x" * 1000, actor="x")
    with pytest.raises(InvalidInput, match="1001 characters"):
        set_run_note(begun.conn, DAG, RUN, "x" * 1001, actor="x")
    with pytest.raises(InvalidInput, match="1001 characters"):
        hold(begun.conn, DAG, reason="x" * 1001, actor="x")


def test_a_run_goes_with_all_that_belongs_to_it(begun: Stage) -> None:
    claimed = begun.run_task("a", Outcome.RETRY, due=begun.value("SELECT now()"), xcoms={"k": "1"})
    begun.log(claimed, "text")
    set_run_note(begun.conn, DAG, RUN, "n", actor="x")
    hold(begun.conn, DAG, RUN, actor="x")
    begun.start("kept")
    deleted = delete_run(begun.conn, DAG, RUN, actor="ann@host")
    assert (deleted.task_instances, deleted.stopping) == (2, 0)
    for table in ("xcom", "timer", "task_log", "task_attempt", "note", "hold"):
        assert begun.value(f"SELECT count(*) FROM {table}") == 0, table
    assert begun.value("SELECT string_agg(run_id, ',') FROM dag_run") == "kept"
    assert begun.audit()[-1] == ("run.delete", f"{DAG}/{RUN}")
    with pytest.raises(NotFound):
        delete_run(begun.conn, DAG, RUN, actor="x")


def test_a_run_with_running_tasks_is_deleted_by_force_alone(begun: Stage) -> None:
    begun.join_worker()
    begun.queue("a")
    claimed = begun.claim("a")
    with pytest.raises(Conflict, match="are running"):
        delete_run(begun.conn, DAG, RUN, actor="x")
    assert begun.states()["a"] == "running"
    assert delete_run(begun.conn, DAG, RUN, force=True, actor="x").stopping == 1
    held = [(claimed.ti, claimed.dispatch)]
    assert len(nodes.stops(begun.conn, node=begun.worker, held=held)) == 1, "its worker learns that it must end it"
    assert begun.finish(claimed) is None


def test_only_what_runs_is_killed(begun: Stage) -> None:
    with pytest.raises(Conflict, match="does not run: it is none"):
        kill(begun.conn, DAG, RUN, "a", actor="x")
    begun.queue("a")
    with pytest.raises(Conflict, match="it is queued"):
        kill(begun.conn, DAG, RUN, "a", actor="x")
    begun.claim("a")
    assert kill(begun.conn, DAG, RUN, "a", actor="ann@host").try_number == 1
    assert begun.instance("a").stop == "killed by ann@host"
    assert begun.instance("a").state == "running", "until its worker has ended it"
    assert begun.audit() == [("task.kill", f"{DAG}/{RUN}")]
    mark_tasks(begun.conn, DAG, RunChoice(RUN), Selection("a"), "success", actor="bob@host")
    with pytest.raises(Conflict, match="it is success"):
        kill(begun.conn, DAG, RUN, "a", actor="x")
    assert begun.instance("a").stop == "marked success by bob@host"


@pytest.mark.parametrize(("retry", "state"), [(False, "failed"), (True, "scheduled")])
def test_a_killed_task_whose_host_is_lost_does_not_begin_again_by_itself(begun: Stage, retry: bool, state: str) -> None:
    begun.join_worker()
    begun.queue("a")
    begun.claim("a")
    kill(begun.conn, DAG, RUN, "a", retry=retry, actor="ann@host")
    begun.conn.execute("UPDATE node SET state = 'dead'")
    assert [each.state for each in nodes.end_lost(begun.conn, max_lost=3)] == [state]
    assert ("killed by ann@host" in begun.value("SELECT error FROM task_attempt")) is not retry


def test_holds_name_what_exists(begun: Stage) -> None:
    with pytest.raises(NotFound, match="no task 'z'"):
        hold(begun.conn, DAG, task_id="z", actor="x")
    with pytest.raises(NotFound, match="no run 'r9'"):
        hold(begun.conn, DAG, "r9", actor="x")
    add_run(begun.conn, DAG, "r2")
    assert hold(begun.conn, DAG, "r2", "a", reason="why", actor="x").taken_back == 0
    assert not release(begun.conn, DAG, "r2", actor="x"), "the run itself is not held"
    assert release(begun.conn, DAG, "r2", "a", actor="x")
    assert begun.audit() == [("task.hold", f"{DAG}/r2"), ("task.release", f"{DAG}/r2")]
