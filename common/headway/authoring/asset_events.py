"""What a running task says and learns of assets: ``outlet_events``, ``inlet_events``, ``triggering_asset_events``."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from headway.authoring.asset_history import AssetEvent, EventList
from headway.authoring.assets import Asset, AssetAlias, AssetExpression, AssetLeaf, AssetRef
from headway.authoring.exceptions import AirflowException
from headway.authoring.nesting import TOO_DEEP, is_too_deep
from headway.authoring.results import AssetUpdate

if TYPE_CHECKING:
    from headway.authoring.runtime import AssetEventFacts, TaskRuntime

log = logging.getLogger("headway.task")


@dataclass
class Metadata:
    """What a task yields of an asset that it has updated; with ``alias`` the asset is reported under that."""

    asset: Asset | AssetRef | str
    extra: dict[str, Any] = field(default_factory=dict)
    alias: AssetAlias | str | None = None

    def apply(self, events: OutletEvents) -> None:
        """Note it among the events of the task's outlets."""
        if self.alias is None:
            events[self.asset].extra.update(self.extra or {})
        else:
            alias = AssetAlias(self.alias) if isinstance(self.alias, str) else self.alias
            events[alias].add(as_asset(self.asset), extra=self.extra)


@dataclass
class OutletEvent:
    """The event that one outlet will have: set ``extra``, or ``add`` assets to an alias."""

    key: AssetLeaf
    extra: dict[str, Any] = field(default_factory=dict)
    asset_alias_events: list[tuple[Asset | AssetRef, dict[str, Any]]] = field(default_factory=list)

    def add(self, asset: Asset | AssetRef | str, extra: Mapping[str, Any] | None = None) -> None:
        """Report an asset under an alias; for an outlet that is an asset itself, take over ``extra``."""
        if isinstance(self.key, AssetAlias):
            self.asset_alias_events.append((as_asset(asset), dict(extra or {})))
        else:
            self.extra.update(extra or {})

    def add_partitions(self, *_keys: Any, **_more: Any) -> None:
        """Partitions are left out: this version has none."""
        log.warning("partitions of assets are not kept in this version: %r has one event for all", self.key)


class OutletEvents(Mapping[Any, OutletEvent]):
    """The events of a task's outlets, by asset, reference, alias or (a text) name or URI."""

    def __init__(self, outlets: Sequence[Any]) -> None:
        self._outlets = [leaf for one in outlets if isinstance(one, AssetExpression) for leaf in one.leaves()]
        self._events: dict[AssetLeaf, OutletEvent] = {}

    def __getitem__(self, key: Any) -> OutletEvent:
        leaf = self._leaf(key)
        return self._events.setdefault(leaf, OutletEvent(leaf))

    def __iter__(self) -> Iterator[AssetLeaf]:
        return iter(dict.fromkeys(self._outlets))

    def __len__(self) -> int:
        return len(set(self._outlets))

    def for_asset(self, *, name: str | None = None, uri: str | None = None) -> OutletEvent:
        """The event of an asset by its name or URI."""
        return self[Asset.ref(name=name, uri=uri)]

    def for_asset_alias(self, *, name: str) -> OutletEvent:
        """What is reported under an alias."""
        return self[AssetAlias(name)]

    def updates(self) -> list[AssetUpdate]:
        """One update for each outlet that is an asset, and those that were reported under aliases."""
        for leaf in self._events.keys() - set(self._outlets):
            log.warning("outlet_events[%r] is left out: it is no outlet of this task", leaf)
        plain = [self._update(leaf) for leaf in self if not isinstance(leaf, AssetAlias)]
        return plain + self._under_aliases()

    def _leaf(self, key: Any) -> AssetLeaf:
        """The outlet that ``key`` means, or what it means by itself."""
        wanted = key if isinstance(key, AssetLeaf) else as_asset(key)
        names = {getattr(wanted, "name", ""), getattr(wanted, "uri", "")} - {""}
        same_kind = (leaf for leaf in self._outlets if isinstance(leaf, AssetAlias) == isinstance(wanted, AssetAlias))
        exact = wanted if wanted in self._outlets else None
        return exact or next((leaf for leaf in same_kind if names & {leaf.name, getattr(leaf, "uri", "")}), wanted)

    def _update(self, leaf: AssetLeaf) -> AssetUpdate:
        extra = self._events[leaf].extra if leaf in self._events else {}
        uri, group = getattr(leaf, "uri", ""), getattr(leaf, "group", "asset")
        return AssetUpdate(leaf.name, uri, group, _plain(leaf, extra))

    def _under_aliases(self) -> list[AssetUpdate]:
        """An asset that several aliases report with the same extra has one event."""
        found: dict[str, tuple[Asset | AssetRef, Any, list[str]]] = {}
        for leaf in self:
            for asset, extra in self._events[leaf].asset_alias_events if leaf in self._events else ():
                same = json.dumps([asset.name, asset.uri, _plain(asset, extra)], sort_keys=True)
                found.setdefault(same, (asset, _plain(asset, extra), []))[2].append(leaf.name)
        return [
            AssetUpdate(asset.name, asset.uri, getattr(asset, "group", "asset"), extra, tuple(dict.fromkeys(aliases)))
            for asset, extra, aliases in found.values()
        ]


class InletEvents(Mapping[Any, EventList]):
    """The past events of assets: by asset, reference, alias, name or URI, or by an inlet's place."""

    def __init__(self, inlets: Sequence[Any], runtime: TaskRuntime) -> None:
        self._inlets = [leaf for one in inlets if isinstance(one, AssetExpression) for leaf in one.leaves()]
        self._runtime = runtime

    def __getitem__(self, key: Any) -> EventList:
        leaf = self._inlets[key] if isinstance(key, int) else key if isinstance(key, AssetLeaf) else as_asset(key)
        return EventList(leaf, self._runtime)

    def __iter__(self) -> Iterator[AssetLeaf]:
        return iter(dict.fromkeys(self._inlets))

    def __len__(self) -> int:
        return len(set(self._inlets))

    def for_asset(self, *, name: str | None = None, uri: str | None = None) -> EventList:
        """The events of an asset by its name or URI."""
        return self[Asset.ref(name=name, uri=uri)]

    def for_asset_alias(self, *, name: str) -> EventList:
        """The events of the assets that were reported under an alias."""
        return self[AssetAlias(name)]


class TriggeringEvents(Mapping[Any, list[AssetEvent]]):
    """The events that started a run, by asset; one may also ask by name, URI or alias.

    ``by_uri``: the keys are URIs, as in Airflow 2.
    """

    def __init__(self, facts: Sequence[AssetEventFacts], runtime: TaskRuntime, *, by_uri: bool) -> None:
        self._events: dict[Any, list[AssetEvent]] = {}
        for one in facts:
            event = AssetEvent(one, runtime)
            self._events.setdefault(event.uri if by_uri else event.asset, []).append(event)

    def __getitem__(self, key: Any) -> list[AssetEvent]:
        if key in self._events:
            return self._events[key]
        if isinstance(key, AssetAlias):
            found = [event for events in self._events.values() for event in events if key.name in event.source_aliases]
        else:
            wanted = {key} if isinstance(key, str) else {getattr(key, "name", ""), getattr(key, "uri", "")} - {""}
            found = [event for events in self._events.values() for event in events if wanted & {event.name, event.uri}]
        if not found:
            raise KeyError(key)
        return found

    def __iter__(self) -> Iterator[Any]:
        return iter(self._events)

    def __len__(self) -> int:
        return len(self._events)

    def __repr__(self) -> str:
        return repr(self._events)


def as_asset(given: Any) -> Asset | AssetRef:
    """An asset, also from its name or URI."""
    return given if isinstance(given, (Asset, AssetRef)) else Asset(given)


def _plain(asset: AssetLeaf, extra: Any) -> dict[str, Any]:
    """The extra of an event as it can be stored: JSON without zero bytes; raises ``AirflowException``."""
    remedy = "give it texts, numbers, lists and dictionaries"
    if is_too_deep(extra):
        raise AirflowException(f"the extra of {asset!r} is {TOO_DEEP}", remedy=remedy)
    try:
        text = json.dumps(dict(extra or {}), allow_nan=False)
    except (TypeError, ValueError) as error:
        raise AirflowException(f"the extra of {asset!r} is not JSON: {error}", remedy=remedy) from None
    stored: dict[str, Any] = json.loads(text.replace("\\u0000", "\\ufffd"))
    return stored
