"""Runs that are made by hand, and how they are asked for."""

from __future__ import annotations

from typing import Any

from support.stage import DAG
from support.webs import Served

RUNS = f"/dags/{DAG}/dagRuns"


def get(web: Served, path: str, **query: Any) -> Any:
    client = web.clients[0] if web.clients else web.as_("viewer")  # one for all tests that only look
    answer = client.get(path, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def every(web: Served, path: str, rows: str, **query: Any) -> list[Any]:
    """All rows of a list, page by page."""
    found: list[Any] = []
    while True:
        page = get(web, path, **query)
        found += page[rows]
        if page["next_cursor"] is None:
            return found
        query["cursor"] = page["next_cursor"]
