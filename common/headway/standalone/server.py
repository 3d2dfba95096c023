"""What embedded servers have in common: a remembered port and password, start until ready, stop, running."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import os
import random
import secrets
import socket
import time
from abc import ABC, abstractmethod
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from headway.errors import EmbeddedServerError
from headway.standalone.locks import await_release
from headway.standalone.process import Command, Process

if TYPE_CHECKING:
    from headway.standalone.place import Place

LOOPBACK = "127.0.0.1"
EVERYWHERE = "0.0.0.0"  # noqa: S104 -- only when a person asks for it with --listen
_PORTS = range(20_000, 30_000)  # below the range from which the kernel picks ports for clients
_READY_WITHIN = 60.0
_RETRY = 0.02


@dataclass(frozen=True)
class Access:
    """Port and password of a server, chosen at its first start and kept beside its data."""

    port: int
    password: str


class EmbeddedServer(ABC):
    """One server under our supervision.

    ``listen`` is one more address to answer on besides loopback. ``start`` returns the URL for this host
    once the server answers, and raises ``EmbeddedServerError`` with the server's own words when it does not.
    """

    name: str
    title: str

    def __init__(self, place: Place, logs: Path, listen: str = LOOPBACK) -> None:
        self.place = place
        self.logs = logs
        self.addresses = [listen] if listen == EVERYWHERE else list(dict.fromkeys([LOOPBACK, listen]))
        self.access = Access(0, "")
        self.process: Process | None = None

    @abstractmethod
    def prepare(self) -> None:
        """Make the data folder and configuration; called while no server runs on it."""

    @abstractmethod
    def command(self) -> Command:
        """The server's command; no secret is in it."""

    @abstractmethod
    def answers(self) -> bool:
        """Whether the server takes our password and is ready for work."""

    @abstractmethod
    def url(self, host: str = LOOPBACK) -> str:
        """The URL that other processes use, with the password."""

    @property
    def folder(self) -> Path:
        """The server's own folder, in its account."""
        return self.place.folder / self.name

    def start(self) -> str:
        """Start the server and return its URL when it is ready."""
        self.place.make(self.name)
        await_release(self.lock_file, self.title)
        nobody_knows_the_port = not self._access_file.exists()
        self.access = self._recall_access()
        self.prepare()
        if nobody_knows_the_port and port_taken(self.access.port):  # since it was chosen: making the data takes a while
            self.access = self._remember(Access(free_port(), self.access.password))
            self.prepare()
        refuse_taken_port(self.title, self.access.port, self._access_file)
        self.process = Process(self.command())
        self.process.start()
        self._await_ready(self.process)
        return self.url()

    def stop(self, grace: float = 20.0) -> None:
        """Stop the server cleanly; harmless when it does not run."""
        if self.process:
            self.process.stop(grace)

    def running(self) -> bool:
        """Whether the server was started and has not ended."""
        return self.process is not None and self.process.running()

    @property
    def lock_file(self) -> Path:
        """The lock that the server and all its processes hold."""
        return self.place.folder / f"{self.name}.lock"

    def hand_over(self, suffix: str, text: str) -> Path:
        """Write a file that only the server's account reads.

        It lies in the place, not in the server's folder: root must not write where another account could
        have put a link.
        """
        path = self.place.folder / f"{self.name}.{suffix}"
        write_private(path, text)
        self.place.give(path)
        return path

    @property
    def _access_file(self) -> Path:
        return self.place.folder / f"{self.name}.json"

    def _recall_access(self) -> Access:
        file = self._access_file
        if file.exists():
            return Access(**json.loads(file.read_text()))
        if any(self.folder.iterdir()):
            raise EmbeddedServerError(
                f"{file} is missing, which holds the password of the data in {self.folder}",
                "restore it, or move that folder away to begin with an empty one",
            )
        return self._remember(Access(free_port(), secrets.token_urlsafe(24)))

    def _remember(self, access: Access) -> Access:
        write_private(self._access_file, json.dumps(asdict(access)))
        return access

    def _await_ready(self, process: Process) -> None:
        deadline = time.monotonic() + _READY_WITHIN
        while not self.answers():
            ended = process.wait(_RETRY)
            if ended or time.monotonic() > deadline:
                words = process.log_tail() or "it wrote nothing"
                process.stop(5)
                fate = "ended" if ended else f"did not answer within {_READY_WITHIN:.0f} s"
                raise EmbeddedServerError(f"the embedded {self.title} {fate}: {words}", f"see {process.command.log}")


def find_program(package: str, distribution: str, path: str) -> tuple[Path, str]:
    """The folder of an installed package that holds a server, and its version; ``path`` must exist in it."""
    spec = importlib.util.find_spec(package)
    for location in (spec.submodule_search_locations or []) if spec else []:
        if (Path(location) / path).exists():
            return Path(location), importlib.metadata.version(distribution)
    raise EmbeddedServerError(
        f"the embedded servers are not installed ({distribution} is missing)",
        'pip install "headway[standalone]", or name your own servers in metastore.url and broker.url',
    )


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner reads, whole or not at all."""
    new = path.with_name(f".{path.name}.new")
    new.unlink(missing_ok=True)
    new.touch(mode=0o600)
    new.write_text(text)
    new.replace(path)


def free_port() -> int:
    """A loopback port that nobody listens on now; by the system's chance, for others may have seeded this process's."""
    for port in random.SystemRandom().sample(_PORTS, 200):
        if not port_taken(port):
            return port
    raise EmbeddedServerError("no free port was found", f"free one between {_PORTS.start} and {_PORTS.stop}")


def refuse_taken_port(title: str, port: int, memory: Path) -> None:
    """Raise when another program has ``port``; other hosts may know it, so it never changes by itself."""
    if port_taken(port):
        raise EmbeddedServerError(
            f"port {port} of the embedded {title} is taken by another program",
            f"stop that program, or write another port into {memory}",
        )


def port_taken(port: int) -> bool:
    """Whether a program listens on the loopback port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return True
    return False


def short_enough(folder: Path) -> bool:
    """Whether a Unix socket can lie in ``folder`` (the kernel allows 107 bytes for its path)."""
    return len(os.fsencode(folder)) < 85
