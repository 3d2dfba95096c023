"""Operators that run SQL on the database of a connection, whatever its kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from headway.authoring.connections import get_connection
from headway.authoring.exceptions import AirflowException, AirflowFailException
from headway.authoring.operator import BaseOperator
from headway.hooks.dbapi import DbApiHook
from headway.hooks.dbapi_handlers import fetch_all_handler, return_single_query_results

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from headway.authoring.context import Context


class BaseSQLOperator(BaseOperator):
    """Base of SQL operators: ``get_db_hook()`` is the hook of ``conn_id``.

    ``database`` is another database than the connection's; ``hook_params`` are arguments of the hook. With
    ``retry_on_failure=False`` a failed check fails the task for good.
    """

    template_fields: ClassVar[Sequence[str]] = ("conn_id", "database", "hook_params")
    conn_id_field: ClassVar[str] = "conn_id"

    def __init__(
        self,
        *,
        conn_id: str | None = None,
        database: str | None = None,
        hook_params: dict[str, Any] | None = None,
        retry_on_failure: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.conn_id = conn_id
        self.database = database
        self.hook_params = hook_params or {}
        self.retry_on_failure = retry_on_failure

    def get_hook(self) -> DbApiHook:
        """The hook of the operator's connection."""
        return self.get_db_hook()

    def get_db_hook(self) -> DbApiHook:
        """The hook of the operator's connection; ``AirflowException`` when that is no SQL database."""
        if not self.conn_id:
            raise AirflowException(f"task {self.task_id!r} names no connection", remedy="give it conn_id")
        params = {"schema": self.database} if self.database else {}
        return sql_hook(self.conn_id, {**params, **self.hook_params})

    def _raise_exception(self, text: str) -> None:
        kind = AirflowException if self.retry_on_failure else AirflowFailException
        raise kind(text, remedy="the data is not as the check expects it; the statement is in the log")


class SQLExecuteQueryOperator(BaseSQLOperator):
    """Runs ``sql``: one statement, a list of them, or the name of a template file that ends in ``.sql``.

    What ``handler`` makes of the cursor (by default all rows) is the XCom, through ``output_processor``;
    with ``split_statements`` the statements of a text run one by one, and the last one's result counts
    unless ``return_last`` is False. ``show_return_value_in_logs`` logs it, too.
    """

    template_fields: ClassVar[Sequence[str]] = ("sql", "parameters", *BaseSQLOperator.template_fields)
    template_ext: ClassVar[Sequence[str]] = (".sql", ".json")
    template_fields_renderers: ClassVar[dict[str, str]] = {"sql": "sql", "parameters": "json"}
    ui_color = "#cdaaed"

    def __init__(
        self,
        *,
        sql: str | list[str],
        autocommit: bool = False,
        parameters: Mapping[str, Any] | Iterable[Any] | None = None,
        handler: Callable[[Any], Any] | None = fetch_all_handler,
        output_processor: Callable[..., list[Any]] | None = None,
        split_statements: bool | None = None,
        return_last: bool = True,
        show_return_value_in_logs: bool = False,
        requires_result_fetch: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.sql = sql
        self.autocommit = autocommit
        self.parameters = parameters
        self.handler = handler
        self._output_processor = output_processor or self._process_output
        self.split_statements = split_statements
        self.return_last = return_last
        self.show_return_value_in_logs = show_return_value_in_logs
        self.requires_result_fetch = requires_result_fetch

    def execute(self, context: Context) -> Any:
        """Run the statements."""
        hook = self.get_db_hook()
        wanted = self.do_xcom_push or self.requires_result_fetch
        options = {} if self.split_statements is None else {"split_statements": self.split_statements}
        output = hook.run(
            self.sql,
            autocommit=self.autocommit,
            parameters=self.parameters,  # type: ignore[arg-type]  # lists, tuples and mappings are what drivers take
            handler=self.handler if wanted else None,
            return_last=self.return_last,
            **options,
        )
        if not wanted or self.handler is None:
            return None
        split = hook.splits_by_default if self.split_statements is None else self.split_statements
        single = return_single_query_results(self.sql, self.return_last, split)
        found = self._output_processor([output] if single else output, hook.descriptions)
        if self.show_return_value_in_logs:
            self.log.info("The result is %s", found)
        return found[-1] if single else found

    def _process_output(self, results: list[Any], descriptions: list[Any]) -> list[Any]:
        return results


class SQLInsertRowsOperator(BaseSQLOperator):
    """Inserts ``rows``, a list of lists or of dicts, into ``table_name``.

    ``columns`` names the target columns (of dicts: their keys), without ``ignored_columns``;
    ``rows_processor`` changes the rows first. ``preoperator`` and ``postoperator`` are statements to run
    before and after; ``insert_args`` go to the hook's ``insert_rows``.
    """

    template_fields: ClassVar[Sequence[str]] = (
        "table_name", "schema", "columns", "rows", "preoperator", "postoperator", "insert_args",
        *BaseSQLOperator.template_fields,
    )  # fmt: skip
    template_ext: ClassVar[Sequence[str]] = (".sql",)

    def __init__(
        self,
        *,
        table_name: str,
        rows: Any,
        schema: str | None = None,
        columns: Iterable[str] | None = None,
        ignored_columns: Iterable[str] | None = None,
        rows_processor: Callable[..., Any] | None = None,
        preoperator: str | list[str] | None = None,
        postoperator: str | list[str] | None = None,
        insert_args: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.table_name = table_name
        self.schema = schema
        self.rows = rows
        self.columns = list(columns) if columns else None
        self.ignored_columns = set(ignored_columns or ())
        self.rows_processor = rows_processor
        self.preoperator = preoperator
        self.postoperator = postoperator
        self.insert_args = insert_args or {}

    def execute(self, context: Context) -> Any:
        """Insert the rows."""
        hook = self.get_db_hook()
        rows = self.rows_processor(self.rows, **context) if self.rows_processor else self.rows
        rows = list(rows)
        if not rows:
            self.log.info("There are no rows to insert")
            return None
        if self.preoperator:
            hook.run(self.preoperator)
        columns = self._columns(rows[0])
        table = f"{self.schema}.{self.table_name}" if self.schema else self.table_name
        values = [[row[name] for name in columns or ()] if isinstance(row, dict) else row for row in rows]
        hook.insert_rows(table, values, target_fields=columns, **self.insert_args)
        if self.postoperator:
            hook.run(self.postoperator)
        return None

    def _columns(self, first: Any) -> list[str] | None:
        names = self.columns or (list(first) if isinstance(first, dict) else None)
        return [name for name in names if name not in self.ignored_columns] if names else None


def sql_hook(conn_id: str, params: dict[str, Any] | None = None) -> DbApiHook:
    """The hook of a connection to a SQL database; ``AirflowException`` when it is to something else."""
    connection = get_connection(conn_id)
    hook = connection.get_hook(hook_params={name: value for name, value in (params or {}).items() if value is not None})
    if not isinstance(hook, DbApiHook):
        raise AirflowException(
            f"connection {conn_id!r} has the type {connection.conn_type!r}, which is no SQL database",
            remedy="name a connection of type postgres, mysql or sqlite",
        )
    return hook


def row_of(hook: DbApiHook, sql: str, parameters: Any = None) -> list[Any]:
    """The values of the first row; an empty list when there is none."""
    first = hook.get_first(sql, parameters)
    return list(first.values() if isinstance(first, dict) else first or ())
