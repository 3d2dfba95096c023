"""The OpenAPI description, as this node serves it."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from headway_web.security.guards import Public

router = APIRouter()


@router.get("/openapi.json")
def get_openapi(request: Request, _: Public) -> JSONResponse:
    """Describe every route of the API (OpenAPI 3.1)."""
    from headway_web.openapi import description  # reads the routes, of which this is one

    return JSONResponse(description(request.app))
