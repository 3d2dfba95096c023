"""A small HTTP server on loopback that answers as a test says and keeps what it was asked."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Request:
    """One request as it arrived; ``query`` keeps the last value of each name."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


#: What a route answers: status and a body (anything but text and bytes is sent as JSON).
Answer = tuple[int, Any]
Route = Answer | Callable[[Request], Answer]


@dataclass
class WebServer:
    """``routes`` by path; a path without one is answered with 404. ``headers`` go with every answer."""

    port: int = 0
    routes: dict[str, Route] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)

    def clear(self) -> None:
        self.routes.clear()
        self.headers.clear()
        self.requests.clear()

    def answer(self, request: Request) -> Answer:
        self.requests.append(request)
        route = self.routes.get(request.path, (404, "nothing here"))
        return route(request) if callable(route) else route


@contextmanager
def web_server() -> Iterator[WebServer]:
    """A running server."""
    served = WebServer()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(served))
    served.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
        thread.join(60)


def _handler(served: WebServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
            status, content = served.answer(
                Request(self.command, parts.path, query, {k.lower(): v for k, v in self.headers.items()}, body)
            )
            is_text = isinstance(content, str | bytes)
            sent = content if isinstance(content, bytes) else (content if is_text else json.dumps(content)).encode()
            self.send_response(status)
            self.send_header("Content-Type", _kind(sent) if is_text else "application/json")
            self.send_header("Content-Length", str(len(sent)))
            for name, value in served.headers.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(sent)

        do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = _serve  # noqa: N815

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    return Handler


def _kind(text: bytes) -> str:
    return "text/html" if text.startswith(b"<!doctype html>") else "text/plain"
