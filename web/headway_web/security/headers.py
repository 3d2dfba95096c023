"""What every response says about itself, so that a browser is careful with it; and which requests are not looked at."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from headway.settings import WebSettings
from headway_web import problems

MAX_BODY = 1_048_576  # bytes; nothing that the API takes is larger

# Styles may stand in elements: the libraries that draw graphs and tables place things that way. Scripts may not.
_CSP = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
_HEADERS = {
    "content-security-policy": _CSP,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_HSTS = "max-age=31536000"


class SecurityHeaders:
    """ASGI middleware: the headers above on everything, HSTS where browsers come by TLS."""

    def __init__(self, app: ASGIApp, settings: WebSettings) -> None:
        self._app = app
        secure = settings.public_url.startswith("https:")
        self._headers = {**_HEADERS, "strict-transport-security": _HSTS} if secure else _HEADERS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with the headers."""

        async def onward(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=message["headers"])
                for name, value in self._headers.items():
                    headers[name] = value
                headers.setdefault("cache-control", "no-store")
            await send(message)

        await self._app(scope, receive, onward if scope["type"] == "http" else send)


class KnownHosts:
    """ASGI middleware: refuses names that are not this node's, so that no other site's name can be bent onto it.

    Addresses and ``localhost`` always pass. Names are checked where it is known which there are: behind
    ``web.public_url``, and on loopback.
    """

    def __init__(self, app: ASGIApp, settings: WebSettings) -> None:
        self._app = app
        self._public = urlsplit(settings.public_url).hostname or ""
        self._open = not self._public and not _is_loopback(settings.listen)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse with 421."""
        if scope["type"] == "http" and not self._knows(Headers(scope=scope).get("host", "")):
            refusal = problems.answer(
                Request(scope),
                HTTPStatus.MISDIRECTED_REQUEST,
                "this name is not one of the web node's",
                remedy="set web.public_url to the address that browsers use",
            )
            await refusal(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _knows(self, host: str) -> bool:
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        return self._open or name in (self._public, "localhost") or _is_address(name)


class BodyLimit:
    """ASGI middleware: refuses a body of more than ``MAX_BODY`` bytes, whatever its length claims to be."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse with 413."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        length = Headers(scope=scope).get("content-length", "0")
        if not length.isdigit() or int(length) > MAX_BODY:
            await _too_large(scope)(scope, receive, send)
            return
        await self._app(scope, _Counter(receive).receive, send)


@dataclass
class _Counter:
    """Ends a body without a length once it is too long: the route sees a broken request."""

    inward: Receive
    seen: int = field(default=0)

    async def receive(self) -> Message:
        message = await self.inward()
        self.seen += len(message.get("body", b""))
        return {"type": "http.disconnect"} if self.seen > MAX_BODY else message


def _too_large(scope: Scope) -> ASGIApp:
    return problems.answer(
        Request(scope), HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"a request may have {MAX_BODY} bytes at most"
    )


def _is_loopback(listen: str) -> bool:
    return listen == "localhost" or (_is_address(listen) and ipaddress.ip_address(listen).is_loopback)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
