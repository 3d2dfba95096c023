"""A private PgBouncer in transaction mode before the tests' PostgreSQL: Debian's package run by us."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

from headway.standalone.place import choose_place
from headway.standalone.process import Command, Process
from headway.standalone.server import free_port
from support.waiting import wait_for

PROGRAM = Path("/usr/sbin/pgbouncer")


class PgBouncer:
    """A pooler for every database of the server of ``target``, with few sessions that change hands all the time."""

    def __init__(self, folder: Path, target: str) -> None:
        if not PROGRAM.exists():
            raise AssertionError("PgBouncer is missing: apt-get install pgbouncer")
        self._target = urlsplit(target)
        self._port = free_port()
        place = choose_place(folder)
        home = place.make("pgbouncer")
        for name, text in (("users.txt", self._users()), ("pgbouncer.ini", self._configuration(home))):
            (home / name).write_text(text)
            place.give(home / name)
        argv = [str(PROGRAM), str(home / "pgbouncer.ini")]
        self._process = Process(Command("pgbouncer", argv, log=folder / "pgbouncer.log", account=place.account))

    def url(self, database_url: str) -> str:
        """The URL of a database of the server by way of the pooler."""
        parts = urlsplit(database_url)
        account = parts.netloc.rpartition("@")[0]
        return urlunsplit(parts._replace(netloc=f"{account}@127.0.0.1:{self._port}"))

    def start(self) -> None:
        """Start it and wait until it takes connections."""
        self._process.start()
        wait_for(self._answers, 60, f"PgBouncer:\n{self._process.log_tail(20)}")

    def stop(self) -> None:
        """Kill it."""
        self._process.stop(0)

    def _answers(self) -> bool:
        try:
            with psycopg.connect(self.url(urlunsplit(self._target))):
                return True
        except psycopg.OperationalError:
            return False

    def _users(self) -> str:
        return f'"{self._target.username}" "{self._target.password}"\n'

    def _configuration(self, home: Path) -> str:
        return (
            "[databases]\n"
            f"* = host={self._target.hostname} port={self._target.port}\n"
            "[pgbouncer]\n"
            f"listen_addr = 127.0.0.1\nlisten_port = {self._port}\nunix_socket_dir =\n"
            f"auth_type = scram-sha-256\nauth_file = {home}/users.txt\nadmin_users = {self._target.username}\n"
            "pool_mode = transaction\ndefault_pool_size = 6\nmax_client_conn = 500\nserver_login_retry = 0.2\n"
        )
