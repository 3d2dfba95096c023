"""Dispatch: which ready task instances go out now; queue them in the metastore, then publish.

Every limit is enforced in the selection: queue window, pools, DAG, task, parallelism. Then one statement
queues the chosen ones with new tokens and takes their pool slots, and one pipeline publishes them. What
is committed and not published (the broker was away) is found and published again.
"""

from __future__ import annotations

import logging
from collections import Counter
from contextlib import nullcontext

from headway.broker.bus import Bus
from headway.errors import BrokerUnavailable
from headway.flow.blueprint import Task
from headway.flow.run_memory import RunMemory
from headway.messages import Dispatch as Message
from headway.metastore.database import Connection
from headway.metastore.queries import nodes, pools, scheduling
from headway.settings import Settings
from headway.states import TaskState
from headway_scheduler.book import Book, limits_of
from headway_scheduler.outstanding import Outstanding

log = logging.getLogger(__name__)

_BATCH = 512
_RETRIED = (TaskState.UP_FOR_RETRY, TaskState.UP_FOR_RESCHEDULE)

Place = tuple[RunMemory, int]


class Dispatch:
    """Chooses, queues and publishes; ``me`` is the scheduler to which events return.

    ``published`` counts messages by queue.
    """

    def __init__(
        self,
        me: str,
        settings: Settings,
        book: Book,
        outstanding: Outstanding,
        bus: Bus,
        published: Counter[str],
    ) -> None:
        self._me = me
        self._settings = settings
        self._book = book
        self._outstanding = outstanding
        self._bus = bus
        self._published = published
        self._capacity: dict[str, int] = {}
        self._full: dict[str, float] = {}  # queues whose window waits for half of it, and the priority that waits
        self._allowance: dict[str, int | None] = {}
        self._pool_slots: dict[str, int] = {}
        self._backfilling = 1  # schedulers with runs of backfills: they share the share
        self._written: dict[str, int] = {}

    def refresh(self, conn: Connection) -> None:
        """Look at live workers and pools anew, and write down what this scheduler takes of each pool."""
        self._capacity = nodes.live_capacity(conn)
        self._full.clear()
        self._outstanding.consumed = set(self._capacity)
        if any(run.backfill is not None for run in self._book.runs.values()):
            self._backfilling = max(scheduling.backfilling_schedulers(conn), 1)
        self._look_at_pools(conn)
        changed = self._changed_pools()
        if changed:
            pools.write_shares(conn, self._me, changed)
            self._written.update(changed)

    def run_once(self, conn: Connection) -> int:
        """Dispatch all that may go; return how many went."""
        usage = self._book.usage.queues
        self._full = {queue: last for queue, last in self._full.items() if usage[queue] > self._refill(queue)}
        count = 0
        while True:
            chosen = self._book.lanes.select(self._fits, self._take, _BATCH)
            if not chosen:
                return count
            count += self._send(conn, chosen)

    def publish(self, places: list[Place]) -> None:
        """Publish queued task instances; a failure is logged, and made good by the lost-message check."""
        self._outstanding.add(places)
        try:
            self._bus.publish([self._message(run, slot) for run, slot in places])
        except BrokerUnavailable as error:
            log.warning("%s; %d queued task(s) wait to be published", error.message, len(places))
            return
        self._published.update(run.task(slot).queue for run, slot in places)

    def window(self, queue: str) -> int:
        """How many messages may be outstanding in a queue."""
        broker = self._settings.broker
        return max(broker.window * self._capacity.get(queue, 0), broker.window_floor)

    def _refill(self, queue: str) -> int:
        """At how many outstanding messages a full window is filled again: before workers run out of them."""
        window = self.window(queue)
        return min(window - 1, (window + self._capacity.get(queue, 0)) // 2)

    def _fits(self, run: RunMemory, task: Task) -> bool:
        return self._window_has(run, task) and self._may_go(run, task)

    def _window_has(self, run: RunMemory, task: Task) -> bool:
        """Whether the queue takes one more; for what is urgent, one place is enough in a window that was full."""
        if self._book.usage.queues[task.queue] >= self.window(task.queue):
            return False
        return task.queue not in self._full or (run.backfill is None and task.priority > self._full[task.queue])

    def _may_go(self, run: RunMemory, task: Task) -> bool:
        """Whether every limit but the queue's window has room."""
        usage, limit = self._book.usage, self._settings.scheduler.parallelism
        dag = self._book.dags[run.blueprint.dag_id].facts
        return (
            run.key not in self._book.stale
            and not dag.is_paused
            and usage.dags[dag.dag_id] < dag.max_active_tasks
            and self._pool_has(task.pool, task.pool_slots)
            and not (limit and usage.total >= limit)
            and not (task.per_dag is not None and usage.tasks[dag.dag_id, task.task_id] >= task.per_dag)
            and not (task.per_run is not None and usage.tasks_in_run[run.key, task.task_id] >= task.per_run)
            and (run.backfill is None or self._leaves_room(run, task))
        )

    def _leaves_room(self, run: RunMemory, task: Task) -> bool:
        """Whether live runs keep their part of each limit when this task of a backfill goes, too.

        Only what workers can run at once is sent out for backfills: nothing of theirs waits in the broker.
        """
        share = self._settings.scheduler.backfill_share / self._backfilling
        sizes = {
            "queue": self._capacity.get(task.queue, 0),
            "pool": self._pool_slots.get(task.pool, 0),
            "dag": self._book.dags[run.blueprint.dag_id].facts.max_active_tasks,
        }
        taken = self._book.usage.backfills
        return all(
            sizes[limit] < 0 or taken[limit, name] + slots <= max(slots, int(sizes[limit] * share))
            for limit, name, slots in limits_of(run, task)
        )

    def _pool_has(self, pool: str, slots: int) -> bool:
        allowance = self._allowance.get(pool, 0)  # an unknown pool holds its tasks back
        return allowance is None or self._book.usage.slots_of(pool) + slots <= allowance

    def _take(self, run: RunMemory, slot: int) -> None:
        self._book.usage.change(run, slot, +1)
        queue = run.task(slot).queue
        if queue not in self._full and self._book.usage.queues[queue] >= self.window(queue):
            self._full[queue] = self._book.lanes.most_urgent(
                lambda run, task: task.queue == queue and self._may_go(run, task)
            )

    def _send(self, conn: Connection, chosen: list[Place]) -> int:
        retried = [run.ti(slot) for run, slot in chosen if run.state(slot) in _RETRIED]
        with conn.transaction() if retried else nullcontext():
            answers = self._queue(conn, chosen)
            if retried:
                scheduling.clear_timers(conn, [ti for ti in retried if ti in answers])
        gone, refused = [], []
        for run, slot in chosen:
            self._book.usage.change(run, slot, -1)  # the move below counts it for good
            answer = answers.get(run.ti(slot))
            if answer is None:
                refused.append((run, slot))
                continue
            run.dispatch[slot], run.try_number[slot] = answer.dispatch, answer.try_number
            self._book.move(run, slot, TaskState.QUEUED)
            gone.append((run, slot))
        if gone:
            self.publish(gone)
        if refused:
            self._refused(conn, refused)
        return len(gone)

    def _queue(self, conn: Connection, chosen: list[Place]) -> dict[int, scheduling.Queued]:
        changed = self._changed_pools()
        answers = scheduling.queue(
            conn,
            me=self._me,
            wanted=[(run.ti(slot), run.dispatch[slot], run.task(slot).pool) for run, slot in chosen],
            runs=self._book.versions({run.key for run, _ in chosen}),
            pools=changed,
        )
        self._written.update(changed)
        return {answer.ti: answer for answer in answers}

    def _changed_pools(self) -> dict[str, int]:
        used = {name: self._book.usage.slots_of(name) for name in self._written}
        return {name: used[name] for name, written in self._written.items() if used[name] != written}

    def _refused(self, conn: Connection, places: list[Place]) -> None:
        """The metastore knows better: another scheduler took the slots, or the run has changed."""
        self._look_at_pools(conn)
        asked: Counter[str] = Counter()
        for run, slot in places:
            asked[run.task(slot).pool] += run.task(slot).pool_slots
        full = {pool for pool, slots in asked.items() if not self._pool_has(pool, slots)}
        for run, slot in places:
            if run.task(slot).pool in full:
                self._book.lanes.put(run, slot)
            else:
                run.handed[slot] = 0
                self._book.stale.add(run.key)

    def _look_at_pools(self, conn: Connection) -> None:
        shares = pools.shares(conn, self._me)
        self._book.usage.kept_by_deferred = {name for name, share in shares.items() if share.include_deferred}
        self._written = {name: share.mine for name, share in shares.items()}
        self._pool_slots = {name: share.slots for name, share in shares.items()}
        self._allowance = {
            name: None if share.slots < 0 else share.slots - share.others for name, share in shares.items()
        }

    def _message(self, run: RunMemory, slot: int) -> tuple[Message, str, int]:
        task = run.task(slot)
        message = Message(
            ti=run.ti(slot),
            dispatch=run.dispatch[slot],
            dag_id=run.blueprint.dag_id,
            task_id=task.task_id,
            run_id=run.run_id,
            map_index=run.map_index(slot),
            try_number=run.try_number[slot],
            bundle=run.bundle,
            file=run.blueprint.file,
            reply_to=self._me,
        )
        return message, task.queue, task.priority
