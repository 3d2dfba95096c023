"""One web node: its address, its row among the nodes, its lease, its end."""

from __future__ import annotations

import gc
import logging
import os
import socket
import sys
from collections.abc import Callable
from types import FrameType
from uuid import uuid4

import uvicorn

from headway.background import Background
from headway.errors import Conflict, HeadwayError, MetastoreUnavailable
from headway.log_store.objects import check as check_log_store
from headway.metastore import schema
from headway.metastore.database import LOST, Connection, connect, connection
from headway.metastore.queries import nodes
from headway.metrics import serve
from headway.operations.first_login import ADMIN, ensure_admin, first_password
from headway.outage import await_servers
from headway.settings import Settings, WebSettings
from headway.version import __version__
from headway_web.app import create_app
from headway_web.means import Web
from headway_web.metrics import Cluster

log = logging.getLogger(__name__)

_GRACE = 5  # seconds that open requests get after SIGTERM


class WebNode:
    """Serves until SIGTERM or SIGINT."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def run(self, started: Callable[[str], None]) -> None:
        """Bind, register, serve, leave; raises ``Conflict`` when the port is taken.

        ``started`` gets the password of the first user, if this start has made one.
        """
        bound = bind(self._settings.web.listen, self._settings.web.port)
        await_servers(self._check)
        started(self._first_password())
        lease = Lease(self._settings)
        lease.start()
        try:
            self._serve(bound)
        finally:
            lease.stop()
            bound.close()

    def _serve(self, bound: socket.socket) -> None:
        app = create_app(self._settings)
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=_GRACE,
            lifespan="on",
        )
        log.info("the web node listens on %s", address(self._settings.web, bound.getsockname()[1]))
        with serve(self._settings.metrics, "web", [Cluster(app.state.web)]):
            gc.collect()
            gc.freeze()  # else large answers have all that is loaded searched for garbage: nobody is served for 0.1 s
            _Server(config, app.state.web).run(sockets=[bound])

    def _check(self) -> None:
        check_log_store(self._settings.logs)
        with connection(self._settings.metastore, name="headway web") as conn:
            schema.check(conn)

    def _first_password(self) -> str:
        with connection(self._settings.metastore, name="headway web") as conn:
            made = ensure_admin(conn, self._settings)
            return (first_password(conn, self._settings) or "") if made else ""


def show_first_login(password: str) -> None:
    """Tell the first user's password on the terminal, not in the log."""
    if password:
        sys.stdout.write(f"The first login: user {ADMIN}, password {password}\n")
        sys.stdout.flush()


class _Server(uvicorn.Server):
    """Tells streams to finish as soon as a signal comes: they would hold the end up."""

    def __init__(self, config: uvicorn.Config, web: Web) -> None:
        super().__init__(config)
        self._web = web

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._web.stop()
        super().handle_exit(sig, frame)
        self._captured_signals.clear()  # an ordered end is no failure: the process must not die of the signal


class Lease(Background):
    """The node's row: entered at the start, renewed, entered anew when somebody declared the node dead."""

    name = "lease"

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        self._me = ""
        self._conn: Connection | None = None

    def _look(self) -> float:
        try:
            self._conn = self._conn or connect(self._settings.metastore, name="headway web lease")
            length = self._settings.lease.length
            if not self._me or nodes.renew(self._conn, node=self._me, lease=length) is None:
                self._register(self._conn)
        except (HeadwayError, *LOST) as error:
            log.warning("the lease could not be renewed: %s", str(error).partition("\n")[0])
            self._hang_up()
        return self._settings.lease.renewal

    def _register(self, conn: Connection) -> None:
        me = str(uuid4())
        nodes.register(
            conn,
            node=me,
            kind="web",
            name=f"web@{socket.gethostname()}",
            hostname=socket.gethostname(),
            pid=os.getpid(),
            version=__version__,
            lease=self._settings.lease.length,
        )
        self._me = me

    def _hang_up(self) -> None:
        if self._conn is not None:
            self._conn.close()
            self._conn = None

    def _end(self) -> None:
        self._hang_up()
        try:
            with connection(self._settings.metastore, name="headway web lease") as conn:
                nodes.leave(conn, node=self._me)
        except (MetastoreUnavailable, *LOST) as error:
            log.warning("could not say goodbye: %s", str(error).partition("\n")[0])


def bind(listen: str, port: int) -> socket.socket:
    """A socket that listens; raises ``Conflict`` that says why it cannot."""
    family = socket.AF_INET6 if ":" in listen else socket.AF_INET
    # With the protocol named, asyncio turns Nagle's algorithm off: answers would wait 40 ms for their second half.
    bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((listen, port))
    except OSError as error:
        bound.close()
        raise Conflict(
            f"the web node cannot listen on {listen}:{port}: {error.strerror}",
            "choose another with --port or web.port, or end what listens there",
        ) from None
    return bound


def address(settings: WebSettings, port: int) -> str:
    """The address for a browser: the public one, or that on this host."""
    listen = settings.listen
    host = "127.0.0.1" if listen in ("0.0.0.0", "::") else f"[{listen}]" if ":" in listen else listen  # noqa: S104
    return settings.public_url or f"http://{host}:{port}"
