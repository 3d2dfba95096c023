"""Errors as problem+json."""

from __future__ import annotations

import httpx
import pytest
from fastapi import FastAPI

from headway.errors import InvalidInput
from headway_web import problems


@pytest.mark.anyio
async def test_what_is_wrong_with_single_values_stands_at_their_fields() -> None:
    app = FastAPI()
    problems.install(app)

    @app.post("/runs")
    def _runs() -> None:
        raise InvalidInput("param 'days': 0 is too small", "give more", fields={"conf.days": "0 is too small"})

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://web") as client:
        answer = (await client.post("/runs")).json()
    assert (answer["status"], answer["remedy"]) == (422, "give more")
    assert answer["errors"] == [{"field": "conf.days", "message": "0 is too small"}]
