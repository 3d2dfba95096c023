"""A network of hosts on this machine, each a namespace with an address and a name of its own, on one switch.

::

    s1 ─┐         ┌─ postgres
    w1 ─┼─ switch ┼─ valkey          the suite itself has a place at the switch and sees everybody
    …  ─┘         └─ triggerer

Namespaces live as long as a process or a descriptor of ours holds them: when the suite has ended, all of it is gone.
Two hosts are cut off from each other by sending what one has for the other to a hardware address that nobody has:
packets vanish silently, as they do when a cable is pulled, and no other pair is touched.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import socket
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from headway.errors import HeadwayError
from support import netlink

_NEW_NAME, _NEW_NETWORK = 0x04000000, 0x40000000
_HERE = Path("/proc/thread-self/ns")
_NOBODY = bytes.fromhex("020000c0ffee")
_DEVICE = "eth0"
_SWITCH = "switch0"
_SUBNET = "198.18.7"


class NotPermittedError(HeadwayError):
    """The kernel makes no namespaces for us."""


@dataclass(frozen=True)
class Host:
    """A host of the network. ``network`` and ``names`` are open descriptors of its namespaces."""

    name: str
    address: str
    network: int
    names: int

    @contextlib.contextmanager
    def entered(self) -> Iterator[None]:
        """This thread, and the processes that it starts, are on the host."""
        before = [os.open(_HERE / kind, os.O_RDONLY) for kind in ("net", "uts")]
        try:
            _enter(self.network)
            _enter(self.names)
            yield
        finally:
            for space in before:
                _enter(space)
                os.close(space)

    def processes(self) -> list[int]:
        """Every process on the host, whoever started it."""
        mine = os.fstat(self.network).st_ino
        return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit() and _net_of(entry) == mine]


class Network:
    """The switch and its hosts."""

    def __init__(self, names: list[str]) -> None:
        refuse_all_but_root()
        self._cuts: Counter[frozenset[str]] = Counter()
        _unshare(_NEW_NETWORK)
        netlink.make_bridge(_SWITCH)
        netlink.switch_on(_SWITCH, f"{_SUBNET}.1")
        netlink.switch_on("lo")
        self.hosts = {name: _make_host(name, f"{_SUBNET}.{number}") for number, name in enumerate(names, 2)}

    def cut(self, one: str, other: str) -> None:
        """Part two hosts, until ``join`` has been called as often as this."""
        self._cuts[frozenset((one, other))] += 1
        for here, there in self._both(one, other):
            with here.entered():
                netlink.set_neighbour(_DEVICE, there.address, _NOBODY)

    def join(self, one: str, other: str) -> None:
        """Let them see each other again, unless another cut still parts them."""
        self._cuts[frozenset((one, other))] -= 1
        if self._cuts[frozenset((one, other))]:
            return
        for here, there in self._both(one, other):
            with here.entered():
                netlink.forget_neighbour(_DEVICE, there.address)

    def close(self) -> None:
        """Let go of the namespaces."""
        for host in self.hosts.values():
            os.close(host.network)
            os.close(host.names)

    def _both(self, one: str, other: str) -> list[tuple[Host, Host]]:
        first, second = self.hosts[one], self.hosts[other]
        return [(first, second), (second, first)]


def refuse_all_but_root() -> None:
    """Raise ``NotPermittedError`` for anybody else."""
    if os.geteuid() != 0:
        raise NotPermittedError("the chaos suite makes network namespaces, which only root may", "run it as root")


def _make_host(name: str, address: str) -> Host:
    home = [os.open(_HERE / kind, os.O_RDONLY) for kind in ("net", "uts")]
    _unshare(_NEW_NETWORK | _NEW_NAME)
    socket.sethostname(name)
    network, names = (os.open(_HERE / kind, os.O_RDONLY) for kind in ("net", "uts"))
    for space in home:
        _enter(space)
        os.close(space)
    host = Host(name, address, network, names)
    netlink.make_cable_into(f"to-{name}", _DEVICE, network)
    netlink.plug(f"to-{name}", _SWITCH)
    netlink.switch_on(f"to-{name}")
    with host.entered():
        netlink.switch_on("lo")
        netlink.switch_on(_DEVICE, address)
    return host


def _net_of(process: Path) -> int:
    try:
        return (process / "ns" / "net").stat().st_ino
    except OSError:  # it has ended
        return 0


def _unshare(flags: int) -> None:
    if ctypes.CDLL(None, use_errno=True).unshare(flags):
        raise NotPermittedError(
            f"the kernel refuses network namespaces: {os.strerror(ctypes.get_errno())}",
            "run the chaos suite as root with CAP_SYS_ADMIN",
        )


def _enter(space: int) -> None:
    if ctypes.CDLL(None, use_errno=True).setns(space, 0):
        raise OSError(ctypes.get_errno(), "setns")
