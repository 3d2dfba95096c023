"""A whole Headway on one host: embedded servers, schema, scheduler, triggerer, web, a worker per queue, Flower."""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

from headway.crypto import KEY_FILE, ensure_key_file
from headway.metastore import migrate
from headway.metastore.database import Connection, connection
from headway.metastore.queries import nodes, pools
from headway.operations.first_login import ensure_admin
from headway.settings import JOIN_FILE, Settings, load_settings
from headway.standalone.join import write_join_file
from headway.standalone.locks import HomeLock
from headway.standalone.place import choose_place, make_home
from headway.standalone.postgres import EmbeddedPostgres
from headway.standalone.process import Command, Process
from headway.standalone.server import LOOPBACK, EmbeddedServer, free_port, port_taken
from headway.standalone.supervisor import Supervisor
from headway.standalone.valkey import EmbeddedValkey

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_SERVERS, _SCHEDULER, _WORKERS = range(3)  # stopped from the last to the first
_EXTRA_GRACE = 5.0  # seconds beyond what a worker asks for

Sections = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Plan:
    """What a cluster consists of.

    ``workers`` maps a queue to the concurrency of its worker. ``sections`` holds settings for this cluster
    and its nodes, as ``{"dags": {"folder": …}}``; they win over those of files and environment.
    """

    home: Path
    workers: Mapping[str, int] = field(default_factory=lambda: {"default": 4, "high_cpu": 1})
    flower: bool = True
    web: bool = True
    listen: str = LOOPBACK
    sections: Sections = field(default_factory=dict)


class Cluster:
    """The running parts of a ``Plan``; none of them outlives the process that calls ``start``.

    Servers that the settings name (``metastore.url``, ``broker.url``) are used instead of embedded ones.
    ``report`` gets a line for a person whenever something happens by itself.
    """

    def __init__(self, plan: Plan, report: Callable[[str], None]) -> None:
        self.plan = plan
        self.home = plan.home
        self.settings = load_settings(home=plan.home, **plan.sections)
        self._report = report
        self._lock = HomeLock(plan.home)
        self._servers: list[EmbeddedServer] = []
        self._supervisor = Supervisor(report)
        self._metrics = count(self.settings.metrics.port)

    @property
    def logs(self) -> Path:
        """The folder of the logs of nodes and servers."""
        return self.home / "logs"

    @property
    def flower_url(self) -> str:
        """Where Flower answers."""
        return f"http://{self.settings.flower.address}:{self.settings.flower.port}"

    @property
    def web_url(self) -> str:
        """Where the UI answers."""
        return self.settings.web.address

    def start(self) -> Settings:
        """Start everything and return the settings with which to reach it."""
        make_home(self.home)
        self._lock.acquire()
        try:
            (self.home / JOIN_FILE).unlink(missing_ok=True)  # an earlier start's: what is set without it, a person set
            self.settings = self._join(load_settings(home=self.home, **self.plan.sections))
            migrate.upgrade(self.settings)
            with connection(self.settings.metastore, name="headway standalone") as conn:
                bury_the_dead(conn, self.settings)
                if self.plan.web:
                    ensure_admin(conn, self.settings)
            self.settings.dag_folder.mkdir(parents=True, exist_ok=True)
            self._start_nodes()
        except BaseException:
            self.stop()
            raise
        return self.settings

    def stop(self) -> None:
        """Stop the nodes, then the servers; running tasks get their worker's grace."""
        worker = self.settings.worker
        self._supervisor.stop(worker.drain_grace + worker.kill_grace + _EXTRA_GRACE)
        for server in reversed(self._servers):
            server.stop()
        self._lock.release()

    def hurry(self) -> None:
        """Do not wait for running tasks in a ``stop`` that is under way."""
        self._supervisor.hurry()

    def restarts(self) -> dict[str, int]:
        """How often each process had to be started again, by name."""
        return self._supervisor.restarts()

    def _join(self, chosen: Settings) -> Settings:
        place = choose_place(self.home)
        urls = {
            "metastore": chosen.metastore.url.get_secret_value()
            or self._start(EmbeddedPostgres(place, self.logs, self.plan.listen)),
            "broker": chosen.broker.url.get_secret_value()
            or self._start(EmbeddedValkey(place, self.logs, self.plan.listen)),
        }
        key = chosen.security.key.get_secret_value() or ensure_key_file(
            chosen.security.key_file or self.home / KEY_FILE
        )
        write_join_file(self.home / JOIN_FILE, **urls, key=key)
        own = self._own(chosen)
        joined: Sections = {"security": {"key": key}, **{name: {"url": url} for name, url in urls.items()}}
        self._for_nodes = _merge(self.plan.sections, own)
        return load_settings(home=self.home, **_merge(self._for_nodes, joined))

    def _start(self, server: EmbeddedServer) -> str:
        self._servers.append(server)
        url = server.start()
        if server.process:
            self._supervisor.watch(server.process, _SERVERS)
        return url

    def _own(self, chosen: Settings) -> Sections:
        """Where this start's Flower and UI listen."""
        flower = self._port(chosen.flower.port, "Flower" if self.plan.flower else "")
        own: Sections = {
            "flower": {"port": flower},
            "web": {"port": self._port(chosen.web.port, "the web node" if self.plan.web else "")},
        }
        address = chosen.flower.address
        if self.plan.listen != LOOPBACK:
            own["flower"]["address"] = own["web"]["listen"] = address = self.plan.listen
        if self.plan.flower and not chosen.web.flower_url:
            own["web"]["flower_url"] = f"http://{address}:{flower}"
        return own

    def _port(self, port: int, name: str) -> int:
        if port and not port_taken(port):
            return port
        free = free_port()
        if port and name:
            self._report(f"port {port} is taken: {name} listens on {free} this time")
        return free

    def _start_nodes(self) -> None:
        self._supervisor.start()
        self._node("scheduler", ["scheduler"], _SCHEDULER)
        self._node("triggerer", ["triggerer"], _WORKERS)
        for queue, concurrency in self.plan.workers.items():
            hostname = f"{queue}@{socket.gethostname()}"
            arguments = ["worker", "-Q", queue, "-c", str(concurrency), "--hostname", hostname]
            self._node(f"worker-{queue}", arguments, _WORKERS)
        if self.plan.web:
            self._node("web", ["web"], _WORKERS)
        if self.plan.flower:
            self._node("flower", ["flower"], _WORKERS)

    def _node(self, name: str, arguments: Sequence[str], order: int) -> None:
        sections = self._for_nodes
        if self.settings.metrics.port:  # two nodes of a host cannot answer on one
            sections = _merge(sections, {"metrics": {"port": next(self._metrics)}})
        self._supervisor.watch(Process(node_command(name, arguments, self.home, sections)), order)


def bury_the_dead(conn: Connection, settings: Settings) -> None:
    """End at once what nodes of this host held whose processes are gone: the last cluster may have been killed.

    Other nodes are judged by their leases.
    """
    here = socket.gethostname()
    dead = [node for node in nodes.all_nodes(conn) if node.hostname == here and not _alive(node.pid)]
    for node in dead:
        nodes.leave(conn, node=str(node.id))
        pools.forget_scheduler(conn, str(node.id))
    if dead:
        nodes.end_lost(conn, max_lost=settings.scheduler.max_lost)


def _alive(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)  # containers often have no init that reaps
    except psutil.NoSuchProcess:
        return False


def node_command(name: str, arguments: Sequence[str], home: Path, sections: Sections) -> Command:
    """The command of a node that finds its cluster through the join file in ``home``."""
    own = {"HEADWAY_HOME": str(home), "HEADWAY_JOIN": str(home / JOIN_FILE), "PYTHONUNBUFFERED": "1"}
    return Command(
        name,
        [sys.executable, "-m", "headway", *arguments],
        log=home / "logs" / f"{name}.log",
        env={**os.environ, **own, **as_environment(sections)},
        cwd=Path.cwd(),  # settings may hold relative paths
        death_signal=signal.SIGKILL,  # when the supervisor is gone, so are the servers: nothing can be handed back
    )


def as_environment(sections: Sections) -> dict[str, str]:
    """The environment variables that say the same as ``sections``."""
    return {
        f"HEADWAY_{section}__{key}".upper(): value if isinstance(value, str) else json.dumps(value, default=str)
        for section, values in sections.items()
        for key, value in values.items()
    }


def _merge(base: Sections, more: Sections) -> Sections:
    return {name: {**base.get(name, {}), **more.get(name, {})} for name in {**base, **more}}
