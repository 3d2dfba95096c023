"""The embedded PostgreSQL: passwords, durability, one server in a folder, clean ends."""

from __future__ import annotations

import json
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from headway.errors import EmbeddedServerError
from headway.standalone.place import Place, choose_place
from headway.standalone.postgres import EmbeddedPostgres
from support import services
from support.orphans import leave_behind, processes_in
from support.waiting import wait_for


@pytest.fixture
def place(open_folder: Path) -> Place:
    return choose_place(open_folder)


@pytest.fixture(scope="module")
def shared() -> Iterator[EmbeddedPostgres]:
    with services.open_folder("embedded") as folder:
        server = EmbeddedPostgres(choose_place(folder), folder / "logs")
        yield server
        server.stop()


@pytest.fixture
def server(shared: EmbeddedPostgres) -> EmbeddedPostgres:
    """A running server; a test may stop it, and leaves its data as they were."""
    if not shared.running():
        shared.start()
    return shared


@contextmanager
def instead(file: Path, text: str | None) -> Iterator[None]:
    """The file has another text (None: it is not there) within the block."""
    kept = file.rename(file.with_name("kept"))
    try:
        if text is not None:
            file.write_text(text)
            file.chmod(kept.stat().st_mode & 0o777)
            os.chown(file, kept.stat().st_uid, kept.stat().st_gid)
        yield
    finally:
        kept.rename(file)


def insert(server: EmbeddedPostgres, value: int) -> None:
    with psycopg.connect(server.url()) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (value int)")
        connection.execute("INSERT INTO kept VALUES (%s)", [value])


def values(server: EmbeddedPostgres) -> list[int]:
    with psycopg.connect(server.url()) as connection:
        return [row[0] for row in connection.execute("SELECT value FROM kept ORDER BY value")]


def test_rows_survive_a_clean_stop_and_a_kill(server: EmbeddedPostgres) -> None:
    url = server.url()
    insert(server, 1)
    server.stop()
    assert server.start() == url
    insert(server, 2)
    server.process.signal(signal.SIGKILL)
    wait_for(lambda: not server.running(), what="the end of the killed server")
    server.stop()
    assert server.start() == url
    assert values(server) == [1, 2]


def test_every_way_in_needs_the_password(server: EmbeddedPostgres) -> None:
    for host in ("127.0.0.1", str(server.folder)):
        with pytest.raises(psycopg.OperationalError, match=r"password authentication failed"):
            psycopg.connect(host=host, port=server.access.port, user="headway", password="wrong", dbname="headway")


def test_durability_is_on(server: EmbeddedPostgres) -> None:
    with psycopg.connect(server.url()) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            assert connection.execute(f"SHOW {setting}").fetchone() == ("on",)


def test_no_secret_is_on_a_command_line_or_open_to_others(server: EmbeddedPostgres) -> None:
    command_line = Path(f"/proc/{server.process.pid}/cmdline").read_bytes()
    assert server.access.password.encode() not in command_line
    folder = server.place.folder
    assert (folder / "postgres.json").stat().st_mode & 0o077 == 0
    assert not (folder / "postgres.password").exists()


def test_never_runs_as_root(server: EmbeddedPostgres) -> None:
    assert Path(f"/proc/{server.process.pid}").stat().st_uid != 0


def test_ends_with_the_process_that_started_it(place: Place, open_folder: Path) -> None:
    leave_behind("postgres.EmbeddedPostgres", open_folder)
    wait_for(lambda: not processes_in(place.folder), what="the end of the abandoned server")


def test_starts_right_after_its_supervisor_was_killed(place: Place, open_folder: Path) -> None:
    leave_behind("postgres.EmbeddedPostgres", open_folder)
    server = EmbeddedPostgres(place, open_folder / "logs")
    server.start()
    insert(server, 7)
    server.stop()


def test_a_taken_port_is_named_and_not_replaced(server: EmbeddedPostgres) -> None:
    server.stop()
    taken = rf"port {server.access.port} .* is taken"
    with (
        socket.create_server(("127.0.0.1", server.access.port)),
        pytest.raises(EmbeddedServerError, match=taken),
    ):
        server.start()
    server.start()


def test_lost_password_file_is_named(server: EmbeddedPostgres) -> None:
    server.stop()
    file = server.place.folder / "postgres.json"
    with instead(file, None), pytest.raises(EmbeddedServerError, match=r"postgres\.json is missing"):
        server.start()
    wrong = json.dumps({**json.loads(file.read_text()), "password": "wrong"})
    with instead(file, wrong), pytest.raises(EmbeddedServerError, match=r"refuses the password"):
        server.start()
    server.stop()


def test_data_of_another_version_are_refused(server: EmbeddedPostgres) -> None:
    server.stop()
    other = r"PostgreSQL 15's, but PostgreSQL \d+ is installed"
    with instead(server.data / "PG_VERSION", "15\n"), pytest.raises(EmbeddedServerError, match=other):
        server.start()


def test_an_interrupted_first_start_is_repeated(place: Place, open_folder: Path) -> None:
    half_made = place.make("postgres") / "new"
    half_made.mkdir()
    (half_made / "PG_VERSION").write_text("18\n")
    (place.folder / "postgres.json").write_text(json.dumps({"port": 20_001, "password": "chosen-before"}))
    server = EmbeddedPostgres(place, open_folder / "logs")
    url = server.start()
    server.stop()
    assert "20001" in url
    assert not half_made.exists()


def test_the_servers_own_words_are_shown_when_it_ends(server: EmbeddedPostgres) -> None:
    server.stop()
    own_words = r"PostgreSQL ended: (?s:.*)pg_control"
    with instead(server.data / "global" / "pg_control", None), pytest.raises(EmbeddedServerError, match=own_words):
        server.start()


def test_server_of_a_long_path_starts_without_a_socket(open_folder: Path) -> None:
    home = open_folder / ("long" * 25)
    home.mkdir()
    server = EmbeddedPostgres(choose_place(home), home / "logs")
    server.start()
    server.stop()
    assert not (server.folder / f".s.PGSQL.{server.access.port}").exists()
