"""The OpenAPI description: ``python -m headway_web.openapi FILE`` writes it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from headway.settings import load_settings
from headway_web.app import create_app


def description(app: FastAPI) -> dict[str, Any]:
    """The app's OpenAPI document; every operation names the role that it needs."""
    return app.openapi()


def text(app: FastAPI) -> str:
    """The document as it is checked in."""
    return json.dumps(description(app), indent=1, ensure_ascii=False) + "\n"


def main(arguments: list[str]) -> None:
    """Write the document to the file that is named."""
    Path(arguments[0]).write_text(text(create_app(load_settings(metastore={"url": "postgresql://nowhere/"}))))


if __name__ == "__main__":
    main(sys.argv[1:])
