"""The built UI: its files, and its one page for every address that is the UI's own."""

from __future__ import annotations

import gzip
import mimetypes
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from starlette.convertors import PathConvertor, register_url_convertor
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

#: Where the build leaves it, and where the wheel has it.
FOLDER = Path(__file__).parent / "ui"

_HASHED = "static"  # files here have the hash of their content in their name
_FOREVER = "public, max-age=31536000, immutable"
_ASK = "no-cache"
_TEXTS = ("text/", "application/json", "application/javascript", "image/svg+xml")
_NOT_BUILT = """<!doctype html><html lang="en"><title>Headway</title>
<h1>The UI is not built</h1>
<p>Run <code>make ui</code> (it needs Node 20 or newer) and reload. The REST API works without it.</p>
"""


class _NotApi(PathConvertor):
    """Any path but those of the API."""

    regex = "(?!api/).*"


register_url_convertor("not_api", _NotApi())


class Ui:
    """Answers for what is not the API. Files are looked for only inside ``folder``."""

    def __init__(self, folder: Path, base_path: str) -> None:
        self._folder = folder.resolve()
        self._base_path = base_path

    def routes(self) -> list[Route]:
        """Every address outside the API, by GET and HEAD."""
        below = Route(self._base_path + "/{path:not_api}", self.answer, name="ui")
        return [Route(self._base_path, self.answer, name="ui root"), below] if self._base_path else [below]

    def answer(self, request: Request) -> Response:
        """A file, else the page; raises ``HTTPException`` for a file that is not there."""
        path = request.path_params.get("path", "")
        file = self._find(path)
        if file is not None and file.name != "index.html":
            return _respond(_content(file, file.stat().st_mtime_ns), path, request)
        if path.startswith(f"{_HASHED}/") or ("." in path and "/" not in path and path != "index.html"):
            raise HTTPException(404)
        return self._page()

    def _find(self, path: str) -> Path | None:
        try:
            file = (self._folder / path).resolve()
            return file if file.is_relative_to(self._folder) and file.is_file() else None
        except (OSError, ValueError):  # a name that no file can have
            return None

    def _page(self) -> HTMLResponse:
        page = self._folder / "index.html"
        if not page.is_file():
            return HTMLResponse(_NOT_BUILT, 503)
        html = page.read_text(encoding="utf-8").replace('<base href="/">', f'<base href="{self._base_path}/">', 1)
        return HTMLResponse(html, headers={"cache-control": _ASK})


@dataclass(frozen=True)
class _Content:
    """A file and, where it is text, the same compressed."""

    kind: str
    plain: bytes
    compressed: bytes | None


@lru_cache(maxsize=500)
def _content(file: Path, _changed: int) -> _Content:
    plain = file.read_bytes()
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    kind = "text/javascript" if file.suffix in (".js", ".mjs") else kind  # whatever the host's table says
    return _Content(kind, plain, gzip.compress(plain, mtime=0) if kind.startswith(_TEXTS) else None)


def _respond(content: _Content, path: str, request: Request) -> Response:
    headers = {"cache-control": _FOREVER if path.startswith(f"{_HASHED}/") else _ASK, "vary": "Accept-Encoding"}
    if content.compressed is not None and "gzip" in request.headers.get("accept-encoding", ""):
        headers["content-encoding"] = "gzip"
        return Response(content.compressed, headers=headers, media_type=content.kind)
    return Response(content.plain, headers=headers, media_type=content.kind)
