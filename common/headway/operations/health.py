"""What runs here and what answers: versions, servers, schema, key."""

from __future__ import annotations

import importlib.metadata
import platform
import time
from collections.abc import Callable
from dataclasses import dataclass

from headway.broker.bus import broker_place, broker_url, open_bus
from headway.crypto import KEY_FILE, fingerprint
from headway.errors import HeadwayError
from headway.log_store.objects import ObjectStore
from headway.metastore import schema
from headway.metastore.database import connection, fetch_value, metastore_url, place
from headway.metastore.queries import nodes, secrets
from headway.settings import METASTORE, Settings

_PACKAGES = ("celery", "kombu", "redis", "psycopg", "sqlalchemy", "alembic", "flower")


@dataclass(frozen=True, slots=True)
class Server:
    """A server that Headway needs; ``problem`` is empty when it answers, ``milliseconds`` how fast it did."""

    name: str
    place: str
    answers: bool
    milliseconds: float | None
    detail: str
    problem: str


@dataclass(frozen=True, slots=True)
class Health:
    """Everything that a person (or a bug report) needs to know of this installation."""

    version: str
    python: str
    platform: str
    home: str
    dag_folder: str
    packages: dict[str, str]
    metastore: Server
    broker: Server
    schema: str
    schema_expected: str
    key_fingerprint: str
    log_store: Server
    nodes: dict[str, int]


@dataclass
class _Found:
    """What the metastore tells, filled in as far as it answers."""

    schema: str = ""
    fingerprint: str = ""
    nodes: dict[str, int] | None = None


def version() -> str:
    """The installed version of Headway."""
    return importlib.metadata.version("headway")


def check(settings: Settings) -> Health:
    """Look at everything; never raises for a server that does not answer."""
    found = _Found()
    metastore = _probe(
        "metastore", lambda: place(metastore_url(settings.metastore)), lambda: _ask_metastore(settings, found)
    )
    broker = _probe("broker", lambda: broker_place(broker_url(settings)), lambda: _ask_broker(settings))
    return Health(
        version=version(),
        python=platform.python_version(),
        platform=platform.platform(),
        home=str(settings.home),
        dag_folder=str(settings.dag_folder),
        packages={name: importlib.metadata.version(name) for name in _PACKAGES},
        metastore=metastore,
        broker=broker,
        schema=found.schema,
        schema_expected=schema.head(),
        log_store=_probe("log store", lambda: settings.logs.store, lambda: _ask_log_store(settings)),
        key_fingerprint=_local_fingerprint(settings) or found.fingerprint,
        nodes=found.nodes or {},
    )


def _probe(name: str, where: Callable[[], str], ask: Callable[[], str]) -> Server:
    shown = ""
    started = time.perf_counter()
    try:
        shown = where()
        detail = ask()
    except HeadwayError as error:
        return Server(name, shown, False, None, "", error.message)
    return Server(name, shown, True, round((time.perf_counter() - started) * 1000, 1), detail, "")


def _ask_metastore(settings: Settings, found: _Found) -> str:
    with connection(settings.metastore, name="headway info") as conn:
        found.schema = schema.current(conn)
        if found.schema == schema.head():
            found.fingerprint = secrets.key_fingerprint(conn) or ""
            found.nodes = _live_nodes(nodes.all_nodes(conn))
        return f"PostgreSQL {fetch_value(conn, 'SHOW server_version')}"


def _ask_broker(settings: Settings) -> str:
    bus = open_bus(settings, name="headway info")
    try:
        bus.depths(["default"])
    finally:
        bus.close()
    return ""


def _ask_log_store(settings: Settings) -> str:
    if settings.logs.store != METASTORE:
        ObjectStore.of(settings.logs).owner()
    return ""


def _live_nodes(live: list[nodes.Node]) -> dict[str, int]:
    kinds = sorted({node.kind for node in live})
    return {kind: sum(node.kind == kind for node in live) for kind in kinds}


def _local_fingerprint(settings: Settings) -> str:
    text = settings.security.key.get_secret_value()
    file = settings.security.key_file or settings.home / KEY_FILE
    if not text and file.is_file():
        text = file.read_text().strip()
    return fingerprint(text.split(",")[0].strip()) if text else ""
