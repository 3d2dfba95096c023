"""Where embedded servers live: root's in an account that can reach its files, a user's in the user's own."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from headway.errors import Conflict, EmbeddedServerError
from headway.standalone import place as places
from headway.standalone.locks import HomeLock
from headway.standalone.place import Account, choose_place, make_home, reachable
from headway.standalone.postgres import EmbeddedPostgres

_AS_ROOT = os.geteuid() == 0
STRANGER = Account(65_533, 65_533)
_RUN = """
import pathlib, sys
from headway.standalone.place import choose_place
from headway.standalone.postgres import EmbeddedPostgres
home = pathlib.Path(sys.argv[1])
server = EmbeddedPostgres(choose_place(home), home / "logs")
server.start()
print(pathlib.Path(f"/proc/{server.process.pid}").stat().st_uid)
server.stop()
"""


def as_user(uid: int) -> list[str]:
    """Run what follows as ``uid``; it keeps the right to read the interpreter, which may lie in /root."""
    reading = ["--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]
    return ["setpriv", f"--reuid={uid}", "--regid=65534", "--clear-groups", *reading]


def test_closed_folders_and_files_are_not_reachable(open_folder: Path) -> None:
    closed = open_folder / "closed"
    closed.mkdir(mode=0o700)
    (closed / "file").write_text("")
    (open_folder / "private").touch(mode=0o600)
    (open_folder / "public").touch(mode=0o644)
    assert not reachable(closed / "file", STRANGER)
    assert not reachable(open_folder / "private", STRANGER)
    assert reachable(open_folder / "public", STRANGER)


def test_programs_that_the_account_cannot_read_are_copied(open_folder: Path) -> None:
    here = choose_place(open_folder)
    closed = open_folder / "closed"
    (closed / "bin").mkdir(parents=True, mode=0o700)
    (closed / "bin" / "server").touch(mode=0o700)
    old = here.local_copy(closed, "1", ["bin"])
    copy = here.local_copy(closed, "2", ["bin"])
    assert not old.exists()
    assert (copy / "bin" / "server").stat().st_mode & 0o555 == 0o555
    assert reachable(copy / "bin" / "server", STRANGER) or not _AS_ROOT


def test_a_place_is_kept(open_folder: Path) -> None:
    home = open_folder / "home"
    make_home(home)
    assert choose_place(home) == choose_place(home)


def test_a_second_cluster_in_a_home_is_refused_with_the_pid(open_folder: Path) -> None:
    first, second = HomeLock(open_folder), HomeLock(open_folder)
    first.acquire()
    with pytest.raises(Conflict, match=rf"runs already in {open_folder} \(pid {os.getpid()}\)"):
        second.acquire()
    first.release()
    second.acquire()
    second.release()


def test_servers_of_a_home_behind_a_closed_folder(open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root's home lies in /root, which no other account can enter; a user's servers run as that user."""
    monkeypatch.setattr(places, "SYSTEM_FOLDER", open_folder / "system")
    home = open_folder / "root" / ".headway"
    (open_folder / "root").mkdir(mode=0o700)
    make_home(home)
    server = EmbeddedPostgres(choose_place(home), home / "logs")
    server.start()
    owner = Path(f"/proc/{server.process.pid}").stat().st_uid
    server.stop()
    assert (home / "servers").is_symlink() == _AS_ROOT
    assert owner == (places.default_account().uid if _AS_ROOT else os.getuid())
    assert choose_place(home) == server.place


def test_a_normal_user_runs_the_servers_too(open_folder: Path) -> None:
    """As root: once more through an unprivileged account, with programs that it can read."""
    home = open_folder / "home"
    home.mkdir()
    argv = [sys.executable, "-c", _RUN, str(home)]
    expected = os.getuid()
    if _AS_ROOT:
        expected = pwd.getpwnam("nobody").pw_uid
        os.chown(home, expected, -1)
        argv = [*as_user(expected), *argv]
    done = subprocess.run(argv, capture_output=True, text=True, check=False, cwd=open_folder)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) == expected
    if _AS_ROOT:  # root goes on with what the user began
        server = EmbeddedPostgres(choose_place(home), home / "logs")
        server.start()
        assert Path(f"/proc/{server.process.pid}").stat().st_uid == expected
        server.stop()


def test_another_users_home_is_refused_in_one_line(open_folder: Path) -> None:
    home = open_folder / "home"
    make_home(home)
    home.chmod(0o500)
    if _AS_ROOT:
        assert choose_place(home).account is not None
    else:
        with pytest.raises(EmbeddedServerError, match="belongs to another account"):
            choose_place(home)
    home.chmod(0o700)
    shutil.rmtree(home)
