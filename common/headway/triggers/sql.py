"""Triggers over SQL. Statements are run by the connection's hook in threads."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from headway.operators.sql import sql_hook
from headway.triggers.base import BaseTrigger, TriggerEvent

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence


class SQLExecuteQueryTrigger(BaseTrigger):
    """Runs ``sql`` and fires with its rows.

    The event is ``{"status": "success", "results": …}`` or ``{"status": "error", "message": …}``.
    """

    def __init__(
        self, sql: str | list[str], conn_id: str, hook_params: dict[str, Any] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.sql = sql
        self.conn_id = conn_id
        self.hook_params = hook_params

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """The statement and where it is run."""
        given = {"sql": self.sql, "conn_id": self.conn_id, "hook_params": self.hook_params}
        return "headway.triggers.sql.SQLExecuteQueryTrigger", given

    @property
    def waits_for(self) -> str:
        """The connection."""
        return f"a statement on connection {self.conn_id}"

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Run it."""
        try:
            rows = await asyncio.to_thread(lambda: sql_hook(self.conn_id, self.hook_params).get_records(self.sql))
        except Exception as error:  # noqa: BLE001  (every fault is an answer here: the task's method decides)
            yield TriggerEvent({"status": "error", "message": str(error)})
        else:
            yield TriggerEvent({"status": "success", "results": rows})


class SqlRowTrigger(BaseTrigger):
    """Fires when the first value of the first row of ``sql`` is true (not 0, "0", "" or NULL)."""

    def __init__(
        self,
        sql: str,
        conn_id: str,
        parameters: Mapping[str, Any] | Sequence[Any] | None = None,
        hook_params: dict[str, Any] | None = None,
        poke_interval: float = 60.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.sql = sql
        self.conn_id = conn_id
        self.parameters = parameters
        self.hook_params = hook_params
        self.poke_interval = poke_interval

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """The statement and how often it is run."""
        names = ("sql", "conn_id", "parameters", "hook_params", "poke_interval")
        return "headway.triggers.sql.SqlRowTrigger", {name: getattr(self, name) for name in names}

    @property
    def waits_for(self) -> str:
        """The connection."""
        return f"a statement on connection {self.conn_id}"

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Ask again and again."""
        while not await asyncio.to_thread(self._asked):
            await asyncio.sleep(self.poke_interval)
        yield TriggerEvent(True)

    def _asked(self) -> bool:
        rows = sql_hook(self.conn_id, self.hook_params).get_records(self.sql, self.parameters)
        if not rows:
            return False
        first = next(iter(rows[0].values() if isinstance(rows[0], dict) else rows[0]))
        return first not in (0, "0", "", None)
