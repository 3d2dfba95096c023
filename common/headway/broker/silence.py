"""How long a connection to RabbitMQ may be silent: the kernel finds out whether the other side is still there."""

from __future__ import annotations

import socket

#: Ask for a sign of life after 3 seconds, every 2; give up what is not answered for 7 (milliseconds).
SILENCE: dict[int, int] = {
    socket.TCP_NODELAY: 1,
    socket.TCP_KEEPIDLE: 3,
    socket.TCP_KEEPINTVL: 2,
    socket.TCP_KEEPCNT: 2,
    socket.TCP_USER_TIMEOUT: 7_000,
}
