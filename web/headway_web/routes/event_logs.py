"""The audit trail: who changed what."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from headway.metastore.queries import event_log
from headway.operations.redaction import redacted
from headway_web.dependencies import Db
from headway_web.paging import Paged
from headway_web.parameters import Text, When
from headway_web.schemas.operating import EventLog, EventLogs
from headway_web.security.guards import Operator

router = APIRouter()


@router.get("/eventLogs")
def list_event_logs(
    _: Operator,
    conn: Db,
    paging: Paged,
    actor: Annotated[Text | None, Query(examples=["ada"])] = None,
    action: Annotated[Text | None, Query(description="an action, or the first part of one", examples=["pool"])] = None,
    subject: Annotated[
        Text | None, Query(description="a subject and what lies within it", examples=["daily_sales"])
    ] = None,
    timestamp_gte: When | None = None,
    timestamp_lte: When | None = None,
) -> EventLogs:
    """List what people have changed, the newest first."""
    after = paging.after(int)
    found = event_log.page(
        conn,
        limit=paging.fetch,
        behind=after[0] if after else None,
        actor=actor or None,
        action=action or None,
        subject=subject or None,
        since=timestamp_gte,
        until=timestamp_lte,
    )
    shown, cursor = paging.cut(found, lambda each: (each.key,))
    return EventLogs(event_logs=[_shown(each) for each in shown], next_cursor=cursor)


def _shown(entry: event_log.Entry) -> EventLog:
    return EventLog(
        id=entry.key,
        timestamp=entry.at,
        actor=entry.actor,
        action=entry.action,
        subject=entry.subject,
        detail=redacted(entry.detail),
    )
