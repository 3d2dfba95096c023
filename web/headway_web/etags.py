"""Weak ETags for everything that is read: a browser that has it already gets 304 and no body."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class ETags:
    """ASGI middleware. Bodies that are sent in pieces (streams, files) pass as they are."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer; only GET is looked at."""
        if scope["type"] != "http" or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        known = Headers(scope=scope).get("if-none-match", "")
        await self._app(scope, receive, _Tagger(send, known).send)


@dataclass
class _Tagger:
    """Keeps the start of the response until the body's first piece tells whether it is the whole."""

    onward: Send
    known: str
    start: Message = field(default_factory=dict)

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.start = message
            return
        if not self.start:
            await self.onward(message)
            return
        start, self.start = self.start, {}
        if _is_whole(start, message) and self._tag(start, message):
            message = {"type": "http.response.body", "body": b""}
        await self.onward(start)
        await self.onward(message)

    def _tag(self, start: Message, message: Message) -> bool:
        """Give the response its tag; whether the browser has that one."""
        headers = MutableHeaders(raw=start["headers"])
        tag = f'W/"{hashlib.blake2b(message.get("body", b""), digest_size=16).hexdigest()}"'
        headers["etag"] = tag
        headers.setdefault("cache-control", "private, no-cache")
        if not matches(self.known, tag):
            return False
        start["status"] = 304
        for name in ("content-length", "content-type"):
            del headers[name]
        return True


def matches(known: str, tag: str) -> bool:
    """Whether ``If-None-Match`` names the tag (weak comparison)."""
    bare = tag.removeprefix("W/")
    return known.strip() == "*" or any(each.strip().removeprefix("W/") == bare for each in known.split(","))


def _is_whole(start: Message, message: Message) -> bool:
    headers = Headers(raw=start["headers"])
    return start["status"] == 200 and not message.get("more_body") and "etag" not in headers
