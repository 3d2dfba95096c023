"""What a web node tells Prometheus: the whole cluster as the metastore knows it.

What has ended is counted from this node's start on, scrape by scrape; with several web nodes each counts by itself.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime
from threading import Lock

from prometheus_client.core import Metric

from headway.metastore.database import Connection
from headway.metastore.queries import cluster_metrics, pools
from headway.metrics import counter, gauge
from headway.operations.queues import QueueState, queue_states
from headway_web.means import Web


class Cluster:
    """A source; scrapes come one at a time."""

    def __init__(self, web: Web) -> None:
        self._web = web
        self._lock = Lock()
        self._counted_to: datetime | None = None
        self._attempts: Counter[tuple[str, str]] = Counter()
        kinds = ("ran", "waited", "took", "late")
        self._seconds: dict[str, defaultdict[str, float]] = {kind: defaultdict(float) for kind in kinds}
        self._runs: Counter[str] = Counter()

    def __call__(self) -> Iterator[Metric]:
        """Every family."""
        with self._lock, self._web.pool.connection() as conn:
            yield from self._ended(conn)
            yield from _nodes(conn)
            yield from _dags(conn)
            yield from _pools(conn)
            yield from _queues(self._queue_states(conn))

    def _ended(self, conn: Connection) -> Iterator[Metric]:
        self._count(conn)
        yield counter("headway_task_attempts", "Attempts that ended", self._attempts, ("queue", "outcome"))
        yield counter("headway_task_run_seconds", "Seconds that they ran", self._seconds["ran"], "queue")
        yield counter("headway_task_wait_seconds", "Seconds from queue to worker", self._seconds["waited"], "queue")
        yield counter("headway_dag_runs_ended", "Runs that ended", self._runs, "state")
        yield counter("headway_dag_run_seconds", "Seconds that they took", self._seconds["took"], "state")
        yield counter("headway_dag_run_late_seconds", "Seconds that they began late", self._seconds["late"], "state")

    def _count(self, conn: Connection) -> None:
        until = cluster_metrics.horizon(conn)
        after, self._counted_to = self._counted_to or until, until
        for attempts in cluster_metrics.ended_attempts(conn, after, until):
            self._attempts[attempts.queue, attempts.outcome] += attempts.count
            self._seconds["ran"][attempts.queue] += attempts.ran
            self._seconds["waited"][attempts.queue] += attempts.waited
        for runs in cluster_metrics.ended_runs(conn, after, until):
            self._runs[runs.state] += runs.count
            self._seconds["took"][runs.state] += runs.took
            self._seconds["late"][runs.state] += runs.late

    def _queue_states(self, conn: Connection) -> list[QueueState]:
        return queue_states(conn, self._web.broker.depths, concurrency=self._web.settings.worker.concurrency)


def _nodes(conn: Connection) -> Iterator[Metric]:
    found = cluster_metrics.leases(conn)
    counted = Counter((node.kind, node.state) for node in found)
    yield gauge("headway_nodes", "Live nodes", counted, ("kind", "state"))
    seconds = {(node.kind, node.name): node.seconds for node in found}
    yield gauge("headway_node_lease_seconds", "Seconds until a node's lease ends", seconds, ("kind", "name"))


def _dags(conn: Connection) -> Iterator[Metric]:
    found = cluster_metrics.dags(conn)
    yield gauge("headway_dags", "DAGs", {state: found[state] for state in ("active", "paused")}, "state")
    yield gauge("headway_import_errors", "DAG files that cannot be loaded", found["broken_files"])
    yield gauge("headway_dag_runs", "Runs that have not ended", cluster_metrics.active_runs(conn), "state")
    yield counter("headway_postgres_commits", "Commits of the metastore's database", cluster_metrics.transactions(conn))


def _pools(conn: Connection) -> Iterator[Metric]:
    found = pools.all_pools(conn)
    slots = {each.name: each.slots for each in found}
    yield gauge("headway_pool_slots", "Slots of a pool; -1: no limit", slots, "pool")
    yield gauge("headway_pool_used_slots", "Slots that are taken", {each.name: each.used for each in found}, "pool")


_FIGURES = {
    "depth": "Messages in the broker that no worker has taken",
    "backlog": "Task instances that are ready and not published",
    "outstanding": "Task instances published and not begun",
    "running": "Task instances that run",
    "oldest_seconds": "Age of the oldest that waits",
    "workers": "Workers that consume the queue",
    "slots": "Tasks that they can run at once",
    "mean_duration": "Seconds that its tasks took lately",
    "wanted_workers": "Workers that it could use now",
}


def _queues(found: list[QueueState]) -> Iterator[Metric]:
    for name, text in _FIGURES.items():
        values = {each.queue: value for each in found if (value := getattr(each, name)) is not None}
        yield gauge(f"headway_queue_{name}", text, values, "queue")
