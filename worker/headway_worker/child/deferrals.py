"""A task that defers, and one that goes on: its trigger's arguments are sealed here and opened again."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from headway.authoring.deferral import Resumption, resumption_of
from headway.crypto import VaultError
from headway.metastore.queries import triggers
from headway.metastore.queries.attempts import Result
from headway.metastore.queries.triggers import Wait
from headway.states import Outcome

if TYPE_CHECKING:
    from headway.authoring.results import Deferral
    from headway.metastore.database import Connection
    from headway.metastore.queries.attempts import Claimed
    from headway_worker.child.child import Child

log = logging.getLogger("headway.task")


def sealed(child: Child, result: Result, deferral: Deferral) -> Result:
    """The result with what it waits for; arguments may hold secrets and are stored encrypted.

    A failure on a host without the cluster's key.
    """
    text = json.dumps([deferral.kwargs, deferral.method_kwargs])
    try:
        closed = child.store.call(lambda conn: child.door.open(conn).encrypt(text))
    except VaultError as error:
        log.error("The task cannot be deferred: %s", error)  # noqa: TRY400  (its words say all)
        return Result(Outcome.FAILED, error=f"the task cannot be deferred: {error}")
    label = child.capture.masker(deferral.label)
    return replace(result, wait=Wait(deferral.classpath, closed, deferral.method_name, label))


def resumption(child: Child, claimed: Claimed) -> Resumption | None:
    """How a task that was deferred goes on; None when what it waited for is gone: it begins anew."""
    return child.store.call(lambda conn: _resumption(child, conn, claimed))


def _resumption(child: Child, conn: Connection, claimed: Claimed) -> Resumption | None:
    found = triggers.stored(conn, ti=claimed.ti)
    if found is None:
        return None
    _, method_kwargs = json.loads(child.door.open(conn).decrypt(found.sealed))
    elapsed = (claimed.started_at - claimed.start_date).total_seconds()
    return resumption_of(found.method, method_kwargs, found.firing, elapsed)
