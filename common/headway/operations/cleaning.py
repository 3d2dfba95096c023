"""Clean up: what is old enough to go, by kind; the same counting serves the dry run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from headway.metastore import partitions
from headway.metastore.database import Connection, fetch_value
from headway.metastore.queries import actions, assets, bundles, event_log, nodes

_RUNS_AT_ONCE = 50  # deleted in one transaction

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What went, or would go: ``count`` of a ``kind`` (None: only the real cleaning can tell)."""

    kind: str
    count: int | None
    names: list[str]


def clean(
    conn: Connection,
    *,
    older_than: timedelta,
    log_retention: timedelta,
    dry_run: bool = False,
    actor: str,
    on_progress: Progress = lambda _what: None,
) -> list[Cleaned]:
    """Delete what ended before ``older_than`` ago, and logs before ``log_retention`` ago.

    Logs, attempts and the audit trail go by whole partitions. Each DAG's newest run stays.
    """
    today: date = fetch_value(conn, "SELECT (now() AT TIME ZONE 'UTC')::date")
    done = [
        _partitions(conn, "task log", "task_log", today - min(log_retention, older_than), dry_run),
        _partitions(conn, "attempts", "task_attempt", today - older_than, dry_run),
        _partitions(conn, "audit trail", "event_log", today - older_than, dry_run),
        _runs(conn, older_than, dry_run, on_progress),
        _versions(conn, older_than, dry_run),
        *_unused(conn, older_than, dry_run),
    ]
    if not dry_run:
        event_log.record(
            conn,
            actor=actor,
            action="db.clean",
            subject="metastore",
            detail={each.kind: each.count for each in done},
        )
    return done


def _partitions(conn: Connection, kind: str, table: str, before: date, dry_run: bool) -> Cleaned:
    names = partitions.expired(conn, table, before)
    for name in names:
        if not dry_run:
            partitions.drop(conn, name)
    return Cleaned(f"{kind} partitions", len(names), names)


def _runs(conn: Connection, age: timedelta, dry_run: bool, on_progress: Progress) -> Cleaned:
    if dry_run:
        return Cleaned("runs", actions.count_old_runs(conn, age), [])
    total = 0
    while deleted := actions.delete_old_runs(conn, age, limit=_RUNS_AT_ONCE)[0]:
        total += deleted
        on_progress(f"{total} runs deleted")
    return Cleaned("runs", total, [])


def _versions(conn: Connection, age: timedelta, dry_run: bool) -> Cleaned:
    count = actions.count_old_versions(conn, age) if dry_run else actions.delete_old_versions(conn, age)
    return Cleaned("DAG versions", count, [])


def _unused(conn: Connection, age: timedelta, dry_run: bool) -> list[Cleaned]:
    if dry_run:
        return [Cleaned(kind, None, []) for kind in ("bundles", "files in bundles", "asset events", "ended nodes")]
    removed = bundles.remove_unused(conn)
    return [
        Cleaned("bundles", removed.bundles, []),
        Cleaned("files in bundles", removed.blobs, []),
        Cleaned("asset events", assets.delete_old_events(conn, age), []),
        Cleaned("ended nodes", nodes.forget_ended(conn), []),
    ]
