"""The outside systems that the examples work with, and connections to them: on loopback, while they are used."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from moto.server import ThreadedMotoServer

from headway.crypto import open_vault
from headway.operations.secrets import fields_of, set_connection
from support.clusters import ACTOR, TestCluster
from support.web import Request, WebServer, web_server

FILMS = {1: ["Heat", "Up"], 2: ["Alien"]}
USER = {
    "name": {"first": "Ada", "last": "Example"},
    "location": {"country": "Norway"},
    "login": {"username": "ada", "password": "s3cret-of-ada"},
    "email": "ada@example.com",
}


def films(request: Request) -> tuple[int, Any]:
    page = int(request.query.get("page", 1))
    return 200, {"films": FILMS[page], "next": page + 1 if page + 1 in FILMS else None}


@contextmanager
def film_server() -> Iterator[WebServer]:
    """The server of ``example_http`` and of the DAG that a user brought along."""
    with web_server() as server:
        server.routes.update({"/films": films, "/health": (200, {"ready": True}), "/api/": (200, {"results": [USER]})})
        yield server


@contextmanager
def s3_server() -> Iterator[str]:
    """The address of an empty store that speaks S3's protocol."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    try:
        yield f"http://{host}:{port}"
    finally:
        server.stop()


@contextmanager
def outside(cluster: TestCluster, folder: Path, database_url: str) -> Iterator[None]:
    """Every outside system, with its connection in the cluster's metastore."""
    with film_server() as server, s3_server() as store:
        api = f"http://127.0.0.1:{server.port}"
        connections = {
            "example_database": f"sqlite://{str(folder / 'films.db').replace('/', '%2F')}",
            "example_api": api,
            "user_api": api,
            "example_store": f"aws://key:secret@/?endpoint_url={store}&region_name=eu-central-1",
            "postgres": database_url,
        }
        vault = open_vault(cluster.settings, cluster.conn)
        for conn_id, uri in connections.items():
            set_connection(cluster.conn, vault, conn_id, fields_of(uri, conn_id), actor=ACTOR)
        yield
