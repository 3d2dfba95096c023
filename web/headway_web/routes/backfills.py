"""Backfills: a DAG's runs for a range of past dates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query

from headway.metastore.database import Connection
from headway.metastore.queries import backfills as queries
from headway.operations import backfills
from headway.operations.timetable_runs import ask
from headway.timetables import DueRun
from headway_web.dependencies import Db, Means
from headway_web.means import Web
from headway_web.paging import Paged
from headway_web.schemas.backfills import (
    Backfill,
    BackfillDate,
    BackfillDates,
    BackfillPreview,
    Backfills,
    CreatedBackfill,
    LeftOut,
    NewBackfill,
)
from headway_web.security.guards import Operator, Viewer

router = APIRouter()

BackfillId = Annotated[int, Path(ge=1, lt=2**63, examples=[3])]


@router.get("/backfills")
def list_backfills(
    _: Viewer,
    conn: Db,
    paging: Paged,
    dag_id: Annotated[str | None, Query(max_length=250, description="only those of this DAG")] = None,
) -> Backfills:
    """List backfills with how far they are."""
    after = paging.after(int)
    found = queries.backfills(conn, dag_id=dag_id, before=after[0] if after else None, limit=paging.fetch)
    shown, cursor = paging.cut(found, lambda each: (each.id,))
    return Backfills(backfills=[_shown(each) for each in shown], next_cursor=cursor)


@router.post("/backfills", status_code=201)
def create_backfill(actor: Operator, means: Means, asked: NewBackfill) -> CreatedBackfill:
    """Have a DAG's runs made for a range of dates, beside its live runs."""
    request = _request(asked)
    own = _own_dates(means, asked.dag_id, request)
    with means.pool.connection() as conn:
        made = backfills.create(conn, asked.dag_id, request, own, actor=actor.name)
        means.broker.wake(conn, "backfill", asked.dag_id)
    return CreatedBackfill(**_fields(made), dates=made.dates)


@router.post("/backfills/dry_run")
def preview_backfill(_: Operator, means: Means, asked: NewBackfill) -> BackfillPreview:
    """What would become of each date."""
    request = _request(asked)
    own = _own_dates(means, asked.dag_id, request)
    with means.pool.connection() as conn:
        preview = backfills.preview(conn, asked.dag_id, request, own)
    return BackfillPreview(
        dates=[
            BackfillDate(
                logical_date=each.logical_date,
                data_interval_start=each.data_interval_start,
                data_interval_end=each.data_interval_end,
                outcome=each.outcome,
                reason=each.reason,
                dag_run_id=each.run_id,
                state=None,
            )
            for each in preview.dates
        ],
        left_out=_left_out(preview.left_out),
    )


@router.get("/backfills/{backfill_id}")
def get_backfill(_: Viewer, conn: Db, backfill_id: BackfillId) -> Backfill:
    """One backfill."""
    return _shown(backfills.find(conn, backfill_id))


@router.get("/backfills/{backfill_id}/dates")
def list_backfill_dates(_: Viewer, conn: Db, paging: Paged, backfill_id: BackfillId) -> BackfillDates:
    """The dates of a backfill and what became of them."""
    backfills.find(conn, backfill_id)
    after = paging.after(int)
    found = queries.dates(conn, backfill_id, after=after[0] if after else -1, limit=paging.fetch)
    shown, cursor = paging.cut(found, lambda each: (each.position,))
    return BackfillDates(dates=[_date(each) for each in shown], next_cursor=cursor)


@router.put("/backfills/{backfill_id}/pause")
def pause_backfill(actor: Operator, conn: Db, means: Means, backfill_id: BackfillId) -> Backfill:
    """Start no more of its runs; those that run go on."""
    return _changed(backfills.pause, conn, means, backfill_id, actor.name)


@router.put("/backfills/{backfill_id}/unpause")
def resume_backfill(actor: Operator, conn: Db, means: Means, backfill_id: BackfillId) -> Backfill:
    """Go on with it."""
    return _changed(backfills.resume, conn, means, backfill_id, actor.name)


@router.put("/backfills/{backfill_id}/cancel")
def cancel_backfill(actor: Operator, conn: Db, means: Means, backfill_id: BackfillId) -> Backfill:
    """End it: no more runs start, those that run go on to their end."""
    return _changed(backfills.cancel, conn, means, backfill_id, actor.name)


def _changed(
    change: Callable[..., queries.Backfill], conn: Connection, means: Web, backfill_id: int, actor: str
) -> Backfill:
    done = change(conn, backfill_id, actor=actor)
    means.broker.wake(conn, "backfill")
    return _shown(done)


def _own_dates(means: Web, dag_id: str, request: backfills.Request) -> Sequence[DueRun]:
    """What a timetable of users says; while a scheduler asks it, no connection to the metastore is held."""
    with means.pool.connection() as conn:
        wanted = backfills.question(conn, dag_id, request)
    return ask(means.settings, wanted, called_off=lambda: means.live.hub.closed) if wanted else ()


def _request(asked: NewBackfill) -> backfills.Request:
    return backfills.Request(
        asked.from_date,
        asked.to_date,
        backwards=asked.run_backwards,
        reprocess=asked.reprocess_behavior,
        max_active_runs=asked.max_active_runs,
        conf=asked.dag_run_conf,
    )


def _shown(found: queries.Backfill) -> Backfill:
    return Backfill(**_fields(found))


def _fields(found: queries.Backfill) -> dict[str, Any]:
    """The fields that every shape of a backfill has."""
    counts = {
        name: getattr(found, name)
        for name in ("waiting", "active", "queued", "running", "success", "failed", "skipped")
    }
    return {
        "id": found.id,
        "dag_id": found.dag_id,
        "from_date": found.from_date,
        "to_date": found.to_date,
        "run_backwards": found.backwards,
        "reprocess_behavior": found.reprocess,
        "max_active_runs": found.max_active_runs,
        "dag_run_conf": found.conf,
        "state": found.state,
        "is_paused": found.state == "paused",
        "triggered_by": found.actor,
        "created_at": found.created_at,
        "completed_at": found.ended_at,
        "left_out": _left_out(found.left_out),
        **counts,
    }


def _left_out(parts: list[queries.LeftOut]) -> list[LeftOut]:
    return [LeftOut(**asdict(each)) for each in parts]


def _date(found: queries.Date) -> BackfillDate:
    return BackfillDate(
        logical_date=found.logical_date,
        data_interval_start=found.start,
        data_interval_end=found.end,
        outcome=found.outcome,
        reason=found.reason,
        dag_run_id=found.run_id,
        state=found.state,
    )
