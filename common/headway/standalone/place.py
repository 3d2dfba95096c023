"""Where embedded servers keep their files, and the account that they run in.

A normal user's servers run as that user inside the Headway home. PostgreSQL refuses to run as root, so
root's servers run in an unprivileged account, which must be able to reach their folder: when the home lies
behind a closed folder (``/root`` is one), the folder is made below ``/var/lib/headway`` and
``HOME/servers`` is a link to it.
"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path

from headway.errors import EmbeddedServerError

SYSTEM_FOLDER = Path("/var/lib/headway")
ACCOUNTS = ("headway", "nobody")


@dataclass(frozen=True)
class Account:
    """An unprivileged account of this host."""

    uid: int
    gid: int


@dataclass(frozen=True)
class Place:
    """The folder of all embedded servers, and the account that they run in (None: our own)."""

    folder: Path
    account: Account | None

    def make(self, name: str) -> Path:
        """A folder of the account's own (0700) inside the place, made if needed."""
        folder = self.folder / name
        folder.mkdir(mode=0o700, exist_ok=True)
        if self.account:
            os.chown(folder, self.account.uid, self.account.gid)
        return folder

    def give(self, file: Path) -> None:
        """Make ``file`` the account's."""
        if self.account:
            os.chown(file, self.account.uid, self.account.gid)

    def reaches(self, path: Path) -> bool:
        """Whether the account may read ``path`` and pass every folder above it."""
        return self.account is None or reachable(path, self.account)

    def local_copy(self, source: Path, version: str, parts: list[str]) -> Path:
        """A copy of ``parts`` of ``source`` that the account can read; copies of older versions go."""
        target = self.folder / "programs" / source.name / version
        if not target.exists():
            shutil.rmtree(target.parent, ignore_errors=True)
            half_done = target.parent / "new"
            for part in parts:
                _copy(source / part, half_done / part)
            _let_read(self.folder / "programs")
            half_done.rename(target)
        return target


def choose_place(home: Path) -> Place:
    """The place of the home's servers: made at the first call, the same at every later one."""
    link = home / "servers"
    try:
        if os.geteuid() != 0:
            link.mkdir(mode=0o700, exist_ok=True)
            return Place(link, None)
        return _place_for_root(home, link)
    except PermissionError as error:
        raise EmbeddedServerError(
            f"{error.filename} cannot be used by user {os.getuid()}: it belongs to another account",
            "start Headway as the user who started it before, or set HEADWAY_HOME to another folder",
        ) from None


def make_home(home: Path) -> None:
    """Make the Headway home: private, save that the account of root's servers may pass through it."""
    if not home.exists():
        home.mkdir(parents=True)
        home.chmod(0o711 if os.geteuid() == 0 else 0o700)


def reachable(path: Path, account: Account) -> bool:
    """Whether ``account`` may read ``path`` and enter every folder above it, judged by modes and owners."""
    path = path.resolve()
    needed = stat.S_IROTH | (stat.S_IXOTH if path.is_dir() else 0)
    return _grants(path, account, needed) and all(_grants(folder, account, stat.S_IXOTH) for folder in path.parents)


def _place_for_root(home: Path, link: Path) -> Place:
    if link.is_dir():
        owner = _account_of(link) or default_account()
        return Place(link.resolve(), owner)
    account = default_account()
    link.unlink(missing_ok=True)  # a link whose target was deleted
    if _can_enter(home, account):
        _make_passable(link)
        return Place(link.resolve(), account)
    folder = SYSTEM_FOLDER / secrets.token_hex(6)
    for each in (SYSTEM_FOLDER, folder):
        _make_passable(each)
    (folder / "home").write_text(f"{home}\n")
    link.symlink_to(folder)
    return Place(folder, account)


def default_account() -> Account:
    """The account for servers that root starts: ``headway`` where it exists, else ``nobody``."""
    for name in ACCOUNTS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    raise EmbeddedServerError(
        "PostgreSQL does not run as root, and this host has no account `headway` or `nobody`",
        "make one: useradd --system headway",
    )


def _account_of(folder: Path) -> Account | None:
    """Whoever the servers' data belong to already, unless that is root."""
    for path in (folder / "postgres", folder / "valkey", folder):
        if path.exists() and path.stat().st_uid != 0:
            return Account(path.stat().st_uid, path.stat().st_gid)
    return None


def _can_enter(folder: Path, account: Account) -> bool:
    folder = folder.resolve()
    return all(_grants(each, account, stat.S_IXOTH) for each in (folder, *folder.parents))


def _grants(path: Path, account: Account, bits: int) -> bool:
    found = path.stat()
    wanted = bits << 6 if found.st_uid == account.uid else bits
    return found.st_mode & wanted == wanted


def _make_passable(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    folder.chmod(0o711)  # whatever the umask is


def _let_read(tree: Path) -> None:
    for path in (tree, *tree.rglob("*")):
        mode = path.stat().st_mode
        path.chmod(mode | (0o555 if path.is_dir() or mode & stat.S_IXUSR else 0o444))


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, symlinks=True, dirs_exist_ok=True)
    else:
        shutil.copy(source, target)
