"""``HttpHook``: requests to a server that a connection names, over the library requests."""

from __future__ import annotations

import socket
from collections.abc import Callable
from copy import copy
from typing import Any
from urllib.parse import urljoin, urlsplit

from headway.authoring.connections import Connection
from headway.authoring.exceptions import AirflowException
from headway.hooks.base import BaseHook
from headway.hooks.extras import typed
from headway.hooks.library import library

#: Extras of a connection that are options of a request; every other one is a header.
_OPTIONS = ("timeout", "allow_redirects", "proxies", "verify", "cert", "stream", "check_response", "max_redirects",
            "trust_env")  # fmt: skip


class HttpHook(BaseHook):
    """Calls ``method`` on endpoints of the connection's server; answers are ``requests.Response``.

    The connection's host may begin with a protocol; else its schema is the protocol, or its type (http). Login and
    password are sent as ``auth_type`` makes them (HTTP basic); extras are headers, or options of requests
    (timeout, verify, proxies, …). TCP keep-alive is on unless ``tcp_keep_alive`` is False.
    """

    conn_type = "http"
    conn_name_attr = "http_conn_id"
    default_conn_name = "http_default"
    hook_name = "HTTP"

    def __init__(
        self,
        method: str = "POST",
        http_conn_id: str = default_conn_name,
        auth_type: Any = None,
        tcp_keep_alive: bool = True,
        tcp_keep_alive_idle: int = 120,
        tcp_keep_alive_count: int = 20,
        tcp_keep_alive_interval: int = 30,
        adapter: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.method = method.upper()
        self.http_conn_id = http_conn_id
        self.auth_type = auth_type
        self.tcp_keep_alive = tcp_keep_alive
        self.keep_alive_idle = tcp_keep_alive_idle
        self.keep_alive_count = tcp_keep_alive_count
        self.keep_alive_interval = tcp_keep_alive_interval
        self.adapter = adapter
        self.base_url = ""
        self._retry: Any = None

    def get_conn(self, headers: dict[str, Any] | None = None, extra_options: dict[str, Any] | None = None) -> Any:
        """A ``requests.Session`` with the connection's address, credentials, headers and options."""
        session = library("requests", "http").Session()
        if self.http_conn_id:
            self._configure(session, self.get_connection(self.http_conn_id))
        adapter = self.adapter or (self._keep_alive_adapter() if self.tcp_keep_alive else None)
        if adapter is not None:
            for scheme in ("http://", "https://"):
                session.mount(scheme, adapter)
        session.headers.update(headers or {})
        for name in ("proxies", "stream", "verify", "cert", "max_redirects", "trust_env"):
            if name in (extra_options or {}):
                setattr(session, name, (extra_options or {})[name])
        return session

    def run(
        self,
        endpoint: str | None = None,
        data: Any = None,
        headers: dict[str, Any] | None = None,
        extra_options: dict[str, Any] | None = None,
        **request_kwargs: Any,
    ) -> Any:
        """Send one request; the answer, whose status must be below 400.

        ``data`` is the query of a GET and the body of everything else. ``extra_options``: timeout, verify,
        cert, proxies, stream, allow_redirects, ``check_response`` (False takes any status).
        Raises ``AirflowException`` for a status of 400 and above.
        """
        requests = library("requests", "http")
        options = dict(extra_options or {})
        session = self.get_conn(headers, options)
        part = "params" if self.method == "GET" else "data"
        if self.method != "HEAD" and data is not None:
            request_kwargs[part] = data
        request = requests.Request(
            self.method, self.url_from_endpoint(endpoint), headers=headers, auth=session.auth, **request_kwargs
        )
        self.log.info("Sending %s to %s", self.method, _without_secrets(request.url))
        return self.run_and_check(session, session.prepare_request(request), options)

    def run_and_check(self, session: Any, prepped_request: Any, extra_options: dict[str, Any]) -> Any:
        """Send a prepared request and check its answer."""
        found = {**session.headway_options, **extra_options} if hasattr(session, "headway_options") else extra_options
        settings = session.merge_environment_settings(
            prepped_request.url,
            proxies=found.get("proxies", {}),
            stream=found.get("stream", False),
            verify=found.get("verify"),
            cert=found.get("cert"),
        )
        answer = session.send(
            prepped_request,
            timeout=found.get("timeout"),
            allow_redirects=found.get("allow_redirects", True),
            **settings,
        )
        if found.get("check_response", True):
            self.check_response(answer)
        return answer

    def check_response(self, response: Any) -> None:
        """Raise ``AirflowException`` for a status of 400 and above; the log gets the answer's text."""
        if response.status_code < 400:
            return
        self.log.error("HTTP %s %s: %s", response.status_code, response.reason, response.text)
        raise AirflowException(
            f"{response.status_code}:{response.reason}",
            remedy=f"the server at {_without_secrets(response.url)} refused the request; its answer is in the log",
        )

    def run_with_advanced_retry(self, _retry_args: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """``run``, tried again as ``_retry_args`` say: the arguments of ``tenacity.Retrying``."""
        retrying = library("tenacity", "http").Retrying(**_retry_args)
        return retrying(self.run, *args, **kwargs)

    def url_from_endpoint(self, endpoint: str | None) -> str:
        """The whole address of an endpoint."""
        if not self.base_url or self.base_url.endswith("/") or (endpoint or "").startswith("/"):
            return self.base_url + (endpoint or "")
        return f"{self.base_url}/{endpoint}" if endpoint else self.base_url

    def test_connection(self) -> tuple[bool, str]:
        """Whether the server answers a GET with a status below 500, and a sentence about it.

        What it refuses at its root (401, 404, 405, …) it may grant elsewhere: it was reached.
        """
        hook = copy(self)
        hook.method = "GET"
        try:
            with hook.run(extra_options={"check_response": False, "stream": True}) as answer:
                return answer.status_code < 500, f"the server answers GET with {answer.status_code} {answer.reason}"
        except Exception as error:  # noqa: BLE001 - every fault is an answer here
            return False, str(error)

    def _configure(self, session: Any, conn: Connection) -> None:
        self.base_url = _base_url(conn)
        if conn.login or self.auth_type is not None:
            session.auth = self._auth(conn)
        extra = conn.extra_dejson
        session.headers.update({name: str(value) for name, value in extra.items() if name not in _OPTIONS})
        options = {name: typed(extra[name]) for name in _OPTIONS if name in extra}
        session.headway_options = options
        for name in ("max_redirects", "trust_env"):
            if name in options:
                setattr(session, name, options[name])

    def _auth(self, conn: Connection) -> Any:
        make: Callable[..., Any] = self.auth_type or library("requests.auth", "http").HTTPBasicAuth
        return make(conn.login, conn.password) if conn.login else make()

    def _keep_alive_adapter(self) -> Any:
        options = [
            (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
            (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1),
            (socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, self.keep_alive_interval),
            (socket.IPPROTO_TCP, socket.TCP_KEEPCNT, self.keep_alive_count),
        ]
        if hasattr(socket, "TCP_KEEPIDLE"):  # macOS calls it otherwise
            options.append((socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, self.keep_alive_idle))
        adapter = library("requests.adapters", "http").HTTPAdapter()
        adapter.init_poolmanager(10, 10, socket_options=options)
        return adapter


def _base_url(conn: Connection) -> str:
    host = conn.host or ""
    protocol = conn.schema or ("https" if conn.conn_type == "https" else "http")
    url = host if "://" in host else f"{protocol}://{host}"
    return f"{url}:{conn.port}" if conn.port else url


def _without_secrets(url: str) -> str:
    """An address without its query, which may hold keys."""
    parts = urlsplit(url)
    return urljoin(url, parts.path) if parts.query else url
