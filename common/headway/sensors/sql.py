"""``SqlSensor``: waits until a statement returns what it should."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any, ClassVar

from headway.authoring.arguments import note_without_effect
from headway.authoring.exceptions import AirflowException
from headway.operators.sql import sql_hook
from headway.sensors.base import BaseSensorOperator
from headway.triggers.sql import SqlRowTrigger

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from headway.authoring.context import Context
    from headway.triggers.base import BaseTrigger


_FIRST = itemgetter(0)


class SqlSensor(BaseSensorOperator):
    """Runs ``sql`` at each poke; it is done when the first row's first value is true (not 0, "0", "" or NULL).

    ``selector`` takes another value of the row, ``success`` judges it. A value that ``failure`` recognises
    fails the task, and with ``fail_on_empty`` so does an empty result.
    """

    template_fields: ClassVar[Sequence[str]] = ("sql", "hook_params", "parameters")
    template_ext: ClassVar[Sequence[str]] = (".hql", ".sql")
    ui_color = "#7c7287"

    def __init__(
        self,
        *,
        conn_id: str,
        sql: str,
        parameters: Mapping[str, Any] | Sequence[Any] | None = None,
        success: Callable[[Any], bool] | None = None,
        failure: Callable[[Any], bool] | None = None,
        selector: Callable[[Any], Any] = _FIRST,
        fail_on_empty: bool = False,
        hook_params: dict[str, Any] | None = None,
        allow_null: bool | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        note_without_effect(self, allow_null=allow_null)
        self.conn_id = conn_id
        self.sql = sql
        self.parameters = parameters
        self.success = success
        self.failure = failure
        self.selector = selector
        self.fail_on_empty = fail_on_empty
        self.hook_params = hook_params

    def make_trigger(self, context: Context) -> BaseTrigger | None:
        """Runs the same statement; what only the task can judge is poked for."""
        if self.success or self.failure or self.fail_on_empty or self.selector is not _FIRST:
            return None
        return SqlRowTrigger(self.sql, self.conn_id, self.parameters, self.hook_params, self.poke_interval)

    def poke(self, context: Context) -> bool:
        """Ask once."""
        rows = sql_hook(self.conn_id, self.hook_params).get_records(self.sql, self.parameters)
        if not rows:
            if self.fail_on_empty:
                raise AirflowException(f"the statement returned no row: {self.sql}", remedy="leave out fail_on_empty")
            return False
        value = self.selector(rows[0] if not isinstance(rows[0], dict) else list(rows[0].values()))
        if self.failure is not None and self.failure(value):
            raise AirflowException(f"failure() recognised the value {value!r}: {self.sql}", remedy="mend the data")
        return bool(self.success(value)) if self.success is not None else value not in (0, "0", "", None)
