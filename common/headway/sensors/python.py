"""``PythonSensor``: waits until a Python function returns something true."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from headway.authoring.callables import call_with_context
from headway.authoring.current_file import fault
from headway.sensors.base import BaseSensorOperator, PokeReturnValue

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from headway.authoring.context import Context


class PythonSensor(BaseSensorOperator):
    """Calls ``python_callable`` until it returns something true, or a ``PokeReturnValue`` that is done.

    The function's arguments are those of a ``PythonOperator``.
    """

    template_fields: ClassVar[Sequence[str]] = ("templates_dict", "op_args", "op_kwargs")
    shallow_copy_attrs: ClassVar[Sequence[str]] = ("python_callable",)

    def __init__(
        self,
        *,
        python_callable: Callable[..., Any],
        op_args: Collection[Any] | None = None,
        op_kwargs: Mapping[str, Any] | None = None,
        templates_dict: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if not callable(python_callable):
            text = f"task {self.task_id!r}: expected a function as python_callable, got {python_callable!r}"
            raise fault(text, "give the function itself, without calling it", self.place)
        self.python_callable = python_callable
        self.op_args = op_args if op_args is not None else ()
        self.op_kwargs = op_kwargs if op_kwargs is not None else {}
        self.templates_dict = templates_dict

    def poke(self, context: Context) -> bool | PokeReturnValue:
        """Call the function."""
        if self.templates_dict is not None:
            context["templates_dict"] = self.templates_dict
        answer = call_with_context(self.python_callable, tuple(self.op_args), self.op_kwargs, context)
        return answer if isinstance(answer, PokeReturnValue) else bool(answer)
