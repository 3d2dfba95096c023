"""The runs of a timetable that users wrote, over a range of dates: a scheduler has a child process list them.

A message goes to the event queue of a live scheduler; the answer comes back on an event queue of its own. The
child gets ``dags.parse_timeout`` seconds, whoever waits a little longer.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import uuid4

from headway.broker.bus import open_bus
from headway.broker.replies import await_reply
from headway.errors import Conflict, InvalidInput
from headway.messages import RunsAsked
from headway.metastore.database import Connection
from headway.metastore.queries import dag_list, nodes
from headway.settings import Settings

if TYPE_CHECKING:
    from headway.timetables import DueRun

PATIENCE = 10.0  # seconds behind the time limit in which a scheduler has to take the question up and to answer


@dataclass(frozen=True, slots=True)
class Question:
    """Which runs of a DAG's timetable begin in [``first``, ``last``], ``limit`` at most, and whom to ask."""

    scheduler: str
    dag_id: str
    file: str
    bundle: str
    first: datetime
    last: datetime
    limit: int


def question(conn: Connection, dag_id: str, first: datetime, last: datetime, limit: int) -> Question:
    """The question about a DAG's newest code; what follows needs the metastore no more.

    Raises ``Conflict`` when no scheduler is running.
    """
    scheduler = nodes.freshest_scheduler(conn)
    if scheduler is None:
        raise Conflict(
            f"no scheduler is running to ask the timetable of DAG {dag_id!r} for its dates",
            "start one: `headway scheduler`",
        )
    file, bundle = dag_list.newest_code(conn, dag_id)
    return Question(scheduler, dag_id, file, bundle, first, last, limit)


def ask(settings: Settings, wanted: Question, *, called_off: Callable[[], bool] = lambda: False) -> list[DueRun]:
    """The runs, oldest first.

    ``called_off`` is asked every second whether anybody still waits. Raises ``InvalidInput`` when the timetable
    raises or does not come to an end, ``Conflict`` when the scheduler does not answer, ``BrokerUnavailable``.
    """
    from headway.timetables import listed_runs  # croniter takes its time

    seconds = settings.dags.parse_timeout
    bus = open_bus(settings, name="headway timetable question")
    asked = _message(wanted, seconds)
    try:
        bus.send_event(wanted.scheduler, asked.encode())
        answer = await_reply(bus, asked.reply_to, time.monotonic() + seconds + PATIENCE, called_off)
    finally:
        bus.close()
    if answer is None:
        raise Conflict(
            f"no scheduler has said within {seconds + PATIENCE:g} s which dates DAG {wanted.dag_id!r} has",
            "`headway nodes list` shows which schedulers run; ask again",
        )
    if "fault" in answer:
        raise InvalidInput(f"no dates for DAG {wanted.dag_id!r}: {answer['fault']}", answer["remedy"])
    return listed_runs(answer["runs"])


def _message(wanted: Question, seconds: float) -> RunsAsked:
    return RunsAsked(
        dag_id=wanted.dag_id,
        bundle=wanted.bundle,
        file=wanted.file,
        first=wanted.first.isoformat(),
        last=wanted.last.isoformat(),
        limit=wanted.limit,
        seconds=seconds,
        reply_to=f"timetable-runs.{uuid4()}",
    )
