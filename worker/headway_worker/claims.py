"""Claim and finish, safe against lost replies: after a lost connection the writer looks before it decides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypedDict
from uuid import UUID

from headway.errors import MetastoreUnavailable
from headway.metastore.database import LOST, Connection
from headway.metastore.queries import attempts, marked_attempts
from headway.metastore.queries.attempts import STATE_AFTER, Claimed, Result
from headway.states import Outcome
from headway_worker.slots import Attempt
from headway_worker.store import Store

_FINISH_TRIES = 3


def claim(store: Store, attempt: Attempt, *, node: str, nonce: UUID, called_off: Callable[[], bool]) -> Claimed | None:
    """Take the attempt; None when the message is stale. Waits while the metastore is away.

    Raises ``GivenUpError`` when that wait is called off.
    """
    uncertain = False
    while True:
        connection = store.wait(called_off)
        try:
            return _claim_once(connection, attempt, node, str(nonce), uncertain)
        except LOST:
            store.drop()
            uncertain = True


def _claim_once(connection: Connection, attempt: Attempt, node: str, nonce: str, uncertain: bool) -> Claimed | None:
    taken = attempts.claim(connection, ti=attempt.ti, dispatch=attempt.dispatch, node=node, nonce=nonce)
    if taken or not uncertain:
        return taken
    return attempts.claimed(connection, ti=attempt.ti, dispatch=attempt.dispatch, nonce=nonce)


@dataclass(frozen=True, slots=True)
class Ending:
    """The end of one attempt as it is delivered; ``run`` is the run's key."""

    attempt: Attempt
    run: int
    hostname: str
    result: Result


class _What(TypedDict):
    ti: int
    dispatch: int
    hostname: str
    result: Result


def finish(store: Store, ending: Ending) -> str | None:
    """Deliver an ending; the state it led to, None when it was refused.

    Raises ``MetastoreUnavailable`` when the metastore does not answer: the ending must be kept.
    """
    for tried in range(_FINISH_TRIES):
        connection = store.now()
        try:
            return _finish_once(connection, ending, uncertain=tried > 0)
        except LOST:
            store.drop()
    raise MetastoreUnavailable("the metastore keeps closing the connection", "")


def _finish_once(connection: Connection, ending: Ending, *, uncertain: bool) -> str | None:
    attempt = ending.attempt
    what = _What(ti=attempt.ti, dispatch=attempt.dispatch, hostname=ending.hostname, result=ending.result)
    state = attempts.finish(connection, **what)
    if state is None and not marked_attempts.close(connection, **what):
        state = attempts.finish(connection, **what)  # marked, then cleared: it waits for just this
    if state or not uncertain:
        return state
    return _state_of(attempts.finished_as(connection, ti=attempt.ti, dispatch=attempt.dispatch), ending)


def _state_of(written: str | None, ending: Ending) -> str | None:
    """What an earlier try of ours has done, if it was ours (a cleared attempt ends as interrupted)."""
    if written in (ending.result.outcome, Outcome.INTERRUPTED):
        return STATE_AFTER[Outcome(written)]
    return None
