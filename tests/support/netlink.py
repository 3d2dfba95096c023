"""Just enough of the kernel's rtnetlink to join network namespaces, by a cable or a bridge, and to part them again."""

from __future__ import annotations

import os
import socket
import struct

_NEW_LINK, _NEW_ADDRESS, _NEW_NEIGHBOUR, _DROP_NEIGHBOUR = 16, 20, 28, 29
_REQUEST, _ACKNOWLEDGE, _REPLACE, _EXCLUSIVE, _CREATE = 1, 4, 0x100, 0x200, 0x400
_NAME, _MASTER, _LINK_INFO, _OF_PROCESS, _OF_DESCRIPTOR = 3, 10, 18, 19, 28  # attributes of a link
_KIND, _DATA, _PEER = 1, 2, 1  # attributes within its LINK_INFO
_ADDRESS, _LOCAL = 1, 2  # attributes of an address
_DESTINATION, _HARDWARE = 1, 2  # attributes of a neighbour
_PERMANENT = 0x80
_UP = 1
_PREFIX = 24  # bits


def make_cable(name: str, other_end: str, pid: int) -> None:
    """A pair of virtual Ethernet devices: ``name`` here, ``other_end`` in the namespace of process ``pid``."""
    _make_pair(name, other_end, _attribute(_OF_PROCESS, struct.pack("=I", pid)))


def make_cable_into(name: str, other_end: str, space: int) -> None:
    """The same, ``other_end`` in the namespace that the file descriptor ``space`` is open for."""
    _make_pair(name, other_end, _attribute(_OF_DESCRIPTOR, struct.pack("=I", space)))


def make_bridge(name: str) -> None:
    """A switch, into which ``plug`` puts devices."""
    info = _attribute(_LINK_INFO, _attribute(_KIND, b"bridge"))
    _ask(_NEW_LINK, _CREATE | _EXCLUSIVE, _link() + _attribute(_NAME, _text(name)) + info)


def plug(name: str, bridge: str) -> None:
    """Put the device into the switch."""
    master = _attribute(_MASTER, struct.pack("=I", socket.if_nametoindex(bridge)))
    _ask(_NEW_LINK, 0, _link(socket.if_nametoindex(name)) + master)


def switch_on(name: str, address: str = "") -> None:
    """Give the device an address in a network of 24 bits, if any, and set it up."""
    index = socket.if_nametoindex(name)
    if address:
        raw = socket.inet_aton(address)
        body = struct.pack("=BBBBi", socket.AF_INET, _PREFIX, 0, 0, index)
        _ask(_NEW_ADDRESS, _CREATE | _EXCLUSIVE, body + _attribute(_LOCAL, raw) + _attribute(_ADDRESS, raw))
    _ask(_NEW_LINK, 0, _link(index, _UP))


def set_neighbour(name: str, address: str, hardware: bytes) -> None:
    """Whatever this host sends to ``address`` by the device goes to the hardware address from now on."""
    body = _neighbour(name, address) + _attribute(_HARDWARE, hardware)
    _ask(_NEW_NEIGHBOUR, _CREATE | _REPLACE, body)


def forget_neighbour(name: str, address: str) -> None:
    """Ask the network again where ``address`` is."""
    _ask(_DROP_NEIGHBOUR, 0, _neighbour(name, address))


def _make_pair(name: str, other_end: str, where: bytes) -> None:
    peer = _link() + _attribute(_NAME, _text(other_end)) + where
    info = _attribute(_KIND, b"veth") + _attribute(_DATA, _attribute(_PEER, peer))
    _ask(_NEW_LINK, _CREATE | _EXCLUSIVE, _link() + _attribute(_NAME, _text(name)) + _attribute(_LINK_INFO, info))


def _neighbour(name: str, address: str) -> bytes:
    head = struct.pack("=BxHiHBB", socket.AF_INET, 0, socket.if_nametoindex(name), _PERMANENT, 0, 0)
    return head + _attribute(_DESTINATION, socket.inet_aton(address))


def _link(index: int = 0, flags: int = 0) -> bytes:
    return struct.pack("=BxHiII", socket.AF_UNSPEC, 0, index, flags, flags)


def _text(value: str) -> bytes:
    return value.encode() + b"\0"


def _attribute(kind: int, value: bytes) -> bytes:
    return struct.pack("=HH", 4 + len(value), kind) + value + b"\0" * (-len(value) % 4)


def _ask(kind: int, flags: int, body: bytes) -> None:
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as kernel:
        kernel.send(struct.pack("=IHHII", 16 + len(body), kind, flags | _REQUEST | _ACKNOWLEDGE, 1, 0) + body)
        code = struct.unpack_from("=i", kernel.recv(8192), 16)[0]
    if code:
        raise OSError(-code, os.strerror(-code))
