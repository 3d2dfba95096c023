"""``GenericTransfer``: rows from one SQL database into another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from headway.authoring.operator import BaseOperator
from headway.operators.sql import sql_hook

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from headway.authoring.context import Context


class GenericTransfer(BaseOperator):
    """Inserts what ``sql`` returns from one connection into ``destination_table`` of another.

    The rows pass through the worker's memory, all at once, or ``page_size`` rows at a time (then ``sql``
    needs an ORDER BY). ``rows_processor`` changes the rows on the way. ``preoperator`` is run before, for
    instance a DELETE; ``insert_args`` go to ``insert_rows`` of the destination's hook.
    """

    template_fields: ClassVar[Sequence[str]] = (
        "source_conn_id", "destination_conn_id", "sql", "destination_table", "preoperator", "insert_args",
    )  # fmt: skip
    template_ext: ClassVar[Sequence[str]] = (".sql", ".hql")
    template_fields_renderers: ClassVar[dict[str, str]] = {"sql": "sql", "preoperator": "sql"}
    ui_color = "#b0f07c"

    def __init__(
        self,
        *,
        sql: str | list[str],
        destination_table: str,
        source_conn_id: str,
        destination_conn_id: str,
        source_hook_params: dict[str, Any] | None = None,
        destination_hook_params: dict[str, Any] | None = None,
        preoperator: str | list[str] | None = None,
        insert_args: dict[str, Any] | None = None,
        page_size: int | None = None,
        paginated_sql_statement_clause: str | None = None,
        rows_processor: Callable[..., Any] | None = None,
        deferrable: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.sql = sql
        self.destination_table = destination_table
        self.source_conn_id = source_conn_id
        self.destination_conn_id = destination_conn_id
        self.source_hook_params = source_hook_params
        self.destination_hook_params = destination_hook_params
        self.preoperator = preoperator
        self.insert_args = insert_args or {}
        self.page_size = page_size
        self.paginated_sql_statement_clause = paginated_sql_statement_clause or "{} LIMIT {} OFFSET {}"
        self.rows_processor = rows_processor

    def execute(self, context: Context) -> None:
        """Read and insert."""
        source = sql_hook(self.source_conn_id, self.source_hook_params)
        destination = sql_hook(self.destination_conn_id, self.destination_hook_params)
        if self.preoperator:
            destination.run(self.preoperator)
        statements = [self.sql] if isinstance(self.sql, str) else self.sql
        for statement in statements:
            if self.page_size:
                self._by_pages(source, destination, statement, self.page_size)
            else:
                self._insert(destination, source.get_records(statement))

    def _by_pages(self, source: Any, destination: Any, statement: str, size: int) -> None:
        start = 0
        plain = source.strip_sql_string(statement)
        while rows := source.get_records(self.paginated_sql_statement_clause.format(plain, size, start)):
            self._insert(destination, rows)
            start += size

    def _insert(self, destination: Any, rows: Any) -> None:
        plain = [list(row.values()) if isinstance(row, dict) else row for row in rows or ()]
        changed = self.rows_processor(plain) if self.rows_processor else plain
        destination.insert_rows(table=self.destination_table, rows=changed, **self.insert_args)
