"""The embedded Valkey: password, durability, no eviction, clean ends."""

from __future__ import annotations

import signal
import socket
from pathlib import Path

import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from headway.standalone.place import Place, choose_place
from headway.standalone.valkey import EmbeddedValkey
from support.orphans import leave_behind, processes_in
from support.waiting import wait_for


@pytest.fixture
def place(open_folder: Path) -> Place:
    return choose_place(open_folder)


@pytest.fixture
def server(place: Place, open_folder: Path):
    server = EmbeddedValkey(place, open_folder / "logs")
    server.start()
    yield server
    server.stop()


def client(server: EmbeddedValkey) -> redis.Redis:
    return redis.Redis.from_url(server.url())


def test_messages_survive_a_clean_stop_and_a_kill(server: EmbeddedValkey) -> None:
    url = server.url()
    with client(server) as connection:
        connection.lpush("default", "first")
    server.stop()
    assert server.start() == url
    with client(server) as connection:
        connection.lpush("default", "second")
        wait_for(lambda: connection.info("persistence")["aof_pending_bio_fsync"] == 0, what="fsync")
    server.process.signal(signal.SIGKILL)
    server.stop()
    server.start()
    with client(server) as connection:
        assert connection.lrange("default", 0, -1) == [b"second", b"first"]


def test_needs_the_password_and_keeps_it_off_the_command_line(server: EmbeddedValkey, place: Place) -> None:
    with (
        redis.Redis(port=server.access.port, retry=Retry(NoBackoff(), 0)) as stranger,
        pytest.raises(redis.AuthenticationError),
    ):
        stranger.ping()
    assert server.access.password.encode() not in Path(f"/proc/{server.process.pid}/cmdline").read_bytes()
    assert (place.folder / "valkey.conf").stat().st_mode & 0o077 == 0


def test_never_drops_messages_to_save_memory(server: EmbeddedValkey) -> None:
    with client(server) as connection:
        assert connection.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}


def test_listens_on_loopback_only(server: EmbeddedValkey) -> None:
    with client(server) as connection:
        assert connection.config_get("bind") == {"bind": "127.0.0.1"}


def test_ends_with_the_process_that_started_it(place: Place, open_folder: Path) -> None:
    leave_behind("valkey.EmbeddedValkey", open_folder)
    wait_for(lambda: not processes_in(place.folder), what="the end of the abandoned server")


def test_starts_right_after_its_supervisor_was_killed(place: Place, open_folder: Path) -> None:
    leave_behind("valkey.EmbeddedValkey", open_folder)
    server = EmbeddedValkey(place, open_folder / "logs")
    server.start()
    server.stop()


class Slow(EmbeddedValkey):
    """Somebody else takes its port while its data are made."""

    def prepare(self) -> None:
        super().prepare()
        self.taken = getattr(self, "taken", None) or socket.create_server(("127.0.0.1", self.access.port))


def test_a_port_that_is_taken_during_the_first_start_is_replaced(place: Place, open_folder: Path) -> None:
    server = Slow(place, open_folder / "logs")
    server.start()
    with server.taken, client(server) as connection:
        assert connection.ping()
        assert server.access.port != server.taken.getsockname()[1]
    server.stop()
    again = EmbeddedValkey(place, open_folder / "logs")
    assert again.start() == server.url(), "from now on it is known"
    again.stop()
