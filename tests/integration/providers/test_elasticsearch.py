"""The Elasticsearch hooks against a local server that answers like Elasticsearch."""

from __future__ import annotations

import base64

import pytest

from headway.hooks.elasticsearch import ElasticsearchHook, ElasticsearchPythonHook, ElasticsearchSQLHook
from support.web import Request, WebServer

from .conftest import Connect


@pytest.fixture
def engine(web: WebServer, connect: Connect) -> WebServer:
    web.headers["X-Elastic-Product"] = "Elasticsearch"
    connect("elasticsearch_default", f"elasticsearch://ann:pw@127.0.0.1:{web.port}/http?request_timeout=5")
    return web


def pages(request: Request) -> tuple[int, object]:
    asked = request.json
    if asked.get("cursor") == "more":
        return 200, {"rows": [[3, "Alien"]]}
    assert asked["query"] == "SELECT id, title FROM film WHERE id > ?"
    assert asked["params"] == [0]
    columns = [{"name": "id", "type": "integer"}, {"name": "title", "type": "text"}]
    return 200, {"columns": columns, "rows": [[1, "Heat"], [2, "Up"]], "cursor": "more"}


def test_sql(engine: WebServer) -> None:
    engine.routes["/_sql"] = pages
    hook = ElasticsearchSQLHook()
    sql = "SELECT id, title FROM film WHERE id > ?"
    assert hook.get_records(sql, [0]) == [(1, "Heat"), (2, "Up"), (3, "Alien")]
    assert hook.get_first(sql, [0]) == (1, "Heat")
    assert hook.get_pandas_df(sql, [0]).to_dict("list") == {"id": [1, 2, 3], "title": ["Heat", "Up", "Alien"]}
    assert engine.requests[0].headers["authorization"] == "Basic " + base64.b64encode(b"ann:pw").decode()


def test_search(engine: WebServer) -> None:
    engine.routes["/film/_search"] = (200, {"hits": {"total": {"value": 1}, "hits": [{"_id": "1"}]}})
    query = {"query": {"match_all": {}}}
    for hook in (ElasticsearchHook(), ElasticsearchPythonHook([f"http://127.0.0.1:{engine.port}"])):
        assert hook.search(query, index="film")["hits"] == [{"_id": "1"}]
    assert engine.requests[-1].json == query
