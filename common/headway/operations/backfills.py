"""Backfills: have a DAG's runs made for a range of past dates, and look after that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from headway.errors import Conflict, InvalidInput, NotFound
from headway.metastore.database import Connection
from headway.metastore.queries import backfills, dag_list, event_log
from headway.metastore.queries.backfills import Backfill, Existing, LeftOut
from headway.operations.backfill_dates import Dates, Range
from headway.operations.lookup import find_dag
from headway.operations.moments import in_utc
from headway.operations.timetable_runs import Question
from headway.operations.trigger import check_conf, check_params

if TYPE_CHECKING:
    from headway.timetables import DueRun

REPROCESS = ("none", "failed", "completed")
_RERUN = {"none": (), "failed": ("failed",), "completed": ("failed", "success")}
_ACTIVE = ("queued", "running")


@dataclass(frozen=True, slots=True)
class Request:
    """What a backfill is asked to do.

    Dates are logical dates and belong to the range, both of them. ``reprocess`` says which existing runs are run
    again: ``none``, ``failed`` or ``completed`` (failed and successful) ones.
    """

    from_date: datetime
    to_date: datetime
    backwards: bool = False
    reprocess: str = "none"
    max_active_runs: int = 10
    conf: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """What would become of one date: ``made``, ``rerun`` or ``skipped``, and why."""

    logical_date: datetime
    data_interval_start: datetime
    data_interval_end: datetime
    outcome: str
    reason: str
    run_id: str | None


@dataclass(frozen=True, slots=True)
class Preview:
    """What a backfill would do: its dates in their order, and what it leaves out of the range."""

    dates: list[Planned]
    left_out: list[LeftOut]


@dataclass(frozen=True, slots=True)
class Created(Backfill):
    """A new backfill, and how many dates it has."""

    dates: int


def question(conn: Connection, dag_id: str, request: Request) -> Question | None:
    """What a scheduler must be asked (``timetable_runs.ask``) before ``preview`` and ``create``; None when nothing.

    Users' timetables do not run where people ask. Raises what ``create`` raises before it looks at dates, and
    ``Conflict`` when no scheduler is running.
    """
    asked, _ = _checked(conn, dag_id, request)
    return asked.question(conn)


def preview(conn: Connection, dag_id: str, request: Request, own: Sequence[DueRun] = ()) -> Preview:
    """What a backfill would do now, date by date; nothing is written.

    ``own`` is the answer to ``question``. Raises what ``create`` raises, but for another backfill of the DAG.
    """
    asked, _ = _checked(conn, dag_id, request)
    dates = asked.dates(own)
    known = {each.logical_date: each for each in backfills.existing(conn, dag_id, dates.first, dates.last)}
    runs = _in_order(dates.runs, request)
    return Preview([_planned(run, known.get(run.logical_date), request.reprocess) for run in runs], dates.left_out)


def create(conn: Connection, dag_id: str, request: Request, own: Sequence[DueRun] = (), *, actor: str) -> Created:
    """Have the runs of a range made, at most ``max_active_runs`` at once, beside the DAG's live runs.

    ``own`` is the answer to ``question``. Raises ``NotFound`` for an unknown DAG; ``InvalidInput`` for a schedule
    that has no dates of its own, a range without any or with too many, a bad ``conf``; ``Conflict`` while another
    backfill of the DAG is not over.
    """
    asked, conf = _checked(conn, dag_id, request)
    dates = asked.dates(own)
    with conn.transaction():
        other = backfills.unfinished_of(conn, dag_id)
        if other is not None:
            raise Conflict(
                f"backfill {other} of DAG {dag_id!r} is not over",
                f"await it, or end it: `headway backfill cancel {other}`",
            )
        key = backfills.insert(
            conn,
            dag_id=dag_id,
            span=(dates.first, dates.last),
            backwards=request.backwards,
            reprocess=request.reprocess,
            max_active_runs=request.max_active_runs,
            conf=conf,
            actor=actor,
            left_out=dates.left_out,
            moments=[(run.logical_date, run.start, run.end, run.run_after) for run in _in_order(dates.runs, request)],
        )
        detail = {"backfill": key, **_detail(dates, request)}
        event_log.record(conn, actor=actor, action="backfill.create", subject=dag_id, detail=detail)
    made = find(conn, key)
    facts = {field.name: getattr(made, field.name) for field in fields(made)}
    return Created(**facts, dates=len(dates.runs))


def find(conn: Connection, backfill_id: int) -> Backfill:
    """One backfill; raises ``NotFound``."""
    found = backfills.backfill(conn, backfill_id)
    if found is None:
        raise NotFound(f"there is no backfill {backfill_id}", "`headway backfill list` shows them")
    return found


def pause(conn: Connection, backfill_id: int, *, actor: str) -> Backfill:
    """Start no more runs of a backfill for now; those that run go on."""
    return _move(conn, backfill_id, ("running",), "paused", actor)


def resume(conn: Connection, backfill_id: int, *, actor: str) -> Backfill:
    """Go on with a paused backfill."""
    return _move(conn, backfill_id, ("paused",), "running", actor)


def cancel(conn: Connection, backfill_id: int, *, actor: str) -> Backfill:
    """End a backfill: no more runs start, those that run go on to their end."""
    with conn.transaction():
        moved = _move(conn, backfill_id, ("running", "paused"), "cancelled", actor)
        backfills.skip_the_rest(conn, moved.id)
    return find(conn, backfill_id)


def verdict(existing: Existing | None, reprocess: str) -> tuple[str, str]:
    """What becomes of a date: (``made``, ``rerun`` or ``skipped``; why)."""
    if existing is None:
        return "made", ""
    if existing.state in _ACTIVE:
        return "skipped", f"run {existing.run_id} is {existing.state}"
    if existing.state in _RERUN[reprocess]:
        return "rerun", f"run {existing.run_id} ended in {existing.state}"
    return "skipped", f"run {existing.run_id} exists, in {existing.state}"


def run_id_of(logical_date: datetime) -> str:
    """The id of a backfill's run."""
    return f"backfill__{logical_date.astimezone(UTC).isoformat()}"


def _move(conn: Connection, backfill_id: int, before: Sequence[str], state: str, actor: str) -> Backfill:
    found = find(conn, backfill_id)
    with conn.transaction():
        if not backfills.set_state(conn, backfill_id, before=before, state=state):
            raise Conflict(f"backfill {backfill_id} is {found.state}: it cannot become {state}", "")
        detail = {"backfill": backfill_id}
        event_log.record(conn, actor=actor, action=f"backfill.{state}", subject=found.dag_id, detail=detail)
    return find(conn, backfill_id)


def _checked(conn: Connection, dag_id: str, request: Request) -> tuple[Range, dict[str, Any]]:
    """The range of a DAG whose schedule has dates, and the backfill's conf."""
    _check_words(request)
    find_dag(conn, dag_id)
    facts = dag_list.schedule_facts(conn, dag_id)
    if facts.is_stale:
        raise Conflict(f"DAG {dag_id!r} is not in its file any more", "`headway dags errors` may tell why")
    conf = check_conf(request.conf)
    check_params(dag_id, dag_list.params(conn, facts.version_id), conf)
    if request.backwards:
        _check_backwards(conn, dag_id, facts.version_id)
    if facts.schedule["kind"] not in ("cron", "delta", "custom"):
        raise InvalidInput(
            f"DAG {dag_id!r} has no schedule that gives dates",
            "trigger single runs: `headway dags trigger --logical-date`",
        )
    return Range(dag_id, facts, request.from_date, request.to_date), conf


def _check_words(request: Request) -> None:
    if request.reprocess not in REPROCESS:
        raise InvalidInput(f"reprocess: expected one of {', '.join(REPROCESS)}, got {request.reprocess!r}")
    if request.max_active_runs < 1:
        raise InvalidInput(f"max_active_runs: expected at least 1, got {request.max_active_runs}")
    in_utc(request.from_date, "beginning of the range")
    in_utc(request.to_date, "end of the range")
    if request.from_date > request.to_date:
        raise InvalidInput("the range ends before it begins", "exchange the two dates")


def _check_backwards(conn: Connection, dag_id: str, version_id: int) -> None:
    tied = dag_list.tied_to_the_past(conn, version_id)
    if tied:
        raise InvalidInput(
            f"DAG {dag_id!r} cannot be filled backwards: {tied!r} depends on its run before", "leave the order as it is"
        )


def _detail(dates: Dates, request: Request) -> dict[str, Any]:
    """What the audit trail says of a new backfill."""
    return {
        "runs": len(dates.runs),
        "from": dates.first.isoformat(),
        "to": dates.last.isoformat(),
        "left_out": [each.message for each in dates.left_out],
        "reprocess": request.reprocess,
        "backwards": request.backwards,
    }


def _in_order(runs: list[DueRun], request: Request) -> list[DueRun]:
    return runs[::-1] if request.backwards else runs


def _planned(run: DueRun, known: Existing | None, reprocess: str) -> Planned:
    outcome, reason = verdict(known, reprocess)
    run_id = known.run_id if known else run_id_of(run.logical_date)
    return Planned(run.logical_date, run.start, run.end, outcome, reason, run_id)
