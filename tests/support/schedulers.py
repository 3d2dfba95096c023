"""A scheduler without parsing, in threads of the test process: engine, listener and the services that a test wants."""

from __future__ import annotations

import threading
from uuid import uuid4

from headway.broker.bus import open_bus
from headway.errors import BrokerUnavailable
from headway.messages import Wake
from headway.metastore.database import connect
from headway.metastore.queries import nodes
from headway.settings import Settings
from headway_scheduler.engine import Engine
from headway_scheduler.listener import Listener
from headway_scheduler.notices import Notices
from headway_scheduler.reconcile.leases import Leases
from headway_scheduler.reconcile.timers import Timers


class TestScheduler:
    """One incarnation; ``deaf`` leaves the listener out, so that no event ever arrives."""

    __test__ = False

    def __init__(self, settings: Settings, *, deaf: bool = False, lease: float = 3600.0) -> None:
        self.id = str(uuid4())
        self.settings = settings
        self.deposed = threading.Event()
        self.run_ended = threading.Event()
        self._lease = lease
        self._bus = open_bus(settings, name=f"engine {self.id[:4]}")
        self.notices = Notices(settings, open_bus(settings, name=f"notices {self.id[:4]}"))
        self.engine = Engine(
            self.id, settings, self._bus, on_timer=lambda: self._timers.wake(), on_run_ended=self.run_ended.set,
            on_news=self.notices.put,
        )  # fmt: skip
        self._timers = Timers(self.id, settings, on_due=self.engine.inbox.put)
        self._listener = Listener(self.id, open_bus(settings, name=f"listener {self.id[:4]}"), self.engine.inbox.put)
        self.leases = Leases(
            self.id, settings, open_bus(settings, name=f"leases {self.id[:4]}"),
            open_bus(settings, name=f"pulse {self.id[:4]}"), on_ended=self.engine.inbox.put,
            on_dead_node=lambda: self.wake("node died"), on_deposed=self.deposed.set,
        )  # fmt: skip
        self._bus_of_test = open_bus(settings, name="test")
        self._deaf = deaf
        self._judges = False
        self._thread = threading.Thread(target=self.engine.run, daemon=True)

    def start(self, *, judge: bool = False) -> TestScheduler:
        """Join and work; with ``judge`` the leases service runs too."""
        with connect(self.settings.metastore) as conn:
            nodes.register(
                conn, node=self.id, kind="scheduler", name=f"s-{self.id[:4]}", hostname="here", pid=1, version="0",
                lease=self._lease,
            )  # fmt: skip
        self._thread.start()
        self._timers.start()
        self.notices.start()
        if not self._deaf:
            self._listener.start()
        if judge:
            self._judges = True
            self.leases.start()
        return self

    def wake(self, reason: str = "test") -> None:
        """Have the engine look at the metastore now."""
        self.engine.inbox.put(Wake(reason))

    def look_at_timers(self) -> None:
        """Have the timers service look now."""
        self._timers.wake()

    def kill(self) -> None:
        """Stop at once and say nothing: its node row stays up."""
        self._listener.stop()
        if not self._deaf:
            self.wake_listener()
        self.engine.stop()
        self._timers.stop()
        self.notices.stop()
        if self._judges:
            self.leases.stop()
        self._thread.join(60)
        assert not self._thread.is_alive(), "the engine does not end"

    def wake_listener(self) -> None:
        """Let the listener's present wait end."""
        try:
            self._bus_of_test.send_event(self.id, Wake("end").encode())
        except BrokerUnavailable:
            return

    def leave(self) -> None:
        """Stop in order."""
        self.kill()
        with connect(self.settings.metastore) as conn:
            nodes.leave(conn, node=self.id)

    @property
    def alive(self) -> bool:
        """Whether the engine still works."""
        return self._thread.is_alive()
