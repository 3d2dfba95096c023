"""``EmptyOperator``: a task that does nothing and only holds others together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from headway.authoring.operator import BaseOperator

if TYPE_CHECKING:
    from headway.authoring.context import Context


class EmptyOperator(BaseOperator):
    """Does nothing. Without callbacks and outlets the scheduler marks it success itself."""

    ui_color = "#e8f7e4"
    kind = "empty"
    inherits_from_empty_operator = True

    def execute(self, context: Context) -> Any:
        """Nothing."""
