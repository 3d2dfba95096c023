"""Nodes: drain them, and let other hosts join."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from headway.broker.bus import broker_place, broker_url
from headway.crypto import Vault
from headway.errors import Conflict, InvalidInput, NotFound
from headway.metastore.database import Connection, metastore_url, place
from headway.metastore.queries import event_log, nodes
from headway.operations.nearest import nearest
from headway.settings import Settings

_LOOPBACK = ("localhost", "127.0.0.1", "::1", "0.0.0.0")  # noqa: S104  (recognised, never bound to)


@dataclass(frozen=True, slots=True)
class JoinFile:
    """A join file that was written; ``loopback`` names the servers that only this host can reach."""

    path: str
    metastore: str
    broker: str
    key_fingerprint: str
    loopback: list[str]


def drain(conn: Connection, name: str, *, actor: str) -> list[str]:
    """Have live nodes of this name (or id) finish what they run and take nothing new; return their ids.

    Raises ``NotFound`` that names the nearest ones.
    """
    live = nodes.all_nodes(conn)
    if not any(name in (each.name, str(each.id)) for each in live):
        near = nearest(name, [each.name for each in live])
        raise NotFound(f"no live node is called {name!r}", near or "`headway nodes list` shows them")
    with conn.transaction():
        ids = nodes.drain(conn, name)
        event_log.record(conn, actor=actor, action="node.drain", subject=f"node {name}", detail={"ids": ids})
    return ids


def live_here(conn: Connection) -> list[nodes.Node]:
    """The nodes of this host that hold a lease; raises ``NotFound`` when there is none."""
    found = nodes.holding_lease(conn, hostname=this_host())
    if not found:
        raise NotFound(f"no node on {this_host()} holds a lease", "`headway nodes list --all` shows what became of it")
    return found


def write_join_file(
    settings: Settings, vault: Vault, path: Path, *, host: str | None = None, overwrite: bool = False
) -> JoinFile:
    """Write what another host needs to take part (0600): metastore URL, broker URL and key.

    ``host`` replaces loopback addresses: the name under which other hosts reach this one. Raises
    ``Conflict`` when the file exists and ``InvalidInput`` when it cannot be written.
    """
    from headway.standalone.join import write_join_file as write

    if path.exists() and not overwrite:
        raise Conflict(f"{path} exists already", "choose another path, or add --overwrite")
    metastore = reachable_url(metastore_url(settings.metastore), host)
    broker = reachable_url(broker_url(settings), host)
    try:
        write(path, metastore=metastore, broker=broker, key=",".join(vault.keys))
    except OSError as error:
        raise InvalidInput(f"{path} cannot be written: {error.strerror}", "choose another path") from None
    urls = {"metastore": metastore, "broker": broker}
    return JoinFile(
        path=str(path.absolute()),
        metastore=place(metastore),
        broker=broker_place(broker),
        key_fingerprint=vault.fingerprint,
        loopback=[name for name, url in urls.items() if is_loopback(url)],
    )


def reachable_url(url: str, host: str | None) -> str:
    """The URL with ``host`` in the place of a loopback address; any other address stays."""
    if host is None or not is_loopback(url):
        return url
    parts = urlsplit(url)
    account, at, _ = parts.netloc.rpartition("@")
    port = f":{parts.port}" if parts.port else ""
    name = f"[{host}]" if ":" in host else host
    return urlunsplit(parts._replace(netloc=f"{account}{at}{name}{port}"))


def is_loopback(url: str) -> bool:
    """Whether only this host can reach the URL's server."""
    return (urlsplit(url).hostname or "localhost") in _LOOPBACK


def this_host() -> str:
    """The name of this host, as a suggestion for ``host``."""
    return socket.gethostname()
