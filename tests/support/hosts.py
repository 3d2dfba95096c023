"""Two hosts on this machine: each has its own network and host name; the second does not see what it must not have.

They are Linux namespaces, which root makes as such and a normal user makes within a namespace of users.
Nothing has to be installed for it, and all of it is gone when the process that holds it has ended. ::

    first 198.18.2.1 ──cable── 198.18.2.2 second
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from support import netlink

_NEW_MOUNTS, _NEW_NAME, _NEW_USERS, _NEW_NETWORK = 0x00020000, 0x04000000, 0x10000000, 0x40000000
_READ_ONLY, _RECURSIVE, _PRIVATE = 1, 0x4000, 0x40000  # of mount
_SET_DEATH_SIGNAL = 1
_ENTER = Path(__file__).with_name("enter.py")

NEEDED = (
    "this test makes network namespaces, and the kernel refuses: run it as root with CAP_SYS_ADMIN, "
    "or let users make namespaces (sysctl user.max_user_namespaces, kernel.apparmor_restrict_unprivileged_userns=0)"
)


@dataclass(frozen=True)
class Host:
    """One of the hosts; ``pid`` is a process on it."""

    name: str
    address: str
    pid: int

    def command(self, *argv: str | Path) -> list[str]:
        """The command that runs ``argv`` (an absolute path first) on this host."""
        return [sys.executable, "-I", "-S", str(_ENTER), str(self.pid), *map(str, argv)]


FIRST = ("host-a", "198.18.2.1")
SECOND = ("host-b", "198.18.2.2")


@contextmanager
def two_hosts(hidden: Sequence[Path]) -> Iterator[tuple[Host, Host]]:
    """The hosts; the folders ``hidden`` are empty on the second one. Fails where the kernel allows none."""
    holder = subprocess.Popen(
        [sys.executable, "-m", "support.hosts", *map(str, hidden)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
    )  # fmt: skip
    with holder:
        assert holder.stdout is not None
        assert holder.stderr is not None
        line = holder.stdout.readline()
        if not line:
            raise AssertionError(holder.stderr.read().strip())
        first, second = json.loads(line)
        yield Host(*FIRST, first), Host(*SECOND, second)
        holder.communicate()  # the end of its input ends it


def _hold(hidden: Sequence[str]) -> None:
    """Become the first host, make the second, and stay until standard input ends."""
    _leave_this_host(users=os.geteuid() != 0)
    socket.sethostname(FIRST[0])
    ready_here, ready_there = os.pipe(), os.pipe()
    second = os.fork()
    if second == 0:
        _be_second(hidden, tell=ready_there[1], hear=ready_here[0])
    os.close(ready_there[1])
    _await(ready_there[0])
    netlink.make_cable("cable0", "cable1", second)
    netlink.switch_on("lo")
    netlink.switch_on("cable0", FIRST[1])
    os.write(ready_here[1], b"!")
    _await(ready_there[0])
    print(json.dumps([os.getpid(), second]), flush=True)
    sys.stdin.read()


def _be_second(hidden: Sequence[str], *, tell: int, hear: int) -> None:
    ctypes.CDLL(None).prctl(_SET_DEATH_SIGNAL, signal.SIGKILL)
    _leave_this_host()
    socket.sethostname(SECOND[0])
    _mount("/", None, _RECURSIVE | _PRIVATE)
    for folder in hidden:
        _mount(folder, "tmpfs", _READ_ONLY)
    os.write(tell, b"!")
    _await(hear)
    netlink.switch_on("lo")
    netlink.switch_on("cable1", SECOND[1])
    os.write(tell, b"!")
    signal.pause()


def _await(pipe: int) -> None:
    if not os.read(pipe, 1):
        sys.exit("the other host could not be made")


def _leave_this_host(*, users: bool = False) -> None:
    me, group = os.geteuid(), os.getegid()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_NEW_MOUNTS | _NEW_NAME | _NEW_NETWORK | (_NEW_USERS if users else 0)):
        sys.exit(f"{NEEDED} ({os.strerror(ctypes.get_errno())})")
    if users:
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{me} {me} 1")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1")


def _mount(folder: str, kind: str | None, flags: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(b"none", folder.encode(), kind.encode() if kind else None, flags, None):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), folder)


if __name__ == "__main__":
    _hold(sys.argv[1:])
