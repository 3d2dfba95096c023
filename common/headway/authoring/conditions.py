"""``@task.run_if`` and ``@task.skip_if``: a condition that is asked right before a task would run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from headway.authoring.current_file import fault
from headway.authoring.exceptions import AirflowSkipException

if TYPE_CHECKING:
    from collections.abc import Callable

    from headway.authoring.context import Context
    from headway.authoring.taskflow import TaskFunction

F = TypeVar("F", bound="TaskFunction[Any, Any]")


@dataclass(frozen=True)
class Gate:
    """Called before a task runs: skips it unless ``condition(context)`` is as wanted, else calls ``then``.

    The condition may return (answer, message) as well.
    """

    condition: Callable[[Context], Any]
    runs_when: bool
    message: str | None
    then: Callable[[Context], Any] | None

    def __call__(self, context: Context) -> None:
        """Ask, and raise ``AirflowSkipException`` if the answer is the wrong one."""
        answer = self.condition(context)
        answer, message = answer if isinstance(answer, tuple) else (answer, None)
        if bool(answer) is not self.runs_when:
            raise AirflowSkipException(message or self.message or self._reason())
        if self.then is not None:
            self.then(context)

    def _reason(self) -> str:
        name = getattr(self.condition, "__name__", "its condition")
        return f"{name} is {'false' if self.runs_when else 'true'}"


def conditional(condition: Callable[[Context], Any], message: str | None, *, runs_when: bool) -> Callable[[F], F]:
    """The decorator that goes over ``@task``, and over any of its kinds."""
    name = "run_if" if runs_when else "skip_if"
    if not callable(condition):
        raise fault(f"@task.{name} expected a function, got {condition!r}", "give it one that takes the context")

    def decorate(function: F) -> F:
        from headway.authoring.taskflow import TaskFunction

        if not isinstance(function, TaskFunction):
            raise fault(f"@task.{name} stands over something that is no @task", f"write @task.{name} above @task")
        gate = Gate(condition, runs_when, message, function.arguments.get("pre_execute"))
        return function.override(pre_execute=gate)  # type: ignore[return-value]

    return decorate
