"""The OpenAPI description: ``python -m headway_web.openapi FILE`` writes it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute

from headway.settings import load_settings
from headway_web import problems
from headway_web.app import API, api_routes, create_app, role_of
from headway_web.security.identify import COOKIE, CSRF_HEADER

_SCHEMES = {
    "session": {"type": "apiKey", "in": "cookie", "name": COOKIE},
    "csrf": {"type": "apiKey", "in": "header", "name": CSRF_HEADER},
    "token": {"type": "http", "scheme": "bearer"},
}
_SAFE = ("get", "head")


def description(app: FastAPI) -> dict[str, Any]:
    """The app's OpenAPI document; every operation names the role that it needs, as ``x-role``."""
    document = app.openapi()
    document.setdefault("components", {})["securitySchemes"] = _SCHEMES
    root = app.state.web.settings.web.base_path + API
    for route in api_routes():
        for method in route.methods or ():
            operation = document["paths"][root + route.path_format][method.lower()]
            operation["x-role"] = role_of(route)
            operation["security"] = _security(route, method.lower())
            fault = operation["responses"]["default"]
            [problem] = fault["content"].values()
            fault["content"] = {problems.MEDIA_TYPE: problem}
    return document


def text(app: FastAPI) -> str:
    """The document as it is checked in."""
    return json.dumps(description(app), indent=1, ensure_ascii=False) + "\n"


def main(arguments: list[str]) -> None:
    """Write the document to the file that is named."""
    Path(arguments[0]).write_text(text(create_app(load_settings(metastore={"url": "postgresql://nowhere/"}))))


def _security(route: APIRoute, method: str) -> list[dict[str, list[str]]]:
    if role_of(route) == "public":
        return []
    return [{"session": []} if method in _SAFE else {"session": [], "csrf": []}, {"token": []}]


if __name__ == "__main__":
    main(sys.argv[1:])
