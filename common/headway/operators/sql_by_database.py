"""The SQL operators that Airflow had for single databases; ``SQLExecuteQueryOperator`` under older names."""

from __future__ import annotations

from typing import Any

from headway.operators.sql import SQLExecuteQueryOperator


class PostgresOperator(SQLExecuteQueryOperator):
    """Runs SQL on the PostgreSQL database of ``postgres_conn_id``.

    ``runtime_parameters`` are settings of the session, like ``{"statement_timeout": "3000ms"}``.
    """

    def __init__(
        self,
        *,
        postgres_conn_id: str = "postgres_default",
        runtime_parameters: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("conn_id", postgres_conn_id)
        super().__init__(**kwargs)
        self.postgres_conn_id = self.conn_id
        if runtime_parameters:
            settings = " ".join(f"-c {name}={value}" for name, value in runtime_parameters.items())
            self.hook_params = {"options": settings, **self.hook_params}


class MySqlOperator(SQLExecuteQueryOperator):
    """Runs SQL on the MySQL database of ``mysql_conn_id``."""

    def __init__(self, *, mysql_conn_id: str = "mysql_default", **kwargs: Any) -> None:
        kwargs.setdefault("conn_id", mysql_conn_id)
        super().__init__(**kwargs)
        self.mysql_conn_id = self.conn_id


class SqliteOperator(SQLExecuteQueryOperator):
    """Runs SQL on the SQLite database of ``sqlite_conn_id``."""

    def __init__(self, *, sqlite_conn_id: str = "sqlite_default", **kwargs: Any) -> None:
        kwargs.setdefault("conn_id", sqlite_conn_id)
        super().__init__(**kwargs)
        self.sqlite_conn_id = self.conn_id
