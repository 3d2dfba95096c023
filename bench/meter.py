"""Meters: what a stretch of work cost in processor time, memory, statements, commits and broker commands."""

from __future__ import annotations

import contextlib
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import psutil
import psycopg
import redis
from bench.servers import Servers

_LOOK = 1.0  # seconds between looks at the memory
_FLUSH = 1.5  # seconds until PostgreSQL's processes have told what they have committed


@dataclass
class Cost:
    """What was spent between two readings. ``cpu`` in seconds by node, ``memory`` in bytes by node, its peak."""

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
        self._memory: dict[str, int] = {}
        self._stopped = threading.Event()
        self._looking = threading.Thread(target=self._look, daemon=True)

    def start(self) -> None:
        """Take the first reading."""
        time.sleep(_FLUSH)
        self._before = self._read()
        self._looking.start()

    def stop(self) -> Cost:
        """Take the second reading; the difference."""
        after, before = self._read(), self._before
        self._stopped.set()
        self._looking.join()
        time.sleep(_FLUSH)
        after.commits = self._number(_COMMITS)
        cpu = {name: round(after.cpu[name] - before.cpu.get(name, 0.0), 3) for name in after.cpu}
        return Cost(
            after.statements - before.statements,
            after.commits - before.commits,
            after.commands - before.commands,
            cpu,
            self._memory,
        )

    def close(self) -> None:
        """Close the meters' own connections."""
        self._conn.close()
        self._redis.close()

    def _look(self) -> None:
        while True:
            for name, pid in self._nodes.items():
                self._memory[name] = max(self._memory.get(name, 0), sum(_memory(process) for process in tree(pid)))
            if self._stopped.wait(_LOOK):
                return

    def _read(self) -> Cost:
        cost = Cost(self._number(_STATEMENTS), self._number(_COMMITS), self._commands())
        cost.cpu = {name: cpu_seconds(pid) for name, pid in self._nodes.items()}
        return cost

    def _number(self, sql: str) -> int:
        row = self._conn.execute(sql).fetchone()
        return int(row[0]) if row else 0

    def _commands(self) -> int:
        stats = cast("dict[str, dict[str, Any]]", self._redis.info("commandstats"))
        return sum(int(stat["calls"]) for name, stat in stats.items() if name not in ("cmdstat_info",))


def tree(pid: int) -> list[psutil.Process]:
    """A process and its live descendants."""
    with contextlib.suppress(psutil.NoSuchProcess):
        root = psutil.Process(pid)
        return [root, *root.children(recursive=True)]
    return []


def cpu_seconds(pid: int) -> float:
    """Processor seconds of a process, its live descendants and its reaped children."""
    total = 0.0
    for process in tree(pid):
        with contextlib.suppress(psutil.NoSuchProcess):
            times = process.cpu_times()
            total += times.user + times.system
            if process.pid == pid:
                total += times.children_user + times.children_system
    return total


def cpu_by_process(pid: int) -> dict[str, float]:
    """Processor seconds of a process itself (``standalone``) and of each of its children with all of theirs."""
    spent: defaultdict[str, float] = defaultdict(float)
    for child in psutil.Process(pid).children():
        spent[_label(child)] += cpu_seconds(child.pid)
    own = psutil.Process(pid).cpu_times()
    return {"standalone": own.user + own.system, **spent}


def _label(process: psutil.Process) -> str:
    """``worker``, ``web``, … for nodes of ours, the program's name for others."""
    words = process.cmdline()
    return words[words.index("headway") + 1] if "headway" in words else Path(words[0]).name


def _memory(process: psutil.Process) -> int:
    """Proportional set size in bytes: what forked processes share counts once."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{process.pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0


_STATEMENTS = (
    "SELECT coalesce(sum(calls), 0)::bigint FROM pg_stat_statements"
    " WHERE query NOT ILIKE '%pg_stat_%' AND query NOT ILIKE 'BEGIN%' AND query NOT ILIKE 'COMMIT%'"
)
_COMMITS = "SELECT sum(xact_commit)::bigint FROM pg_stat_database WHERE datname = current_database()"
