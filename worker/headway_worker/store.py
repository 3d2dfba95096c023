"""One process's connection to the metastore: opened late, opened again when it was lost.

A metastore that is away is waited for: its outage must not become a task's failure.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

from headway.errors import MetastoreUnavailable
from headway.metastore.database import LOST, Connection, connect
from headway.settings import MetastoreSettings

T = TypeVar("T")

_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 1.0

#: Held while a thread of the parent connects: a child forked meanwhile could inherit a library's lock
#: that nobody in it will ever release.
_connecting = threading.Lock()


def hold_forks_while_connecting() -> None:
    """Make forks of this process wait until no thread of it is opening a connection."""
    os.register_at_fork(
        before=_connecting.acquire,
        after_in_parent=_connecting.release,
        after_in_child=_connecting.release,
    )


class GivenUpError(Exception):
    """The wait for the metastore was called off."""


class Store:
    """A connection for one thread."""

    def __init__(
        self, settings: MetastoreSettings, *, name: str, on_waited: Callable[[float], None] = lambda _: None
    ) -> None:
        self._settings = settings
        self._name = name
        self._on_waited = on_waited
        self._connection: Connection | None = None

    def now(self) -> Connection:
        """The connection, opened if need be; raises ``MetastoreUnavailable``."""
        if self._connection is None:
            with _connecting:
                self._connection = connect(self._settings, name=self._name)
        return self._connection

    def drop(self) -> None:
        """Close the connection; the next use opens another."""
        if self._connection is not None:
            with contextlib.suppress(*LOST):
                self._connection.close()
        self._connection = None

    def forget(self) -> None:
        """After a fork: leave the parent's connection to the parent."""
        self._connection = None

    def wait(self, called_off: Callable[[], bool] = lambda: False) -> Connection:
        """The connection, as soon as the metastore answers; raises ``GivenUpError`` when called off.

        ``on_waited`` of the store hears of every second lost by waiting.
        """
        for pause in _pauses():
            began = time.monotonic()
            with contextlib.suppress(MetastoreUnavailable):
                return self.now()
            if called_off():
                break
            time.sleep(pause)
            self._on_waited(time.monotonic() - began)
        raise GivenUpError

    def call(self, work: Callable[[Connection], T]) -> T:
        """Run ``work``, which must bear being repeated, until the connection holds to its end."""
        for pause in _pauses():
            connection = self.wait()
            try:
                return work(connection)
            except LOST:
                self.drop()
                time.sleep(pause)
        raise AssertionError("pauses never end")

    @contextlib.contextmanager
    def using(self) -> Iterator[Connection]:
        """The connection for one piece of work; whatever goes wrong with it raises ``MetastoreUnavailable``."""
        connection = self.now()
        try:
            yield connection
        except LOST as error:
            self.drop()
            raise MetastoreUnavailable(f"the metastore was lost: {str(error).strip()}", "") from None


def _pauses() -> Iterator[float]:
    pause = _FIRST_PAUSE
    while True:
        yield pause
        pause = min(pause * 2, _LONGEST_PAUSE)
