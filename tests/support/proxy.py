"""A TCP proxy before a real server, so that a test can lose a reply or take the server away for a while."""

from __future__ import annotations

import contextlib
import socket
import threading
from dataclasses import dataclass, field
from urllib.parse import urlsplit, urlunsplit


@dataclass
class _Pair:
    client: socket.socket
    server: socket.socket
    swallow: bool = False
    silent: bool = False

    def close(self) -> None:
        for end in (self.client, self.server):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


@dataclass
class Proxy:
    """Forwards to the server of ``url``; ``self.url`` is the same URL by way of the proxy."""

    target: str
    _pairs: list[_Pair] = field(default_factory=list)
    _lose_reply_to: bytes = b""
    lost: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        parts = urlsplit(self.target)
        self._address = (parts.hostname or "127.0.0.1", parts.port or 0)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._port = self._listener.getsockname()[1]
        account, at, _ = parts.netloc.rpartition("@")
        self.url = urlunsplit(parts._replace(netloc=f"{account}{at}127.0.0.1:{self._port}"))
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def lose_reply_to(self, fragment: bytes) -> None:
        """The next request that holds ``fragment`` is carried out, but its reply is lost with the connection."""
        self.lost.clear()
        self._lose_reply_to = fragment

    def take_away(self) -> None:
        """Break every connection and refuse new ones."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # a thread waits in accept
        self._listener.close()
        for pair in self._pairs:
            pair.close()
        self._pairs.clear()

    def bring_back(self) -> None:
        """Accept connections again, on the same port."""
        self._listener = socket.create_server(("127.0.0.1", self._port))
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def fall_silent(self) -> None:
        """Open connections stay open and carry nothing any more; new ones work."""
        for pair in self._pairs:
            pair.silent = True
        self._pairs.clear()

    def close(self) -> None:
        """The end."""
        self.take_away()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            pair = _Pair(client, socket.create_connection(self._address))
            self._pairs.append(pair)
            threading.Thread(target=self._requests, args=(pair,), daemon=True).start()
            threading.Thread(target=self._replies, args=(pair,), daemon=True).start()

    def _requests(self, pair: _Pair) -> None:
        with contextlib.suppress(OSError):
            while data := pair.client.recv(65536):
                if self._lose_reply_to and self._lose_reply_to in data:
                    self._lose_reply_to = b""
                    pair.swallow = True
                if not pair.silent:
                    pair.server.sendall(data)
        pair.close()

    def _replies(self, pair: _Pair) -> None:
        with contextlib.suppress(OSError):
            while data := pair.server.recv(65536):
                if pair.silent:
                    continue
                if not pair.swallow:
                    pair.client.sendall(data)
                elif data.endswith(b"Z\x00\x00\x00\x05I"):  # ready for the next query: it has committed
                    self.lost.set()
                    break
        pair.close()
