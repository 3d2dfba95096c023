"""Servers for hooks and operators, all on loopback: HTTP, S3, mail; PostgreSQL is everybody's."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from urllib.parse import quote, urlencode
from uuid import uuid4

import pytest
from aiosmtpd.controller import Controller

from headway.standalone.server import free_port
from support.one_task import Bench
from support.outside import s3_server
from support.services import Databases
from support.web import WebServer, web_server

Connect = Callable[[str, str], None]


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.fixture
def connect(monkeypatch: pytest.MonkeyPatch) -> Connect:
    """Makes a connection from its URI."""
    return lambda conn_id, uri: monkeypatch.setenv(f"AIRFLOW_CONN_{conn_id.upper()}", uri)


@pytest.fixture(scope="session")
def _web() -> Iterator[WebServer]:
    with web_server() as server:
        yield server


@pytest.fixture
def web(_web: WebServer, connect: Connect) -> WebServer:
    """An HTTP server without routes, and the connection ``http_default`` to it."""
    _web.clear()
    connect("http_default", f"http://127.0.0.1:{_web.port}")
    return _web


@pytest.fixture(scope="session")
def database_url(databases: Databases) -> Iterator[str]:
    name = databases.create()
    yield databases.url(name)
    databases.drop(name)


@pytest.fixture
def pg(database_url: str, connect: Connect) -> str:
    """The URL of a PostgreSQL database, and the connection ``postgres_default`` to it."""
    connect("postgres_default", database_url)
    return database_url


@pytest.fixture
def sqlite(tmp_path_factory: pytest.TempPathFactory, connect: Connect) -> str:
    """A new SQLite file, and the connection ``sqlite_default`` to it."""
    file = str(tmp_path_factory.mktemp("sqlite") / "test.db")
    connect("sqlite_default", f"sqlite://{quote(file, safe='')}")
    return file


@pytest.fixture(scope="session")
def _s3() -> Iterator[str]:
    with s3_server() as url:
        yield url


@pytest.fixture
def bucket(_s3: str, connect: Connect, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a new bucket, and the connection ``aws_default`` to its store."""
    from headway.hooks.s3 import S3Hook

    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    query = urlencode({"endpoint_url": _s3, "region_name": "eu-central-1"})
    connect("aws_default", f"aws://key:secret@/?{query}")
    name = f"test-{uuid4().hex[:12]}"
    S3Hook().create_bucket(name)
    return name


@dataclass
class Mailbox:
    """What a mail server took: envelope receivers and message."""

    port: int
    mails: list[tuple[list[str], EmailMessage]]


class _Keep:
    def __init__(self, mails: list[tuple[list[str], EmailMessage]]) -> None:
        self._mails = mails

    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:  # noqa: N802
        parsed = BytesParser(policy=default).parsebytes(envelope.content)
        self._mails.append((envelope.rcpt_tos, parsed))
        return "250 taken"


@pytest.fixture
def mailbox(connect: Connect) -> Iterator[Mailbox]:
    """A mail server, and the connection ``smtp_default`` to it."""
    mails: list[tuple[list[str], EmailMessage]] = []
    port = free_port()
    controller = Controller(_Keep(mails), hostname="127.0.0.1", port=port)
    controller.start()
    query = urlencode({"disable_ssl": "true", "disable_tls": "true", "from_email": "headway@example.com"})
    connect("smtp_default", f"smtp://127.0.0.1:{port}/?{query}")
    yield Mailbox(port, mails)
    controller.stop()
