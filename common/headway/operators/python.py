"""Operators that call a Python function."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, ClassVar

from headway.authoring.callables import call_with_context
from headway.authoring.context import get_current_context
from headway.authoring.current_file import fault
from headway.authoring.operator import BaseOperator
from headway.operators.branching import BranchMixIn, SkipMixin, follow, skip

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from headway.authoring.context import Context

__all__ = ["BranchPythonOperator", "PythonOperator", "ShortCircuitOperator", "get_current_context"]

log = logging.getLogger("headway.task")

_SHOWN = 2_000  # characters of a returned value in the log


class PythonOperator(BaseOperator):
    """Calls ``python_callable`` with ``op_args`` and ``op_kwargs``; what it returns is the XCom.

    Parameters named like context keys (``ti``, ``ds``, ``params`` …) get those, ``**kwargs`` all of them.
    ``templates_dict`` is rendered and passed as the context key of that name; texts in it that end in one
    of ``templates_exts`` name template files.
    """

    template_fields: ClassVar[Sequence[str]] = ("templates_dict", "op_args", "op_kwargs")
    template_fields_renderers: ClassVar[dict[str, str]] = {
        "templates_dict": "json", "op_args": "py", "op_kwargs": "py",
    }  # fmt: skip
    ui_color = "#ffefeb"
    shallow_copy_attrs: ClassVar[Sequence[str]] = ("python_callable",)

    def __init__(
        self,
        *,
        python_callable: Callable[..., Any],
        op_args: Collection[Any] | None = None,
        op_kwargs: Mapping[str, Any] | None = None,
        templates_dict: dict[str, Any] | None = None,
        templates_exts: Sequence[str] | None = None,
        show_return_value_in_logs: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if not callable(python_callable):
            text = f"task {self.task_id!r}: expected a function as python_callable, got {python_callable!r}"
            raise fault(text, "give the function itself, without calling it")
        self.python_callable = python_callable
        self.op_args = op_args if op_args is not None else ()
        self.op_kwargs = op_kwargs if op_kwargs is not None else {}
        self.templates_dict = templates_dict
        self.show_return_value_in_logs = show_return_value_in_logs
        if templates_exts:
            self.template_ext = tuple(templates_exts)  # type: ignore[misc]  # of this task alone

    def execute(self, context: Context) -> Any:
        """Call the function."""
        if self.templates_dict is not None:
            context["templates_dict"] = self.templates_dict
        result = self.execute_callable(context)
        if self.show_return_value_in_logs and result is not None:
            log.info("Done. Returned value was: %s", _shortened(str(result)))
        return result

    def execute_callable(self, context: Context) -> Any:
        """The function's result."""
        return call_with_context(self.python_callable, tuple(self.op_args), self.op_kwargs, context)


def _shortened(text: str) -> str:
    more = len(text) - _SHOWN
    return f"{text[:_SHOWN]}… and {more:,} more characters" if more > 0 else text


class BranchPythonOperator(PythonOperator, BranchMixIn):
    """Calls a function that returns which tasks or groups right behind it go on; the others are skipped."""

    kind = "branch"

    def execute(self, context: Context) -> Any:
        """Call the function and follow what it chose."""
        chosen = super().execute(context)
        follow(context, chosen)
        return chosen


class ShortCircuitOperator(PythonOperator, SkipMixin):
    """Calls a function; when what it returns is false, the tasks behind are skipped.

    With ``ignore_downstream_trigger_rules`` that is every task behind it, else only the direct ones,
    whose own downstream tasks then follow their trigger rules.
    """

    kind = "short_circuit"

    def __init__(self, *, ignore_downstream_trigger_rules: bool = True, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.ignore_downstream_trigger_rules = ignore_downstream_trigger_rules

    def execute(self, context: Context) -> Any:
        """Call the function and skip what lies behind if it says so."""
        condition = super().execute(context)
        if not condition:
            everything = self.ignore_downstream_trigger_rules
            skip(context, self.get_flat_relatives() if everything else self.get_direct_relatives())
        return condition
