"""Clean up: what is old enough to go, kind by kind; the same counting serves the dry run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from headway.metastore import partitions
from headway.metastore.database import Connection, fetch_value
from headway.metastore.queries import actions, assets, backfills, bundles, event_log, moved_logs, nodes, versions, xcoms
from headway.settings import Settings

#: What ages, in the order in which it is deleted.
KINDS = ("logs", "rendered", "attempts", "audit", "runs", "xcoms", "backfills", "asset_events", "versions")

_RUNS_AT_ONCE = 50  # deleted in one transaction
_LOGS_AT_ONCE = 10_000  # objects of a log store marked in one transaction

Ages = Mapping[str, timedelta]
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What went, or would go: ``count`` of a ``kind`` (None: only the real cleaning can tell)."""

    kind: str
    count: int | None
    names: list[str]


def ages_of(settings: Settings) -> dict[str, timedelta]:
    """How long each kind is kept by the settings; what is kept for ever is not in it."""
    retention = settings.retention
    days = {
        "logs": settings.logs.retention_days,
        "rendered": retention.rendered_days,
        "attempts": retention.attempts_days,
        "audit": retention.audit_days,
        "runs": retention.runs_days,
        "xcoms": retention.xcoms_days,
        "backfills": retention.backfills_days,
        "asset_events": retention.asset_events_days,
        "versions": retention.versions_days,
    }
    return {kind: timedelta(days=days[kind]) for kind in KINDS if days[kind]}


def clean(
    conn: Connection,
    ages: Ages,
    *,
    dry_run: bool = False,
    actor: str,
    on_progress: Progress = lambda _what: None,
) -> list[Cleaned]:
    """Delete what ended longer ago than the age of its kind (``KINDS``), and what nothing refers to any more.

    Logs, attempts, what they rendered, and the audit trail go by whole partitions. Each DAG's newest run stays.
    """
    ages = _bounded(ages)
    done = [_clean(conn, kind, ages[kind], dry_run, on_progress) for kind in KINDS if kind in ages]
    if "logs" in ages:
        done.insert(1, _moved_logs(conn, ages["logs"], dry_run))
    done += _unused(conn, dry_run)
    if not dry_run:
        detail = {each.kind: each.count for each in done if each.count}
        event_log.record(conn, actor=actor, action="db.clean", subject="metastore", detail=detail)
    return done


def _bounded(ages: Ages) -> Ages:
    """What an attempt rendered goes with it at the latest."""
    if "attempts" not in ages:
        return ages
    return {**ages, "rendered": min(ages["attempts"], ages.get("rendered", ages["attempts"]))}


def _clean(conn: Connection, kind: str, age: timedelta, dry_run: bool, on_progress: Progress) -> Cleaned:
    match kind:
        case "logs":
            return _partitions(conn, "task log partitions", "task_log", age, dry_run)
        case "rendered":
            return _partitions(conn, "rendered template partitions", "rendered", age, dry_run)
        case "attempts":
            return _partitions(conn, "attempts partitions", "task_attempt", age, dry_run)
        case "audit":
            return _partitions(conn, "audit trail partitions", "event_log", age, dry_run)
        case "runs":
            return _runs(conn, age, dry_run, on_progress)
    name, count, delete = _ROWS[kind]
    return Cleaned(name, count(conn, age) if dry_run else delete(conn, age), [])


#: What goes by rows: what it is called, and how it is counted and deleted.
_ROWS: dict[str, tuple[str, Callable[[Connection, timedelta], int], Callable[[Connection, timedelta], int]]] = {
    "xcoms": ("XComs", xcoms.count_old, xcoms.delete_old),
    "backfills": ("backfills", backfills.count_old, backfills.delete_old),
    "asset_events": ("asset events", assets.count_old_events, assets.delete_old_events),
    "versions": ("DAG versions", versions.count_old, versions.delete_old),
}


def _partitions(conn: Connection, kind: str, table: str, age: timedelta, dry_run: bool) -> Cleaned:
    today: date = fetch_value(conn, "SELECT (now() AT TIME ZONE 'UTC')::date")
    names = partitions.expired(conn, table, today - age)
    for name in names:
        if not dry_run:
            partitions.drop(conn, name)
    return Cleaned(kind, len(names), names)


def _moved_logs(conn: Connection, age: timedelta, dry_run: bool) -> Cleaned:
    """Logs in a log store: nobody sees them from now on, and a scheduler deletes them there."""
    kind = "logs in the log store"
    if dry_run:
        return Cleaned(kind, moved_logs.count_old(conn, age), [])
    total = 0
    while doomed := moved_logs.doom_old(conn, age, limit=_LOGS_AT_ONCE):
        total += doomed
    return Cleaned(kind, total, [])


def _runs(conn: Connection, age: timedelta, dry_run: bool, on_progress: Progress) -> Cleaned:
    if dry_run:
        return Cleaned("runs", actions.count_old_runs(conn, age), [])
    total = 0
    while deleted := actions.delete_old_runs(conn, age, limit=_RUNS_AT_ONCE)[0]:
        total += deleted
        on_progress(f"{total} runs deleted")
    return Cleaned("runs", total, [])


def _unused(conn: Connection, dry_run: bool) -> list[Cleaned]:
    if dry_run:
        return [Cleaned(kind, None, []) for kind in ("bundles", "files in bundles", "ended nodes")]
    removed = bundles.remove_unused(conn)
    return [
        Cleaned("bundles", removed.bundles, []),
        Cleaned("files in bundles", removed.blobs, []),
        Cleaned("ended nodes", nodes.forget_ended(conn), []),
    ]
