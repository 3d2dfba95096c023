"""Just enough of the kernel's rtnetlink to join two network namespaces with a cable."""

from __future__ import annotations

import os
import socket
import struct

_NEW_LINK, _NEW_ADDRESS = 16, 20
_REQUEST, _ACKNOWLEDGE, _EXCLUSIVE, _CREATE = 1, 4, 0x200, 0x400
_NAME, _LINK_INFO, _OF_PROCESS = 3, 18, 19  # attributes of a link
_KIND, _DATA, _PEER = 1, 2, 1  # attributes within its LINK_INFO
_ADDRESS, _LOCAL = 1, 2  # attributes of an address
_UP = 1
_PREFIX = 24  # bits


def make_cable(name: str, other_end: str, pid: int) -> None:
    """A pair of virtual Ethernet devices: ``name`` here, ``other_end`` in the namespace of process ``pid``."""
    peer = _link() + _attribute(_NAME, _text(other_end)) + _attribute(_OF_PROCESS, struct.pack("=I", pid))
    info = _attribute(_KIND, b"veth") + _attribute(_DATA, _attribute(_PEER, peer))
    _ask(_NEW_LINK, _CREATE | _EXCLUSIVE, _link() + _attribute(_NAME, _text(name)) + _attribute(_LINK_INFO, info))


def switch_on(name: str, address: str = "") -> None:
    """Give the device an address in a network of 24 bits, if any, and set it up."""
    index = socket.if_nametoindex(name)
    if address:
        raw = socket.inet_aton(address)
        body = struct.pack("=BBBBi", socket.AF_INET, _PREFIX, 0, 0, index)
        _ask(_NEW_ADDRESS, _CREATE | _EXCLUSIVE, body + _attribute(_LOCAL, raw) + _attribute(_ADDRESS, raw))
    _ask(_NEW_LINK, 0, _link(index, _UP))


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
