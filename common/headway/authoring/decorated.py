"""The tasks that calls of decorated functions make: the operators of the same kind, under other names."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from headway.authoring.callables import call_with_context
from headway.authoring.templates import render_fields
from headway.operators.bash import BashOperator
from headway.operators.python import BranchPythonOperator, PythonOperator, ShortCircuitOperator
from headway.sensors.python import PythonSensor

if TYPE_CHECKING:
    from headway.authoring.context import Context


class PythonTask(PythonOperator):
    """``@task``."""

    custom_operator_name = "@task"


class BranchTask(BranchPythonOperator):
    """``@task.branch``."""

    custom_operator_name = "@task.branch"


class ShortCircuitTask(ShortCircuitOperator):
    """``@task.short_circuit``."""

    custom_operator_name = "@task.short_circuit"


class SensorTask(PythonSensor):
    """``@task.sensor``."""

    custom_operator_name = "@task.sensor"


class BashTask(BashOperator):
    """``@task.bash``: runs the command that the function returns; templates in it are rendered."""

    custom_operator_name = "@task.bash"
    template_fields: ClassVar[Sequence[str]] = (*BashOperator.template_fields, "op_args", "op_kwargs")
    shallow_copy_attrs: ClassVar[Sequence[str]] = ("python_callable",)

    def __init__(
        self,
        *,
        python_callable: Callable[..., Any],
        op_args: Collection[Any] = (),
        op_kwargs: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(bash_command="", **kwargs)
        self.python_callable = python_callable
        self.op_args = op_args
        self.op_kwargs = op_kwargs or {}

    def execute(self, context: Context) -> Any:
        """Ask the function for the command, then run it."""
        self.bash_command = call_with_context(self.python_callable, tuple(self.op_args), self.op_kwargs, context)
        if isinstance(self.bash_command, str):
            render_fields(self, self.dag, context, ["bash_command"])
        return super().execute(context)
