"""Hooks for Elasticsearch, over its own library."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from headway.hooks.base import BaseHook
from headway.hooks.extras import typed
from headway.hooks.library import library


class ElasticsearchHook(BaseHook):
    """A client of the server that a connection names.

    The connection's schema is the protocol (http); login and password are its account; extras are
    arguments of ``elasticsearch.Elasticsearch``.
    """

    conn_type = "elasticsearch"
    conn_name_attr = "elasticsearch_conn_id"
    default_conn_name = "elasticsearch_default"
    hook_name = "Elasticsearch"

    def __init__(self, elasticsearch_conn_id: str = default_conn_name, **kwargs: Any) -> None:
        super().__init__()
        self.elasticsearch_conn_id = elasticsearch_conn_id
        self._arguments = kwargs

    @cached_property
    def client(self) -> Any:
        """The client."""
        conn = self.get_connection(self.elasticsearch_conn_id)
        host = conn.host or "localhost"
        url = host if "://" in host else f"{conn.schema or 'http'}://{host}"
        arguments: dict[str, Any] = {name: typed(value) for name, value in conn.extra_dejson.items()}
        arguments |= self._arguments
        if conn.login:
            arguments["basic_auth"] = (conn.login, conn.password or "")
        return library("elasticsearch", "elasticsearch").Elasticsearch(f"{url}:{conn.port or 9200}", **arguments)

    def get_conn(self) -> Any:
        """The client."""
        return self.client

    def search(self, query: dict[str, Any], index: str = "_all") -> dict[str, Any]:
        """The ``hits`` of a search; ``query`` is the request's body."""
        return dict(self.client.search(index=index, **query)["hits"])


class ElasticsearchPythonHook(ElasticsearchHook):
    """A client of the ``hosts`` named in the DAG file; ``es_conn_args`` are the client's arguments."""

    def __init__(self, hosts: list[Any], es_conn_args: dict[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.hosts = hosts
        self.es_conn_args = es_conn_args or {}

    @cached_property
    def client(self) -> Any:
        """The client."""
        return library("elasticsearch", "elasticsearch").Elasticsearch(self.hosts, **self.es_conn_args)


class ElasticsearchSQLHook(ElasticsearchHook):
    """Runs SQL in Elasticsearch; ``schema`` and ``connection`` of Airflow's hook are taken and unused."""

    def __init__(self, *args: str, schema: str = "http", connection: Any = None, **kwargs: Any) -> None:
        conn_id = args[0] if args else kwargs.pop(self.conn_name_attr, self.default_conn_name)
        super().__init__(conn_id, **kwargs)

    def get_records(self, sql: str, parameters: Any = None) -> list[tuple[Any, ...]]:
        """Every row that ``sql`` returns."""
        return [tuple(row) for page in self._pages(sql, parameters) for row in page["rows"]]

    def get_first(self, sql: str, parameters: Any = None) -> tuple[Any, ...] | None:
        """The first row, or None."""
        return next((tuple(row) for page in self._pages(sql, parameters) for row in page["rows"]), None)

    def get_pandas_df(self, sql: str, parameters: Any = None, **kwargs: Any) -> Any:
        """A pandas DataFrame of what ``sql`` returns; ``kwargs`` go to its constructor."""
        pages = self._pages(sql, parameters)
        columns = [column["name"] for column in pages[0]["columns"]]
        rows = [row for page in pages for row in page["rows"]]
        return library("pandas", "pandas").DataFrame(rows, columns=columns, **kwargs)

    get_df = get_pandas_df

    def _pages(self, sql: str, parameters: Any) -> list[Any]:
        extra = {"params": list(parameters)} if parameters else {}
        pages = [self.client.sql.query(query=sql, **extra)]
        while cursor := pages[-1].get("cursor"):
            pages.append(self.client.sql.query(cursor=cursor))
        return pages
