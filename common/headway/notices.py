"""Change notices: what has changed, told to everybody who shows it.

Schedulers tell of runs (at most four times a second each, and the last word always goes out), and whoever changes
something by hand tells of that. Notices go over the broker's fan-out and are hints: one that is lost costs a view
that is out of date until its next look. None says more than a viewer may read anyway.

A *run* notice carries what views of a run need at once; all others only say where to look anew. ``resync``
says that something was missed: look at everything anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from headway.broker.bus import NOTICES, Bus
from headway.messages import UnknownVersion

VERSION = 1

RUN: Final = "run"
DAGS: Final = "dags"  # code, pause, runs made or changed by hand; ``dag_ids``, or none of them for "any"
NODES: Final = "nodes"
QUEUES: Final = "queues"
POOLS: Final = "pools"
ASSETS: Final = "assets"
IMPORT_ERRORS: Final = "import_errors"
RESYNC: Final = "resync"

#: Every kind, with what its data holds.
KINDS: Final = {
    RUN: "dag_id, dag_run_id, state, counts (of task instances by state), version",
    DAGS: "dag_ids; an empty list means any",
    NODES: "nothing",
    QUEUES: "nothing",
    POOLS: "nothing",
    ASSETS: "nothing",
    IMPORT_ERRORS: "nothing",
    RESYNC: "nothing",
}

_MOST_DAGS = 100  # named in one notice; beyond that it is any
_AT_ONCE = 250  # notices in one message


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice; ``data`` is as ``KINDS`` says."""

    kind: str
    data: dict[str, Any]

    @property
    def subject(self) -> tuple[str, ...]:
        """What it is about: a later notice of the same subject takes its place."""
        return (self.kind, self.data["dag_id"], self.data["dag_run_id"]) if self.kind == RUN else (self.kind,)

    @property
    def dag_ids(self) -> Sequence[str]:
        """The DAGs that it concerns; none means any."""
        return [self.data["dag_id"]] if self.kind == RUN else self.data.get("dag_ids", ())

    def after(self, earlier: Notice | None) -> Notice:
        """This notice in the place of itself and an earlier one of the same subject."""
        if earlier is None or self.kind != DAGS:
            return self
        if not self.dag_ids or not earlier.dag_ids:
            return of_dags()
        return of_dags(*earlier.dag_ids, *self.dag_ids)


def of_run(dag_id: str, run_id: str, state: str, counts: dict[str, int], version: int) -> Notice:
    """A run stands so; ``version`` grows with every clear, mark and adoption, so that older news are known as such."""
    return Notice(RUN, {"dag_id": dag_id, "dag_run_id": run_id, "state": state, "counts": counts, "version": version})


def of_dags(*dag_ids: str) -> Notice:
    """Something about these DAGs has changed; without any: about some DAG."""
    named = sorted(set(dag_ids))
    return Notice(DAGS, {"dag_ids": named if len(named) <= _MOST_DAGS else []})


def of(kind: str) -> Notice:
    """Something of this kind has changed."""
    return Notice(kind, {})


def merged(notices: Iterable[Notice]) -> list[Notice]:
    """The last word on each subject, in the order in which these were said."""
    last: dict[tuple[str, ...], Notice] = {}
    for notice in notices:
        last[notice.subject] = notice.after(last.pop(notice.subject, None))
    return list(last.values())


def broadcast(bus: Bus, notices: Sequence[Notice]) -> None:
    """Tell everybody who listens; raises ``BrokerUnavailable``."""
    for start in range(0, len(notices), _AT_ONCE):
        part = [[notice.kind, notice.data] for notice in notices[start : start + _AT_ONCE]]
        bus.broadcast(NOTICES, json.dumps([VERSION, part]).encode())


def decode(data: bytes) -> list[Notice]:
    """Read a message; kinds that this code does not know are left out. Raises ``UnknownVersion``."""
    version, part = json.loads(data)
    if version != VERSION:
        raise UnknownVersion(f"expected notices of version {VERSION}, got {version!r}")
    return [Notice(kind, found) for kind, found in part if kind in KINDS]
