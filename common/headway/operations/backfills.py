"""Backfills: have a DAG's runs made for a range of past dates, and look after that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from headway.errors import Conflict, InvalidInput, NotFound
from headway.metastore.database import Connection
from headway.metastore.queries import backfills, dag_list, event_log
from headway.metastore.queries.backfills import Backfill, Existing
from headway.metastore.queries.dag_list import ScheduleFacts
from headway.operations.lookup import find_dag
from headway.operations.timetable_runs import Question
from headway.operations.timetable_runs import question as runs_question
from headway.operations.trigger import check_conf, check_params

if TYPE_CHECKING:
    from headway.timetables import DueRun

MAX_DATES = 100_000
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
    """What a backfill would do: its dates in their order.

    ``due_until`` is the last of them where the range was cut there, because its later dates are not due yet.
    """

    dates: list[Planned]
    due_until: datetime | None


def question(conn: Connection, dag_id: str, request: Request) -> Question | None:
    """What a scheduler must be asked (``timetable_runs.ask``) before ``preview`` and ``create``; None when nothing.

    Users' timetables do not run where people ask. Raises what ``create`` raises before it looks at dates, and
    ``Conflict`` when no scheduler is running.
    """
    facts, _ = _checked(conn, dag_id, request)
    if facts.schedule["kind"] != "custom":
        return None
    first, last = _cut(facts, request)
    return runs_question(conn, dag_id, first, last, MAX_DATES + 1)


def preview(conn: Connection, dag_id: str, request: Request, own: Sequence[DueRun] = ()) -> Preview:
    """What a backfill would do now, date by date; nothing is written.

    ``own`` is the answer to ``question``. Raises what ``create`` raises, but for another backfill of the DAG.
    """
    facts, _ = _checked(conn, dag_id, request)
    runs = _runs(dag_id, facts, request, own)
    first, last = _span(runs)
    known = {each.logical_date: each for each in backfills.existing(conn, dag_id, first, last)}
    planned = [_planned(run, known.get(run.logical_date), request.reprocess) for run in runs]
    return Preview(planned, last if _has_more_to_come(facts, request, own, last) else None)


def create(conn: Connection, dag_id: str, request: Request, own: Sequence[DueRun] = (), *, actor: str) -> Backfill:
    """Have the runs of a range made, at most ``max_active_runs`` at once, beside the DAG's live runs.

    ``own`` is the answer to ``question``. Raises ``NotFound`` for an unknown DAG; ``InvalidInput`` for a schedule
    that has no dates of its own, a range without any or with too many, a bad ``conf``; ``Conflict`` while another
    backfill of the DAG is not over.
    """
    facts, conf = _checked(conn, dag_id, request)
    runs = _runs(dag_id, facts, request, own)
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
            span=_span(runs),
            backwards=request.backwards,
            reprocess=request.reprocess,
            max_active_runs=request.max_active_runs,
            conf=conf,
            actor=actor,
            moments=[(run.logical_date, run.start, run.end, run.run_after) for run in runs],
        )
        detail = {"backfill": key, "runs": len(runs), "reprocess": request.reprocess, "backwards": request.backwards}
        event_log.record(conn, actor=actor, action="backfill.create", subject=dag_id, detail=detail)
    return find(conn, key)


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


def _checked(conn: Connection, dag_id: str, request: Request) -> tuple[ScheduleFacts, dict[str, Any]]:
    """The DAG's schedule, which has dates, and the backfill's conf."""
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
    return facts, conf


def _check_words(request: Request) -> None:
    if request.reprocess not in REPROCESS:
        raise InvalidInput(f"reprocess: expected one of {', '.join(REPROCESS)}, got {request.reprocess!r}")
    if request.max_active_runs < 1:
        raise InvalidInput(f"max_active_runs: expected at least 1, got {request.max_active_runs}")
    if request.from_date > request.to_date:
        raise InvalidInput("the range ends before it begins", "exchange the two dates")


def _check_backwards(conn: Connection, dag_id: str, version_id: int) -> None:
    tied = dag_list.tied_to_the_past(conn, version_id)
    if tied:
        raise InvalidInput(
            f"DAG {dag_id!r} cannot be filled backwards: {tied!r} depends on its run before", "leave the order as it is"
        )


def _cut(facts: ScheduleFacts, request: Request) -> tuple[datetime, datetime]:
    """The range, as far as the DAG's dates and the present let it reach."""
    first = max(filter(None, (request.from_date, facts.start_date)))
    return first, min(filter(None, (request.to_date, facts.end_date, facts.now)))


def _runs(dag_id: str, facts: ScheduleFacts, request: Request, own: Sequence[DueRun]) -> list[DueRun]:
    """The runs of the range in the backfill's order."""
    from headway.timetables import runs_between  # croniter takes its time

    first, last = _cut(facts, request)
    is_own = facts.schedule["kind"] == "custom"
    dates = own if is_own else runs_between(facts.schedule, facts.start_date, first, last)
    runs = list(islice((run for run in dates if run.run_after <= facts.now), MAX_DATES + 1))
    if not runs:
        raise _no_date(dag_id, facts, request, _has_more_to_come(facts, request, own, first))
    if len(runs) > MAX_DATES:
        reached = runs[MAX_DATES - 1].logical_date.isoformat()
        raise InvalidInput(f"the range has more than {MAX_DATES:,} dates: those reach to {reached}", "split it there")
    return runs[::-1] if request.backwards else runs


def _has_more_to_come(facts: ScheduleFacts, request: Request, own: Sequence[DueRun], after: datetime) -> bool:
    """Whether dates of the range are not due yet; ``after`` is the last that is, or where the range begins.

    A timetable of users is not asked for dates to come: of a range that reaches beyond now it is taken to have some.
    """
    from headway.timetables import runs_between

    end = min(filter(None, (request.to_date, facts.end_date)))
    if facts.schedule["kind"] == "custom":
        return max(after, facts.now) < end or any(run.run_after > facts.now for run in own)
    later = islice(runs_between(facts.schedule, facts.start_date, after, end), 2)
    return any(run.run_after > facts.now for run in later)


def _no_date(dag_id: str, facts: ScheduleFacts, request: Request, has_more_to_come: bool) -> InvalidInput:
    if has_more_to_come:
        now = f"{facts.now.astimezone(UTC):%Y-%m-%d %H:%MZ}"
        remedy = f"choose dates before now ({now}); the schedule makes later runs when they are due"
        return InvalidInput(f"no date of DAG {dag_id!r} in the range is due yet", remedy)
    remedy = "choose a longer range"
    if facts.start_date and facts.start_date > request.to_date:
        remedy = f"it begins on {facts.start_date.isoformat()}"
    elif facts.end_date and facts.end_date < request.from_date:
        remedy = f"it ended on {facts.end_date.isoformat()}"
    return InvalidInput(f"the schedule of DAG {dag_id!r} has no date in the range", remedy)


def _span(runs: list[DueRun]) -> tuple[datetime, datetime]:
    moments = [run.logical_date for run in runs]
    return min(moments), max(moments)


def _planned(run: DueRun, known: Existing | None, reprocess: str) -> Planned:
    outcome, reason = verdict(known, reprocess)
    run_id = known.run_id if known else run_id_of(run.logical_date)
    return Planned(run.logical_date, run.start, run.end, outcome, reason, run_id)
