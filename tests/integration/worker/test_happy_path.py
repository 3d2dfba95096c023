"""A task instance from its message to its stored end."""

from __future__ import annotations

from headway.messages import Finished
from headway.metastore.queries import notes
from support.worker_stage import Stage


def test_a_task_runs_and_its_end_is_stored_and_told(stage: Stage) -> None:
    staged = stage.task(
        "def f(ti, dag_run):\n    print('hello')\n    return {'answer': 42, 'notes': [dag_run.note, ti.note]}"
    )
    notes.write(stage.conn, run=staged.run, ti=0, text="a run", actor="ann@host")
    notes.write(stage.conn, run=staged.run, ti=staged.id, text="a task", actor="ann@host")
    stage.worker()
    message = stage.send(staged)
    assert stage.await_event(staged) == Finished(staged.run, staged.id, message.dispatch, "success")
    assert stage.state(staged) == "success"
    assert stage.xcom(staged) == {"answer": 42, "notes": ["a run", "a task"]}
    attempt = stage.attempt(staged)
    assert (attempt["outcome"], attempt["try_number"], attempt["hostname"]) == ("success", 1, "here")
    assert "stdout hello" in stage.log(staged)
