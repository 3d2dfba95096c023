"""The world: PostgreSQL, Valkey, two schedulers, three workers and a triggerer, each on a host of its own."""

from __future__ import annotations

import json
import os
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

from cryptography.fernet import Fernet

from chaos.dags.shapes import PLACES
from chaos.network import Host, Network
from headway.metastore import migrate
from headway.metastore.database import Connection, connect
from headway.settings import JOIN_FILE, Settings, load_settings
from headway.standalone.cluster import Sections, node_command
from headway.standalone.join import write_join_file
from headway.standalone.place import choose_place
from headway.standalone.postgres import TUNING, EmbeddedPostgres
from headway.standalone.process import Process
from headway.standalone.server import EmbeddedServer
from headway.standalone.valkey import EmbeddedValkey
from support.transition_guard import Moves
from support.waiting import wait_for

DATABASE, BROKER = "postgres", "valkey"
SCHEDULERS = ("s1", "s2")
WORKERS = ("w1", "w2", "w3")
TRIGGERER = "t1"
NODES = (*SCHEDULERS, *WORKERS, TRIGGERER)
HOSTS = (DATABASE, BROKER, *NODES)
CAPACITY = PLACES // len(WORKERS)  # of each worker

#: Short leases, so that a minute sees many of them run out.
LEASE = 6.0
SECTIONS: Sections = {
    "lease": {"length": LEASE, "renewal": 0.8, "margin": 1.5},
    "scheduler": {"sweep_interval": 0.5, "lost_message_after": 3.0},
    "worker": {"drain_grace": 1.0, "kill_grace": 1.0},
    "dags": {"paused_at_creation": False},
}
_SOURCES = Path(__file__).with_name("dags")


class World:
    """Everything that runs, below one folder. ``close`` ends all of it, whatever has become of it."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder = folder
        self.marks = folder / "marks"
        self.released = self.marks.with_suffix(".released")  # for the guests of the last run
        self.network = Network(list(HOSTS))
        self.nodes: dict[str, Process] = {}
        self.servers: dict[str, EmbeddedServer] = {}
        self._write_dags(seed)

    @property
    def dags(self) -> Path:
        """The folder of DAG files, which both schedulers read."""
        return self.folder / "dags"

    def start(self) -> None:
        """Start everything; return when the DAGs are known and every node is there."""
        for name, kind in ((DATABASE, EmbeddedPostgres), (BROKER, EmbeddedValkey)):
            self._start_server(name, kind)
        urls = {name: server.url(self.host(name).address) for name, server in self.servers.items()}
        self.settings: Settings = load_settings(
            home=self.folder / "home-suite",
            metastore={"url": urls[DATABASE], "connect_timeout": 2},
            broker={"url": urls[BROKER]},
        )
        migrate.upgrade(self.settings)
        key = Fernet.generate_key().decode()
        for name in NODES:
            self.home(name).mkdir()
            write_join_file(self.home(name) / JOIN_FILE, metastore=urls[DATABASE], broker=urls[BROKER], key=key)
            self.nodes[name] = Process(node_command(name, _arguments(name), self.home(name), self._sections()))
            self.start_node(name)

    def prepare(self, pools: dict[str, int], dag_ids: list[str]) -> Connection:
        """Make the pools and watch every move; wait for DAGs and nodes. A connection of the suite's own."""
        conn = connect(self.settings.metastore, name="chaos")
        Moves(conn)
        for pool, slots in pools.items():
            conn.execute("INSERT INTO pool (name, slots) VALUES (%s, %s)", (pool, slots))
        known = "SELECT count(*) FROM dag WHERE version_id IS NOT NULL AND dag_id = ANY(%s)"
        wait_for(lambda: _number(conn, known, (dag_ids,)) == len(dag_ids), 60, "the DAGs")
        up = "SELECT count(*) FROM node WHERE state = 'up'"
        wait_for(lambda: _number(conn, up, ()) == len(NODES), 60, "all nodes")
        return conn

    def host(self, name: str) -> Host:
        """A host by name."""
        return self.network.hosts[name]

    def home(self, name: str) -> Path:
        """The Headway home of a node."""
        return self.folder / f"home-{name}"

    def log(self, name: str) -> Path:
        """The log of a node."""
        return self.home(name) / "logs" / f"{name}.log"

    def start_node(self, name: str) -> None:
        """Start a node, or start it again."""
        with self.host(name).entered():
            self.nodes[name].start()

    def start_again(self, name: str) -> None:
        """Start a node or server whose processes have been killed."""
        self._process(name).forget()  # PostgreSQL takes the number of a dead process that nobody reaped for a live one
        if name in self.servers:
            self._run_server(name)
        else:
            self.start_node(name)

    def main_process(self, name: str) -> int:
        """The process of a node or server itself."""
        return self._process(name).pid

    def ended_by_themselves(self) -> list[str]:
        """The nodes that do not run."""
        return [name for name, process in self.nodes.items() if not process.running()]

    def close(self) -> None:
        """Kill every process of every host."""
        for host in self.network.hosts.values():
            kill_all(host.processes)
        for process in self.nodes.values():
            process.forget()
        for server in self.servers.values():
            server.stop(0)
        self.network.close()

    def _process(self, name: str) -> Process:
        process = self.servers[name].process if name in self.servers else self.nodes[name]
        assert process is not None
        return process

    def _start_server(self, name: str, kind: type[EmbeddedServer]) -> None:
        home = self.folder / f"home-{name}"
        home.mkdir()
        home.chmod(0o711)
        host = self.host(name)
        server = kind(choose_place(home), self.folder / "logs", host.address)
        self.servers[name] = server
        self._run_server(name)

    def _run_server(self, name: str) -> None:
        with patch.dict(TUNING, {"fsync": "off"}), self.host(name).entered():  # only processes die, not the machine
            self.servers[name].start()

    def _sections(self) -> Sections:
        return {**SECTIONS, "dags": {**SECTIONS["dags"], "folder": str(self.dags)}}

    def _write_dags(self, seed: int) -> None:
        shutil.copytree(_SOURCES, self.dags, ignore=shutil.ignore_patterns("__pycache__"))
        (self.dags / "chaos.json").write_text(json.dumps({"seed": seed, "marks": str(self.marks)}))
        self.marks.touch()


def kill_all(pids: Callable[[], list[int]], first: int = 0) -> None:
    """SIGKILL processes, ``first`` before the others, until none of them is left that runs."""
    give_up = time.monotonic() + 10
    while time.monotonic() < give_up:
        found = [pid for pid in pids() if _runs(pid)]
        if not found:
            return
        for pid in sorted(found, key=lambda pid: pid != first):
            send(pid, signal.SIGKILL)


def send(pid: int, number: signal.Signals) -> None:
    """Signal a process that may have ended."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _arguments(name: str) -> list[str]:
    if name in SCHEDULERS:
        return ["scheduler"]
    if name == TRIGGERER:
        return ["triggerer"]
    return ["worker", "-Q", "default,second", "-c", str(CAPACITY), "--hostname", name]


def _number(conn: Connection, query: str, parameters: tuple[object, ...]) -> int:
    row = conn.execute(query, parameters).fetchone()
    assert row is not None
    return int(row[0])
