"""The states that the API names are those of the state machine; the UI takes them from the API's description."""

from __future__ import annotations

from typing import get_args

from headway import states
from headway_web.schemas.runs import RunState
from headway_web.schemas.task_instances import TaskState


def test_the_api_knows_every_state() -> None:
    assert get_args(TaskState) == tuple(states.TaskState)
    assert get_args(RunState) == tuple(states.RunState)
