"""Meters: what a stretch of work cost in processor time, statements, commits and broker commands."""

from __future__ import annotations

import contextlib
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, cast

import psutil
import psycopg
import redis
from bench.servers import Servers


@dataclass
class Cost:
    """Differences between two readings. ``cpu`` in seconds by node, ``memory`` peak RSS in bytes by node."""

    statements: int = 0
    commits: int = 0
    commands: int = 0
    cpu: dict[str, float] = field(default_factory=dict)
    memory: dict[str, int] = field(default_factory=dict)


class Meter:
    """Reads PostgreSQL's, Valkey's and the kernel's counters; ``start`` and ``stop`` enclose the work.

    ``nodes`` names processes by pid; their children count as theirs.
    """

    def __init__(self, servers: Servers, nodes: dict[str, int]) -> None:
        self._conn = psycopg.connect(servers.metastore, autocommit=True)
        self._redis = redis.Redis.from_url(servers.broker)
        self._nodes = {**nodes, "postgres": servers.postgres_pid, "valkey": servers.valkey_pid}

    def start(self) -> None:
        """Take the first reading."""
        self._before = self._read()

    def stop(self) -> Cost:
        """Take the second reading; the difference."""
        after, before = self._read(), self._before
        cpu = {name: round(after.cpu[name] - before.cpu.get(name, 0.0), 3) for name in after.cpu}
        return Cost(
            after.statements - before.statements,
            after.commits - before.commits,
            after.commands - before.commands,
            cpu,
            after.memory,
        )

    def close(self) -> None:
        """Close the meters' own connections."""
        self._conn.close()
        self._redis.close()

    def _read(self) -> Cost:
        cost = Cost(self._number(_STATEMENTS), self._number(_COMMITS), self._commands())
        for name, pid in self._nodes.items():
            cost.cpu[name], cost.memory[name] = _of_tree(pid)
        return cost

    def _number(self, sql: str) -> int:
        row = self._conn.execute(sql).fetchone()
        return int(row[0]) if row else 0

    def _commands(self) -> int:
        stats = cast("dict[str, dict[str, Any]]", self._redis.info("commandstats"))
        return sum(int(stat["calls"]) for name, stat in stats.items() if name not in ("cmdstat_info",))


def _of_tree(pid: int) -> tuple[float, int]:
    """Processor seconds and RSS of a process and its live descendants, and of its reaped children."""
    total: Counter[str] = Counter()
    with contextlib.suppress(psutil.NoSuchProcess):
        root = psutil.Process(pid)
        for process in (root, *root.children(recursive=True)):
            with contextlib.suppress(psutil.NoSuchProcess):
                times = process.cpu_times()
                total["cpu"] += times.user + times.system  # type: ignore[assignment]
                total["rss"] += process.memory_info().rss
        reaped = root.cpu_times()
        total["cpu"] += reaped.children_user + reaped.children_system  # type: ignore[assignment]
    return float(total["cpu"]), int(total["rss"])


_STATEMENTS = (
    "SELECT coalesce(sum(calls), 0)::bigint FROM pg_stat_statements"
    " WHERE query NOT ILIKE '%pg_stat_%' AND query NOT ILIKE 'BEGIN%' AND query NOT ILIKE 'COMMIT%'"
)
_COMMITS = "SELECT sum(xact_commit)::bigint FROM pg_stat_database WHERE datname = current_database()"
