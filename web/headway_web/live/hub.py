"""The hub: every notice that this node hears goes through it to the browsers that listen.

    broker ──▶ Listener (a thread) ──▶ Hub (the event loop) ──▶ one Subscription a browser ──▶ its stream

A browser that is slow, or asleep, keeps only the last word on each subject; it holds up nobody. What was said lately
is kept, numbered, so that one that comes back goes on where it was; one that was away for longer, or while the broker
was, is told to look at everything anew (``resync``).
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Collection, Iterable
from uuid import uuid4

from headway import notices
from headway.notices import Notice

KEPT = 2000  # notices, for browsers that come back
_MOST_SUBJECTS = 500  # that one browser has not taken yet; beyond that it looks at everything anew

#: A notice with the place that ``Last-Event-ID`` names.
Numbered = tuple[str, Notice]


class Hub:
    """All methods belong to the event loop."""

    def __init__(self) -> None:
        self._life = uuid4().hex[:8]
        self._number = 0
        self._kept: deque[tuple[int, Notice]] = deque(maxlen=KEPT)
        self._subscriptions: set[Subscription] = set()
        self.closed = False

    @property
    def listeners(self) -> int:
        """How many browsers listen."""
        return len(self._subscriptions)

    def publish(self, found: Iterable[Notice]) -> None:
        """Hand notices on to everybody whom they concern."""
        for notice in found:
            if notice.kind == notices.RESYNC:
                self.start_over()
                continue
            self._number += 1
            self._kept.append((self._number, notice))
            for subscription in self._subscriptions:
                subscription.offer(self._place(self._number), notice)

    def start_over(self) -> None:
        """Something was missed: nobody can go on where they were."""
        self._life = uuid4().hex[:8]
        self._kept.clear()
        self._number += 1
        for subscription in self._subscriptions:
            subscription.reset(self._place(self._number))

    def subscribe(self, last_id: str | None, dag_ids: Collection[str] = ()) -> Subscription:
        """Listen from now on, or from behind the notice ``last_id``; ``dag_ids``: to runs of these DAGs only."""
        made = Subscription(frozenset(dag_ids), self._place(self._number))
        if last_id:
            self._catch_up(made, last_id)
        self._subscriptions.add(made)
        if self.closed:
            made.end()
        return made

    def unsubscribe(self, subscription: Subscription) -> None:
        """The browser is gone."""
        self._subscriptions.discard(subscription)

    def close(self) -> None:
        """End every stream, and those that come."""
        self.closed = True
        for subscription in self._subscriptions:
            subscription.end()

    def _catch_up(self, subscription: Subscription, last_id: str) -> None:
        life, _, text = last_id.partition("-")
        last = int(text) if text.isascii() and text.isdigit() else -1
        oldest = self._kept[0][0] if self._kept else self._number + 1
        if life != self._life or not oldest - 1 <= last <= self._number:
            subscription.reset(self._place(self._number))
            return
        subscription.place = last_id
        for number, notice in self._kept:
            if number > last:
                subscription.offer(self._place(number), notice)

    def _place(self, number: int) -> str:
        return f"{self._life}-{number}"


class Subscription:
    """What one browser has not taken yet: the last word on each subject."""

    def __init__(self, dag_ids: frozenset[str], place: str) -> None:
        self.place = place  # where a browser stands that has heard nothing yet
        self.ended = False
        self._dag_ids = dag_ids
        self._waiting: dict[tuple[str, ...], Numbered] = {}
        self._woken = asyncio.Event()

    def offer(self, place: str, notice: Notice) -> None:
        """Take a notice in, unless it concerns other DAGs only."""
        if self._dag_ids and notice.dag_ids and not self._dag_ids.intersection(notice.dag_ids):
            return
        if (notices.RESYNC,) in self._waiting:
            return  # it says everything
        if len(self._waiting) >= _MOST_SUBJECTS and notice.subject not in self._waiting:
            self.reset(place)
            return
        earlier = self._waiting.pop(notice.subject, None)
        self._waiting[notice.subject] = (place, notice.after(earlier[1] if earlier else None))
        self._woken.set()

    def reset(self, place: str) -> None:
        """Nothing of what waits counts any more: look at everything anew."""
        resync = notices.of(notices.RESYNC)
        self.place = place
        self._waiting = {resync.subject: (place, resync)}
        self._woken.set()

    def end(self) -> None:
        """Nothing more will come."""
        self.ended = True
        self._woken.set()

    async def take(self, timeout: float) -> list[Numbered]:
        """What has come; waits up to ``timeout`` seconds for the first."""
        if not self._waiting and not self.ended:
            try:
                await asyncio.wait_for(self._woken.wait(), timeout)
            except TimeoutError:
                return []
        self._woken.clear()
        found, self._waiting = list(self._waiting.values()), {}
        return found
