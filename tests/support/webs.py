"""A real web node on loopback, in a thread of the test process, and clients of it that are logged in by role."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import uvicorn

from headway.metastore.database import Connection, connection
from headway.metastore.queries import accounts, logins
from headway.operations.tokens import digest
from headway.settings import Settings
from headway_web.app import create_app
from headway_web.node import bind
from headway_web.security.identify import COOKIE, csrf_token
from support.waiting import wait_for

ROLES = ("viewer", "operator", "admin")


@dataclass
class Served:
    """One web node. ``as_(role)`` is a client of the user who is called like the role; None is nobody."""

    settings: Settings
    url: str
    app: Any
    conn: Connection
    clients: list[httpx.Client] = field(default_factory=list)

    @property
    def api(self) -> str:
        return f"{self.url}/api/v1"

    def as_(self, role: str | None, **more: Any) -> httpx.Client:
        """A new client, its paths below /api/v1; close is the fixture's."""
        client = httpx.Client(base_url=self.api, timeout=60, trust_env=False, **more)
        if role is not None:
            secret = self.log_in(role)
            client.cookies.set(COOKIE, secret, domain="127.0.0.1")
            client.headers["X-CSRF-Token"] = csrf_token(secret)
        self.clients.append(client)
        return client

    def log_in(self, username: str) -> str:
        """Open a session without a password's cost; its secret."""
        account = accounts.find(self.conn, username)
        assert account is not None
        secret = secrets.token_urlsafe(32)
        logins.open_session(self.conn, key=digest(secret), account=account.id, address="test", hours=1)
        return secret


@contextmanager
def serve(settings: Settings) -> Iterator[Served]:
    """Run a web node with the users ``viewer``, ``operator`` and ``admin`` (who have no passwords)."""
    with connection(settings.metastore) as conn:
        for role in ROLES:
            accounts.insert(conn, username=role, role=role)
    with serve_another(settings) as served:
        yield served


@contextmanager
def serve_another(settings: Settings, port: int = 0) -> Iterator[Served]:
    """Run one more web node on a metastore that has these users."""
    bound = bind("127.0.0.1", port)
    app = create_app(settings)
    server = uvicorn.Server(
        uvicorn.Config(app, log_config=None, access_log=False, lifespan="on", proxy_headers=False, server_header=False)
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, name="web node", daemon=True)
    thread.start()
    url = f"http://127.0.0.1:{bound.getsockname()[1]}{settings.web.base_path}"
    with connection(settings.metastore) as conn:
        served = Served(settings, url, app, conn)
        try:
            wait_for(lambda: server.started, 60, "the web node's start")
            yield served
        finally:
            for client in served.clients:
                client.close()
            app.state.web.stop()
            server.should_exit = True
            thread.join(60)
            bound.close()
            assert not thread.is_alive(), "the web node does not end"
