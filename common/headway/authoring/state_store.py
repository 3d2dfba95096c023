"""What a task keeps for its later tries, and what an asset keeps for the runs that work on it.

``context["task_state_store"]`` belongs to one task instance and outlives its tries and clears;
``context["asset_state_store"][asset]`` belongs to an asset of the task's inlets or outlets. Values are JSON.
What XCom hands to other tasks, these hand to the same work at a later time: the id of a job that was submitted,
how far an import has come::

    job = task_state_store.get("job_id") or submit()
    task_state_store.set("job_id", job, retention=NEVER_EXPIRE)
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Protocol

from headway.authoring.assets import Asset, AssetExpression, AssetRef
from headway.authoring.configuration import conf
from headway.authoring.exceptions import AirflowTaskTerminated

if TYPE_CHECKING:
    from headway.authoring.runtime import TaskRuntime

#: For ``retention``: the value stays as long as what it belongs to.
NEVER_EXPIRE = timedelta.max


class StatePort(Protocol):
    """The part of a task's way to the outside that keeps state; ``owner`` is ``task`` or an asset's name or URI."""

    def get(self, owner: str, key: str) -> str | None:
        """The JSON text under a key, or None."""

    def set(self, owner: str, key: str, value: str, retention: timedelta | None) -> bool:
        """Write; ``retention`` None means for ever. False: this attempt is no longer the one that counts."""

    def delete(self, owner: str, key: str | None) -> None:
        """Delete one key, or all of them for None."""


class StateStore:
    """The keys and values of one owner. The methods with an ``a`` before their name can be awaited."""

    def __init__(self, port: StatePort, owner: str) -> None:
        self._port = port
        self._owner = owner

    def get(self, key: str, default: Any = None) -> Any:
        """The value under a key, else ``default``."""
        found = self._port.get(self._owner, key)
        return default if found is None else json.loads(found)

    def set(self, key: str, value: Any, *, retention: timedelta | None = None) -> None:
        """Write a value, at once. ``retention`` None: as long as ``[state_store] default_retention_days`` says.

        Raises ``ValueError`` for None, for what is not JSON, and for more than ``max_value_size`` bytes.
        """
        if retention is None:
            retention = timedelta(days=conf.getint("state_store", "default_retention_days"))
        kept = self._port.set(self._owner, key, _encoded(key, value), None if retention == NEVER_EXPIRE else retention)
        if not kept:
            raise AirflowTaskTerminated("this attempt is no longer the one that counts")

    def delete(self, key: str) -> None:
        """Delete a key; one that is not there is no error."""
        self._port.delete(self._owner, key)

    def clear(self) -> None:
        """Delete every key."""
        self._port.delete(self._owner, None)

    async def aget(self, key: str, default: Any = None) -> Any:
        """See ``get``."""
        return self.get(key, default)

    async def aset(self, key: str, value: Any, *, retention: timedelta | None = None) -> None:
        """See ``set``."""
        self.set(key, value, retention=retention)

    async def adelete(self, key: str) -> None:
        """See ``delete``."""
        self.delete(key)

    async def aclear(self) -> None:
        """See ``clear``."""
        self.clear()


def task_store(runtime: TaskRuntime) -> StateStore:
    """The store of the task instance that runs."""
    return StateStore(runtime.states, "task")


class AssetStateStores:
    """The stores of a task's assets; where there is only one asset, also that store itself."""

    def __init__(self, runtime: TaskRuntime, inlets: Sequence[Any], outlets: Sequence[Any]) -> None:
        self._port = runtime.states
        leaves = (leaf for one in (*inlets, *outlets) if isinstance(one, AssetExpression) for leaf in one.leaves())
        self._assets = list(dict.fromkeys(leaf for leaf in leaves if isinstance(leaf, Asset | AssetRef)))

    def __getitem__(self, key: Any) -> StateStore:
        if not isinstance(key, Asset | AssetRef):
            raise TypeError(f"expected an asset or a reference to one, got {type(key).__name__}")
        wanted = {key.name, key.uri} - {""}
        for asset in self._assets:
            if wanted & {asset.name, asset.uri}:
                return self._of(asset)
        raise KeyError(f"{key!r} is neither an inlet nor an outlet of this task")

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or not hasattr(StateStore, name):
            raise AttributeError(name)
        if len(self._assets) != 1:
            raise ValueError(f"the task has {len(self._assets)} assets: write asset_state_store[asset].{name}(...)")
        return getattr(self._of(self._assets[0]), name)

    def _of(self, asset: Asset | AssetRef) -> StateStore:
        return StateStore(self._port, f"asset/{asset.name or asset.uri}")


def _encoded(key: str, value: Any) -> str:
    if value is None:
        raise ValueError(f"state {key!r} cannot be None: delete the key instead")
    try:
        text = json.dumps(value, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise ValueError(f"state {key!r} is not JSON: {error}") from None
    limit = conf.getint("state_store", "max_value_storage_bytes")
    if len(text) > limit:
        raise ValueError(f"state {key!r} has {len(text)} bytes, more than {limit}: keep large data elsewhere")
    return text
