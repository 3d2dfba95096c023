"""A task instance from its message to its stored end."""

from __future__ import annotations

from headway.messages import Finished
from support.worker_stage import Stage


def test_a_task_runs_and_its_end_is_stored_and_told(stage: Stage) -> None:
    staged = stage.task("def f():\n    print('hello')\n    return {'answer': 42}")
    stage.worker()
    message = stage.send(staged)
    assert stage.await_event(staged) == Finished(staged.run, staged.id, message.dispatch, "success")
    assert stage.state(staged) == "success"
    assert stage.xcom(staged) == {"answer": 42}
    attempt = stage.attempt(staged)
    assert (attempt["outcome"], attempt["try_number"], attempt["hostname"]) == ("success", 1, "here")
    assert "stdout hello" in stage.log(staged)
