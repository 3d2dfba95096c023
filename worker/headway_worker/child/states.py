"""What a running task keeps: the authoring layer's ``StatePort`` over the metastore."""

from __future__ import annotations

from datetime import timedelta

from headway.metastore.queries import state_store
from headway.metastore.queries.attempts import Claimed
from headway_worker.store import Store


class MetastoreStates:
    """See ``headway.authoring.state_store.StatePort``."""

    def __init__(self, store: Store, claimed: Claimed) -> None:
        self._store = store
        self._ti, self._dispatch = claimed.ti, claimed.dispatch

    def get(self, owner: str, key: str) -> str | None:
        """The JSON text under a key."""
        return self._store.call(lambda conn: state_store.get(conn, self._name(owner), key))

    def set(self, owner: str, key: str, value: str, retention: timedelta | None) -> bool:
        """Write, fenced by the attempt's token."""
        name, own = self._name(owner), {"ti": self._ti, "dispatch": self._dispatch}
        return self._store.call(lambda conn: state_store.put(conn, name, key, value, retention, **own))

    def delete(self, owner: str, key: str | None) -> None:
        """Delete, fenced by the attempt's token."""
        name, own = self._name(owner), {"ti": self._ti, "dispatch": self._dispatch}
        self._store.call(lambda conn: state_store.delete(conn, name, key, **own))

    def _name(self, owner: str) -> str:
        return f"task/{self._ti}" if owner == "task" else owner
